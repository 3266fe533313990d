/**
 * Hands bytes to a socket without allocating for each reply, where there is no descriptor to write to, or no more room
 * in the kernel.
 *
 * The server's output buffer is reused as soon as `write` returns, so what goes to a socket has to be a
 * copy. Almost always the kernel takes all of it within the call: then the copy's memory is free again at
 * once, and one scratch buffer serves every reply of every connection. Only when the kernel had no room
 * does the socket keep the scratch buffer, and a new one takes its place.
 */
import type { Socket } from 'node:net';
import { copyBytes } from '../src/base/bytes.js';

/** Replies above this get a buffer of their own. */
const SCRATCH_BYTES = 64 * 1024;

/** Views up to this length are kept: replies are mostly short, and the same few lengths. */
const CACHED_VIEW_BYTES_MAX = 512;

export class SendBuffer {
  #scratch: Buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #views: (Buffer | null)[] = new Array(CACHED_VIEW_BYTES_MAX + 1).fill(null);

  /**
   * Sends [start, end) of `bytes`, which are free again on return. The socket must have nothing pending.
   * @returns true when the kernel took everything
   */
  send(socket: Socket, bytes: Buffer, start: number, end: number): boolean {
    const count = end - start;
    if (count > SCRATCH_BYTES) {
      const copy = Buffer.allocUnsafeSlow(count);
      bytes.copy(copy, 0, start, end);
      return this.sendOwned(socket, copy, 0, count);
    }
    copyBytes(bytes, start, end, this.#scratch, 0);
    socket.write(count <= CACHED_VIEW_BYTES_MAX ? this.#view(count) : this.#scratch.subarray(0, count));
    if (socket.writableLength === 0) return true;
    this.#scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    this.#views.fill(null);
    return false;
  }

  /** As `send`, of a buffer that nothing else uses any more. */
  sendOwned(socket: Socket, bytes: Buffer, start: number, end: number): boolean {
    socket.write(bytes.subarray(start, end));
    return socket.writableLength === 0;
  }

  #view(count: number): Buffer {
    let view = this.#views[count];
    if (view === null) {
      view = this.#scratch.subarray(0, count);
      this.#views[count] = view;
    }
    return view;
  }
}
