/**
 * The event loop of Node's main thread, for who wants to wait in its stead: libuv's interface for loops inside of others.
 *
 * Whoever leads it waits for its descriptor, and no longer than it may wait; then it has its turn, and does not wait
 * itself. Source: https://docs.libuv.org/en/v1.x/loop.html, uv_backend_fd and uv_backend_timeout.
 */
import { isMainThread } from 'node:worker_threads';
import { assert } from '../base/assert.js';
import type { Koffi } from './koffi.js';

/** A thread has one loop, and that one leader at a time. */
let isLed = false;

export class LibuvLoop {
  /** An epoll descriptor: readable while the loop has something to do. */
  readonly descriptor: number;
  readonly #loop: number;
  readonly #calls: ReturnType<typeof bindCalls>;

  private constructor(calls: ReturnType<typeof bindCalls>) {
    this.#calls = calls;
    this.#loop = calls.defaultLoop();
    this.descriptor = calls.backendFd(this.#loop);
    isLed = true;
  }

  /** @returns null where the loop can't be had: in another thread, led by somebody, or its functions aren't public */
  static lead(koffi: Koffi): LibuvLoop | null {
    if (!isMainThread || isLed) return null;
    try {
      return new LibuvLoop(bindCalls(koffi));
    } catch {
      // A Node whose libuv isn't visible: koffi says only that there is no such symbol.
      return null;
    }
  }

  /**
   * How long it would wait now. An immediate that keeps the process alive (`ref`) has it wait for nothing.
   * @returns ms until its next timer, 0 when it has something to do, -1 without end
   */
  waitMs(): number {
    this.#calls.updateTime(this.#loop);
    return this.#calls.backendTimeout(this.#loop);
  }

  /** Somebody else may lead it. */
  release(): void {
    assert(isLed, 'it is released once');
    isLed = false;
  }
}

/** The loop is Node's own static one: its address is a Number without loss. */
function bindCalls(koffi: Koffi) {
  const program = koffi.load(null);
  return {
    defaultLoop: (): number => Number(program.func('uv_default_loop', 'uint64_t', [])()),
    backendFd: program.func('uv_backend_fd', 'int', ['uint64_t']) as (loop: number) => number,
    backendTimeout: program.func('uv_backend_timeout', 'int', ['uint64_t']) as (loop: number) => number,
    updateTime: program.func('uv_update_time', 'void', ['uint64_t']) as (loop: number) => void,
  };
}
