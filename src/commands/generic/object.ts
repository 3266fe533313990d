/** OBJECT: what the server knows about a value beside the value. */
import { type Arena, NONE } from '../../engine/arena.js';
import {
  clockOf,
  ENCODING_INT,
  ENCODING_NAMES,
  encodingOf,
  valueLength,
  valueStart,
} from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { key } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { type CommandDeclaration, defineContainer, defineHelp } from '../define.js';
import { READONLY, RO } from '../flags.js';

const SWITCHING =
  'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.';
const LFU_IS_SELECTED = new ReplyError(
  `ERR An LFU maxmemory policy is selected, idle time not tracked. ${SWITCHING}`,
);
const LFU_IS_NOT_SELECTED = new ReplyError(
  `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${SWITCHING}`,
);

/** What Redis counts references of its shared small integers as. */
const SHARED_COUNT = 0x7fff_ffff;
/** Redis shares the integers from 0 to 9999. */
const SHARED_DIGITS_MAX = 4;
const MINUS = 0x2d;

function isSharedInteger(arena: Arena, entry: number): boolean {
  if (encodingOf(arena, entry) !== ENCODING_INT || valueLength(arena, entry) > SHARED_DIGITS_MAX)
    return false;
  return arena.bytesOf(entry)[valueStart(arena, entry)] !== MINUS;
}

/**
 * Values have one owner here; small integers answer what clients know of Redis' shared ones, which Redis has while
 * eviction doesn't go by the use of each value. It remembers which it made before that changed; we go by what is.
 */
export function referenceCount({ arena, keyspace }: Context, entry: number): number {
  return !keyspace.eviction.goesByUse && isSharedInteger(arena, entry) ? SHARED_COUNT : 1;
}

function defineQuestion(
  name: string,
  summary: string,
  since: string,
  answer: (context: Context, entry: number, reply: Reply) => void,
): CommandDeclaration {
  return {
    name,
    summary,
    group: 'generic',
    since,
    complexity: 'O(1)',
    flags: READONLY,
    args: [key('key', RO)],
    tips: ['nondeterministic_output'],
    run(context: Context, argv: Argv, reply: Reply) {
      const { db, keyspace } = context;
      const entry = db.find(argv.bytes, argv.starts[2], argv.ends[2]);
      // Counted as a read, but neither touched nor notified.
      if (entry === NONE) {
        keyspace.stats.misses++;
        reply.null();
      } else {
        keyspace.stats.hits++;
        answer(context, entry, reply);
      }
    },
  };
}

const encoding = defineQuestion(
  'ENCODING',
  'Tells how the value of a key is represented.',
  '2.2.3',
  (context, entry, reply) => reply.bulkLatin1(ENCODING_NAMES[encodingOf(context.arena, entry)]),
);

const freq = defineQuestion(
  'FREQ',
  'Tells how frequently a key is used, on a logarithmic scale.',
  '4.0.0',
  ({ arena, keyspace }, entry, reply) => {
    if (!keyspace.accessClock.lfu) throw LFU_IS_NOT_SELECTED;
    reply.integer(keyspace.accessClock.frequency(clockOf(arena, entry)));
  },
);

const idletime = defineQuestion(
  'IDLETIME',
  'Tells for how many seconds a key has not been used.',
  '2.2.3',
  ({ arena, keyspace }, entry, reply) => {
    if (keyspace.accessClock.lfu) throw LFU_IS_SELECTED;
    reply.integer(Math.floor(keyspace.accessClock.idleMs(clockOf(arena, entry)) / 1000));
  },
);

const refcount = defineQuestion(
  'REFCOUNT',
  'Tells how many references there are to the value of a key.',
  '2.2.3',
  (context, entry, reply) => {
    reply.integer(referenceCount(context, entry));
  },
);

export const object = defineContainer({
  name: 'OBJECT',
  summary: 'Tells what the server knows about a value beside the value.',
  group: 'generic',
  since: '2.2.3',
  complexity: 'Depends on subcommand.',
  subcommands: [
    encoding,
    freq,
    defineHelp('OBJECT', 'generic', '6.2.0', [
      'ENCODING <key>',
      '    Return the kind of internal representation used in order to store the value',
      '    associated with a <key>.',
      'FREQ <key>',
      '    Return the access frequency index of the <key>. The returned integer is',
      '    proportional to the logarithm of the recent access frequency of the key.',
      'IDLETIME <key>',
      '    Return the idle time of the <key>, that is the approximated number of',
      '    seconds elapsed since the last access to the key.',
      'REFCOUNT <key>',
      '    Return the number of references of the value associated with the specified',
      '    <key>.',
    ]),
    idletime,
    refcount,
  ],
});
