/** ZRANGE and its relatives, which reply with a range; ZRANGESTORE, which stores one. */
import type { Argument } from '../arguments.js';
import {
  block,
  double,
  integer,
  key,
  oneOf,
  optional,
  since,
  string,
  token,
  withToken,
} from '../arguments.js';
import type { Context } from '../context.js';
import { type CommandDeclaration, defineCommand } from '../define.js';
import { ACCESS, DENYOOM, OW, READONLY, RO, UPDATE, WRITE } from '../flags.js';
import { storeResult } from '../stored-result.js';
import { ZRANGESTORE } from './events.js';
import { parseRange, type RangeCommand, type RangeRequest, resolveRange } from './range-request.js';
import { BY_LEX, BY_RANK, BY_SCORE } from './range-spec.js';
import { replyCount, replyMember } from './replies.js';

const COMPLEXITY =
  'O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.';
const KEY = key('key', RO | ACCESS);
const WITHSCORES = optional(token('WITHSCORES'));
const LIMIT = optional(withToken('LIMIT', block('limit', integer('offset'), integer('count'))));

const ranging = (
  command: RangeCommand,
  declaration: Omit<CommandDeclaration, 'run' | 'group' | 'complexity' | 'flags'>,
) =>
  defineCommand({
    ...declaration,
    group: 'sorted-set',
    complexity: COMPLEXITY,
    flags: READONLY,
    run(context, argv, reply) {
      const request = parseRange(argv, command);
      const { entry, rank, count } = resolveRange(context, argv, command.keyAt, request);
      replyCount(reply, count, request.withScores);
      if (count === 0) return;
      const cursor = context.sortedSets.range(entry, rank, count, request.isReverse);
      while (cursor.next()) replyMember(reply, cursor, request.withScores);
    },
  });

const deprecated = (arguments_: string) => ({
  since: '6.2.0',
  replacedBy: `\`ZRANGE\` with the ${arguments_}`,
});

export const zrange = ranging(
  { by: null, isReverse: null, keyAt: 1, takesScores: true },
  {
    name: 'ZRANGE',
    summary: 'Returns members in a sorted set within a range of indexes, scores or names.',
    since: '1.2.0',
    args: [
      KEY,
      string('start'),
      string('stop'),
      optional(since('6.2.0', oneOf('sortby', token('BYSCORE'), token('BYLEX')))),
      optional(since('6.2.0', token('REV'))),
      optional(since('6.2.0', withToken('LIMIT', block('limit', integer('offset'), integer('count'))))),
      WITHSCORES,
    ],
    history: [['6.2.0', 'Added the `REV`, `BYSCORE`, `BYLEX` and `LIMIT` options.']],
  },
);

export const zrevrange = ranging(
  { by: BY_RANK, isReverse: true, keyAt: 1, takesScores: true },
  {
    name: 'ZREVRANGE',
    summary: 'Returns members in a sorted set within a range of indexes, in reverse order.',
    since: '1.2.0',
    args: [KEY, integer('start'), integer('stop'), WITHSCORES],
    deprecated: deprecated('`REV` argument'),
  },
);

const byScore = (
  name: string,
  isReverse: boolean,
  since_: string,
  args: Argument[],
  instead: string,
  change: readonly [since: string, change: string],
) =>
  ranging(
    { by: BY_SCORE, isReverse, keyAt: 1, takesScores: true },
    {
      name,
      summary: `Returns members in a sorted set within a range of scores${isReverse ? ', in reverse order' : ''}.`,
      since: since_,
      args: [KEY, ...args, LIMIT],
      deprecated: deprecated(instead),
      history: [change],
    },
  );

const byName = (name: string, isReverse: boolean, bounds: Argument[], instead: string) =>
  ranging(
    { by: BY_LEX, isReverse, keyAt: 1, takesScores: true },
    {
      name,
      summary: `Returns members in a sorted set within a range of names${isReverse ? ', in reverse order' : ''}.`,
      since: '2.8.9',
      args: [KEY, ...bounds, LIMIT],
      deprecated: deprecated(instead),
    },
  );

export const zrangebyscore = byScore(
  'ZRANGEBYSCORE',
  false,
  '1.0.5',
  [double('min'), double('max'), since('2.0.0', WITHSCORES)],
  '`BYSCORE` argument',
  ['2.0.0', 'Added the `WITHSCORES` modifier.'],
);
export const zrevrangebyscore = byScore(
  'ZREVRANGEBYSCORE',
  true,
  '2.2.0',
  [double('max'), double('min'), WITHSCORES],
  '`REV` and `BYSCORE` arguments',
  ['2.1.6', '`min` and `max` can be exclusive.'],
);
export const zrangebylex = byName('ZRANGEBYLEX', false, [string('min'), string('max')], '`BYLEX` argument');
export const zrevrangebylex = byName(
  'ZREVRANGEBYLEX',
  true,
  [string('max'), string('min')],
  '`REV` and `BYLEX` arguments',
);

const STORE: RangeCommand = { by: null, isReverse: null, keyAt: 2, takesScores: false };

/** @returns a temporary sorted set */
function copyRange(
  { sortedSets }: Context,
  entry: number,
  rank: number,
  count: number,
  { by, isReverse }: RangeRequest,
): number {
  if (count === 0) return sortedSets.createTemporary();
  const cursor = sortedSets.range(entry, rank, count, isReverse);
  const { member } = cursor;
  if (sortedSets.fitsListpack(count, 0)) {
    const result = sortedSets.createTemporary();
    while (cursor.next()) sortedSets.add(result, cursor.score, 0, member.bytes, member.start, member.end);
    return result;
  }
  const { build } = sortedSets;
  // Redis packs the first ones where it doesn't know how many will come. Packed, a sorted set has no -0.
  let isPacked = by !== BY_RANK;
  build.begin();
  for (let added = 1; cursor.next(); added++) {
    isPacked &&= sortedSets.fitsListpack(added, member.end - member.start);
    build.addNew(isPacked ? cursor.score + 0 : cursor.score, member);
  }
  return build.end();
}

export const zrangestore = defineCommand({
  name: 'ZRANGESTORE',
  summary: 'Stores a range of members of a sorted set in a key.',
  group: 'sorted-set',
  since: '6.2.0',
  complexity:
    'O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements stored into the destination key.',
  flags: WRITE | DENYOOM,
  args: [
    key('dst', OW | UPDATE),
    key('src', RO | ACCESS),
    string('min'),
    string('max'),
    optional(oneOf('sortby', token('BYSCORE'), token('BYLEX'))),
    optional(token('REV')),
    LIMIT,
  ],
  run(context, argv, reply) {
    const { sortedSets } = context;
    const request = parseRange(argv, STORE);
    const { entry, rank, count } = resolveRange(context, argv, 2, request);
    const result = copyRange(context, entry, rank, count, request);
    storeResult(context, argv, result, sortedSets.length(result), ZRANGESTORE, reply);
  },
});
