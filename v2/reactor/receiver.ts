/**
 * The receiving half of a connection: where bytes go, and what becomes of those that the handler leaves.
 *
 *     no unfinished request    → the buffer that all connections share, and from there to the handler
 *     a small one              → in front of that buffer, so that what follows comes in large pieces
 *     a large one              → a buffer of its own (inbox.ts), received into directly
 *
 * It decides nothing about the connection: it answers what the kernel answered.
 */
import { assert } from '../../src/base/assert.js';
import type { Libc } from '../../src/native/libc.js';
import type { NativeBuffer } from '../../src/native/native-buffer.js';
import { ENOMEM } from '../../src/native/system-error.js';
import type { ConnectionHandler } from './connection-handler.js';
import type { ReactorCounters } from './counters.js';
import { Inbox, type InboxPool } from './inbox.js';

/** An unfinished request that has and needs no more than this is small. */
const SMALL_REQUEST_BYTES = 32 * 1024;

/** Takes what arrives in the handler's stead, within the kernel: nothing of it is seen here. */
export interface Diversion {
  /** @returns bytes it took, 0 at the peer's end, or -errno: EAGAIN when nothing is there */
  take(descriptor: number): number;
}

export interface ReceiverHost {
  readonly libc: Libc;
  readonly counters: ReactorCounters;
  /** One for all: what lies in it is consumed or copied before the next receive. */
  readonly receiveBuffer: NativeBuffer;
  readonly inboxes: InboxPool;
}

export class Receiver {
  /** Offering fewer bytes than this is useless; the handler says so. */
  bytesWanted = 0;
  /** There may be something to read: the kernel said so once, and no receive has shown the contrary. */
  mayRead = false;
  /** The peer's end, an error or urgent data wait behind what a receive brings. */
  readsToTheEnd = false;
  /** The peer has sent its last byte, received or not. */
  peerEnded = false;

  readonly #host: ReceiverHost;
  readonly #libc: Libc;
  readonly #descriptor: number;
  #inbox: Inbox | null = null;
  #diversion: Diversion | null = null;
  #isDropped = false;

  constructor(host: ReceiverHost, descriptor: number) {
    this.#host = host;
    this.#libc = host.libc;
    this.#descriptor = descriptor;
  }

  /** null: to the handler, as at first. */
  divert(diversion: Diversion | null): void {
    assert(this.#inbox === null, 'nothing is left over that would have to go first');
    this.#diversion = diversion;
  }

  preload(): number {
    return this.bytesWanted ^ this.#descriptor;
  }

  /** One receive, offered to the handler. @returns bytes, 0 at the peer's end, or -errno */
  receive(handler: ConnectionHandler): number {
    if (this.#inbox !== null) return this.#receiveMore(this.#inbox, handler);
    if (this.#diversion !== null) return this.#divert(this.#diversion);
    const { address, bytes } = this.#host.receiveBuffer;
    const count = this.#libc.recv(this.#descriptor, address, bytes.length, 0);
    this.#account(count, bytes.length);
    if (count > 0) this.#offer(handler, bytes, 0, count);
    return count;
  }

  /** Bytes that the handler left over, or hasn't been offered. */
  get heldBytes(): number {
    return this.#inbox === null ? 0 : this.#inbox.heldBytes;
  }

  /** What they lie in. */
  get inbox(): Inbox | null {
    return this.#inbox;
  }

  /** One receive of what isn't offered now, up to `heldBytesMax` held bytes. @returns bytes, 0 at the peer's end, or -errno */
  readAhead(heldBytesMax: number): number {
    const { address, bytes } = this.#host.receiveBuffer;
    const room = Math.min(heldBytesMax - this.heldBytes, bytes.length);
    const count = this.#libc.recv(this.#descriptor, address, room, 0);
    this.#account(count, room);
    if (count > 0) {
      if (this.#inbox === null) this.#inbox = new Inbox(this.#host.inboxes, bytes, 0, count, 0);
      else this.#inbox.append(bytes, 0, count);
    }
    return count;
  }

  /** Offers what was left over, as if it had just come. */
  offerAgain(handler: ConnectionHandler): void {
    const inbox = this.#inbox;
    if (inbox !== null) this.#offer(handler, inbox.bytes, inbox.start, inbox.end);
  }

  /** Nothing is wanted any more, not even what the handler is about to leave over, and may be reading. */
  drop(): void {
    this.#isDropped = true;
    this.#inbox = null;
  }

  /** Only EAGAIN proves that the socket is empty: a pipe may have been full of small pieces. */
  #divert(diversion: Diversion): number {
    const count = diversion.take(this.#descriptor);
    this.#account(count, count);
    return count;
  }

  #receiveMore(inbox: Inbox, handler: ConnectionHandler): number {
    const held = inbox.heldBytes;
    if (Math.max(held, this.bytesWanted) > SMALL_REQUEST_BYTES) return this.#receiveInto(inbox, handler);
    const { address, bytes } = this.#host.receiveBuffer;
    const room = bytes.length - held;
    const count = this.#libc.recv(this.#descriptor, address + held, room, 0);
    this.#account(count, room);
    if (count <= 0) return count;
    if (held + count < this.bytesWanted) {
      inbox.append(bytes, held, held + count);
    } else {
      inbox.bytes.copy(bytes, 0, inbox.start, inbox.end);
      this.#offer(handler, bytes, 0, held + count);
    }
    return count;
  }

  #receiveInto(inbox: Inbox, handler: ConnectionHandler): number {
    try {
      inbox.reserve(this.bytesWanted);
    } catch (error) {
      // Too much for this machine, or for now: one connection's end, not the process's.
      if (error instanceof RangeError) return -ENOMEM;
      throw error;
    }
    const room = Math.min(inbox.roomBytes, this.#host.receiveBuffer.bytes.length);
    const count = this.#libc.recv(this.#descriptor, inbox.roomAddress, room, 0);
    this.#account(count, room);
    if (count <= 0) return count;
    inbox.end += count;
    if (inbox.heldBytes >= this.bytesWanted) this.#offer(handler, inbox.bytes, inbox.start, inbox.end);
    return count;
  }

  /**
   * A receive that doesn't fill its buffer has emptied the socket, and what comes later is a new edge:
   * no second call is needed to hear EAGAIN. Source: epoll(7), questions and answers, 9.
   */
  #account(count: number, room: number): void {
    if (count > 0) {
      this.#host.counters.bytesReceived += count;
      this.mayRead = count === room || this.readsToTheEnd;
    } else {
      if (count === 0) this.peerEnded = true;
      this.mayRead = false;
      // The urgent data is behind us, and no end came with it.
      this.readsToTheEnd = false;
    }
  }

  #offer(handler: ConnectionHandler, bytes: Buffer, start: number, end: number): void {
    const consumed = handler.received(bytes, start, end);
    if (consumed === end - start || this.#isDropped) {
      if (this.#inbox === null) return;
      this.#inbox.release();
      this.#inbox = null;
      this.bytesWanted = 0;
    } else {
      assert(consumed >= 0 && consumed < end - start, 'a handler consumes what it was offered');
      this.#keep(bytes, start + consumed, end);
    }
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const inbox = this.#inbox;
    if (inbox !== null && inbox.bytes === bytes && end - start > SMALL_REQUEST_BYTES) {
      inbox.start = start;
    } else {
      // Who has sent little gets no more for announcing much; copying that once more costs nothing.
      const wantedBytes = end - start > SMALL_REQUEST_BYTES ? this.bytesWanted : 0;
      this.#inbox = new Inbox(this.#host.inboxes, bytes, start, end, wantedBytes);
      inbox?.release();
    }
  }
}
