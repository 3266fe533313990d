/** LPOS: where elements are. */
import { TYPE_LIST } from '../../engine/entry.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key, optional, string, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { NOT_AN_INTEGER, SYNTAX_ERROR } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';

const RANK_ZERO = new ReplyError(
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
);
const RANK_OUT_OF_RANGE = new ReplyError(
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
);
const COUNT_NEGATIVE = new ReplyError("ERR COUNT can't be negative");
const MAXLEN_NEGATIVE = new ReplyError("ERR MAXLEN can't be negative");
/** A rank of this can't be turned around. */
const INT64_LEAST = -(2n ** 63n);

interface Search {
  rank: number;
  /** -1: one element, replied without an array. */
  count: number;
  comparedMax: number;
}

function parseRank(argv: Argv, index: number): number {
  if (argv.bigInteger(index, NOT_AN_INTEGER) === INT64_LEAST) throw RANK_OUT_OF_RANGE;
  const rank = argv.integer(index);
  if (rank === 0) throw RANK_ZERO;
  return rank;
}

function parseSearch(argv: Argv): Search {
  const search: Search = { rank: 1, count: -1, comparedMax: 0 };
  for (let index = 3; index < argv.count; index += 2) {
    const hasValue = index + 1 < argv.count;
    if (hasValue && argv.is(index, 'RANK')) {
      search.rank = parseRank(argv, index + 1);
    } else if (hasValue && argv.is(index, 'COUNT')) {
      search.count = argv.integer(index + 1, COUNT_NEGATIVE);
      if (search.count < 0) throw COUNT_NEGATIVE;
    } else if (hasValue && argv.is(index, 'MAXLEN')) {
      search.comparedMax = argv.integer(index + 1, MAXLEN_NEGATIVE);
      if (search.comparedMax < 0) throw MAXLEN_NEGATIVE;
    } else {
      throw SYNTAX_ERROR;
    }
  }
  return search;
}

export const lpos = defineCommand({
  name: 'LPOS',
  summary: 'Returns the index of matching elements in a list.',
  group: 'list',
  since: '6.0.6',
  complexity:
    'O(N) where N is the number of elements in the list, for the average case. When searching for elements near the head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time.',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    string('element'),
    optional(withToken('RANK', integer('rank'))),
    optional(withToken('COUNT', integer('num-matches'))),
    optional(withToken('MAXLEN', integer('len'))),
  ],
  run(context, argv, reply) {
    const { rank, count, comparedMax } = parseSearch(argv);
    const entry = context.read(argv, 1, TYPE_LIST);
    const mark = reply.beginDeferred();
    let found = 0;
    if (entry !== 0) {
      const most = comparedMax === 0 ? Number.POSITIVE_INFINITY : comparedMax;
      const { bytes, starts, ends } = argv;
      const cursor = context.lists.search(entry, bytes, starts[2], ends[2], rank < 0, most);
      const wanted = count === -1 ? 1 : count === 0 ? Number.POSITIVE_INFINITY : count;
      let skipped = Math.abs(rank) - 1;
      while (found < wanted && cursor.next()) {
        if (skipped-- > 0) continue;
        reply.integer(cursor.index);
        found++;
      }
    }
    if (count !== -1) reply.endDeferredArray(mark, found);
    else if (found === 0) reply.null();
  },
});
