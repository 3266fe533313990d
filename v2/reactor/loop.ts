/**
 * Who runs a reactor, in three ways:
 *
 * - embedded: libuv watches the epoll descriptor and calls when it is readable. The thread has other work.
 * - leading (leading-loop.ts): the thread blocks in epoll_wait, for libuv's descriptor, too.
 * - dedicated: the thread blocks in epoll_wait. libuv has its turn now and then, for timers and messages.
 */
import { systemClock } from '../../src/base/clock.js';
import { clearImmediate, setImmediate } from '../../src/base/timers.js';
import type { Libc } from '../../src/native/libc.js';
import type { LoopWatch } from '../../src/native/open-watches.js';

export type LoopKind = 'embedded' | 'leading' | 'dedicated';

/**
 * Runs what was put off to right after the current callback: promises' continuations, `process.nextTick`. Node does so when
 * one of its own callbacks returns; not after koffi's (since Node 26), and none returns while a reactor waits itself. Source:
 * https://nodejs.org/api/deprecations.html#DEP0134, which tells applications not to, and that it stays.
 */
export const runTicks = (process as { _tickCallback?: () => void })._tickCallback;

/** What a loop needs of its reactor. */
export interface LoopHost {
  /** Runs turns. @param waitMs how long the first may wait for an event; -1 is without end */
  run(waitMs: number): void;
  /** Nothing is left to do before the next event. */
  readonly isResting: boolean;
  /** Set: `run` returns after the turn at hand. */
  isLate: boolean;
}

export interface Loop {
  /** There is work that no event announces. */
  schedule(): void;
  /** Whether it keeps the process running. Absent where it always does. */
  hold?(isHeld: boolean): void;
  close(): void;
}

export class EmbeddedLoop implements Loop {
  readonly #host: LoopHost;
  readonly #watch: LoopWatch;
  #scheduled: NodeJS.Immediate | null = null;

  constructor(host: LoopHost, libc: Libc, epollDescriptor: number) {
    this.#host = host;
    this.#watch = libc.watch(epollDescriptor, () => {
      host.run(0);
      runTicks?.();
    });
  }

  schedule(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      this.#host.run(0);
    });
  }

  hold(isHeld: boolean): void {
    if (isHeld) this.#watch.ref();
    else this.#watch.unref();
  }

  close(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#watch.close();
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
      this.#host.run(this.#host.isResting ? BLOCK_MS : 0);
    } while (systemClock.monotonicUs() < end);
  }
}
