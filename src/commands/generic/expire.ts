/** EXPIRE and its kin: when keys go by themselves. */
import { NONE } from '../../engine/arena.js';
import type { Moment } from '../../engine/moment.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { type Argument, integer, key, oneOf, optional, since, token, unixTime } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { type CommandDeclaration, defineCommand } from '../define.js';
import { invalidExpire } from '../errors.js';
import { DEL, EXPIRE, PERSIST } from '../events.js';
import { expireTime, MILLISECOND_MS, SECOND_MS } from '../expire-time.js';
import { FAST, RW, UPDATE, WRITE } from '../flags.js';

const IF_NONE = 1 << 0;
const IF_SOME = 1 << 1;
const IF_LATER = 1 << 2;
const IF_EARLIER = 1 << 3;

const NX_WITH_OTHERS = new ReplyError('ERR NX and XX, GT or LT options at the same time are not compatible');
const GT_WITH_LT = new ReplyError('ERR GT and LT options at the same time are not compatible');

function parseConditions(argv: Argv): number {
  let conditions = 0;
  for (let index = 3; index < argv.count; index++) {
    if (argv.is(index, 'NX')) conditions |= IF_NONE;
    else if (argv.is(index, 'XX')) conditions |= IF_SOME;
    else if (argv.is(index, 'GT')) conditions |= IF_LATER;
    else if (argv.is(index, 'LT')) conditions |= IF_EARLIER;
    else throw new ReplyError(`ERR Unsupported option ${argv.shown(index)}`);
  }
  if ((conditions & IF_NONE) !== 0 && conditions !== IF_NONE) throw NX_WITH_OTHERS;
  if ((conditions & IF_LATER) !== 0 && (conditions & IF_EARLIER) !== 0) throw GT_WITH_LT;
  return conditions;
}

/** A key that lives for ever expires later than any other. @param currentMs -1: for ever */
function conditionsHold(conditions: number, currentMs: Moment, atMs: Moment): boolean {
  if (currentMs < 0) return (conditions & (IF_SOME | IF_LATER)) === 0;
  if ((conditions & IF_NONE) !== 0) return false;
  if ((conditions & IF_LATER) !== 0 && atMs <= currentMs) return false;
  return (conditions & IF_EARLIER) === 0 || atMs < currentMs;
}

/** @returns false when there is no such key, or a condition doesn't hold */
function expireKey(context: Context, argv: Argv, atMs: Moment, conditions: number): boolean {
  const { db } = context;
  const { propagation } = context.services;
  const entry = context.writeAny(argv, 1);
  if (entry === NONE) return false;
  if (conditions !== 0 && !conditionsHold(conditions, db.expireAt(entry), atMs)) return false;
  const { nowMs, dropsWhatIsPast } = context.keyspace;
  // What a master or an append-only file says may be followed by a PERSIST of the same key.
  if (atMs <= nowMs && dropsWhatIsPast) {
    db.unlinkEntry(entry);
    context.changed(DEL, argv, 1);
    if (propagation.isWanted) propagation.beginExpired(db).argument(argv, 1);
  } else {
    db.setExpire(entry, atMs);
    context.changed(EXPIRE, argv, 1);
    if (propagation.isWanted) {
      const effect = propagation.begin(db, argv.count).word('PEXPIREAT').argument(argv, 1).integer(atMs);
      for (let index = 3; index < argv.count; index++) effect.argument(argv, index);
    }
  }
  return true;
}

const condition = optional(
  since('7.0.0', oneOf('condition', token('NX'), token('XX'), token('GT'), token('LT'))),
);

function defineExpire(
  name: string,
  summary: string,
  version: string,
  time: Argument,
  unitMs: number,
  isRelative: boolean,
): CommandDeclaration {
  const refusal = invalidExpire(name.toLowerCase());
  return defineCommand({
    name,
    summary,
    group: 'generic',
    since: version,
    complexity: 'O(1)',
    flags: WRITE | FAST,
    args: [key('key', RW | UPDATE), time, condition],
    history: [['7.0.0', 'Added options: `NX`, `XX`, `GT` and `LT`.']],
    run(context, argv, reply) {
      const conditions = argv.count === 3 ? 0 : parseConditions(argv);
      const baseMs = isRelative ? context.nowMs : 0;
      const atMs = expireTime(argv, 2, unitMs, baseMs, Number.NEGATIVE_INFINITY, refusal);
      reply.integer(expireKey(context, argv, atMs, conditions) ? 1 : 0);
    },
  });
}

export const expire = defineExpire(
  'EXPIRE',
  'Sets the time to live of a key in seconds.',
  '1.0.0',
  integer('seconds'),
  SECOND_MS,
  true,
);

export const pexpire = defineExpire(
  'PEXPIRE',
  'Sets the time to live of a key in milliseconds.',
  '2.6.0',
  integer('milliseconds'),
  MILLISECOND_MS,
  true,
);

export const expireat = defineExpire(
  'EXPIREAT',
  'Sets the moment at which a key expires, in seconds of Unix time.',
  '1.2.0',
  unixTime('unix-time-seconds'),
  SECOND_MS,
  false,
);

export const pexpireat = defineExpire(
  'PEXPIREAT',
  'Sets the moment at which a key expires, in milliseconds of Unix time.',
  '2.6.0',
  unixTime('unix-time-milliseconds'),
  MILLISECOND_MS,
  false,
);

export const persist = defineCommand({
  name: 'PERSIST',
  summary: 'Lets a key live for ever.',
  group: 'generic',
  since: '2.2.0',
  complexity: 'O(1)',
  flags: WRITE | FAST,
  args: [key('key', RW | UPDATE)],
  run(context, argv, reply) {
    const entry = context.writeAny(argv, 1);
    if (entry === NONE || !context.db.persist(entry)) {
      reply.integer(0);
      return;
    }
    context.changed(PERSIST, argv, 1);
    reply.integer(1);
  },
});
