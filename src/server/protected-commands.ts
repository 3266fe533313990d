/** Commands that the configuration alone may allow, whoever the client is: asked before authentication. */
import { ReplyError } from '../protocol/reply-error.js';
import { type Gate, PASS } from './gates.js';
import type { Session } from './session.js';

/** A state of the server, which always holds: who heeds it is always asked. */
export const GUARDED = 1 << 11;

const DEBUG_REFUSED = new ReplyError(
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
);

export function debugGate(isAllowed: (session: Session) => boolean): Gate {
  return {
    state: GUARDED,
    heeds: (_flags, name) => name === 'debug',
    refusal: (session) => (isAllowed(session) ? PASS : DEBUG_REFUSED),
  };
}
