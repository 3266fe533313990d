/** SELECT: which database the connection works on. */
import { integer } from '../arguments.js';
import { defineCommand } from '../define.js';
import { DB_OUT_OF_RANGE } from '../errors.js';
import { FAST, LOADING, STALE } from '../flags.js';

export const select = defineCommand({
  name: 'SELECT',
  summary: 'Changes the selected database.',
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: LOADING | STALE | FAST,
  args: [integer('index')],
  run(context, argv, reply) {
    const id = argv.int32(1);
    const { databases } = context.keyspace;
    if (id < 0 || id >= databases.length) throw DB_OUT_OF_RANGE;
    context.db = databases[id];
    context.client.db = databases[id];
    reply.ok();
  },
});
