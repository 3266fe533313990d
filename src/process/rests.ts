/**
 * Rests of the thread that serves, for V8's compiler and other threads on the same core, which come last (background-threads.ts):
 * as long as commands never cease they would get next to nothing, and commands would go on in code that isn't compiled. Short rests
 * often give them the same as one slice of the scheduler's now and then, and nobody waits for long.
 *
 * CPU per command of the first commands of a new server on one core, from 50 clients with 16 requests at a time, to that
 * with the compiler at a niceness of 5 and no rests, medians of three:
 *
 *                       200,000 SET   then 400,000 SET   400,000 GET
 *     without rests     2.0           2.3                2.4
 *     with them         0.96          0.89               0.82
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { block, type Clock, systemClock } from '../base/clock.js';

/** Two fifths of the core, for as long as they are wanted. */
const REST_MS = 0.7;
const WORK_US = 1000;
/** Looking costs 2 µs for each thread: after so many looks in vain in a row it happens less often. */
const IDLE_LOOKS = 50;
const IDLE_LOOK_US = 10_000;
/** Between two looks aside, which the timer may ask for after each half millisecond of work. */
const ASIDE_US = 900;

/** More than the fields up to the processor's take. */
const TEXT_BYTES = 512;
const RUNNABLE = 'R'.charCodeAt(0);
const NAME_END = ')'.charCodeAt(0);
/** From the end of the name in parentheses. Source: proc_pid_stat(5), field 3. */
const STATE_OFFSET = 2;
/** From the state, which is 0. Source: proc_pid_stat(5), field 39. */
const FIELD_PROCESSOR = 36;

export interface RestMeans {
  /** Holds the calling thread up. */
  readonly block: (ms: number) => void;
  /** A rest is wanted soon. */
  readonly onWork: () => void;
  readonly clock: Clock;
}

export class Rests {
  readonly #own: number;
  readonly #others: readonly number[];
  readonly #means: RestMeans;
  readonly #text = Buffer.alloc(TEXT_BYTES);
  /** What other threads are to do. */
  #work: (() => void)[] = [];
  #idleLooks = 0;
  #asideDueUs = 0;

  /** @param threads of this process for which its main thread rests; null for none. @param onWork a rest is wanted soon */
  static for(threads: readonly number[], onWork: () => void): Rests | null {
    if (threads.length === 0) return null;
    const pathOf = (thread: number): string => `/proc/self/task/${thread}/stat`;
    return new Rests(pathOf(process.pid), threads.map(pathOf), { block, onWork, clock: systemClock });
  }

  /** @param own where the kernel tells about the calling thread. @param others where it tells about those it rests for */
  constructor(own: string, others: readonly string[], means: RestMeans) {
    this.#own = openSync(own, 'r');
    this.#others = others.map((path) => openSync(path, 'r'));
    this.#means = means;
  }

  /**
   * The next rest begins with it. A thread that is given milliseconds of work while this one runs may be given the core for as
   * long as the scheduler's tick takes, 4 ms on most systems; one that begins in a rest gives it back when that ends.
   * @param work gives another thread something to do
   */
  hand(work: () => void): void {
    this.#work.push(work);
    this.#means.onWork();
  }

  /** Rests if one of them waits for this thread's core. @returns µs from its call until it is to be called again */
  readonly rest = (): number => {
    this.#begin();
    if (this.#isWaitedFor()) {
      this.#idleLooks = 0;
      this.#means.block(REST_MS);
      return REST_MS * 1000 + WORK_US;
    }
    return ++this.#idleLooks > IDLE_LOOKS ? IDLE_LOOK_US : WORK_US;
  };

  /**
   * When there is nothing to serve: V8 has the serving thread come back for its own housekeeping at once and again, without a
   * wait, until its other thread has done its part, which it can't meanwhile. That used up to five seconds of a core.
   * @returns ms until it is to be called again, if somebody waits; Infinity otherwise
   */
  restAside(): number {
    this.#begin();
    const nowUs = this.#means.clock.monotonicUs();
    if (nowUs < this.#asideDueUs) return Number.POSITIVE_INFINITY;
    this.#asideDueUs = nowUs + ASIDE_US;
    if (!this.#isWaitedFor()) return Number.POSITIVE_INFINITY;
    this.#means.block(REST_MS);
    return WORK_US / 1000;
  }

  #begin(): void {
    if (this.#work.length === 0) return;
    const work = this.#work;
    this.#work = [];
    for (const begin of work) begin();
  }

  close(): void {
    for (const descriptor of [this.#own, ...this.#others]) closeSync(descriptor);
  }

  /** One that runs on another core is runnable, too. */
  #isWaitedFor(): boolean {
    for (const other of this.#others) {
      if (!this.#isRunnable(other)) continue;
      if (this.#processor(other) === this.#processor(this.#own)) return true;
    }
    return false;
  }

  #isRunnable(descriptor: number): boolean {
    const end = readSync(descriptor, this.#text, 0, TEXT_BYTES, 0);
    return this.#text[this.#text.lastIndexOf(NAME_END, end - 1) + STATE_OFFSET] === RUNNABLE;
  }

  #processor(descriptor: number): string {
    const text = this.#text.toString('latin1', 0, readSync(descriptor, this.#text, 0, TEXT_BYTES, 0));
    return text.slice(text.lastIndexOf(')') + STATE_OFFSET).split(' ')[FIELD_PROCESSOR];
  }
}
