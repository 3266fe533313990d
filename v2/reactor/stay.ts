/**
 * A stay: while one batch of events follows the other, the reactor keeps the thread. It waits in its own epoll_wait, in
 * whose set libuv's descriptor is then, instead of returning to libuv's, in whose set its own is otherwise. A turn is
 * then one epoll_wait, and no call from C; and what happens in libuv ends the stay.
 *
 *     otherwise    libuv: epoll_wait ◄── our set ◄── sockets
 *     a stay       we:    epoll_wait ◄── sockets
 *                                    ◄── libuv's set ◄── its sockets, signals, what other threads have done
 *
 * Two sets can't watch each other (ELOOP), so ours is taken out of libuv's meanwhile, behind its back, and put
 * back as it was. What has to hold, so that nothing waits for a stay's end that wouldn't wait without it:
 *
 * - promises and ticks run after each turn, timers that are due, immediates and whatever else libuv's descriptor doesn't
 *   tell of are looked for, and end it (native/event-loop.ts);
 * - silence ends it: libuv sleeps then, as ever. Should the above miss anything, it waits for `WAIT_MS`, or
 *   while the traffic lasts for a bounded number of turns.
 */
import { systemClock } from '../../src/base/clock.js';
import { EPOLLIN } from '../../src/native/constants.js';
import type { EventLoop } from '../../src/native/event-loop.js';
import type { Libc } from '../../src/native/libc.js';
import { SystemError } from '../../src/native/system-error.js';
import type { LoopHost } from './loop.js';

/** Wakes are in a row when they come within this: then it pays to wait here for the next. */
const ROW_US = 1000;
/** Silence for so long ends a stay. epoll_wait knows no shorter time than 1 ms, and that may have begun. */
const WAIT_MS = 2;
/** Beginning and ending one costs 3 µs and libuv's round as much again: with 50 clients 1 % of so many turns. */
const TURNS_MAX = 128;
const EVENTS_MAX = 4096;
/** A stay that libuv ended earlier hasn't paid … */
const TURNS_MIN = 4;
/** … and the next isn't begun before so many wakes more. */
const WAKES_BETWEEN = 256;

export class Stay {
  readonly #host: LoopHost;
  readonly #libc: Libc;
  readonly #eventLoop: EventLoop;
  readonly #wakesBefore: number;
  /** Of libuv's descriptor in our set. */
  readonly #generation: number;
  #wakesInARow = 0;
  #lastWakeUs = 0;
  #isOn = false;
  /** libuv has something to do. */
  #isCalled = false;

  /** @param wakesBefore so many wakes in a row begin a stay */
  constructor(host: LoopHost, libc: Libc, eventLoop: EventLoop, wakesBefore: number) {
    this.#host = host;
    this.#libc = libc;
    this.#eventLoop = eventLoop;
    this.#wakesBefore = wakesBefore;
    this.#generation = host.hear(eventLoop.descriptor, () => {
      this.#isCalled = true;
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** libuv has called, and what there was is handled. Stays when that may pay. */
  afterWake(): void {
    const nowUs = systemClock.monotonicUs();
    if (nowUs - this.#lastWakeUs > ROW_US && this.#wakesInARow > 0) this.#wakesInARow = 0;
    this.#lastWakeUs = nowUs;
    if (this.#wakesInARow++ < this.#wakesBefore || !this.#begin()) return;
    this.#turnUntilCalled();
    this.end();
  }

  /** Before the reactor closes, too: from then on its descriptor may be another's. */
  end(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    const { descriptor } = this.#eventLoop;
    this.#checked(this.#libc.epollRemove(this.#host.descriptor, descriptor));
    this.#giveBack();
  }

  #turnUntilCalled(): void {
    const host = this.#host;
    const eventsEnd = host.counters.events + EVENTS_MAX;
    for (let turn = 0; turn < TURNS_MAX && host.counters.events < eventsEnd; turn++) {
      this.#runTicks();
      const patienceMs = this.#isOn ? this.#eventLoop.patienceMs : 0;
      if (patienceMs === 0 || this.#isCalled) {
        if (turn < TURNS_MIN) this.#wakesInARow = -WAKES_BETWEEN;
        return;
      }
      const waitMs = host.isResting ? Math.min(patienceMs, WAIT_MS) : 0;
      const { events } = host.counters;
      host.run(waitMs, 1);
      if (host.counters.events === events && host.isResting) {
        this.#wakesInARow = 0;
        return;
      }
    }
  }

  /** Their bugs are the process's, as elsewhere. */
  #runTicks(): void {
    try {
      this.#eventLoop.runTicks();
    } catch (error) {
      crash(error);
    }
  }

  /** @returns false when the kernel refuses: then everything is as it was */
  #begin(): boolean {
    const { descriptor } = this.#eventLoop;
    if (this.#eventLoop.patienceMs === 0) return false;
    if (this.#libc.epollRemove(descriptor, this.#host.descriptor) < 0) return false;
    const result = this.#libc.epollAdd(
      this.#host.descriptor,
      descriptor,
      EPOLLIN,
      descriptor,
      this.#generation,
    );
    if (result < 0) {
      this.#giveBack();
      return false;
    }
    this.#isOn = true;
    this.#isCalled = false;
    this.#host.counters.stays++;
    return true;
  }

  /** As libuv had it: data is the descriptor. */
  #giveBack(): void {
    const { descriptor } = this.#host;
    this.#checked(this.#libc.epollAdd(this.#eventLoop.descriptor, descriptor, EPOLLIN, descriptor, 0));
  }

  /** Out of both sets, nobody would be heard any more. */
  #checked(result: number): void {
    if (result < 0) crash(new SystemError('epoll_ctl', -result, this.#host.descriptor));
  }
}

/** koffi would lose what is thrown within libuv's call. */
function crash(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
