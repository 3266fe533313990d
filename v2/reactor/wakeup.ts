/**
 * Wakes a reactor from anywhere: an eventfd in its epoll set. Another thread needs only the descriptor's
 * number and its own `Libc`: `libc.eventfdSignal(descriptor)`.
 *
 * The counter is never read: edge-triggered, each signal is a new edge, and it cannot overflow in any
 * lifetime. Signals that come before the wake-up is handled are handled as one.
 */
import { EPOLLET, EPOLLIN } from '../../src/native/constants.js';
import type { Libc } from '../../src/native/libc.js';
import { SystemError } from '../../src/native/system-error.js';
import type { EpollSet } from './epoll-set.js';

export class Wakeup {
  readonly descriptor: number;
  readonly generation: number;
  readonly onWake: () => void;
  readonly #libc: Libc;

  /** @throws SystemError */
  constructor(libc: Libc, epoll: EpollSet, onWake: () => void) {
    this.#libc = libc;
    this.onWake = onWake;
    this.descriptor = libc.eventfd();
    this.generation = epoll.nextGeneration();
    const result = epoll.add(this.descriptor, this.generation, EPOLLIN | EPOLLET);
    if (result === 0) return;
    libc.close(this.descriptor);
    throw new SystemError('epoll_ctl', -result, this.descriptor);
  }

  signal(): void {
    this.#libc.eventfdSignal(this.descriptor);
  }
}
