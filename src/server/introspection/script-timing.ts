/**
 * How long commands take that scripts call. What a script does in between is not theirs, so each command would need two
 * readings of the clock, which cost as much as some commands do. So fast commands are timed in some scripts only; in the
 * others each counts as much as the same command took lately.
 */

/** One script in this many is timed. A prime number, so that scripts called in turns are all met. */
const SAMPLE_INTERVAL = 17;
/** And of each command so many calls at first: the first ones take long, for their code isn't compiled. */
const FIRST_CALLS = 16;
/** How much a new time counts, as a divisor: among the first calls, and later. */
const FIRST_SMOOTHING = 2;
const SMOOTHING = 8;
/** A time this many times longer than usual is something else's: garbage collection, or another process. */
const OUTLIER_FACTOR = 8;

export class ScriptTiming {
  /** By command id: µs, lately. */
  readonly #usual: Float64Array;
  /** By command id: calls that were timed, up to FIRST_CALLS. */
  readonly #firstCalls: Uint8Array;
  /** By command id: calls that were not timed, and not reported yet. */
  readonly #untimed: Float64Array;
  #scriptCount = 0;
  #isSample = true;

  /** @param count of commands */
  constructor(count: number) {
    this.#usual = new Float64Array(count);
    this.#firstCalls = new Uint8Array(count);
    this.#untimed = new Float64Array(count);
  }

  /** A script begins. */
  begin(): void {
    this.#isSample = this.#scriptCount === 0;
    this.#scriptCount = this.#isSample ? SAMPLE_INTERVAL - 1 : this.#scriptCount - 1;
  }

  /** Whether the next call of a fast command is to be timed. */
  wants(id: number): boolean {
    return this.#isSample || this.#firstCalls[id] < FIRST_CALLS;
  }

  timed(id: number, us: number): void {
    const first = this.#firstCalls[id];
    const usual = first === 0 ? us : this.#usual[id];
    const smoothing = first < FIRST_CALLS ? FIRST_SMOOTHING : SMOOTHING;
    this.#usual[id] = usual + (Math.min(us, usual * OUTLIER_FACTOR) - usual) / smoothing;
    if (first < FIRST_CALLS) this.#firstCalls[id] = first + 1;
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
