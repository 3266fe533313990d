/**
 * How fast counters grow right now: INFO's `instantaneous_` fields. A counter is looked at ten times a second; the
 * rate is the mean of the last sixteen looks.
 */

const SAMPLE_COUNT = 16;
const SAMPLE_INTERVAL_US = 100_000;

/** Reads a counter that only grows. */
export type Counter = () => number;

export class Rate {
  readonly #samples = new Float64Array(SAMPLE_COUNT);
  #next = 0;
  #last = 0;

  /** @param counter grows with `base`, which is time when absent */
  constructor(
    readonly counter: Counter,
    readonly base: Counter | null = null,
  ) {}

  #lastBase = 0;

  sample(elapsedSeconds: number): void {
    const value = this.counter();
    const base = this.base === null ? this.#lastBase + elapsedSeconds : this.base();
    const grown = base - this.#lastBase;
    this.#samples[this.#next] = grown > 0 ? Math.max(0, (value - this.#last) / grown) : 0;
    this.#next = (this.#next + 1) % SAMPLE_COUNT;
    this.#last = value;
    this.#lastBase = base;
  }

  /** Per second, or per unit of the base. */
  get mean(): number {
    let sum = 0;
    for (const sample of this.#samples) sum += sample;
    return sum / SAMPLE_COUNT;
  }
}

export class Rates {
  #sampledUs: number;

  constructor(
    readonly rates: readonly Rate[],
    nowUs: number,
  ) {
    this.#sampledUs = nowUs;
  }

  /** Called at every tick. */
  tick(nowUs: number): void {
    const elapsedUs = nowUs - this.#sampledUs;
    if (elapsedUs < SAMPLE_INTERVAL_US) return;
    this.#sampledUs = nowUs;
    for (const rate of this.rates) rate.sample(elapsedUs / 1_000_000);
  }
}
