/**
 * Requests held back at their connections, unconsumed, until a pause is over: for CLIENT PAUSE, and for everything else
 * that needs the data to stand still for a while. Keys don't expire meanwhile, either.
 */
import type { Clock } from '../../base/clock.js';
import { MAY_REPLICATE, WRITE } from '../../commands/flags.js';
import type { Keyspace } from '../../engine/keyspace.js';
import { type FlagsOf, type Gate, PASS, POSTPONED } from '../requests/gates.js';
import { runsScripts } from '../scripting/request-flags.js';
import { type Session, STOP_POSTPONED } from '../session.js';

/** Server states that gates ask about. */
const PAUSED_ALL = 1 << 8;
const PAUSED_WRITES = 1 << 9;

const WRITING = WRITE | MAY_REPLICATE;

export const pauseGate: Gate = {
  state: PAUSED_ALL,
  heeds: () => true,
  refusal: () => POSTPONED,
};

/** EXEC writes when something that was queued does. */
export function writePauseGate(flagsOf: FlagsOf): Gate {
  return {
    state: PAUSED_WRITES,
    heeds: (flags, name) => (flags & WRITING) !== 0 || name === 'exec' || runsScripts(name),
    refusal: (session, id) => ((flagsOf(session, id) & WRITING) === 0 ? PASS : POSTPONED),
  };
}

/** What needs the data as they are, besides the clients that ask for it. */
export type DataHolder = 'failover' | 'migration' | 'shutdown';

/** What a pause needs of its server. */
export interface PauseHost {
  readonly clock: Clock;
  readonly keyspace: Keyspace;
  states: number;
}

export class ClientPause {
  readonly #host: PauseHost;
  readonly #held = new Set<Session>();
  /** What clients asked for: PAUSED_ bits, and until when, on the monotonic clock; 0 while they didn't. */
  #asked = 0;
  #untilMs = 0;
  readonly #holders = new Set<DataHolder>();

  constructor(host: PauseHost) {
    this.#host = host;
  }

  /** A pause that is under way can only become longer and stricter. */
  begin(timeoutMs: number, what: 'all' | 'writes'): void {
    this.#untilMs = Math.max(this.#untilMs, this.#host.clock.monotonicUs() / 1000 + timeoutMs);
    this.#asked |= what === 'all' ? PAUSED_ALL : PAUSED_WRITES;
    this.#apply();
  }

  end(): void {
    if (this.#untilMs === 0) return;
    this.#untilMs = 0;
    this.#asked = 0;
    this.#apply();
    this.#release();
  }

  /** Nothing is written until `releaseData`, whatever clients ask for. */
  holdData(holder: DataHolder): void {
    this.#holders.add(holder);
    this.#apply();
  }

  releaseData(holder: DataHolder): void {
    if (!this.#holders.delete(holder)) return;
    this.#apply();
    this.#release();
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

  #apply(): void {
    const host = this.#host;
    const wanted = this.#asked | (this.#holders.size > 0 ? PAUSED_WRITES : 0);
    host.states = (host.states & ~(PAUSED_ALL | PAUSED_WRITES)) | wanted;
    host.keyspace.expiryPaused = wanted !== 0;
  }

  /** Who still has to wait is held back again. */
  #release(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const session of held) {
      session.stops &= ~STOP_POSTPONED;
      session.transport.resume();
    }
  }
}
