/** What replication keeps commands from: writing to a replica, reading what may be stale, writing for too few. */
import { STALE as ALLOWED_WHEN_STALE, WRITE } from '../../commands/flags.js';
import type { CommandTable } from '../../commands/table.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { type Gate, PASS } from '../gates.js';
import type { Session } from '../session.js';

/** Server states that gates ask about. */
export const READ_ONLY = 1 << 19;
export const CUT_OFF = 1 << 21;
export const UNFOLLOWED = 1 << 22;

export const READ_ONLY_REPLICA = new ReplyError("READONLY You can't write against a read only replica.");
const MASTER_DOWN = new ReplyError(
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
);
export const TOO_FEW_REPLICAS = new ReplyError('NOREPLICAS Not enough good replicas to write.');

/** EXEC writes when something that was queued does. */
function writingGate(table: CommandTable, state: number, refusal: ReplyError): Gate {
  return {
    state,
    heeds: (flags, name) => (flags & WRITE) !== 0 || name === 'exec',
    refusal: (session, id) => (mayPass(session) || !writes(table, session, id) ? PASS : refusal),
  };
}

function writes(table: CommandTable, session: Session, id: number): boolean {
  return ((table.flagsOf[id] | (session.transaction?.flags ?? 0)) & WRITE) !== 0;
}

/** What the master sends runs whatever the state. */
const mayPass = (session: Session): boolean => session.isMaster;

export const readOnlyGate = (table: CommandTable): Gate => writingGate(table, READ_ONLY, READ_ONLY_REPLICA);
export const unfollowedGate = (table: CommandTable): Gate => writingGate(table, UNFOLLOWED, TOO_FEW_REPLICAS);

export const cutOffGate: Gate = {
  state: CUT_OFF,
  heeds: (flags) => (flags & ALLOWED_WHEN_STALE) === 0,
  refusal: (session) => (mayPass(session) ? PASS : MASTER_DOWN),
};
