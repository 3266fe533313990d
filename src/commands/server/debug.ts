/**
 * DEBUG: what tests of clients, tools and of januskv itself do to a server and no application does. Refused unless
 * `enable-debug-command` allows it.
 */
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand, type Handler } from '../define.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';
import type { CrashKind } from '../services/debugging.js';
import { digestOfAll, digestOfValue } from './dataset-digest.js';
import { matchRandomTexts, matchText } from './debug-glob.js';
import { replyHelp } from './debug-help.js';
import { describeListpack, describeQuicklist, describeString, describeValue } from './debug-object.js';
import { populate } from './debug-populate.js';
import { replySample } from './debug-protocol.js';
import { REFUSED } from './debug-refused.js';
import { reload } from './debug-reload.js';
import {
  describeClientMemory,
  setChecksumsSkipped,
  setReplyBuffers,
  setScriptsUnlimited,
  setTableResizing,
  setWriteDelay,
} from './debug-switches.js';
import { replyDatabaseTables, replyValueTable } from './debug-tables.js';

const NOT_A_THRESHOLD = new ReplyError(
  'ERR argument must be a memory value bigger than 1 and smaller than 4gb',
);

const NOT_LOADED = new ReplyError('ERR Error trying to load the AOF files, check server logs.');

const THRESHOLD_BYTES_DEFAULT = 2 ** 30;
const THRESHOLD_BYTES_MAX = 4 * 2 ** 30;
const UNIT_BYTES: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** `100`, `1kb`, `2G`; -1 when it is none. */
function memoryValue(text: string): number {
  const match = /^(\d+)([kmg]?b?)$/.exec(text.toLowerCase());
  return match === null ? -1 : Number(match[1]) * UNIT_BYTES[match[2]];
}

function setPackedThreshold(context: Context, argv: Argv): void {
  const bytes = memoryValue(argv.latin1(2));
  if (bytes < 0 || bytes >= THRESHOLD_BYTES_MAX) throw NOT_A_THRESHOLD;
  context.encodingLimits.listPackedThresholdBytes = bytes === 0 ? THRESHOLD_BYTES_DEFAULT : bytes;
}

function entryOf(context: Context, argv: Argv, index: number): number {
  return context.db.find(argv.bytes, argv.starts[index], argv.ends[index]);
}

/** A subcommand, and how many words the whole request has. */
interface Subcommand {
  readonly words: number | readonly [least: number, most: number];
  readonly run: Handler;
}

/** Does something that leaves nothing to tell. */
const silently =
  (run: (context: Context, argv: Argv) => void): Handler =>
  (context, argv, reply) => {
    run(context, argv);
    reply.ok();
  };

/** Ends the process: whoever asked gets no reply. */
const crashing = (kind: CrashKind): Subcommand => ({
  words: 2,
  run: ({ services }) => services.debugging.crash(kind),
});

const SUBCOMMANDS: Record<string, Subcommand> = {
  'AOF-FLUSH-SLEEP': { words: 3, run: silently(setWriteDelay) },
  ASSERT: crashing('assert'),
  'CHANGE-REPL-ID': { words: 2, run: silently(({ services }) => services.debugging.renewReplicationId()) },
  // A reply is one piece of memory in any case.
  'CLIENT-ENFORCE-REPLY-LIST': { words: 3, run: silently(() => {}) },
  'CLIENT-EVICTION': { words: 2, run: describeClientMemory },
  'CONFIG-REWRITE-FORCE-ALL': {
    words: 2,
    run: silently(({ services }) => services.debugging.rewriteAllDirectives()),
  },
  'DICT-RESIZING': { words: 3, run: silently(setTableResizing) },
  DIGEST: { words: 2, run: (context, _argv, reply) => reply.simple(digestOfAll(context)) },
  'DIGEST-VALUE': {
    words: [2, Number.POSITIVE_INFINITY],
    run(context, argv, reply) {
      reply.array(argv.count - 2);
      for (let index = 2; index < argv.count; index++) {
        reply.simple(digestOfValue(context, entryOf(context, argv, index)));
      }
    },
  },
  ERROR: {
    words: 3,
    // An error to look at, and no failure: it isn't counted.
    run: (_context, argv, reply) => reply.raw(new ReplyError(argv.shown(2)).bytes),
  },
  HELP: { words: 2, run: (_context, _argv, reply) => replyHelp(reply) },
  LOADAOF: {
    words: 2,
    run: silently(({ services: { appendOnlyFile } }) => {
      if (!appendOnlyFile.reload()) throw NOT_LOADED;
    }),
  },
  HTSTATS: { words: [3, 4], run: replyDatabaseTables },
  'HTSTATS-KEY': { words: [3, 4], run: replyValueTable },
  LEAK: { words: 3, run: silently(({ services }, argv) => services.debugging.leak(argv.copy(2))) },
  LISTPACK: { words: 3, run: describeListpack },
  LOG: { words: 3, run: silently(({ services }, argv) => services.debugging.log(argv.utf8(2))) },
  OBJECT: { words: 3, run: describeValue },
  OOM: crashing('oom'),
  PANIC: crashing('panic'),
  'PAUSE-CRON': {
    words: 3,
    run: silently(({ services }, argv) =>
      services.debugging.pauseUpkeep(Number.parseInt(argv.latin1(2), 10) > 0),
    ),
  },
  POPULATE: { words: [3, 5], run: silently(populate) },
  PROTOCOL: { words: 3, run: (_context, argv, reply) => replySample(argv, reply) },
  QUICKLIST: { words: [3, 4], run: describeQuicklist },
  'QUICKLIST-PACKED-THRESHOLD': { words: 3, run: silently(setPackedThreshold) },
  RELOAD: { words: [2, Number.POSITIVE_INFINITY], run: silently(reload) },
  REPLICATE: {
    words: [3, Number.POSITIVE_INFINITY],
    run: silently(({ services }, argv) => services.debugging.replicate(argv, 2)),
  },
  REPLYBUFFER: { words: 4, run: silently(setReplyBuffers) },
  SDSLEN: { words: 3, run: describeString },
  SEGFAULT: crashing('segfault'),
  'SET-ACTIVE-EXPIRE': {
    words: 3,
    run: silently(({ keyspace }, argv) => {
      keyspace.activeExpiry = argv.latin1(2) !== '0';
    }),
  },
  'SET-DISABLE-DENY-SCRIPTS': { words: 3, run: silently(setScriptsUnlimited) },
  'SET-SKIP-CHECKSUM-VALIDATION': { words: 3, run: silently(setChecksumsSkipped) },
  SLEEP: {
    words: 3,
    run: silently(({ services }, argv) =>
      services.debugging.sleep(Number.parseFloat(argv.latin1(2)) * 1000 || 0),
    ),
  },
  'STRINGMATCH-LEN': { words: 4, run: matchText },
  'STRINGMATCH-TEST': { words: 2, run: matchRandomTexts },
};

function fits({ words }: Subcommand, count: number): boolean {
  return typeof words === 'number' ? count === words : count >= words[0] && count <= words[1];
}

export const debug = defineCommand({
  name: 'DEBUG',
  summary: 'Looks into the server, and does to it what only tests do.',
  group: 'server',
  since: '1.0.0',
  complexity: 'Depends on subcommand.',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  isSystem: true,
  arity: -2,
  args: [],
  run(context, argv, reply) {
    const word = argv.latin1(1).toUpperCase();
    if (Object.hasOwn(REFUSED, word)) throw new ReplyError(`ERR DEBUG ${word} is refused: ${REFUSED[word]}`);
    const subcommand = Object.hasOwn(SUBCOMMANDS, word) ? SUBCOMMANDS[word] : null;
    if (subcommand === null || !fits(subcommand, argv.count)) {
      const shown = argv.shown(1).slice(0, 128);
      throw new ReplyError(
        `ERR unknown subcommand or wrong number of arguments for '${shown}'. Try DEBUG HELP.`,
      );
    }
    subcommand.run(context, argv, reply);
  },
});
