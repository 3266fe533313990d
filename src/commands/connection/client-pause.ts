/** CLIENT PAUSE and UNPAUSE: holds back what all clients ask for, as a failover needs it. */
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, oneOf, optional, since, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';
import { wrongForm } from '../wrong-form.js';

const PAUSE_NOT_AN_INTEGER = new ReplyError('ERR timeout is not an integer or out of range');
const PAUSE_NEGATIVE = new ReplyError('ERR timeout is negative');
const PAUSE_MODE = new ReplyError('ERR CLIENT PAUSE mode must be WRITE or ALL');

function pausesWritesOnly(argv: Argv): boolean {
  if (argv.count === 3 || argv.is(3, 'ALL')) return false;
  if (argv.is(3, 'WRITE')) return true;
  throw PAUSE_MODE;
}

export const clientPause = defineCommand({
  name: 'PAUSE',
  summary: 'Holds commands back for a while.',
  group: 'connection',
  since: '2.9.50',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [integer('timeout'), optional(since('6.2.0', oneOf('mode', token('WRITE'), token('ALL'))))],
  history: [['6.2.0', '`CLIENT PAUSE WRITE` mode added along with the `mode` option.']],
  run(context, argv, reply) {
    if (argv.count > 4) throw wrongForm(argv, 'CLIENT');
    const writesOnly = pausesWritesOnly(argv);
    const timeoutMs = argv.integer(2, PAUSE_NOT_AN_INTEGER);
    if (timeoutMs < 0) throw PAUSE_NEGATIVE;
    context.services.clients.pause(timeoutMs, writesOnly ? 'writes' : 'all');
    reply.ok();
  },
});

export const clientUnpause = defineCommand({
  name: 'UNPAUSE',
  summary: 'Ends a pause.',
  group: 'connection',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of clients held back.',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [],
  run(context, _argv, reply) {
    context.services.clients.unpause();
    reply.ok();
  },
});
