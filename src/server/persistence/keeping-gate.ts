/** Refuses to write what couldn't be kept. There is one for each file that a server writes. */
import { WRITE } from '../../commands/flags.js';
import type { CommandTable } from '../../commands/table.js';
import type { ReplyError } from '../../protocol/reply-error.js';
import { type FlagsOf, type Gate, PASS } from '../requests/gates.js';
import { runsScripts } from '../scripting/request-flags.js';

export interface Keeping {
  readonly table: CommandTable;
  readonly flagsOf: FlagsOf;
  /** Is told of what a master sends while it can't be kept. */
  readonly unkept: { arrived(id: number): void };
}

/**
 * PING heeds it too: it tells whether the server is well. EXEC writes when something that was queued does.
 * @param refuse null: writing has become possible meanwhile
 */
export function keepingGate(
  state: number,
  { table, flagsOf, unkept }: Keeping,
  refuse: () => ReplyError | null,
): Gate {
  return {
    state,
    heeds: (flags, name) => (flags & WRITE) !== 0 || name === 'ping' || name === 'exec' || runsScripts(name),
    refusal: (session, id) => {
      if (session.isMaster) {
        unkept.arrived(id);
        return PASS;
      }
      const writes = (flagsOf(session, id) & WRITE) !== 0;
      return writes || table.names[id] === 'ping' ? refuse() : PASS;
    },
  };
}
