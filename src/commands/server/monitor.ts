/** MONITOR: shows this client every request of the server. */
import { ReplyError } from '../../protocol/reply-error.js';
import { defineCommand } from '../define.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';

const INSIDE_TRANSACTION = new ReplyError("ERR MONITOR isn't allowed for DENY BLOCKING client");

export const monitor = defineCommand({
  name: 'MONITOR',
  summary: 'Shows every request that the server runs, as it runs.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [],
  run(context, _argv, reply) {
    const { blocking, monitors } = context.services;
    if (!blocking.canBlock) throw INSIDE_TRANSACTION;
    // Asked again, Redis takes the client for a replica, and answers nothing.
    if (monitors.add(context.client)) reply.ok();
  },
});
