/**
 * What may keep a command from running: one bit for each reason, set in the session's or the server's states
 * while the reason lasts, and for each command a mask of the reasons it heeds. In the common case one AND gives
 * zero; otherwise the gates are asked in Redis' order.
 */

import { assert } from '../../base/assert.js';
import { NO_AUTH } from '../../commands/errors.js';
import { NO_AUTH as ALLOWED_BEFORE_AUTH, NO_MULTI } from '../../commands/flags.js';
import type { CommandTable } from '../../commands/table.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { RequestFlags } from '../scripting/request-flags.js';
import { QUEUEING, type Session, SUBSCRIBED, UNAUTHENTICATED } from '../session.js';

/** The command goes on. */
export const PASS = null;
/** The request stays where it is and is offered again later: no refusal, and never sent. */
export const POSTPONED = new ReplyError('');

/** What the request at hand is: the flags of its command; EXEC is what was queued. */
export type FlagsOf = (session: Session, id: number) => number;

export interface Gate {
  readonly state: number;
  /** True for the commands that heed it. @param flags as declared */
  heeds(flags: number, name: string): boolean;
  /** Asked while `state` is set: PASS, or the refusal. */
  refusal(session: Session, id: number): ReplyError | typeof PASS;
}

export const authenticationGate: Gate = {
  state: UNAUTHENTICATED,
  heeds: (flags) => (flags & ALLOWED_BEFORE_AUTH) === 0,
  refusal: () => NO_AUTH,
};

const NOT_IN_TRANSACTION = new ReplyError('ERR Command not allowed inside a transaction');

export const transactionGate: Gate = {
  state: QUEUEING,
  heeds: (flags) => (flags & NO_MULTI) !== 0,
  refusal: () => NOT_IN_TRANSACTION,
};

/** What a subscriber may send in RESP2. */
const ALLOWED_TO_SUBSCRIBERS = new Set([
  'subscribe',
  'psubscribe',
  'ssubscribe',
  'unsubscribe',
  'punsubscribe',
  'sunsubscribe',
  'ping',
  'quit',
  'reset',
]);

export function subscriberGate(table: CommandTable): Gate {
  return {
    state: SUBSCRIBED,
    heeds: (_flags, name) => !ALLOWED_TO_SUBSCRIBERS.has(name),
    refusal: (_session, id) =>
      new ReplyError(
        `ERR Can't execute '${table.names[id]}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
      ),
  };
}

/** The gates of a server, in the order in which they are asked. */
export class Gates {
  /** By command id: the states it heeds. */
  readonly heededBy: Int32Array;

  constructor(
    readonly gates: readonly Gate[],
    table: CommandTable,
    readonly requestFlags: RequestFlags,
  ) {
    const states = new Set(gates.map((gate) => gate.state));
    assert(states.size === gates.length, 'each gate has a state of its own');
    this.heededBy = Int32Array.from({ length: table.count }, (_, id) =>
      gates.reduce(
        (states, gate) => (gate.heeds(table.flagsOf[id], table.names[id]) ? states | gate.state : states),
        0,
      ),
    );
  }

  /** @param states those that are set and that the command heeds */
  refusal(states: number, session: Session, id: number): ReplyError | typeof PASS {
    for (const gate of this.gates) {
      if ((states & gate.state) === 0) continue;
      const refusal = gate.refusal(session, id);
      if (refusal !== PASS) return refusal;
    }
    return PASS;
  }
}
