/**
 * Who runs a reactor, in two ways:
 *
 * - embedded: libuv watches the epoll descriptor and calls when it is readable. The thread has other work. While there
 *   is much to do, the reactor may keep the thread for a while (stay.ts).
 * - dedicated: the thread blocks in epoll_wait. libuv has its turn now and then, for timers and messages.
 */
import { systemClock } from '../../src/base/clock.js';
import type { Libc, LoopWatch } from '../../src/native/libc.js';
import type { ReactorCounters } from './counters.js';
import { Stay } from './stay.js';

export type LoopKind = 'embedded' | 'dedicated';

/** What a loop needs of its reactor. */
export interface LoopHost {
  /** Its epoll set. */
  readonly descriptor: number;
  readonly counters: ReactorCounters;
  /** Runs up to `turnsMax` turns. @param waitMs how long the first may wait for an event; -1 is without end */
  run(waitMs: number, turnsMax: number): void;
  /** Nothing is left to do before the next event. */
  readonly isResting: boolean;
  /** Calls `onEvent` when something happens to a descriptor. @returns the generation to put it into the set with */
  hear(descriptor: number, onEvent: () => void): number;
}

/**
 * Turns in one run while there is work, because a turn costs less than a round through libuv. With 50 clients
 * a request costs 8.6 µs with one turn per run, 7.8 with 4, 7.6 with 16, and no less with more, nor with
 * turns that go on looking after one that brought nothing. Waiting in them costs a timer, and more: 8.5.
 */
const TURNS_PER_RUN = 16;

export interface Loop {
  /** There is work that no event tells of. */
  schedule(): void;
  close(): void;
}

export class EmbeddedLoop implements Loop {
  readonly #host: LoopHost;
  /** Held because koffi closes a watch that is collected. */
  readonly #watch: LoopWatch;
  readonly #stay: Stay | null;
  #scheduled: NodeJS.Immediate | null = null;

  /** @param staysAfterWakes so many wakes in a row begin a stay, where the thread's loop is one that allows it */
  constructor(host: LoopHost, libc: Libc, staysAfterWakes: number) {
    this.#host = host;
    this.#watch = libc.watch(host.descriptor, () => this.#wake());
    const eventLoop = staysAfterWakes === Number.POSITIVE_INFINITY ? null : libc.findEventLoop();
    this.#stay = eventLoop === null ? null : new Stay(host, libc, eventLoop, staysAfterWakes);
  }

  schedule(): void {
    // It doesn't wait over work while it stays, and looks when it goes.
    if (this.#stay?.isOn) return;
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      this.#host.run(0, TURNS_PER_RUN);
    });
  }

  close(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#stay?.end();
    this.#watch.close();
  }

  #wake(): void {
    this.#host.run(0, TURNS_PER_RUN);
    const stay = this.#stay;
    if (stay === null) return;
    stay.afterWake();
    if (!this.#host.isResting) this.schedule();
  }
}

/** Timers and messages wait no longer than this for a thread that has nothing else to do … */
const BLOCK_MS = 100;
/** … or too much; a round through libuv costs some 2 µs. */
const SLICE_US = 5000;

export class DedicatedLoop implements Loop {
  readonly #host: LoopHost;
  #next: NodeJS.Immediate;

  constructor(host: LoopHost) {
    this.#host = host;
    this.#next = setImmediate(() => this.#runSlice());
  }

  /** It never sleeps over work. */
  schedule(): void {}

  close(): void {
    clearImmediate(this.#next);
  }

  #runSlice(): void {
    // Set first: a handler may close the loop.
    this.#next = setImmediate(() => this.#runSlice());
    const end = systemClock.monotonicUs() + SLICE_US;
    do {
      this.#host.run(this.#host.isResting ? BLOCK_MS : 0, TURNS_PER_RUN);
    } while (systemClock.monotonicUs() < end);
  }
}
