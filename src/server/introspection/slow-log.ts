/** The last requests that ran longer than they should. */
import type { Argv } from '../../commands/argv.js';
import type { SlowLog as SlowLogService, SlowRequest } from '../../commands/services/slow-log.js';
import type { Session } from '../session.js';
import { abridged } from './shown-arguments.js';

export class SlowLog implements SlowLogService {
  /** `slowlog-log-slower-than`: below 0 nothing is logged. */
  thresholdUs = 10_000;
  /** Oldest first. */
  readonly #requests: SlowRequest[] = [];
  #lengthMax = 128;
  #nextId = 0;

  get length(): number {
    return this.#requests.length;
  }

  /** `slowlog-max-len` */
  get lengthMax(): number {
    return this.#lengthMax;
  }

  set lengthMax(count: number) {
    this.#lengthMax = count;
    this.#trim();
  }

  newest(count: number): readonly SlowRequest[] {
    return this.#requests.slice(-Math.min(count, this.length) || this.length).reverse();
  }

  reset(): void {
    this.#requests.length = 0;
  }

  /** Called after every request that was timed by itself. @param redacted indexes of secret arguments */
  ran(session: Session, argv: Argv, elapsedUs: number, nowMs: number, redacted: readonly number[]): void {
    if (this.thresholdUs < 0 || elapsedUs < this.thresholdUs || this.#lengthMax === 0) return;
    this.#requests.push({
      id: this.#nextId++,
      startedSeconds: Math.floor(nowMs / 1000),
      microseconds: Math.floor(elapsedUs),
      words: abridged(argv, redacted),
      peerAddress: session.peerAddress,
      clientName: session.name,
    });
    this.#trim();
  }

  #trim(): void {
    const excess = this.#requests.length - this.#lengthMax;
    if (excess > 0) this.#requests.splice(0, excess);
  }
}
