/**
 * The writing side of a ring. A record is reserved, filled in place and committed; `publish` shows the other side
 * all records committed since the last call. `reserve` and `publish` look at shared words once at most; nothing allocates.
 *
 *     reserve → fill bytes[offset …] → commit → … → publish → if (consumerSleeps.take()) wake the consumer
 *
 * When there is no room, a side that sleeps in an event loop calls `reserveOrSleep`, one that may block `reserveOrWait`.
 * Publish what was committed first, or nobody makes room.
 */
import { assert } from '../../src/base/assert.js';
import {
  CONSUMER_SLEEPS,
  DETAIL,
  FILLER,
  HEAD,
  HEADER_BYTES,
  KIND,
  LENGTH,
  PRODUCER_SLEEPS,
  type RingMemory,
  recordBytes,
  SUBJECT,
  TAIL,
} from './ring-memory.js';
import { SleepFlag } from './sleep-flag.js';

/** What `reserve` answers while the ring is too full. */
export const NO_ROOM = -1;

export class RingProducer {
  /** Where payloads go. */
  readonly bytes: Buffer;
  readonly payloadBytesMax: number;
  /** This side's. */
  readonly sleeps: SleepFlag;
  readonly consumerSleeps: SleepFlag;
  readonly #words: Int32Array;
  readonly #ints: Int32Array;
  readonly #capacity: number;
  #tail: number;
  #published: number;
  /** Covered by a filler, in front of the record that is reserved. */
  #gap = 0;
  /** As last looked at: the true one may be further. */
  #head: number;

  constructor(memory: RingMemory) {
    this.bytes = memory.bytes;
    this.payloadBytesMax = memory.payloadBytesMax;
    this.sleeps = new SleepFlag(memory.words, PRODUCER_SLEEPS);
    this.consumerSleeps = new SleepFlag(memory.words, CONSUMER_SLEEPS);
    this.#words = memory.words;
    this.#ints = memory.ints;
    this.#capacity = memory.capacity;
    this.#tail = Atomics.load(memory.words, TAIL);
    this.#published = this.#tail;
    this.#head = this.#tail;
  }

  /** @returns where in `bytes` the payload goes, or NO_ROOM. Reserving again replaces it. */
  reserve(payloadBytes: number): number {
    assert(payloadBytes <= this.payloadBytesMax, 'a record takes half of the ring at most');
    const needed = recordBytes(payloadBytes);
    const offset = this.#tail & (this.#capacity - 1);
    const untilEnd = this.#capacity - offset;
    const gap = needed > untilEnd ? untilEnd : 0;
    if (!this.#hasRoom(gap + needed)) return NO_ROOM;
    if (gap > 0) this.#writeHeader(offset, gap - HEADER_BYTES, FILLER, 0, 0);
    this.#gap = gap;
    return ((offset + gap) & (this.#capacity - 1)) + HEADER_BYTES;
  }

  /** As `reserve`; answering NO_ROOM it has announced that this side sleeps, and will be woken. */
  reserveOrSleep(payloadBytes: number): number {
    let offset = this.reserve(payloadBytes);
    if (offset !== NO_ROOM) return offset;
    this.sleeps.announce();
    offset = this.reserve(payloadBytes);
    if (offset !== NO_ROOM) this.sleeps.withdraw();
    return offset;
  }

  /** As `reserve`, and blocks the thread until there is room. The consumer wakes it by `notify`. */
  reserveOrWait(payloadBytes: number): number {
    for (;;) {
      const offset = this.reserveOrSleep(payloadBytes);
      if (offset !== NO_ROOM) return offset;
      this.sleeps.wait();
    }
  }

  /** The record that was reserved is complete. @param payloadBytes as reserved, or fewer */
  commit(kind: number, subject: number, detail: number, payloadBytes: number): void {
    const position = this.#tail + this.#gap;
    this.#gap = 0;
    this.#writeHeader(position & (this.#capacity - 1), payloadBytes, kind, subject, detail);
    this.#tail = (position + recordBytes(payloadBytes)) | 0;
  }

  /** Shows the consumer what was committed. */
  publish(): void {
    if (this.#tail === this.#published) return;
    this.#published = this.#tail;
    Atomics.store(this.#words, TAIL, this.#tail);
  }

  #hasRoom(byteLength: number): boolean {
    const used = this.#tail - this.#head;
    if ((used | 0) + byteLength <= this.#capacity) return true;
    this.#head = Atomics.load(this.#words, HEAD);
    return ((this.#tail - this.#head) | 0) + byteLength <= this.#capacity;
  }

  #writeHeader(offset: number, length: number, kind: number, subject: number, detail: number): void {
    const at = offset >>> 2;
    this.#ints[at + LENGTH] = length;
    this.#ints[at + KIND] = kind;
    this.#ints[at + SUBJECT] = subject;
    this.#ints[at + DETAIL] = detail;
  }
}
