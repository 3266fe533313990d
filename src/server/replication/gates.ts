/** What replication keeps commands from: writing to a replica, reading what may be stale, writing for too few. */
import { STALE as ALLOWED_WHEN_STALE, WRITE } from '../../commands/flags.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { type FlagsOf, type Gate, PASS } from '../requests/gates.js';
import { runsScripts } from '../scripting/request-flags.js';
import type { Session } from '../session.js';

/** Server states that gates ask about. */
export const READ_ONLY = 1 << 19;
export const CUT_OFF = 1 << 21;
export const UNFOLLOWED = 1 << 22;

export const READ_ONLY_REPLICA = new ReplyError("READONLY You can't write against a read only replica.");
export const MASTER_DOWN = new ReplyError(
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
);
export const TOO_FEW_REPLICAS = new ReplyError('NOREPLICAS Not enough good replicas to write.');

/** EXEC writes when something that was queued does. */
function writingGate(flagsOf: FlagsOf, state: number, refusal: ReplyError): Gate {
  return {
    state,
    heeds: (flags, name) => (flags & WRITE) !== 0 || name === 'exec' || runsScripts(name),
    refusal: (session, id) => (mayPass(session) || (flagsOf(session, id) & WRITE) === 0 ? PASS : refusal),
  };
}

/** What the master sends runs whatever the state. */
const mayPass = (session: Session): boolean => session.isMaster;

export const readOnlyGate = (flagsOf: FlagsOf): Gate => writingGate(flagsOf, READ_ONLY, READ_ONLY_REPLICA);
export const unfollowedGate = (flagsOf: FlagsOf): Gate => writingGate(flagsOf, UNFOLLOWED, TOO_FEW_REPLICAS);

export function cutOffGate(flagsOf: FlagsOf): Gate {
  return {
    state: CUT_OFF,
    heeds: (flags, name) => (flags & ALLOWED_WHEN_STALE) === 0 || name === 'exec' || runsScripts(name),
    refusal: (session, id) =>
      mayPass(session) || (flagsOf(session, id) & ALLOWED_WHEN_STALE) !== 0 ? PASS : MASTER_DOWN,
  };
}
