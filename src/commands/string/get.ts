/** GET, and the reads that change what they read. */
import { TYPE_STRING, valueLength, valueStart } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { integer, key, keyAt, oneOf, optional, string, token, unixTime, withToken } from '../arguments.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { invalidExpire } from '../errors.js';
import { DEL, EXPIRE, PERSIST } from '../events.js';
import { ACCESS, DELETE, DENYOOM, FAST, READONLY, RO, RW, UPDATE, WRITE } from '../flags.js';
import { SET } from './events.js';
import {
  GETEX_OPTIONS,
  OPTION_EXAT,
  OPTION_PERSIST,
  OPTION_PXAT,
  StringOptions,
  WITH_TIME,
} from './options.js';
import { store } from './store.js';

const INVALID_EXPIRE = invalidExpire('getex');

const options = new StringOptions();

/** The string at `entry`; null for no entry. */
export function replyString(context: Context, entry: number, reply: Reply): void {
  if (entry === 0) {
    reply.null();
    return;
  }
  const { arena } = context;
  const start = valueStart(arena, entry);
  reply.bulk(arena.bytesOf(entry), start, start + valueLength(arena, entry));
}

export const get = defineCommand({
  name: 'GET',
  summary: 'Returns the string value of a key.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS)],
  run(context, argv, reply) {
    replyString(context, context.read(argv, 1, TYPE_STRING), reply);
  },
});

export const getset = defineCommand({
  name: 'GETSET',
  summary: 'Sets the string value of a key and returns the value it had.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE), string('value')],
  deprecated: { since: '6.2.0', replacedBy: '`SET` with the `!GET` argument' },
  run(context, argv, reply) {
    replyString(context, context.read(argv, 1, TYPE_STRING), reply);
    store(context, argv, 1, 2, false);
    context.changed(SET, argv, 1);
    const { propagation } = context.services;
    if (propagation.isWanted) {
      propagation.begin(context.db, 3).word('SET').argument(argv, 1).argument(argv, 2);
    }
  },
});

export const getdel = defineCommand({
  name: 'GETDEL',
  summary: 'Returns the string value of a key and removes the key.',
  group: 'string',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: WRITE | FAST,
  args: [key('key', RW | ACCESS | DELETE)],
  run(context, argv, reply) {
    const { db, keyspace } = context;
    const entry = context.read(argv, 1, TYPE_STRING);
    replyString(context, entry, reply);
    if (entry !== 0) db.removeEntry(entry);
    // A key that a replica only hides goes all the same.
    else if (!keyspace.keepsExpired || !db.drop(argv.bytes, argv.starts[1], argv.ends[1])) return;
    context.changed(DEL, argv, 1);
    const { propagation } = context.services;
    if (propagation.isWanted) propagation.begin(context.db, 2).word('DEL').argument(argv, 1);
  },
});

export const getex = defineCommand({
  name: 'GETEX',
  summary: 'Returns the string value of a key and sets or removes its expiration time.',
  group: 'string',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: WRITE | FAST,
  args: [
    key('key', RW | ACCESS | UPDATE),
    optional(
      oneOf(
        'expiration',
        withToken('EX', integer('seconds')),
        withToken('PX', integer('milliseconds')),
        withToken('EXAT', unixTime('unix-time-seconds')),
        withToken('PXAT', unixTime('unix-time-milliseconds')),
        token('PERSIST'),
      ),
    ),
  ],
  keySpecs: [
    {
      ...keyAt(1, RW | ACCESS | UPDATE),
      notes: 'RW and UPDATE because it changes the TTL',
    },
  ],
  run(context, argv, reply) {
    options.parse(argv, 2, GETEX_OPTIONS);
    const entry = context.read(argv, 1, TYPE_STRING);
    if (entry === 0) {
      reply.null();
      return;
    }
    const { db, services } = context;
    const { propagation } = services;
    const expireAtMs = options.has(WITH_TIME) ? options.expireAt(context, argv, INVALID_EXPIRE) : 0;
    replyString(context, entry, reply);
    const { nowMs, dropsWhatIsPast } = context.keyspace;
    if (options.has(OPTION_EXAT | OPTION_PXAT) && expireAtMs <= nowMs && dropsWhatIsPast) {
      db.removeEntry(entry);
      context.changed(DEL, argv, 1);
      if (propagation.isWanted) propagation.beginExpired(db).argument(argv, 1);
    } else if (options.has(WITH_TIME)) {
      db.setExpire(entry, expireAtMs);
      context.changed(EXPIRE, argv, 1);
      if (propagation.isWanted) {
        propagation.begin(db, 3).word('PEXPIREAT').argument(argv, 1).integer(expireAtMs);
      }
    } else if (options.has(OPTION_PERSIST) && db.persist(entry)) {
      context.changed(PERSIST, argv, 1);
      if (propagation.isWanted) propagation.begin(db, 2).word('PERSIST').argument(argv, 1);
    }
  },
});
