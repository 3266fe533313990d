/** DUMP and RESTORE: a value as bytes, and back. */

import { INT64_MAX } from '../../base/bytes.js';
import { NONE } from '../../engine/arena.js';
import { setClock } from '../../engine/entry.js';
import { type Moment, momentOf } from '../../engine/moment.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key, optional, since, string, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { type CommandDeclaration, defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { DEL } from '../events.js';
import {
  ACCESS,
  ACL_DANGEROUS,
  ACL_KEYSPACE,
  ASKING,
  DENYOOM,
  OW,
  READONLY,
  RO,
  UPDATE,
  WRITE,
} from '../flags.js';
import { encodingFor } from '../string/store.js';
import { RESTORE } from './events.js';

const BUSY_KEY = new ReplyError('BUSYKEY Target key name already exists.');
const NOT_INTACT = new ReplyError('ERR DUMP payload version or checksum are wrong');
const BAD_FORMAT = new ReplyError('ERR Bad data format');
const TTL_NEGATIVE = new ReplyError('ERR Invalid TTL value, must be >= 0');
const IDLE_TIME_NEGATIVE = new ReplyError('ERR Invalid IDLETIME value, must be >= 0');
const FREQUENCY_OUT_OF_RANGE = new ReplyError('ERR Invalid FREQ value, must be >= 0 and <= 255');

const FREQUENCY_MAX = 255;

export const dump = defineCommand({
  name: 'DUMP',
  summary: 'Returns the value of a key as bytes that RESTORE takes.',
  group: 'generic',
  since: '2.6.0',
  complexity: 'O(N) with N being the bytes of the value.',
  flags: READONLY,
  args: [key('key', RO | ACCESS)],
  tips: ['nondeterministic_output'],
  run(context, argv, reply) {
    const entry = context.readAny(argv, 1);
    if (entry === NONE) {
      reply.null();
      return;
    }
    const bytes = context.services.dumps.dump(context, entry);
    reply.bulk(bytes, 0, bytes.length);
  },
});

interface RestoreOptions {
  replaces: boolean;
  isAbsolute: boolean;
  /** -1: not given. */
  idleSeconds: number;
  frequency: number;
}

/** With the moment at which it expires in place of the time that it lives. */
function propagate(context: Context, argv: Argv, { isAbsolute }: RestoreOptions, atMs: Moment): void {
  const { propagation } = context.services;
  if (!propagation.isWanted || isAbsolute || atMs === 0) return;
  const effect = propagation
    .begin(context.db, argv.count + 1)
    .argument(argv, 0)
    .argument(argv, 1)
    .integer(atMs);
  for (let index = 3; index < argv.count; index++) effect.argument(argv, index);
  effect.word('ABSTTL');
}

function parseOptions(argv: Argv): RestoreOptions {
  const options = { replaces: false, isAbsolute: false, idleSeconds: -1, frequency: -1 };
  for (let index = 4; index < argv.count; index++) {
    const hasNext = index + 1 < argv.count;
    if (argv.is(index, 'REPLACE')) options.replaces = true;
    else if (argv.is(index, 'ABSTTL')) options.isAbsolute = true;
    else if (hasNext && options.frequency < 0 && argv.is(index, 'IDLETIME')) {
      options.idleSeconds = argv.integer(++index);
      if (options.idleSeconds < 0) throw IDLE_TIME_NEGATIVE;
    } else if (hasNext && options.idleSeconds < 0 && argv.is(index, 'FREQ')) {
      options.frequency = argv.integer(++index);
      if (options.frequency < 0 || options.frequency > FREQUENCY_MAX) throw FREQUENCY_OUT_OF_RANGE;
    } else throw SYNTAX_ERROR;
  }
  return options;
}

/**
 * @param baseMs what the time counts from
 * @returns 0 for never. What 64 bits don't hold is the greatest moment; Redis' sum overflows there.
 */
function expireMoment(argv: Argv, baseMs: number): Moment {
  const ttlMs = argv.bigInteger(2);
  if (ttlMs < 0n) throw TTL_NEGATIVE;
  if (ttlMs === 0n) return 0;
  const atMs = ttlMs + BigInt(baseMs);
  return momentOf(atMs > INT64_MAX ? INT64_MAX : atMs);
}

/** The use that the options tell, where the policy at hand keeps such. */
function setUse(context: Context, entry: number, options: RestoreOptions): void {
  const { accessClock } = context.keyspace;
  if (accessClock.lfu && options.frequency >= 0) {
    const minutes = accessClock.initial() & ~FREQUENCY_MAX;
    setClock(context.arena, entry, minutes | options.frequency);
  } else if (!accessClock.lfu && options.idleSeconds >= 0) {
    setClock(context.arena, entry, accessClock.idleSince(options.idleSeconds * 1000));
  }
}

const restoring: Omit<CommandDeclaration, 'name' | 'summary' | 'since' | 'group'> = {
  complexity: 'O(N) with N being the bytes of the value; for sorted sets O(N*log(N)) in their members.',
  flags: WRITE | DENYOOM,
  args: [
    key('key', OW | UPDATE),
    integer('ttl'),
    string('serialized-value'),
    optional(since('3.0.0', token('REPLACE'))),
    optional(since('5.0.0', token('ABSTTL'))),
    optional(since('5.0.0', withToken('IDLETIME', integer('seconds')))),
    optional(since('5.0.0', withToken('FREQ', integer('frequency')))),
  ],
  acl: ACL_DANGEROUS,
  history: [
    ['3.0.0', 'Added the `REPLACE` modifier.'],
    ['5.0.0', 'Added the `ABSTTL` modifier.'],
    ['5.0.0', 'Added the `IDLETIME` and `FREQ` options.'],
  ],
  run(context, argv, reply) {
    const { db } = context;
    const { dumps } = context.services;
    const { bytes, starts, ends } = argv;
    const options = parseOptions(argv);
    // What is replaced goes as it is: that its time had come doesn't count, and nobody is told of it.
    const target = options.replaces ? db.index.find(bytes, starts[1], ends[1]) : context.writeAny(argv, 1);
    if (target !== NONE && !options.replaces) throw BUSY_KEY;
    const atMs = expireMoment(argv, options.isAbsolute ? 0 : context.nowMs);
    const { skipsChecksums } = context.services.debugging;
    if (!dumps.isIntact(bytes, starts[3], ends[3], skipsChecksums)) throw NOT_INTACT;
    const value = dumps.load(bytes, starts[3], ends[3]);
    if (value === null) throw BAD_FORMAT;
    if (target !== NONE) db.removeEntry(target);
    const { nowMs, dropsWhatIsPast } = context.keyspace;
    if (atMs !== 0 && atMs <= nowMs && dropsWhatIsPast) {
      if (target !== NONE) {
        context.changed(DEL, argv, 1);
        const { propagation } = context.services;
        if (propagation.isWanted) propagation.beginExpired(db).argument(argv, 1);
      }
      reply.ok();
      return;
    }
    const entry = Buffer.isBuffer(value)
      ? db.setString(
          bytes,
          starts[1],
          ends[1],
          value,
          0,
          value.length,
          encodingFor(value, 0, value.length),
          false,
        )
      : value(context, db, bytes, starts[1], ends[1]);
    if (atMs !== 0) db.setExpire(entry, atMs);
    setUse(context, entry, options);
    context.changed(RESTORE, argv, 1);
    propagate(context, argv, options, atMs);
    reply.ok();
  },
};

export const restore = defineCommand({
  ...restoring,
  name: 'RESTORE',
  summary: 'Creates a key from what DUMP returned.',
  group: 'generic',
  since: '2.6.0',
});

/** RESTORE and ASKING in one: how nodes of a cluster move keys. Outside of one it is RESTORE. */
export const restoreAsking = defineCommand({
  ...restoring,
  name: 'RESTORE-ASKING',
  summary: 'An internal command for migrating keys in a cluster.',
  group: 'server',
  since: '3.0.0',
  flags: WRITE | DENYOOM | ASKING,
  acl: ACL_DANGEROUS | ACL_KEYSPACE,
  isSystem: true,
});
