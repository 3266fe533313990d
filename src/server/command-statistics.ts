/**
 * Calls and time of each command, for INFO commandstats and the slow log.
 *
 * Two readings of the clock for each command would cost a tenth of a pipelined GET. Commands that are
 * O(1) or O(log N) are therefore timed by the run: the time between two readings is shared equally among
 * the fast commands in between. Others are timed each by itself; so is every command while `isPrecise`.
 */
import type { Clock } from '../base/clock.js';
import { FAST } from '../commands/flags.js';
import type { CommandTable } from '../commands/table.js';

/** Fast commands between two readings at most. */
const RUN_COUNT_MAX = 64;

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
  /** Every command is timed by itself: the slow log's threshold is below what sharing can tell. */
  isPrecise = false;

  /** By command id: 1 for those that may take long. */
  readonly isTimedAlone: Uint8Array;

  readonly #run: Int16Array = new Int16Array(RUN_COUNT_MAX);
  #runCount = 0;
  /** The last reading. */
  #readUs = 0;

  constructor(
    table: CommandTable,
    readonly clock: Clock,
  ) {
    const { count } = table;
    this.isTimedAlone = Uint8Array.from({ length: count }, (_, id) => {
      const isQuick = (table.flagsOf[id] & FAST) !== 0 || table.declarations[id].complexity === 'O(1)';
      return isQuick ? 0 : 1;
    });
    this.calls = new Float64Array(count);
    this.microseconds = new Float64Array(count);
    this.rejected = new Float64Array(count);
    this.failed = new Float64Array(count);
  }

  /** A batch of requests begins. @param nowUs the reading made for it */
  begin(nowUs: number): void {
    this.#readUs = nowUs;
  }

  /** A fast command ran: its time is shared out later. */
  ranFast(id: number): void {
    this.calls[id]++;
    this.total++;
    this.#run[this.#runCount++] = id;
    if (this.#runCount === RUN_COUNT_MAX) this.settle();
  }

  /** Shares the time since the last reading among the fast commands since. */
  settle(): void {
    if (this.#runCount === 0) return;
    const nowUs = this.clock.monotonicUs();
    const share = (nowUs - this.#readUs) / this.#runCount;
    this.#readUs = nowUs;
    for (let index = 0; index < this.#runCount; index++) this.microseconds[this.#run[index]] += share;
    this.#runCount = 0;
  }

  /** A command ran that is timed by itself; `settle` was called just before it. @returns its µs */
  ran(id: number): number {
    const nowUs = this.clock.monotonicUs();
    const elapsedUs = nowUs - this.#readUs;
    this.#readUs = nowUs;
    this.calls[id]++;
    this.total++;
    this.microseconds[id] += elapsedUs;
    return elapsedUs;
  }

  reset(): void {
    this.calls.fill(0);
    this.microseconds.fill(0);
    this.rejected.fill(0);
    this.failed.fill(0);
    this.total = 0;
    this.#runCount = 0;
  }
}
