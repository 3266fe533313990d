/** A client's end of a connection within this process. It says what it is given, and doesn't read what it is told. */
import { MSG_NOSIGNAL } from '../native/constants.js';
import type { Libc } from '../native/libc.js';
import { NativeBuffer } from '../native/native-buffer.js';
import { EAGAIN, ECONNRESET } from '../native/system-error.js';

/** More than any batch is answered with. */
const REPLY_BYTES = 64 * 1024;

export class Actor {
  readonly #libc: Libc;
  readonly #descriptor: number;
  readonly #reply: NativeBuffer;
  #isWaiting = false;

  /** @param descriptor a socket that doesn't wait; from now on this one's */
  constructor(libc: Libc, descriptor: number) {
    this.#libc = libc;
    this.#descriptor = descriptor;
    this.#reply = new NativeBuffer(libc, REPLY_BYTES);
  }

  /** @returns 0, or -errno where its connection doesn't take it */
  send(address: number, byteLength: number): number {
    const count = this.#libc.send(this.#descriptor, address, byteLength, MSG_NOSIGNAL);
    this.#isWaiting = count === byteLength;
    return this.#isWaiting ? 0 : Math.min(count, -EAGAIN);
  }

  /** @returns bytes of the answer, 0 where there is none to wait for; -EAGAIN before it comes, or -errno: it never will */
  receive(): number {
    if (!this.#isWaiting) return 0;
    const count = this.#libc.recv(this.#descriptor, this.#reply.address, REPLY_BYTES, 0);
    this.#isWaiting = count === -EAGAIN;
    return count === 0 ? -ECONNRESET : count;
  }

  close(): void {
    this.#libc.close(this.#descriptor);
  }
}
