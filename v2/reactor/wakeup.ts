/**
 * Wakes a reactor from anywhere: an eventfd in its epoll set. Another thread needs only the descriptor's
 * number and its own `Libc`: `libc.eventfdSignal(descriptor)`.
 *
 * The counter is never read: edge-triggered, each signal is a new edge, and it cannot overflow in any
 * lifetime. Signals that come before the wake-up is handled are handled as one.
 */
import type { Libc } from '../../src/native/libc.js';

export class Wakeup {
  readonly #libc: Libc;

  constructor(
    libc: Libc,
    readonly descriptor: number,
    readonly generation: number,
    readonly onWake: () => void,
  ) {
    this.#libc = libc;
  }

  signal(): void {
    this.#libc.eventfdSignal(this.descriptor);
  }
}
