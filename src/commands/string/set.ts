/** SET and its older forms: the write of a whole string, with its conditions and expiry. */

import { TYPE_STRING } from '../../engine/entry.js';
import type { Moment } from '../../engine/moment.js';
import type { Reply } from '../../protocol/reply.js';
import type { ReplyError } from '../../protocol/reply-error.js';
import {
  integer,
  key,
  keyAt,
  oneOf,
  optional,
  since,
  string,
  token,
  unixTime,
  withToken,
} from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { invalidExpire } from '../errors.js';
import { EXPIRE } from '../events.js';
import { expireTime, MILLISECOND_MS, SECOND_MS } from '../expire-time.js';
import { ACCESS, DENYOOM, FAST, INSERT, OW, RW, UPDATE, VARIABLE_FLAGS, WRITE } from '../flags.js';
import { SET } from './events.js';
import { replyString } from './get.js';
import {
  OPTION_GET,
  OPTION_KEEPTTL,
  OPTION_NX,
  OPTION_XX,
  SET_OPTIONS,
  StringOptions,
  WITH_TIME,
} from './options.js';
import { add, store } from './store.js';

const INVALID_EXPIRE = invalidExpire('set');
const INVALID_EXPIRE_SETEX = invalidExpire('setex');
const INVALID_EXPIRE_PSETEX = invalidExpire('psetex');

const options = new StringOptions();

function setAndExpire(context: Context, argv: Argv, valueIndex: number, expireAtMs: Moment): void {
  const entry = store(context, argv, 1, valueIndex, true);
  context.db.setExpire(entry, expireAtMs);
  context.changed(SET, argv, 1);
  context.notify(EXPIRE, argv, 1);
  const { propagation } = context.services;
  if (!propagation.isWanted) return;
  const effect = propagation.begin(context.db, 5).word('SET').argument(argv, 1).argument(argv, valueIndex);
  effect.word('PXAT').integer(expireAtMs);
}

/** GET reads, which is nothing to pass on. */
function propagateWithoutGet(context: Context, argv: Argv): void {
  let words = 3;
  for (let index = 3; index < argv.count; index++) if (!argv.is(index, 'GET')) words++;
  const effect = context.services.propagation.begin(context.db, words);
  for (let index = 0; index < argv.count; index++) {
    if (index < 3 || !argv.is(index, 'GET')) effect.argument(argv, index);
  }
}

function setWithOptions(context: Context, argv: Argv, reply: Reply): void {
  options.parse(argv, 3, SET_OPTIONS);
  const expires = options.has(WITH_TIME);
  const expireAtMs = expires ? options.expireAt(context, argv, INVALID_EXPIRE) : 0;
  const isGet = options.has(OPTION_GET);
  if (isGet) replyString(context, context.read(argv, 1, TYPE_STRING), reply);
  if (options.has(OPTION_NX | OPTION_XX)) {
    // Under XX it counts as used when it is stored.
    const { bytes, starts, ends } = argv;
    const isXx = options.has(OPTION_XX);
    const exists =
      (isXx ? context.db.findToWrite(bytes, starts[1], ends[1]) : context.writeAny(argv, 1)) !== 0;
    if (options.has(exists ? OPTION_NX : OPTION_XX)) {
      if (!isGet) reply.null();
      return;
    }
  }
  if (expires) {
    setAndExpire(context, argv, 2, expireAtMs);
  } else {
    store(context, argv, 1, 2, options.has(OPTION_KEEPTTL));
    context.changed(SET, argv, 1);
    if (isGet && context.services.propagation.isWanted) propagateWithoutGet(context, argv);
  }
  if (!isGet) reply.ok();
}

function readsTheKey(argv: Argv): boolean {
  for (let index = 3; index < argv.count; index++) if (argv.is(index, 'GET')) return true;
  return false;
}

export const set = defineCommand({
  name: 'SET',
  summary: 'Sets the string value of a key, ignoring its type. The key is created if it does not exist.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [
    key('key', RW | ACCESS | UPDATE | VARIABLE_FLAGS),
    string('value'),
    optional(since('2.6.12', oneOf('condition', token('NX'), token('XX')))),
    optional(since('6.2.0', token('GET'))),
    optional(
      oneOf(
        'expiration',
        since('2.6.12', withToken('EX', integer('seconds'))),
        since('2.6.12', withToken('PX', integer('milliseconds'))),
        since('6.2.0', withToken('EXAT', unixTime('unix-time-seconds'))),
        since('6.2.0', withToken('PXAT', unixTime('unix-time-milliseconds'))),
        since('6.0.0', token('KEEPTTL')),
      ),
    ),
  ],
  keySpecs: [
    {
      ...keyAt(1, RW | ACCESS | UPDATE | VARIABLE_FLAGS),
      notes: 'RW and ACCESS due to the optional `GET` argument',
    },
  ],
  keyFinder: (argv, found) => found(1, readsTheKey(argv) ? RW | ACCESS | UPDATE : OW | UPDATE),
  history: [
    ['2.6.12', 'Added the `EX`, `PX`, `NX` and `XX` options.'],
    ['6.0.0', 'Added the `KEEPTTL` option.'],
    ['6.2.0', 'Added the `GET`, `EXAT` and `PXAT` option.'],
    ['7.0.0', 'Allowed the `NX` and `GET` options to be used together.'],
  ],
  run(context, argv, reply) {
    if (argv.count !== 3) {
      setWithOptions(context, argv, reply);
      return;
    }
    store(context, argv, 1, 2, false);
    context.changed(SET, argv, 1);
    reply.ok();
  },
});

export const setnx = defineCommand({
  name: 'SETNX',
  summary: 'Sets the string value of a key only when the key does not exist.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', OW | INSERT), string('value')],
  deprecated: { since: '2.6.12', replacedBy: '`SET` with the `NX` argument' },
  run(context, argv, reply) {
    if (context.writeAny(argv, 1) !== 0) {
      reply.integer(0);
      return;
    }
    add(context, argv, 1, 2);
    context.changed(SET, argv, 1);
    reply.integer(1);
  },
});

function setWithTime(context: Context, argv: Argv, reply: Reply, unitMs: number, refusal: ReplyError): void {
  setAndExpire(context, argv, 3, expireTime(argv, 2, unitMs, context.nowMs, 1, refusal));
  reply.ok();
}

export const setex = defineCommand({
  name: 'SETEX',
  summary: 'Sets the string value and the expiration time of a key. The key is created if it does not exist.',
  group: 'string',
  since: '2.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [key('key', OW | UPDATE), integer('seconds'), string('value')],
  deprecated: { since: '2.6.12', replacedBy: '`SET` with the `EX` argument' },
  run: (context, argv, reply) => setWithTime(context, argv, reply, SECOND_MS, INVALID_EXPIRE_SETEX),
});

export const psetex = defineCommand({
  name: 'PSETEX',
  summary: 'Sets the string value of a key and its expiration time in milliseconds.',
  group: 'string',
  since: '2.6.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [key('key', OW | UPDATE), integer('milliseconds'), string('value')],
  deprecated: { since: '2.6.12', replacedBy: '`SET` with the `PX` argument' },
  run: (context, argv, reply) => setWithTime(context, argv, reply, MILLISECOND_MS, INVALID_EXPIRE_PSETEX),
});
