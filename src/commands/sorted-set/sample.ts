/** ZRANDMEMBER and ZSCAN: members by chance, and piece by piece. */

import { formatDouble17, isShortDouble } from '../../base/double.js';
import { TYPE_ZSET } from '../../engine/entry.js';
import type { SortedSetCursor } from '../../engine/types/zset/sorted-set-cursor.js';
import { block, integer, key, optional, token } from '../arguments.js';
import { defineScan } from '../collection-scan.js';
import { defineCommand } from '../define.js';
import { OUT_OF_RANGE, SYNTAX_ERROR } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';
import { parseSampleCount, replyRepeatedly } from '../sample-count.js';
import { replyCount, replyMember } from './replies.js';

/** More than this, doubled for the scores, would leave the range of a reply's count. */
const PAIR_COUNT_MAX = 2 ** 62;

export const zrandmember = defineCommand({
  name: 'ZRANDMEMBER',
  summary: 'Returns one or more random members of a sorted set.',
  group: 'sorted-set',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of members returned',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    optional(block('options', integer('count'), optional(token('WITHSCORES')))),
  ],
  tips: ['nondeterministic_output'],
  run(context, argv, reply) {
    const { sortedSets } = context;
    if (argv.count === 2) {
      const entry = context.read(argv, 1, TYPE_ZSET);
      if (entry === 0) reply.null();
      else replyMember(reply, sortedSets.random(entry), false);
      return;
    }
    const count = parseSampleCount(argv, 2);
    if (argv.count > 4 || (argv.count === 4 && !argv.is(3, 'WITHSCORES'))) throw SYNTAX_ERROR;
    const withScores = argv.count === 4;
    if (withScores && Math.abs(count) >= PAIR_COUNT_MAX) throw OUT_OF_RANGE;
    const entry = context.read(argv, 1, TYPE_ZSET);
    if (entry === 0 || count === 0) {
      reply.array(0);
      return;
    }
    const shown = count < 0 ? -count : Math.min(count, sortedSets.length(entry));
    replyCount(reply, shown, withScores);
    if (count < 0) {
      replyRepeatedly(reply, shown, () => replyMember(reply, sortedSets.random(entry), withScores));
    } else {
      const cursor = sortedSets.sample(entry, shown);
      while (cursor.next()) replyMember(reply, cursor, withScores);
    }
  },
});

/** Redis prints the scores of a large set with 17 digits, those of a small one as they are stored. */
export const zscan = defineScan<SortedSetCursor>({
  name: 'ZSCAN',
  summary: 'Iterates over the members and scores of a sorted set.',
  group: 'sorted-set',
  type: TYPE_ZSET,
  start: ({ sortedSets }, entry, position, count) => sortedSets.scan(entry, position, count),
  nameOf: ({ member }) => member,
  replyValue: ({ score }, reply, { sortedSets }, entry) => {
    if (isShortDouble(score) || !sortedSets.isLarge(entry)) reply.bulkDouble(score);
    else reply.bulkLatin1(formatDouble17(score));
  },
});
