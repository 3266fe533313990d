/** SELECT: which database the connection works on. */
import { ReplyError } from '../../protocol/reply-error.js';
import { integer } from '../arguments.js';
import { defineCommand } from '../define.js';
import { DB_OUT_OF_RANGE } from '../errors.js';
import { FAST, LOADING, STALE } from '../flags.js';

const INT32_MAX = 0x7fff_ffff;
const NOT_AN_INT32 = new ReplyError(
  'ERR value is out of range, value must between -2147483648 and 2147483647',
);

export const select = defineCommand({
  name: 'SELECT',
  summary: 'Changes the selected database.',
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: LOADING | STALE | FAST,
  args: [integer('index')],
  run(context, argv, reply) {
    const id = argv.integer(1);
    if (id < -INT32_MAX - 1 || id > INT32_MAX) throw NOT_AN_INT32;
    const { databases } = context.keyspace;
    if (id < 0 || id >= databases.length) throw DB_OUT_OF_RANGE;
    context.db = databases[id];
    context.client.db = databases[id];
    reply.ok();
  },
});
