/** CLIENT UNBLOCK: ends another client's waiting. */
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, oneOf, optional, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';
import { wrongForm } from '../wrong-form.js';

const UNBLOCKED = new ReplyError('UNBLOCKED client unblocked via CLIENT UNBLOCK');
const UNBLOCK_REASON = new ReplyError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');

/** What the other client is answered: an error, or null for what its timeout would bring. */
function reasonOf(argv: Argv): ReplyError | null {
  if (argv.count > 4) throw wrongForm(argv, 'CLIENT');
  if (argv.count === 3 || argv.is(3, 'TIMEOUT')) return null;
  if (argv.is(3, 'ERROR')) return UNBLOCKED;
  throw UNBLOCK_REASON;
}

export const clientUnblock = defineCommand({
  name: 'UNBLOCK',
  summary: 'Ends the waiting of a client that is blocked.',
  group: 'connection',
  since: '5.0.0',
  complexity: 'O(log N) where N is the number of connections.',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [integer('client-id'), optional(oneOf('unblock-type', token('TIMEOUT'), token('ERROR')))],
  run(context, argv, reply) {
    const reason = reasonOf(argv);
    reply.integer(context.services.blocking.unblock(argv.integer(2), reason) ? 1 : 0);
  },
});
