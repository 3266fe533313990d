/** ZCARD, ZSCORE, ZMSCORE, ZRANK, ZREVRANK: single members, and how many there are. */
import { TYPE_ZSET } from '../../engine/entry.js';
import { key, many, optional, since, string, token } from '../arguments.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR, wrongArity } from '../errors.js';
import { ACCESS, FAST, READONLY, RO } from '../flags.js';

export const zcard = defineCommand({
  name: 'ZCARD',
  summary: 'Returns the number of members in a sorted set.',
  group: 'sorted-set',
  since: '1.2.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO)],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_ZSET);
    reply.integer(entry === 0 ? 0 : context.sortedSets.length(entry));
  },
});

export const zscore = defineCommand({
  name: 'ZSCORE',
  summary: 'Returns the score of a member in a sorted set.',
  group: 'sorted-set',
  since: '1.2.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), string('member')],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_ZSET);
    const score =
      entry === 0 ? Number.NaN : context.sortedSets.score(entry, argv.bytes, argv.starts[2], argv.ends[2]);
    if (Number.isNaN(score)) reply.null();
    else reply.double(score);
  },
});

export const zmscore = defineCommand({
  name: 'ZMSCORE',
  summary: 'Returns the scores of members in a sorted set.',
  group: 'sorted-set',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of members being requested.',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), many(string('member'))],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_ZSET);
    reply.array(argv.count - 2);
    for (let index = 2; index < argv.count; index++) {
      const score =
        entry === 0
          ? Number.NaN
          : context.sortedSets.score(entry, argv.bytes, argv.starts[index], argv.ends[index]);
      if (Number.isNaN(score)) reply.null();
      else reply.double(score);
    }
  },
});

const ranking = (name: string, isReverse: boolean, summary: string) => {
  const tooMany = wrongArity(name.toLowerCase());
  return defineCommand({
    name,
    summary,
    group: 'sorted-set',
    since: '2.0.0',
    complexity: 'O(log(N))',
    flags: READONLY | FAST,
    args: [key('key', RO | ACCESS), string('member'), optional(since('7.2.0', token('WITHSCORE')))],
    history: [['7.2.0', 'Added the optional `WITHSCORE` argument.']],
    run(context, argv, reply) {
      const { sortedSets } = context;
      if (argv.count > 4) throw tooMany;
      const withScore = argv.count === 4;
      if (withScore && !argv.is(3, 'WITHSCORE')) throw SYNTAX_ERROR;
      const entry = context.read(argv, 1, TYPE_ZSET);
      const rank = entry === 0 ? -1 : sortedSets.rank(entry, argv.bytes, argv.starts[2], argv.ends[2]);
      if (rank < 0) {
        if (withScore) reply.nullArray();
        else reply.null();
        return;
      }
      if (withScore) reply.array(2);
      reply.integer(isReverse ? sortedSets.length(entry) - 1 - rank : rank);
      if (withScore) reply.double(sortedSets.foundScore);
    },
  });
};

export const zrank = ranking('ZRANK', false, 'Returns the index of a member, ordered by ascending scores.');
export const zrevrank = ranking(
  'ZREVRANK',
  true,
  'Returns the index of a member, ordered by descending scores.',
);
