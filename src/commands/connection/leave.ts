/** QUIT and RESET: ends the connection, or its history. */
import { defineCommand } from '../define.js';
import { ALLOW_BUSY, FAST, LOADING, NO_AUTH, NOSCRIPT, STALE } from '../flags.js';

export const quit = defineCommand({
  name: 'QUIT',
  summary: 'Closes the connection.',
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE | FAST | NO_AUTH | ALLOW_BUSY,
  args: [],
  arity: -1,
  deprecated: { since: '7.2.0', replacedBy: 'just closing the connection' },
  run(context, _argv, reply) {
    reply.ok();
    context.services.clients.closeAfterReply(context.client);
  },
});

export const reset = defineCommand({
  name: 'RESET',
  summary: 'Makes the connection as good as new.',
  group: 'connection',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE | FAST | NO_AUTH | ALLOW_BUSY,
  args: [],
  run(context, _argv, reply) {
    const { client } = context;
    context.services.clients.reset(client);
    context.db = client.db;
    reply.resp = client.resp;
    reply.simple('RESET');
  },
});
