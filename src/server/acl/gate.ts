/** The gate of those who aren't allowed everything. */
import type { Argv } from '../../commands/argv.js';
import { NO_AUTH } from '../../commands/flags.js';
import type { Gate } from '../requests/gates.js';
import { RESTRICTED } from '../session.js';
import type { AccessControl } from './access-control.js';

/** @param argv of the request at hand */
export function accessGate(access: AccessControl, argv: () => Argv): Gate {
  return {
    state: RESTRICTED,
    // Whoever may log in may also log in as somebody else, and leave.
    heeds: (flags) => (flags & NO_AUTH) === 0,
    refusal: (session, id) => access.refusal(session, id, argv()),
  };
}
