/**
 * How one side of a ring goes to sleep and the other wakes it, with no wake-up lost and none sent to a side that is
 * busy. A word in shared memory: 1 while its owner sleeps or is about to.
 *
 *     owner, about to sleep           other side, having changed the ring
 *     1  announce                     1  store the position
 *     2  look at the ring again       2  isAnnounced
 *     3  nothing there: sleep         3  claim, and if that succeeds: wake
 *        something: withdraw
 *
 * All of these are sequentially consistent. Either the owner's look comes after the other's store, and it finds what
 * was stored; or its announcement comes before the other's look, and it is woken. A claim succeeds once per
 * announcement, so that many changes make one wake-up.
 *
 * How to wake is up to the user: an eventfd for a side that sleeps in epoll_wait, `notify` for one that sleeps in `wait`.
 */
export class SleepFlag {
  readonly #words: Int32Array;
  readonly #index: number;

  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#index = index;
  }

  // ── its owner's ──────────────────────────────────────────────────────────────────────────────────

  announce(): void {
    Atomics.store(this.#words, this.#index, 1);
  }

  withdraw(): void {
    Atomics.store(this.#words, this.#index, 0);
  }

  /** Blocks the thread until the announcement is claimed and notified; not at all when that has happened. */
  wait(): void {
    Atomics.wait(this.#words, this.#index, 1);
  }

  // ── the other side's ─────────────────────────────────────────────────────────────────────────────

  /** A mere look, which is cheap: most of the time the owner is awake. */
  get isAnnounced(): boolean {
    return Atomics.load(this.#words, this.#index) === 1;
  }

  /** @returns whether the caller has to wake the owner now */
  claim(): boolean {
    return Atomics.compareExchange(this.#words, this.#index, 1, 0) === 1;
  }

  /** Whether to wake the owner; to be asked after each change that may concern it. */
  take(): boolean {
    return this.isAnnounced && this.claim();
  }

  /** Wakes an owner that sleeps in `wait`. */
  notify(): void {
    Atomics.notify(this.#words, this.#index);
  }
}
