/**
 * Calls and time of each command, for INFO commandstats and latencystats, and the slow log.
 *
 * Two readings of the clock for each command would cost a tenth of a pipelined GET. Commands that are
 * O(1) or O(log N) are therefore timed a run at a time: the time between two readings is shared equally among
 * the fast commands in between. While batches of them follow each other closely, only some are timed, and stand for
 * those in between. Other commands are timed one by one; so is every command while `isPrecise`. Commands that a
 * script calls have times of their own (script-timing.ts).
 */
import type { Clock } from '../../base/clock.js';
import { FAST } from '../../commands/flags.js';
import type { CommandTable } from '../../commands/table.js';
import { bucketOf, LatencyHistogram } from './latency-histogram.js';
import { ScriptTiming } from './script-timing.js';

/** Fast commands between two readings at most. */
const RUN_COUNT_MAX = 32;
const NANOSECONDS = 1000;
/** The end of a batch that begins within this many µs of the last settling is not timed: 1 % of a request at 50 clients. */
const SETTLING_INTERVAL_US = 100;

export class CommandStatistics {
  /** By command id. */
  readonly calls: Float64Array;
  readonly microseconds: Float64Array;
  /** Refused before they ran. */
  readonly rejected: Float64Array;
  /** Answered with an error. */
  readonly failed: Float64Array;
  /** Commands run, of all kinds. */
  total = 0;
  /** Requests that took at least this many µs are reported: Infinity when nobody asks. */
  slowUs = Number.POSITIVE_INFINITY;
  /** Every command is timed by itself: the slow log's threshold is below what sharing can tell. */
  isPrecise = false;

  /** `latency-tracking`: whether histograms are kept. */
  tracksLatency = true;
  /** `latency-tracking-info-percentiles` */
  percentiles: readonly number[] = [50, 99, 99.9];
  /** By command id; null before its first call. */
  readonly histograms: (LatencyHistogram | null)[];

  /** By command id: 1 for those that may take long. */
  readonly isTimedAlone: Uint8Array;
  /** For fast commands that scripts call. */
  readonly scripts: ScriptTiming;

  readonly #run: Int16Array = new Int16Array(RUN_COUNT_MAX);
  #runCount = 0;
  /** Those of the run that ran in batches before this one, and weren't timed. */
  #untimedCount = 0;
  /** What each fast command took when it was timed last, and when that was. */
  #shareUs = 0;
  #settledUs = Number.NEGATIVE_INFINITY;
  /** The last reading of the clock. */
  readUs = 0;

  constructor(
    table: CommandTable,
    readonly clock: Clock,
  ) {
    const { count } = table;
    this.isTimedAlone = Uint8Array.from({ length: count }, (_, id) => {
      const isQuick = (table.flagsOf[id] & FAST) !== 0 || table.declarations[id].complexity === 'O(1)';
      return isQuick ? 0 : 1;
    });
    this.scripts = new ScriptTiming(count);
    this.calls = new Float64Array(count);
    this.microseconds = new Float64Array(count);
    this.rejected = new Float64Array(count);
    this.failed = new Float64Array(count);
    this.histograms = new Array(count).fill(null);
  }

  /** A batch of requests begins. @param nowUs the reading made for it */
  begin(nowUs: number): void {
    this.readUs = nowUs;
    this.#untimedCount = this.#runCount;
  }

  /** The batch ended. */
  endBatch(): void {
    if (this.readUs - this.#settledUs >= SETTLING_INTERVAL_US) this.settle();
  }

  /** A fast command ran: its time is shared out later. */
  ranFast(id: number): void {
    this.calls[id]++;
    this.total++;
    this.#run[this.#runCount++] = id;
    if (this.#runCount === RUN_COUNT_MAX) this.settle();
  }

  /**
   * Shares the time since the last reading among the fast commands since; those before that weren't timed count as
   * much.
   */
  settle(): void {
    const count = this.#runCount;
    if (count === 0) return;
    if (count > this.#untimedCount) {
      const nowUs = this.clock.monotonicUs();
      this.#shareUs = (nowUs - this.readUs) / (count - this.#untimedCount);
      this.readUs = nowUs;
      this.#settledUs = nowUs;
    }
    const bucket = bucketOf(this.#shareUs * NANOSECONDS);
    for (let index = 0; index < count; ) {
      const id = this.#run[index];
      const first = index;
      while (index < count && this.#run[index] === id) index++;
      this.microseconds[id] += this.#shareUs * (index - first);
      if (this.tracksLatency) this.#histogram(id).add(bucket, index - first);
    }
    this.#runCount = 0;
    this.#untimedCount = 0;
  }

  /**
   * A command ran that is timed by itself; `settle` was called just before it.
   * @param startUs the last reading then
   * @returns its µs, those of commands that it ran itself included
   */
  ran(id: number, startUs: number): number {
    const earlierUs = this.readUs;
    if (this.#runCount !== 0) this.settle();
    // Settling, after a script, has read the clock.
    const nowUs = this.readUs > earlierUs ? this.readUs : this.clock.monotonicUs();
    const elapsedUs = nowUs - startUs;
    this.readUs = nowUs;
    this.calls[id]++;
    this.total++;
    this.#count(id, elapsedUs, 1);
    return elapsedUs;
  }

  /** A script calls a command. @returns the reading before it, or -1 when it isn't timed */
  beginWithin(id: number): number {
    if (this.isTimedAlone[id] === 0 && !this.isPrecise && !this.scripts.wants(id)) return -1;
    this.readUs = this.clock.monotonicUs();
    return this.readUs;
  }

  /** It ran. @returns its µs, or -1 when it wasn't timed */
  ranWithin(id: number, startUs: number): number {
    this.calls[id]++;
    this.total++;
    if (startUs < 0) {
      this.scripts.untimed(id);
      return -1;
    }
    this.readUs = this.clock.monotonicUs();
    const elapsedUs = this.readUs - startUs;
    this.#countUntimed(id);
    this.scripts.timed(id, elapsedUs);
    this.#count(id, elapsedUs, 1);
    return elapsedUs;
  }

  /** To be called before times are read. */
  complete(): void {
    this.settle();
    for (let id = 0; id < this.calls.length; id++) this.#countUntimed(id);
  }

  /** Time spent in commands, all told. */
  totalMicroseconds(): number {
    this.complete();
    let sum = 0;
    for (let id = 0; id < this.microseconds.length; id++) sum += this.microseconds[id];
    return sum;
  }

  reset(): void {
    this.calls.fill(0);
    this.microseconds.fill(0);
    this.rejected.fill(0);
    this.failed.fill(0);
    this.histograms.fill(null);
    this.total = 0;
    this.#runCount = 0;
    this.#untimedCount = 0;
    this.scripts.reset();
  }

  #countUntimed(id: number): void {
    const count = this.scripts.takeUntimed(id);
    if (count !== 0) this.#count(id, this.scripts.usual(id), count);
  }

  /** Calls that took so long each. */
  #count(id: number, us: number, calls: number): void {
    this.microseconds[id] += us * calls;
    if (this.tracksLatency) this.#histogram(id).add(bucketOf(us * NANOSECONDS), calls);
  }

  #histogram(id: number): LatencyHistogram {
    let histogram = this.histograms[id];
    if (histogram === null) {
      histogram = new LatencyHistogram();
      this.histograms[id] = histogram;
    }
    return histogram;
  }
}
