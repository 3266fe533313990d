/**
 * Time is injected, so that expiry, timeouts and blocking run in tests without waiting.
 * Nothing outside this file reads `Date.now()` or `performance.now()`.
 *
 * The system's clocks are those of the moment when this module was loaded: the fake timers of a test runner replace them.
 */
import { performance } from 'node:perf_hooks';

const { now: wallMs } = Date;
const monotonicMs = performance.now.bind(performance);

export interface Clock {
  /** Wall clock, whole milliseconds since the Unix epoch. It may jump, both ways. */
  wallMs(): number;
  /** Microseconds since an arbitrary start, with a fraction. It never goes back. */
  monotonicUs(): number;
}

export const systemClock: Clock = {
  wallMs,
  monotonicUs: () => monotonicMs() * 1000,
};

/** Nobody wakes who waits for it. */
const silence = new Int32Array(new SharedArrayBuffer(4));

/** Holds this thread up. Nothing else of the program goes on meanwhile: for DEBUG SLEEP, SCRIPT DEBUG SYNC, and rests of less than a millisecond. */
export function block(ms: number): void {
  Atomics.wait(silence, 0, 0, ms);
}

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  #wallMs: number;
  #monotonicUs = 0;

  constructor(wallMs = 1_700_000_000_000) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicUs(): number {
    return this.#monotonicUs;
  }

  /** Both clocks go forward. */
  advance(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicUs += ms * 1000;
  }

  /** Only the wall clock moves, as when an operator or NTP sets it. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }
}
