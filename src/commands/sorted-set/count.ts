/** ZCOUNT and ZLEXCOUNT: how many members a range has. */
import { TYPE_ZSET } from '../../engine/entry.js';
import { double, key, string } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, FAST, READONLY, RO } from '../flags.js';
import { parseNameBound, parseScoreBound, spanLength, spanOfNames, spanOfScores } from './range-spec.js';

const COMPLEXITY = 'O(log(N)) with N being the number of elements in the sorted set.';

export const zcount = defineCommand({
  name: 'ZCOUNT',
  summary: 'Returns the number of members with scores within a range.',
  group: 'sorted-set',
  since: '2.0.0',
  complexity: COMPLEXITY,
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), double('min'), double('max')],
  run(context, argv, reply) {
    const min = parseScoreBound(argv, 2);
    const max = parseScoreBound(argv, 3);
    const entry = context.read(argv, 1, TYPE_ZSET);
    reply.integer(entry === 0 ? 0 : spanLength(spanOfScores(context.sortedSets, entry, min, max)));
  },
});

export const zlexcount = defineCommand({
  name: 'ZLEXCOUNT',
  summary: 'Returns the number of members within a range of names.',
  group: 'sorted-set',
  since: '2.8.9',
  complexity: COMPLEXITY,
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), string('min'), string('max')],
  run(context, argv, reply) {
    const min = parseNameBound(argv, 2);
    const max = parseNameBound(argv, 3);
    const entry = context.read(argv, 1, TYPE_ZSET);
    reply.integer(entry === 0 ? 0 : spanLength(spanOfNames(context.sortedSets, entry, min, max)));
  },
});
