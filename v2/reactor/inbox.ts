/**
 * The unfinished request of one connection: bytes that were received and not consumed. Most connections
 * have none most of the time, and then no Inbox.
 *
 *     │ consumed │ start … held … end │ room │
 *     0                                      capacity
 */
import { BufferPool } from '../../src/base/buffer-pool.js';
import { setTimeout } from '../../src/base/timers.js';
import { type AddressSource, NativeBuffer } from '../../src/native/native-buffer.js';

/** Up to here the buffer takes the size that is wanted at once; above, sixteen times what has come. Memory is
 * reserved by that, and only taken when bytes arrive; but each step copies what is there. */
const TRUSTED_BYTES = 1024 * 1024;
const GROWTH = 16;

/** Where inboxes have their memory from. */
export class InboxPool extends BufferPool<NativeBuffer> {
  constructor(source: AddressSource) {
    super(
      (byteLength) => new NativeBuffer(source, byteLength),
      (age, afterMs) => setTimeout(age, afterMs).unref(),
    );
  }
}

export class Inbox {
  start = 0;
  end = 0;
  readonly #pool: InboxPool;
  #memory: NativeBuffer;

  /**
   * Copies [start, end).
   * @param wantedBytes makes room for these as `reserve` does; 0 for no more than is there
   * @throws RangeError when there is no memory, as every method that grows
   */
  constructor(pool: InboxPool, bytes: Buffer, start: number, end: number, wantedBytes: number) {
    const count = end - start;
    this.#pool = pool;
    this.#memory = pool.take(wantedBytes > count ? believable(wantedBytes, count) : count);
    this.append(bytes, start, end);
  }

  get bytes(): Buffer {
    return this.#memory.bytes;
  }

  get heldBytes(): number {
    return this.end - this.start;
  }

  get roomBytes(): number {
    return this.#memory.bytes.length - this.end;
  }

  /** Where the next received byte goes. */
  get roomAddress(): number {
    return this.#memory.address + this.end;
  }

  append(bytes: Buffer, start: number, end: number): void {
    this.#ensure(this.heldBytes + end - start);
    bytes.copy(this.bytes, this.end, start, end);
    this.end += end - start;
  }

  /** As `append`, of bytes that come in many pieces: room grows as `reserve` says. */
  appendAll(bytes: Buffer, start: number, end: number, wantedBytes: number): void {
    for (let at = start; at < end; ) {
      this.reserve(wantedBytes);
      const count = Math.min(end - at, this.roomBytes);
      this.append(bytes, at, at + count);
      at += count;
    }
  }

  /**
   * Makes room when there is none, and for `wantedBytes` in all if that is believable: a client that only
   * announces half a gigabyte gets no half gigabyte. Growing by factors keeps the copying linear, also where a
   * request of many arguments wants only the next few bytes, time and again.
   */
  reserve(wantedBytes: number): void {
    if (this.roomBytes > 0) return;
    const held = this.heldBytes;
    this.#ensure(wantedBytes > held + (held >>> 2) ? believable(wantedBytes, held) : held * 2);
  }

  /** Everything is consumed, nobody reads it any more, and this object isn't used again. */
  release(): void {
    this.#pool.give(this.#memory, this.#memory.bytes.length);
  }

  /** Room for `capacity` bytes from `start` on. */
  #ensure(capacity: number): void {
    const held = this.heldBytes;
    if (capacity <= held + this.roomBytes) return;
    // Somebody up the stack may still read the smaller one: it isn't given back.
    const memory = capacity <= this.bytes.length ? this.#memory : this.#pool.take(capacity);
    this.bytes.copy(memory.bytes, 0, this.start, this.end);
    this.#memory = memory;
    this.start = 0;
    this.end = held;
  }
}

function believable(wantedBytes: number, heldBytes: number): number {
  return Math.min(wantedBytes, Math.max(TRUSTED_BYTES, heldBytes * GROWTH));
}
