/** ZPOPMIN, ZPOPMAX, ZMPOP, and their waiting forms: the members at one end go out. */
import { TYPE_ZSET } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import {
  countedKeys,
  double,
  integer,
  key,
  keysFrom,
  many,
  oneOf,
  optional,
  token,
  withToken,
} from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { OUT_OF_RANGE_POSITIVE, SYNTAX_ERROR } from '../errors.js';
import { ACCESS, BLOCKING, DELETE, FAST, RW, WRITE } from '../flags.js';
import { argumentRange, type MultiPop, parseMultiPop } from '../multi-pop.js';
import { timeoutMs } from '../timeout.js';
import { popEvent } from './events.js';
import { membersRemoved } from './replies.js';

const KEY_FLAGS = RW | ACCESS | DELETE;

/** MIN or MAX. @returns true for MIN */
function isMin(argv: Argv, index: number): boolean {
  if (argv.is(index, 'MIN')) return true;
  if (argv.is(index, 'MAX')) return false;
  throw SYNTAX_ERROR;
}

/** Replies with members and scores from one end, and removes them; the array's count is the caller's. */
function pop(
  context: Context,
  argv: Argv,
  index: number,
  entry: number,
  isMax: boolean,
  count: number,
  isNested: boolean,
  reply: Reply,
): void {
  const { sortedSets } = context;
  const length = sortedSets.length(entry);
  const cursor = sortedSets.range(entry, isMax ? length - 1 : 0, count, isMax);
  const { member } = cursor;
  while (cursor.next()) {
    if (isNested) reply.array(2);
    reply.bulk(member.bytes, member.start, member.end);
    reply.double(cursor.score);
  }
  sortedSets.removeRange(entry, isMax ? length - count : 0, count);
  membersRemoved(context, argv, index, entry, popEvent(isMax), count);
}

/**
 * Of a pop that may have waited, or looked at several keys: what it did to the one that it popped from.
 * @param count 0: one member, and no word about it
 */
function propagatePop(context: Context, argv: Argv, index: number, isMax: boolean, count: number): void {
  const { propagation } = context.services;
  if (!propagation.isWanted) return;
  const effect = propagation.begin(context.db, count === 0 ? 2 : 3).word(isMax ? 'ZPOPMAX' : 'ZPOPMIN');
  effect.argument(argv, index);
  if (count > 0) effect.integer(count);
}

const popping = (name: string, isMax: boolean, summary: string) =>
  defineCommand({
    name,
    summary,
    group: 'sorted-set',
    since: '5.0.0',
    complexity:
      'O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.',
    flags: WRITE | FAST,
    args: [key('key', KEY_FLAGS), optional(integer('count'))],
    run(context, argv, reply) {
      if (argv.count > 3) throw SYNTAX_ERROR;
      const hasCount = argv.count === 3;
      const wanted = hasCount ? argv.integer(2, OUT_OF_RANGE_POSITIVE) : 1;
      if (wanted < 0) throw OUT_OF_RANGE_POSITIVE;
      const entry = context.write(argv, 1, TYPE_ZSET);
      if (entry === 0 || wanted === 0) {
        reply.array(0);
        return;
      }
      const count = Math.min(wanted, context.sortedSets.length(entry));
      const isNested = hasCount && reply.resp > 2;
      reply.array(isNested ? count : count * 2);
      pop(context, argv, 1, entry, isMax, count, isNested, reply);
    },
  });

export const zpopmin = popping('ZPOPMIN', false, 'Removes and returns the members with the lowest scores.');
export const zpopmax = popping('ZPOPMAX', true, 'Removes and returns the members with the highest scores.');

/**
 * Pops from the first of the keys that holds a sorted set.
 * @param uses of the key that this counts as: the waiting forms look which one it is, and then pop
 * @returns false when none does
 */
function popFirst(context: Context, argv: Argv, request: MultiPop, uses: 1 | 2, reply: Reply): boolean {
  for (let index = request.firstKey; index < request.firstKey + request.keyCount; index++) {
    const entry = context.write(argv, index, TYPE_ZSET);
    if (entry === 0) continue;
    if (uses === 2) context.db.useAgain(entry);
    const count = Math.min(request.count, context.sortedSets.length(entry));
    reply.array(2);
    reply.bulk(argv.bytes, argv.starts[index], argv.ends[index]);
    reply.array(count);
    pop(context, argv, index, entry, !request.isFirstEnd, count, true, reply);
    propagatePop(context, argv, index, !request.isFirstEnd, count);
    return true;
  }
  return false;
}

const MULTI_POP_COMPLEXITY =
  'O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped.';
const MULTI_POP_ARGUMENTS = [
  integer('numkeys'),
  many(key('key', KEY_FLAGS)),
  oneOf('where', token('MIN'), token('MAX')),
  optional(withToken('COUNT', integer('count'))),
];

export const zmpop = defineCommand({
  name: 'ZMPOP',
  summary:
    'Removes and returns members with the highest or lowest scores from the first set that is not empty.',
  group: 'sorted-set',
  since: '7.0.0',
  complexity: MULTI_POP_COMPLEXITY,
  flags: WRITE,
  args: MULTI_POP_ARGUMENTS,
  keySpecs: [countedKeys(1, KEY_FLAGS)],
  run(context, argv, reply) {
    if (!popFirst(context, argv, parseMultiPop(argv, 1, isMin), 1, reply)) reply.nullArray();
  },
});

export const bzmpop = defineCommand({
  name: 'BZMPOP',
  summary: 'Removes and returns members from the first sorted set that is not empty, and waits for one.',
  group: 'sorted-set',
  since: '7.0.0',
  complexity: MULTI_POP_COMPLEXITY,
  flags: WRITE | BLOCKING,
  args: [double('timeout'), ...MULTI_POP_ARGUMENTS],
  keySpecs: [countedKeys(2, KEY_FLAGS)],
  run(context, argv, reply) {
    const request = parseMultiPop(argv, 2, isMin);
    const waitMs = timeoutMs(argv, 1, context.nowMs);
    if (popFirst(context, argv, request, 2, reply)) return;
    const { blocking } = context.services;
    if (!blocking.canBlock) {
      reply.nullArray();
      return;
    }
    const keys = argumentRange(request.firstKey, request.keyCount);
    blocking.waitForKeys(argv, { keys, type: TYPE_ZSET, wakesWhenGone: false }, waitMs);
  },
});

const waitingPop = (name: string, isMax: boolean, summary: string) =>
  defineCommand({
    name,
    summary,
    group: 'sorted-set',
    since: '5.0.0',
    complexity: 'O(log(N)) with N being the number of elements in the sorted set.',
    flags: WRITE | BLOCKING | FAST,
    args: [many(key('key', KEY_FLAGS)), double('timeout')],
    keySpecs: [keysFrom(1, KEY_FLAGS, 1, -2)],
    history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
    run(context, argv, reply) {
      const last = argv.count - 1;
      const waitMs = timeoutMs(argv, last, context.nowMs);
      for (let index = 1; index < last; index++) {
        const entry = context.write(argv, index, TYPE_ZSET);
        if (entry === 0) continue;
        // Which one it is was looked for first.
        context.db.useAgain(entry);
        reply.array(3);
        reply.bulk(argv.bytes, argv.starts[index], argv.ends[index]);
        pop(context, argv, index, entry, isMax, 1, false, reply);
        propagatePop(context, argv, index, isMax, 0);
        return;
      }
      const { blocking } = context.services;
      if (!blocking.canBlock) {
        reply.nullArray();
        return;
      }
      const keys = argumentRange(1, last - 1);
      blocking.waitForKeys(argv, { keys, type: TYPE_ZSET, wakesWhenGone: false }, waitMs);
    },
  });

export const bzpopmin = waitingPop(
  'BZPOPMIN',
  false,
  'Removes and returns the member with the lowest score, and waits for one.',
);
export const bzpopmax = waitingPop(
  'BZPOPMAX',
  true,
  'Removes and returns the member with the highest score, and waits for one.',
);
