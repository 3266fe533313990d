/** SCARD, SISMEMBER, SMISMEMBER, SMEMBERS, SSCAN: what a set holds. */
import { TYPE_SET } from '../../engine/entry.js';
import type { SetCursor } from '../../engine/types/set/set-cursor.js';
import { key, many, string } from '../arguments.js';
import { defineScan } from '../collection-scan.js';
import { defineCommand } from '../define.js';
import { ACCESS, FAST, READONLY, RO } from '../flags.js';

export const scard = defineCommand({
  name: 'SCARD',
  summary: 'Returns the number of members in a set.',
  group: 'set',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO)],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_SET);
    reply.integer(entry === 0 ? 0 : context.sets.length(entry));
  },
});

export const sismember = defineCommand({
  name: 'SISMEMBER',
  summary: 'Determines whether a member belongs to a set.',
  group: 'set',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO), string('member')],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_SET);
    const isThere = entry !== 0 && context.sets.has(entry, argv.bytes, argv.starts[2], argv.ends[2]);
    reply.integer(isThere ? 1 : 0);
  },
});

export const smismember = defineCommand({
  name: 'SMISMEMBER',
  summary: 'Determines whether multiple members belong to a set.',
  group: 'set',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of elements being checked for membership',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), many(string('member'))],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_SET);
    reply.array(argv.count - 2);
    for (let index = 2; index < argv.count; index++) {
      const isThere =
        entry !== 0 && context.sets.has(entry, argv.bytes, argv.starts[index], argv.ends[index]);
      reply.integer(isThere ? 1 : 0);
    }
  },
});

export const smembers = defineCommand({
  name: 'SMEMBERS',
  summary: 'Returns all members of a set.',
  group: 'set',
  since: '1.0.0',
  complexity: 'O(N) where N is the set cardinality.',
  flags: READONLY,
  args: [key('key', RO | ACCESS)],
  tips: ['nondeterministic_output_order'],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_SET);
    reply.set(entry === 0 ? 0 : context.sets.length(entry));
    if (entry === 0) return;
    const cursor = context.sets.all(entry);
    const { member } = cursor;
    while (cursor.next()) reply.bulk(member.bytes, member.start, member.end);
  },
});

export const sscan = defineScan<SetCursor>({
  name: 'SSCAN',
  summary: 'Iterates over the members of a set.',
  group: 'set',
  type: TYPE_SET,
  start: ({ sets }, entry, position, count) => sets.scan(entry, position, count),
  nameOf: ({ member }) => member,
});
