/** How a connection is treated: CLIENT REPLY, NO-EVICT, NO-TOUCH. */
import { oneOf, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';

function isOn(argv: Argv, index: number): boolean {
  if (argv.is(index, 'ON')) return true;
  if (argv.is(index, 'OFF')) return false;
  throw SYNTAX_ERROR;
}

export const clientReply = defineCommand({
  name: 'REPLY',
  summary: 'Tells the server whether to reply.',
  group: 'connection',
  since: '3.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [oneOf('action', token('ON'), token('OFF'), token('SKIP'))],
  run(context, argv, reply) {
    const { client } = context;
    if (argv.is(2, 'ON')) {
      client.setReplies('on');
      reply.ok();
    } else if (argv.is(2, 'OFF')) {
      client.setReplies('off');
    } else if (argv.is(2, 'SKIP')) {
      client.setReplies('skip');
    } else {
      throw SYNTAX_ERROR;
    }
  },
});

export const clientNoEvict = defineCommand({
  name: 'NO-EVICT',
  summary: 'Spares the connection when clients take too much memory.',
  group: 'connection',
  since: '7.0.0',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [oneOf('enabled', token('ON'), token('OFF'))],
  run(context, argv, reply) {
    context.client.isNoEvict = isOn(argv, 2);
    reply.ok();
  },
});

export const clientNoTouch = defineCommand({
  name: 'NO-TOUCH',
  summary: "Keeps the connection's commands from counting as uses of the keys.",
  group: 'connection',
  since: '7.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [oneOf('enabled', token('ON'), token('OFF'))],
  run(context, argv, reply) {
    context.client.isNoTouch = isOn(argv, 2);
    context.keyspace.noTouch = context.client.isNoTouch;
    reply.ok();
  },
});
