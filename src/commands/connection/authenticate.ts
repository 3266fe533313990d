/** AUTH: says who the client is. */
import { ReplyError } from '../../protocol/reply-error.js';
import { optional, since, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ALLOW_BUSY, FAST, LOADING, NO_AUTH, NOSCRIPT, STALE } from '../flags.js';
import { DEFAULT_USER_NAME } from '../services/authentication.js';

const NO_PASSWORD_SET = new ReplyError(
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
);
const WRONG_PASSWORD = new ReplyError('WRONGPASS invalid username-password pair or user is disabled.');

/** @throws WRONGPASS; the client is then who it was */
export function authenticate(context: Context, userName: string, argv: Argv, passwordIndex: number): void {
  const { authentication, secrets } = context.services;
  secrets.redact(passwordIndex);
  const isKnown = authentication.authenticate(
    context.client,
    userName,
    argv.latin1(passwordIndex),
    argv.latin1(0),
  );
  if (!isKnown) throw WRONG_PASSWORD;
}

export const auth = defineCommand({
  name: 'AUTH',
  summary: 'Authenticates the connection.',
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of passwords of the user.',
  flags: NOSCRIPT | LOADING | STALE | FAST | NO_AUTH | ALLOW_BUSY,
  args: [optional(since('6.0.0', string('username'))), string('password')],
  history: [['6.0.0', 'Added ACL style (username and password).']],
  run(context, argv, reply) {
    if (argv.count > 3) throw SYNTAX_ERROR;
    if (argv.count === 3) {
      context.services.secrets.redact(1);
      authenticate(context, argv.latin1(1), argv, 2);
    } else {
      context.services.secrets.redact(1);
      if (context.services.authentication.isOpen) throw NO_PASSWORD_SET;
      authenticate(context, DEFAULT_USER_NAME, argv, 1);
    }
    reply.ok();
  },
});
