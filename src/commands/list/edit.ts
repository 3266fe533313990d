/** LSET, LINSERT, LREM, LTRIM: changes in the midst of a list. */
import { TYPE_LIST } from '../../engine/entry.js';
import { integer, key, oneOf, string, token } from '../arguments.js';
import { defineCommand } from '../define.js';
import { INDEX_OUT_OF_RANGE, NO_SUCH_KEY, SYNTAX_ERROR } from '../errors.js';
import { DELETE, DENYOOM, INSERT, RW, UPDATE, WRITE } from '../flags.js';
import { removeIfEmpty } from './ends.js';
import { LINSERT, LREM, LSET, LTRIM } from './events.js';

export const lset = defineCommand({
  name: 'LSET',
  summary: 'Sets the value of an element in a list by its index.',
  group: 'list',
  since: '1.0.0',
  complexity:
    'O(N) where N is the length of the list. Setting either the first or the last element of the list is O(1).',
  flags: WRITE | DENYOOM,
  args: [key('key', RW | UPDATE), integer('index'), string('element')],
  run(context, argv, reply) {
    const { bytes, starts, ends } = argv;
    const entry = context.write(argv, 1, TYPE_LIST);
    if (entry === 0) throw NO_SUCH_KEY;
    if (!context.lists.set(entry, argv.integer(2), bytes, starts[3], ends[3])) throw INDEX_OUT_OF_RANGE;
    context.changed(LSET, argv, 1);
    reply.ok();
  },
});

export const linsert = defineCommand({
  name: 'LINSERT',
  summary: 'Inserts an element before or after another element in a list.',
  group: 'list',
  since: '2.2.0',
  complexity:
    'O(N) where N is the number of elements to traverse before seeing the value pivot. This means that inserting somewhere on the left end on the list (head) can be considered O(1) and inserting somewhere on the right end (tail) is O(N).',
  flags: WRITE | DENYOOM,
  args: [
    key('key', RW | INSERT),
    oneOf('where', token('BEFORE'), token('AFTER')),
    string('pivot'),
    string('element'),
  ],
  run(context, argv, reply) {
    const { bytes, starts, ends } = argv;
    const before = argv.is(2, 'BEFORE');
    if (!before && !argv.is(2, 'AFTER')) throw SYNTAX_ERROR;
    const entry = context.write(argv, 1, TYPE_LIST);
    if (entry === 0) {
      reply.integer(0);
      return;
    }
    if (!context.lists.insert(entry, before, bytes, starts[3], ends[3], bytes, starts[4], ends[4])) {
      reply.integer(-1);
      return;
    }
    context.changed(LINSERT, argv, 1);
    reply.integer(context.lists.length(entry));
  },
});

export const lrem = defineCommand({
  name: 'LREM',
  summary: 'Removes elements from a list that equal a value.',
  group: 'list',
  since: '1.0.0',
  complexity: 'O(N+M) where N is the length of the list and M is the number of elements removed.',
  flags: WRITE,
  args: [key('key', RW | DELETE), integer('count'), string('element')],
  run(context, argv, reply) {
    const { bytes, starts, ends } = argv;
    const count = argv.integer(2);
    const entry = context.write(argv, 1, TYPE_LIST);
    const removed = entry === 0 ? 0 : context.lists.remove(entry, count, bytes, starts[3], ends[3]);
    if (removed > 0) {
      context.changedMany(removed, LREM, argv, 1);
      removeIfEmpty(context, argv, 1, entry);
    }
    reply.integer(removed);
  },
});

export const ltrim = defineCommand({
  name: 'LTRIM',
  summary: 'Removes elements from both ends of a list: those outside of a range.',
  group: 'list',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of elements to be removed by the operation.',
  flags: WRITE,
  args: [key('key', RW | DELETE), integer('start'), integer('stop')],
  run(context, argv, reply) {
    const start = argv.integer(2);
    const stop = argv.integer(3);
    const entry = context.write(argv, 1, TYPE_LIST);
    if (entry !== 0) {
      const length = context.lists.length(entry);
      const first = Math.max(0, start < 0 ? start + length : start);
      const last = Math.min(length - 1, stop < 0 ? stop + length : stop);
      if (first > last) context.lists.dropMany(entry, true, length);
      else context.lists.trim(entry, first, last - first + 1);
      context.changedMany(length - context.lists.length(entry), LTRIM, argv, 1);
      removeIfEmpty(context, argv, 1, entry);
    }
    reply.ok();
  },
});
