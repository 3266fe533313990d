/**
 * libuv's loop, which runs Node, as it looks from inside one of its callbacks: whether anything there waits for its turn,
 * and a descriptor that says when something happens. Whoever asks may keep the thread meanwhile.
 *
 * Only of the main thread: the loops of other threads can't be reached from outside.
 * Source: libuv's documentation, uv_backend_fd and uv_backend_timeout: they are there for embedding the loop in another.
 */
import { isMainThread } from 'node:worker_threads';
import type { Koffi } from './koffi.js';
import { UV_LOOP } from './layout.js';

/** Runs what promises and `process.nextTick` have queued, as Node does between two timers. Absent in a Node without it. */
type TickCallback = (() => void) | undefined;

export class EventLoop {
  /** Of libuv's epoll set: readable while anything that libuv watches has happened. */
  readonly descriptor: number;
  readonly #updateTime: () => void;
  readonly #timeoutMs: () => number;
  readonly #runTicks: () => void;
  /** The loop's own memory. */
  readonly #ints: Uint32Array;
  readonly #queueLow: number;
  readonly #queueHigh: number;

  /** @returns null where the loop is none that we know: another thread's, another major version's, Node without libuv */
  static find(koffi: Koffi): EventLoop | null {
    const runTicks = (process as { _tickCallback?: TickCallback })._tickCallback;
    if (!isMainThread || !process.versions.uv?.startsWith('1.') || typeof runTicks !== 'function')
      return null;
    try {
      const loop = new EventLoop(koffi, runTicks);
      return loop.descriptor === loop.#ints[UV_LOOP.backendFd / 4] ? loop : null;
    } catch {
      // Symbols that aren't exported, or memory that can't be looked at: who asks does without.
      return null;
    }
  }

  private constructor(koffi: Koffi, runTicks: () => void) {
    const executable = koffi.load(null);
    const address = Number(executable.func('uv_default_loop', 'uint64_t', [])());
    const updateTime = executable.func('uv_update_time', 'void', ['uint64_t']);
    const timeoutMs = executable.func('uv_backend_timeout', 'int', ['uint64_t']);
    this.descriptor = executable.func('uv_backend_fd', 'int', ['uint64_t'])(address);
    this.#updateTime = () => updateTime(address);
    this.#timeoutMs = () => timeoutMs(address);
    this.#runTicks = runTicks;
    this.#ints = new Uint32Array(koffi.view(address, UV_LOOP.bytes));
    const queue = address + UV_LOOP.watcherQueue;
    this.#queueLow = queue >>> 0;
    this.#queueHigh = Math.floor(queue / 2 ** 32);
  }

  /**
   * What promises and `process.nextTick` wait for is run now.
   * @throws what they throw; the rest of them runs later
   */
  runTicks(): void {
    this.#runTicks();
  }

  /**
   * How long the loop may be kept waiting while its descriptor isn't readable: until its next timer is due.
   * @returns milliseconds; 0 when something waits there that its descriptor doesn't tell: immediates, callbacks that are
   *   pending, handles that close, descriptors that libuv hasn't begun to watch. Infinity when nothing does.
   */
  get patienceMs(): number {
    if (this.#hasNewWatchers) return 0;
    this.#updateTime();
    const timeoutMs = this.#timeoutMs();
    return timeoutMs < 0 ? Number.POSITIVE_INFINITY : timeoutMs;
  }

  /** The kernel hears of new watchers only when libuv polls. A queue whose head points at itself is empty. */
  get #hasNewWatchers(): boolean {
    const first = UV_LOOP.watcherQueue / 4;
    return this.#ints[first] !== this.#queueLow || this.#ints[first + 1] !== this.#queueHigh;
  }
}
