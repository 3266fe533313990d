/** While the append-only file can't be written, what would have to go there is refused. */
import { getSystemErrorMap } from 'node:util';
import { WRITE } from '../../commands/flags.js';
import type { CommandTable } from '../../commands/table.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { type FlagsOf, type Gate, PASS } from '../gates.js';
import { runsScripts } from '../scripting/request-flags.js';
import type { FromMaster } from './gates.js';

/** A state of the server that gates ask about. */
export const UNWRITTEN = 1 << 16;

/** The system's reason, as strerror has it. */
export function reasonOf(error: Error): string {
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0;
  const known = getSystemErrorMap().get(errno)?.[1] ?? error.message;
  return known.charAt(0).toUpperCase() + known.slice(1);
}

export const unwrittenRefusal = (error: Error): ReplyError =>
  new ReplyError(`MISCONF Errors writing to the AOF file: ${reasonOf(error)}`);

/** PING heeds it too: it tells whether the server is well. EXEC writes when something that was queued does. */
export function unwrittenGate(
  table: CommandTable,
  flagsOf: FlagsOf,
  refuse: () => ReplyError | null,
  unkept: FromMaster,
): Gate {
  return {
    state: UNWRITTEN,
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
