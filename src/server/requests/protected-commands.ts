/** Commands that only the configuration can allow, whoever the client is: checked before authentication. */
import type { CommandTable } from '../../commands/table.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Session } from '../session.js';
import { type Gate, PASS } from './gates.js';

/** A state of the server, which always holds: who heeds it is always asked. */
export const GUARDED = 1 << 11;

const refusalOf = (command: string): ReplyError =>
  new ReplyError(
    `ERR ${command.toUpperCase()} command not allowed. If the enable-${command}-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.`,
  );

/** Commands that directives of their own allow. */
export type Guarded = 'debug' | 'module';

const REFUSALS: Record<Guarded, ReplyError> = { debug: refusalOf('debug'), module: refusalOf('module') };

/** MODULE LIST and MODULE HELP change nothing, and are free to all. */
const CHANGING_MODULES = new Set(['module|load', 'module|loadex', 'module|unload']);

function guardOf(name: string): Guarded | null {
  if (name === 'debug') return 'debug';
  return CHANGING_MODULES.has(name) ? 'module' : null;
}

export function guardGate(
  table: CommandTable,
  isAllowed: (session: Session, guarded: Guarded) => boolean,
): Gate {
  return {
    state: GUARDED,
    heeds: (_flags, name) => guardOf(name) !== null,
    refusal: (session, id) => {
      const guarded = guardOf(table.names[id]);
      return guarded === null || isAllowed(session, guarded) ? PASS : REFUSALS[guarded];
    },
  };
}
