/** HSCAN: a hash, piece by piece. */
import { TYPE_HASH } from '../../engine/entry.js';
import { integer, key, optional, pattern, withToken } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, READONLY, RO } from '../flags.js';
import { parseCursor, ScanOptions } from '../scan-options.js';

const options = new ScanOptions();

export const hscan = defineCommand({
  name: 'HSCAN',
  summary: 'Iterates over the fields and values of a hash.',
  group: 'hash',
  since: '2.8.0',
  complexity:
    'O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    integer('cursor'),
    optional(withToken('MATCH', pattern('pattern'))),
    optional(withToken('COUNT', integer('count'))),
  ],
  tips: ['nondeterministic_output'],
  run(context, argv, reply) {
    const position = parseCursor(argv, 2);
    const entry = context.read(argv, 1, TYPE_HASH);
    reply.array(2);
    if (entry === 0) {
      reply.bulkInteger(0);
      reply.array(0);
      return;
    }
    options.parse(argv, 3, false);
    const cursor = context.hashes.scan(entry, position, options.count);
    const { field, value } = cursor;
    reply.bulkInteger(cursor.position);
    const mark = reply.beginDeferred();
    let count = 0;
    while (cursor.next()) {
      if (!options.matches(field.bytes, field.start, field.end)) continue;
      reply.bulk(field.bytes, field.start, field.end);
      reply.bulk(value.bytes, value.start, value.end);
      count += 2;
    }
    reply.endDeferredArray(mark, count);
  },
});
