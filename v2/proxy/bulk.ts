/**
 * When bytes go past this process, and how: a direction that brings much at once is spliced, which costs half as much per
 * byte for values of 10 MB as receiving and sending does; one that no longer does is received and sent, which is as cheap
 * for small pieces and needs no pipe.
 */
import type { Libc } from '../../src/native/libc.js';
import { EAGAIN, SystemError } from '../../src/native/system-error.js';
import type { Connection } from '../reactor/connection.js';
import { Pipe } from '../reactor/pipe.js';
import type { Diversion } from '../reactor/receiver.js';

/** A quarter of the receive buffer; requests and most replies are smaller. */
const LARGE_BYTES = 64 * 1024;
/** This many large pieces in a row begin the splicing; this many small ones end it. */
const LARGE_IN_A_ROW = 2;
const SMALL_IN_A_ROW = 8;

export interface BulkHost {
  readonly source: Connection;
  /** Null when there is nobody to send to. */
  readonly target: Connection | null;
  /** So many bytes went through. */
  carried(count: number): void;
}

export class Bulk implements Diversion {
  readonly #libc: Libc;
  readonly #host: BulkHost;
  /** Large pieces while it is received, small ones while it is spliced. */
  #inARow = 0;
  #pipe: Pipe | null = null;

  constructor(libc: Libc, host: BulkHost) {
    this.#libc = libc;
    this.#host = host;
  }

  /** So many bytes were received. */
  received(count: number): void {
    if (count < LARGE_BYTES) this.#inARow = 0;
    else if (++this.#inARow >= LARGE_IN_A_ROW) this.#begin();
  }

  take(descriptor: number): number {
    const { source, target } = this.#host;
    const pipe = this.#pipe;
    // The other side is gone, and this one is about to be.
    if (pipe === null || target === null || target.isOver) return -EAGAIN;
    const count = pipe.fillFrom(descriptor);
    if (count <= 0) return count;
    this.#host.carried(count);
    target.sendFrom(pipe);
    if (target.pendingBytes > 0) source.pause();
    this.#inARow = count < LARGE_BYTES ? this.#inARow + 1 : 0;
    if (this.#inARow >= SMALL_IN_A_ROW && pipe.heldBytes === 0) this.#finish();
    return count;
  }

  /** Both connections are over. */
  close(): void {
    this.#pipe?.close();
    this.#pipe = null;
  }

  #begin(): void {
    this.#inARow = 0;
    try {
      this.#pipe = new Pipe(this.#libc);
    } catch (error) {
      // No descriptors left: bytes are copied, as before.
      if (error instanceof SystemError) return;
      throw error;
    }
    this.#host.source.divert(this);
  }

  #finish(): void {
    this.#inARow = 0;
    this.#host.source.divert(null);
    this.close();
  }
}
