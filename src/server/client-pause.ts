/**
 * CLIENT PAUSE: requests are held back at their connections, unconsumed, until the pause is over. Keys don't
 * expire meanwhile, so that the data stands still.
 */
import type { Clock } from '../base/clock.js';
import { MAY_REPLICATE, WRITE } from '../commands/flags.js';
import type { CommandTable } from '../commands/table.js';
import type { Keyspace } from '../engine/keyspace.js';
import { type Gate, PASS, POSTPONED } from './gates.js';
import { type Session, STOP_POSTPONED } from './session.js';

/** Server states that gates ask about. */
export const PAUSED_ALL = 1 << 8;
export const PAUSED_WRITES = 1 << 9;

const WRITING = WRITE | MAY_REPLICATE;

export const pauseGate: Gate = {
  state: PAUSED_ALL,
  heeds: () => true,
  refusal: () => POSTPONED,
};

/**
 * EXEC writes when something that was queued does.
 * @param isWithoutWrites whether the request at hand runs a script that says it doesn't write
 */
export function writePauseGate(table: CommandTable, isWithoutWrites: (id: number) => boolean): Gate {
  return {
    state: PAUSED_WRITES,
    heeds: (flags, name) => (flags & WRITING) !== 0 || name === 'exec',
    refusal: (session, id) => {
      const flags = table.flagsOf[id] | (session.transaction?.flags ?? 0);
      return (flags & WRITING) === 0 || isWithoutWrites(id) ? PASS : POSTPONED;
    },
  };
}

/** What a pause needs of its server. */
export interface PauseHost {
  readonly clock: Clock;
  readonly keyspace: Keyspace;
  states: number;
}

export class ClientPause {
  readonly #host: PauseHost;
  readonly #held = new Set<Session>();
  /** Monotonic clock; 0 while there is no pause. */
  #untilMs = 0;

  constructor(host: PauseHost) {
    this.#host = host;
  }

  /** A pause that is under way can only become longer and stricter. */
  begin(timeoutMs: number, what: 'all' | 'writes'): void {
    const host = this.#host;
    this.#untilMs = Math.max(this.#untilMs, host.clock.monotonicUs() / 1000 + timeoutMs);
    host.states |= what === 'all' ? PAUSED_ALL : PAUSED_WRITES;
    host.keyspace.expiryPaused = true;
  }

  end(): void {
    if (this.#untilMs === 0) return;
    this.#untilMs = 0;
    this.#host.states &= ~(PAUSED_ALL | PAUSED_WRITES);
    this.#host.keyspace.expiryPaused = false;
    for (const session of this.#held) {
      session.stops &= ~STOP_POSTPONED;
      session.transport.resume();
    }
    this.#held.clear();
  }

  /** A request of this session has to wait. */
  hold(session: Session): void {
    session.stops |= STOP_POSTPONED;
    session.transport.pause();
    this.#held.add(session);
  }

  /** The session is over. */
  forget(session: Session): void {
    this.#held.delete(session);
  }

  /** Ends the pause when its time has come. @returns ms until then, Infinity without a pause */
  tick(): number {
    if (this.#untilMs === 0) return Number.POSITIVE_INFINITY;
    const restMs = this.#untilMs - this.#host.clock.monotonicUs() / 1000;
    if (restMs > 0) return restMs;
    this.end();
    return Number.POSITIVE_INFINITY;
  }
}
