/**
 * Sockets whose connection is over on our side and not yet on the peer's. Closing one with unread input
 * would make the kernel answer with a reset, and drop replies that are on their way. So we say that no
 * more comes, throw away what still arrives, and close when the peer has closed, or after a while.
 */
import { clearInterval, setInterval } from '../../src/base/timers.js';
import { SHUT_WR } from '../../src/native/constants.js';
import type { Libc } from '../../src/native/libc.js';
import type { NativeBuffer } from '../../src/native/native-buffer.js';
import { EAGAIN } from '../../src/native/system-error.js';

/** A peer gets between one and two of these. */
const LINGER_SWEEP_MS = 500;
/** When the server ends, which waits for all of them. Nothing is lost to a peer that sends no more, however long it takes. */
const LAST_SWEEP_MS = 25;

/** Per event, of the receive buffer's size: a peer that floods a closed connection waits for the sweep. */
const DISCARDS_MAX = 16;

export class Lingering {
  readonly #libc: Libc;
  readonly #trash: NativeBuffer;
  readonly #release: (fd: number) => void;
  /** Since the last sweep, and before it. */
  #recent = new Set<number>();
  #old = new Set<number>();
  #sweep: NodeJS.Timeout | null = null;
  #sweepMs = LINGER_SWEEP_MS;

  /** @param trash for what arrives @param release closes a descriptor */
  constructor(libc: Libc, trash: NativeBuffer, release: (fd: number) => void) {
    this.#libc = libc;
    this.#trash = trash;
    this.#release = release;
  }

  get size(): number {
    return this.#recent.size + this.#old.size;
  }

  add(fd: number): void {
    this.#libc.shutdown(fd, SHUT_WR);
    this.#recent.add(fd);
    this.#sweep ??= setInterval(() => this.#sweepOld(), this.#sweepMs);
    this.discard(fd);
  }

  /** Input arrived on `fd`, or its end. Of no concern when it doesn't linger (any more). */
  discard(fd: number): void {
    if (!this.#recent.has(fd) && !this.#old.has(fd)) return;
    for (let count = 0; count < DISCARDS_MAX; count++) {
      const received = this.#libc.recv(fd, this.#trash.address, this.#trash.bytes.length, 0);
      if (received === -EAGAIN) return;
      if (received <= 0) {
        this.#finish(fd);
        return;
      }
    }
  }

  /** From now on peers get less time: somebody waits for the last of them. */
  hasten(): void {
    this.#sweepMs = LAST_SWEEP_MS;
    if (this.#sweep === null) return;
    clearInterval(this.#sweep);
    this.#sweep = setInterval(() => this.#sweepOld(), LAST_SWEEP_MS);
  }

  closeAll(): void {
    for (const fd of [...this.#recent, ...this.#old]) this.#finish(fd);
  }

  #sweepOld(): void {
    for (const fd of this.#old) this.#finish(fd);
    [this.#old, this.#recent] = [this.#recent, this.#old];
  }

  #finish(fd: number): void {
    this.#recent.delete(fd);
    this.#old.delete(fd);
    this.#release(fd);
    if (this.size === 0 && this.#sweep !== null) {
      clearInterval(this.#sweep);
      this.#sweep = null;
    }
  }
}
