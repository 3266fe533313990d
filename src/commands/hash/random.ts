/** HRANDFIELD: fields by chance. */
import { TYPE_HASH } from '../../engine/entry.js';
import type { HashCursor } from '../../engine/types/hash/hash-cursor.js';
import type { Reply } from '../../protocol/reply.js';
import { block, integer, key, optional, token } from '../arguments.js';
import { defineCommand } from '../define.js';
import { OUT_OF_RANGE, SYNTAX_ERROR } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';
import { parseSampleCount, replyRepeatedly } from '../sample-count.js';

/** More than this, doubled for the values, would leave the range of a reply's count. */
const PAIR_COUNT_MAX = 2 ** 62;

function replyOne(reply: Reply, cursor: HashCursor, withValues: boolean): void {
  const { field, value } = cursor;
  if (withValues && reply.resp > 2) reply.array(2);
  reply.bulk(field.bytes, field.start, field.end);
  if (withValues) reply.bulk(value.bytes, value.start, value.end);
}

export const hrandfield = defineCommand({
  name: 'HRANDFIELD',
  summary: 'Returns one or more random fields of a hash.',
  group: 'hash',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of fields returned',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    optional(block('options', integer('count'), optional(token('WITHVALUES')))),
  ],
  tips: ['nondeterministic_output'],
  run(context, argv, reply) {
    const { hashes } = context;
    if (argv.count === 2) {
      const entry = context.read(argv, 1, TYPE_HASH);
      if (entry === 0) reply.null();
      else replyOne(reply, hashes.random(entry), false);
      return;
    }
    const count = parseSampleCount(argv, 2);
    if (argv.count > 4 || (argv.count === 4 && !argv.is(3, 'WITHVALUES'))) throw SYNTAX_ERROR;
    const withValues = argv.count === 4;
    if (withValues && Math.abs(count) >= PAIR_COUNT_MAX) throw OUT_OF_RANGE;
    const entry = context.read(argv, 1, TYPE_HASH);
    if (entry === 0 || count === 0) {
      reply.array(0);
      return;
    }
    const shown = count < 0 ? -count : Math.min(count, hashes.length(entry));
    reply.array(withValues && reply.resp === 2 ? shown * 2 : shown);
    if (count < 0) {
      replyRepeatedly(reply, shown, () => replyOne(reply, hashes.random(entry), withValues));
    } else {
      const cursor = hashes.sample(entry, shown);
      while (cursor.next()) replyOne(reply, cursor, withValues);
    }
  },
});
