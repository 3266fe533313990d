/** DEL and UNLINK. Both take the key away at once; UNLINK leaves nearly all of a large value's memory for later. */
import { key, many } from '../arguments.js';
import { defineCommand } from '../define.js';
import { DEL } from '../events.js';
import { DELETE, FAST, RM, WRITE } from '../flags.js';

export const del = defineCommand({
  name: 'DEL',
  summary: 'Removes one or more keys.',
  group: 'generic',
  since: '1.0.0',
  complexity:
    'O(N) where N is the number of keys that will be removed. When a key to remove holds a value other than a string, the individual complexity for this key is O(M) where M is the number of elements in the list, set, sorted set or hash. Removing a single key that holds a string value is O(1).',
  flags: WRITE,
  args: [many(key('key', RM | DELETE))],
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  run(context, argv, reply) {
    let count = 0;
    for (let index = 1; index < argv.count; index++) {
      if (!context.db.remove(argv.bytes, argv.starts[index], argv.ends[index])) continue;
      context.changed(DEL, argv, index);
      count++;
    }
    reply.integer(count);
  },
});

export const unlink = defineCommand({
  name: 'UNLINK',
  summary: 'Removes one or more keys and frees their memory in the background.',
  group: 'generic',
  since: '4.0.0',
  complexity:
    'O(1) for each key removed regardless of its size. Then the command does O(N) work in a different thread in order to reclaim memory, where N is the number of allocations the deleted objects where composed of.',
  flags: WRITE | FAST,
  args: [many(key('key', RM | DELETE))],
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  run(context, argv, reply) {
    let count = 0;
    for (let index = 1; index < argv.count; index++) {
      if (!context.db.unlink(argv.bytes, argv.starts[index], argv.ends[index])) continue;
      context.changed(DEL, argv, index);
      count++;
    }
    reply.integer(count);
  },
});
