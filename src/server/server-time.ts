/**
 * The distance of the wall clock from the monotonic one, so that a single reading serves as both. It is measured
 * again at every tick, since the wall clock may have been set.
 */
import type { Clock } from '../base/clock.js';

export class ServerTime {
  readonly #clock: Clock;
  /** Wall clock minus monotonic clock. */
  #wallOffsetMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.measure();
  }

  /** Looks again how far the two clocks are apart. */
  measure(): void {
    this.#wallOffsetMs = this.#clock.wallMs() - this.#clock.monotonicUs() / 1000;
  }

  /** @param nowUs a reading of the monotonic clock @returns wall clock in whole ms */
  wallMsAt(nowUs: number): number {
    return Math.floor(nowUs / 1000 + this.#wallOffsetMs);
  }

  /** Wall clock in µs. */
  wallUs(): number {
    return this.#clock.monotonicUs() + this.#wallOffsetMs * 1000;
  }
}
