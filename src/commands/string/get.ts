/** GET: the plain read of a string. */
import { TYPE_STRING, valueLength, valueStart } from '../../engine/entry.js';
import { key } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, FAST, READONLY, RO } from '../flags.js';

export const get = defineCommand({
  name: 'GET',
  summary: 'Returns the string value of a key.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS)],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_STRING);
    if (entry === 0) {
      reply.null();
      return;
    }
    const { arena } = context;
    const start = valueStart(arena, entry);
    reply.bulk(arena.bytesOf(entry), start, start + valueLength(arena, entry));
  },
});
