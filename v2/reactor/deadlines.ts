/**
 * Deadlines that are all equally long, as time-outs are: then the one that was set last is due last, and a list in the
 * order of setting is one in the order of time. Setting and lifting one costs a few pointers and allocates nothing;
 * one timer serves all of them, and none runs while there are none.
 */
import type { Clock } from '../../src/base/clock.js';
import { clearTimeout, setTimeout } from '../../src/base/timers.js';

/** What has a deadline carries its place in the list. */
export interface Deadline {
  /** On the monotonic clock; 0 while none is set. */
  dueMs: number;
  dueBefore: Deadline | null;
  dueAfter: Deadline | null;
}

export class Deadlines<T extends Deadline> {
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #onDue: (item: T) => void;
  #first: T | null = null;
  #last: T | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param onDue called once for each deadline that passes; it is not set any more then */
  constructor(clock: Clock, durationMs: number, onDue: (item: T) => void) {
    this.#clock = clock;
    this.#durationMs = durationMs;
    this.#onDue = onDue;
  }

  /** Whether nothing is set and no timer runs. */
  get isIdle(): boolean {
    return this.#first === null && this.#timer === null;
  }

  /** From now on. One that was set is set anew. */
  set(item: T): void {
    this.lift(item);
    item.dueMs = this.#nowMs() + this.#durationMs;
    item.dueBefore = this.#last;
    if (this.#last === null) this.#first = item;
    else this.#last.dueAfter = item;
    this.#last = item;
    this.#timer ??= this.#start(this.#durationMs);
  }

  /** Nothing happens when none is set. The timer is left to find that out: most are set again soon. */
  lift(item: T): void {
    if (item.dueMs === 0) return;
    if (item.dueBefore === null) this.#first = item.dueAfter as T | null;
    else item.dueBefore.dueAfter = item.dueAfter;
    if (item.dueAfter === null) this.#last = item.dueBefore as T | null;
    else item.dueAfter.dueBefore = item.dueBefore;
    item.dueMs = 0;
    item.dueBefore = null;
    item.dueAfter = null;
  }

  /** Forgets all of them. */
  close(): void {
    while (this.#first !== null) this.lift(this.#first);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #expire = (): void => {
    this.#timer = null;
    const nowMs = this.#nowMs();
    while (this.#first !== null && this.#first.dueMs <= nowMs) {
      const item = this.#first;
      this.lift(item);
      this.#onDue(item);
    }
    // Timers come up to a millisecond early by the monotonic clock.
    if (this.#first !== null) this.#timer ??= this.#start(Math.ceil(this.#first.dueMs - nowMs));
  };

  /** What has a deadline keeps the process alive, or doesn't: the timer has no say in that. */
  #start(delayMs: number): NodeJS.Timeout {
    return setTimeout(this.#expire, delayMs).unref();
  }

  /** Never 0, which stands for none. */
  #nowMs(): number {
    return this.#clock.monotonicUs() / 1000 + 1;
  }
}
