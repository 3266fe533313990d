/** SHUTDOWN: ends the server. */
import { ReplyError } from '../../protocol/reply-error.js';
import { oneOf, optional, since, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ADMIN, ALLOW_BUSY, LOADING, NO_MULTI, NOSCRIPT, STALE } from '../flags.js';
import type { ShutdownRequest } from '../services/persistence.js';

const SAVE = 1;
const NOSAVE = 2;

const NOTHING_TO_ABORT = new ReplyError('ERR No shutdown in progress.');
const FAILED = new ReplyError('ERR Errors trying to SHUTDOWN. Check logs.');

/** @returns null for SHUTDOWN ABORT */
function parse(argv: Argv): ShutdownRequest | null {
  let saves = 0;
  let isAbort = false;
  let isNow = false;
  let isForced = false;
  for (let index = 1; index < argv.count; index++) {
    if (argv.is(index, 'SAVE')) saves |= SAVE;
    else if (argv.is(index, 'NOSAVE')) saves |= NOSAVE;
    else if (argv.is(index, 'ABORT')) isAbort = true;
    else if (argv.is(index, 'NOW')) isNow = true;
    else if (argv.is(index, 'FORCE')) isForced = true;
    else throw SYNTAX_ERROR;
  }
  if (saves === (SAVE | NOSAVE) || (isAbort && argv.count > 2)) throw SYNTAX_ERROR;
  return isAbort
    ? null
    : { saves: saves === SAVE ? 'yes' : saves === NOSAVE ? 'no' : 'default', isNow, isForced };
}

export const shutdown = defineCommand({
  name: 'SHUTDOWN',
  summary: 'Ends the server.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(N) when saving, where N is the number of keys in all databases, otherwise O(1)',
  flags: ADMIN | NOSCRIPT | LOADING | STALE | NO_MULTI | ALLOW_BUSY,
  args: [
    optional(oneOf('save-selector', token('NOSAVE'), token('SAVE'))),
    optional(since('7.0.0', token('NOW'))),
    optional(since('7.0.0', token('FORCE'))),
    optional(since('7.0.0', token('ABORT'))),
  ],
  history: [['7.0.0', 'Added the `NOW`, `FORCE` and `ABORT` modifiers.']],
  run({ services: { clients, lifecycle }, client }, argv, reply) {
    if (lifecycle.takeFailure(client)) throw FAILED;
    const request = parse(argv);
    if (request === null) {
      if (!lifecycle.abortShutdown()) throw NOTHING_TO_ABORT;
      reply.ok();
      return;
    }
    const progress = lifecycle.shutDown(request);
    if (progress === 'failed') throw FAILED;
    if (progress === 'waiting') lifecycle.waitForShutdown(argv);
    else clients.closeAfterReply(client);
  },
});
