/** EXISTS, TOUCH, TYPE: what is known of keys without looking into them. */
import { NONE } from '../../engine/arena.js';
import { TYPE_NAMES, typeOf } from '../../engine/entry.js';
import { key, many } from '../arguments.js';
import { defineCommand } from '../define.js';
import { FAST, READONLY, RO } from '../flags.js';

export const exists = defineCommand({
  name: 'EXISTS',
  summary: 'Tells how many of the given keys exist.',
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of keys to check.',
  flags: READONLY | FAST,
  args: [many(key('key', RO))],
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  history: [['3.0.3', 'Accepts multiple `key` arguments.']],
  run(context, argv, reply) {
    let count = 0;
    for (let index = 1; index < argv.count; index++) {
      if (context.peek(argv, index) !== NONE) count++;
    }
    reply.integer(count);
  },
});

export const touch = defineCommand({
  name: 'TOUCH',
  summary: 'Marks keys as used now, and tells how many of them exist.',
  group: 'generic',
  since: '3.2.1',
  complexity: 'O(N) where N is the number of keys that will be touched.',
  flags: READONLY | FAST,
  args: [many(key('key', RO))],
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  run(context, argv, reply) {
    let count = 0;
    for (let index = 1; index < argv.count; index++) {
      const entry = context.peek(argv, index);
      if (entry === NONE) continue;
      // Also for a client whose reads don't count.
      context.db.touch(entry);
      count++;
    }
    reply.integer(count);
  },
});

export const type = defineCommand({
  name: 'TYPE',
  summary: 'Tells the type of the value of a key.',
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO)],
  run(context, argv, reply) {
    const entry = context.peek(argv, 1);
    reply.simple(entry === NONE ? 'none' : TYPE_NAMES[typeOf(context.arena, entry)]);
  },
});
