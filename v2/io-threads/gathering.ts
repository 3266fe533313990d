/**
 * Keeps an I/O thread with much to do from being woken for every other request. When wake-ups follow one another within
 * microseconds, a switch of threads costs more than the requests it brings. So, while it pays, the thread lets a fixed
 * moment pass before it sleeps until something happens, and handles what has gathered.
 *
 * It pays when a moment brings several events, but not most of the clients, for those would all be waiting for us.
 * Moments that pay earn credit for some that don't: requests come in bursts. Without credit a moment is tried now and
 * then, after so and so many sleeps, and ever more seldom. A thread with nothing to do sleeps as ever.
 */
import type { ReactorCounters } from '../reactor/counters.js';

/** As asked for; the kernel adds its timer slack, 50 µs. Source: prctl(2), PR_SET_TIMERSLACK. */
const MOMENT_MS = 0.02;
/** Events that are worth a moment. */
const EVENTS_MIN = 3;
/** A moment that brings more than one of so many clients isn't worth their waiting. */
const CLIENTS_PER_EVENT_MIN = 4;
/** A moment that pays earns so many that don't, up to the limit. */
const CREDIT_PER_MOMENT = 4;
export const CREDIT_MAX = 64;
/** Sleeps from one try to the next, at first and at most. */
export const SLEEPS_MIN = 16;
export const SLEEPS_MAX = 1024;

export class Gathering {
  readonly #counters: Readonly<ReactorCounters>;
  readonly #letPass: () => void;
  /** A moment has passed, and what it brought has been handled. */
  #isOver = false;
  #eventsBefore = 0;
  #credit = 0;
  #sleepsBetween = SLEEPS_MIN;
  #sleepsLeft = SLEEPS_MIN;

  /** @param letPass lets the moment pass */
  constructor(counters: Readonly<ReactorCounters>, letPass = sleeper()) {
    this.#counters = counters;
    this.#letPass = letPass;
  }

  /** Asked when nothing is left to do. @returns true: a moment has passed, look again; false: sleep */
  wait(): boolean {
    if (this.#isOver) {
      this.#isOver = false;
      this.#judge();
      return false;
    }
    if (this.#credit === 0 && this.#sleepsLeft-- > 0) return false;
    this.#eventsBefore = this.#counters.events;
    this.#letPass();
    this.#isOver = true;
    return true;
  }

  #judge(): void {
    const { events, accepted, closed } = this.#counters;
    const gathered = events - this.#eventsBefore;
    if (gathered >= EVENTS_MIN && gathered * CLIENTS_PER_EVENT_MIN <= accepted - closed) {
      this.#credit = Math.min(this.#credit + CREDIT_PER_MOMENT, CREDIT_MAX);
      this.#sleepsBetween = SLEEPS_MIN;
    } else if (this.#credit > 0) {
      this.#credit--;
    } else {
      this.#sleepsBetween = Math.min(this.#sleepsBetween * 2, SLEEPS_MAX);
    }
    this.#sleepsLeft = this.#sleepsBetween - 1;
  }
}

/** Blocks the thread: nobody ever notifies this word. */
function sleeper(): () => void {
  const word = new Int32Array(new SharedArrayBuffer(4));
  return () => {
    Atomics.wait(word, 0, 0, MOMENT_MS);
  };
}
