/**
 * The one timer of a server: calls `tick` when it is due, and no more often. Work that is left over goes
 * on in the next turn of the event loop, after the sockets had theirs.
 */
import type { Clock } from './base/clock.js';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from './base/timers.js';

export class Ticker {
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  /** When `tick` is due, on the monotonic clock. */
  #dueMs = 0;
  #isRunning = false;
  #isHeld = true;

  /** @param tick does what is due and returns ms until more is; 0 for at once */
  constructor(
    readonly tick: () => number,
    readonly clock: Clock,
  ) {}

  start(): void {
    this.#isRunning = true;
    this.#schedule(0);
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancel();
  }

  /** Whether it keeps the process running, as it does at first. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) this.#timer?.ref();
    else this.#timer?.unref();
  }

  /** Something is due in `delayMs` that wasn't known when `tick` last returned. */
  hasten(delayMs: number): void {
    if (!this.#isRunning || this.#nowMs() + delayMs >= this.#dueMs) return;
    this.#cancel();
    this.#schedule(delayMs);
  }

  /** Does something once, after the sockets had their turn. */
  defer(work: () => void): void {
    setImmediate(work);
  }

  readonly #run = (): void => {
    const delayMs = this.tick();
    // Whatever was hastened meanwhile is part of what `tick` said.
    this.#cancel();
    if (this.#isRunning) this.#schedule(delayMs);
  };

  #schedule(delayMs: number): void {
    this.#dueMs = this.#nowMs() + delayMs;
    if (delayMs <= 0) {
      this.#immediate = setImmediate(this.#run);
    } else {
      this.#timer = setTimeout(this.#run, delayMs);
      if (!this.#isHeld) this.#timer.unref();
    }
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }

  #nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}
