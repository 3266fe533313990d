/**
 * How long commands take that scripts call. What a script does in between is not theirs, so each command would need two
 * readings of the clock, which cost as much as some commands do. So fast commands are timed in some scripts only; in the
 * others each counts as much as the same command took lately.
 */

/** One script in this many is timed. A prime number, so that scripts called in turns are all met. */
const SAMPLE_INTERVAL = 17;
/** How much a new time counts, as a divisor. */
const SMOOTHING = 8;
/** A time this many times longer than usual is something else's: garbage collection, or another process. */
const OUTLIER_FACTOR = 8;

export class ScriptTiming {
  /** By command id: µs, lately; below zero before the first time. */
  readonly #usual: Float64Array;
  /** By command id: calls that were not timed, and not reported yet. */
  readonly #untimed: Float64Array;
  #scriptCount = 0;
  #isSample = true;

  /** @param count of commands */
  constructor(count: number) {
    this.#usual = new Float64Array(count).fill(-1);
    this.#untimed = new Float64Array(count);
  }

  /** A script begins. */
  begin(): void {
    this.#isSample = this.#scriptCount === 0;
    this.#scriptCount = this.#isSample ? SAMPLE_INTERVAL - 1 : this.#scriptCount - 1;
  }

  /** Whether the next call of a fast command is to be timed. */
  wants(id: number): boolean {
    return this.#isSample || this.#usual[id] < 0;
  }

  timed(id: number, us: number): void {
    const usual = this.#usual[id];
    this.#usual[id] = usual < 0 ? us : usual + (Math.min(us, usual * OUTLIER_FACTOR) - usual) / SMOOTHING;
  }

  untimed(id: number): void {
    this.#untimed[id]++;
  }

  /** Calls since the last time that were not timed. */
  takeUntimed(id: number): number {
    const count = this.#untimed[id];
    this.#untimed[id] = 0;
    return count;
  }

  /** µs that each of those took, as far as can be told. */
  usual(id: number): number {
    return this.#usual[id];
  }

  reset(): void {
    this.#untimed.fill(0);
  }
}
