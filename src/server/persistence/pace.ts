/**
 * `rdb-key-save-delay`: a snapshot that takes its time, so that tests find one under way. Redis' child sleeps after each key; here
 * nobody may sleep, and the walk goes on when its next key is due.
 */
import type { Clock } from '../../base/clock.js';

/** A change of the directive is noticed after so long at the latest. */
const WAIT_MS_MAX = 20;

export class Pace {
  readonly #clock: Clock;
  #delayUs = 0;
  #startUs = 0;
  #startCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Another walk begins. */
  restart(): void {
    this.#delayUs = 0;
  }

  /**
   * @param delayUs that each key takes; below 0: so many keys take 1 µs; never 0
   * @param count keys done so far
   * @returns ms until the next key is due; 0 = it is
   */
  waitMs(delayUs: number, count: number): number {
    if (delayUs !== this.#delayUs) {
      this.#delayUs = delayUs;
      this.#startUs = this.#clock.monotonicUs();
      this.#startCount = count;
    }
    const costUs = delayUs > 0 ? delayUs : 1 / -delayUs;
    const dueUs = this.#startUs + (count - this.#startCount) * costUs;
    const restMs = (dueUs - this.#clock.monotonicUs()) / 1000;
    return restMs <= 0 ? 0 : Math.min(restMs, WAIT_MS_MAX);
  }
}
