/**
 * A pipe between two sockets: bytes move from one into it and from it into the other by reference, without a copy and
 * without being seen. It is emptied before it is filled again, so that EAGAIN means one thing only.
 */
import { assert } from '../../src/base/assert.js';
import type { Libc } from '../../src/native/libc.js';
import { EAGAIN } from '../../src/native/system-error.js';

/** What an unprivileged process may have; a refusal leaves the usual 64 KiB. Source: pipe(7), pipe-max-size. */
const CAPACITY_BYTES = 1024 * 1024;

export class Pipe {
  heldBytes = 0;
  readonly #libc: Libc;
  readonly #readFd: number;
  readonly #writeFd: number;

  /** @throws SystemError when there is no descriptor */
  constructor(libc: Libc) {
    this.#libc = libc;
    [this.#readFd, this.#writeFd] = libc.pipe();
    libc.setPipeCapacity(this.#writeFd, CAPACITY_BYTES);
  }

  /** @returns bytes, 0 at the end of what `fd` brings, or -errno: EAGAIN when there is nothing now */
  fillFrom(fd: number): number {
    assert(this.heldBytes === 0, 'a pipe is emptied before it is filled');
    const count = this.#libc.splice(fd, this.#writeFd, CAPACITY_BYTES);
    if (count > 0) this.heldBytes = count;
    return count;
  }

  /** @returns bytes that `fd` has taken, fewer than are held when it takes no more now; or -errno */
  emptyInto(fd: number): number {
    let total = 0;
    while (this.heldBytes > 0) {
      const count = this.#libc.splice(this.#readFd, fd, this.heldBytes);
      if (count === -EAGAIN) return total;
      if (count < 0) return count;
      this.heldBytes -= count;
      total += count;
    }
    return total;
  }

  close(): void {
    this.#libc.close(this.#readFd);
    this.#libc.close(this.#writeFd);
  }
}
