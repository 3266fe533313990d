/** BGREWRITEAOF: the append-only file, written anew from the data as they are. */
import { ReplyError } from '../../protocol/reply-error.js';
import { defineCommand } from '../define.js';
import { ADMIN, NO_ASYNC_LOADING, NOSCRIPT } from '../flags.js';

const IN_PROGRESS = new ReplyError('ERR Background append only file rewriting already in progress');
const FAILED = new ReplyError(
  "ERR Can't execute an AOF background rewriting. Please check the server logs for more information.",
);

export const bgrewriteaof = defineCommand({
  name: 'BGREWRITEAOF',
  summary: 'Writes the append-only file anew, in the background.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | NO_ASYNC_LOADING,
  args: [],
  run({ services: { appendOnlyFile, transactions } }, _argv, reply) {
    if (appendOnlyFile.isRewriting) throw IN_PROGRESS;
    // What a transaction has changed so far is passed on at its end: until then no base can be begun.
    if (appendOnlyFile.isBusyOtherwise || transactions.isRunning()) {
      appendOnlyFile.scheduleRewrite();
      reply.simple('Background append only file rewriting scheduled');
      return;
    }
    if (!appendOnlyFile.rewrite()) throw FAILED;
    reply.simple('Background append only file rewriting started');
  },
});
