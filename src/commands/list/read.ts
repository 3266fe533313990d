/** LLEN, LINDEX, LRANGE: what a list holds. */
import { TYPE_LIST } from '../../engine/entry.js';
import { integer, key } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, FAST, READONLY, RO } from '../flags.js';

export const llen = defineCommand({
  name: 'LLEN',
  summary: 'Returns the length of a list.',
  group: 'list',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO)],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_LIST);
    reply.integer(entry === 0 ? 0 : context.lists.length(entry));
  },
});

export const lindex = defineCommand({
  name: 'LINDEX',
  summary: 'Returns an element of a list by its index.',
  group: 'list',
  since: '1.0.0',
  complexity:
    'O(N) where N is the number of elements to traverse to get to the element at index. This makes asking for the first or the last element of the list O(1).',
  flags: READONLY,
  args: [key('key', RO | ACCESS), integer('index')],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_LIST);
    if (entry === 0) {
      reply.null();
      return;
    }
    const view = context.lists.get(entry, argv.integer(2));
    if (view === null) reply.null();
    else reply.bulk(view.bytes, view.start, view.end);
  },
});

export const lrange = defineCommand({
  name: 'LRANGE',
  summary: 'Returns the elements of a list between two indexes.',
  group: 'list',
  since: '1.0.0',
  complexity:
    'O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or TAIL) for large lists; and N is the number of elements in the specified range.',
  flags: READONLY,
  args: [key('key', RO | ACCESS), integer('start'), integer('stop')],
  run(context, argv, reply) {
    const start = argv.integer(2);
    const stop = argv.integer(3);
    const entry = context.read(argv, 1, TYPE_LIST);
    if (entry === 0) {
      reply.array(0);
      return;
    }
    const length = context.lists.length(entry);
    const first = Math.max(0, start < 0 ? start + length : start);
    const last = Math.min(length - 1, stop < 0 ? stop + length : stop);
    const count = Math.max(0, last - first + 1);
    reply.array(count);
    if (count === 0) return;
    const cursor = context.lists.range(entry, first, count, false);
    const { value } = cursor;
    while (cursor.next()) reply.bulk(value.bytes, value.start, value.end);
  },
});
