/**
 * The reading side of a ring. Records are used in place; `release` gives the room of finished ones back to the
 * producer. `next` and `release` look at shared words once at most; nothing allocates.
 *
 *     next → kind, subject, detail, bytes[start … end) → … → release → if (producerSleeps.take()) wake the producer
 *
 * When there are no records, a side that sleeps in an event loop calls `nextOrSleep`, one that may block `nextOrWait`.
 */
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

export class RingConsumer {
  /** Where payloads lie. */
  readonly bytes: Buffer;
  /** This side's. */
  readonly sleeps: SleepFlag;
  readonly producerSleeps: SleepFlag;
  /** Of the record that `next` came to; its payload is [start, end) of `bytes`, until it is released. */
  kind = 0;
  subject = 0;
  detail = 0;
  start = 0;
  end = 0;
  readonly #words: Int32Array;
  readonly #ints: Int32Array;
  readonly #capacity: number;
  #head: number;
  #released: number;
  /** As last looked at: the true one may be further. */
  #tail: number;

  constructor(memory: RingMemory) {
    this.bytes = memory.bytes;
    this.sleeps = new SleepFlag(memory.words, CONSUMER_SLEEPS);
    this.producerSleeps = new SleepFlag(memory.words, PRODUCER_SLEEPS);
    this.#words = memory.words;
    this.#ints = memory.ints;
    this.#capacity = memory.capacity;
    this.#head = Atomics.load(memory.words, HEAD);
    this.#released = this.#head;
    this.#tail = this.#head;
  }

  /** Of records that `next` came to, and whose room has not been given back. */
  get unreleasedBytes(): number {
    return (this.#head - this.#released) | 0;
  }

  /** Whether there is a next record now. */
  hasNext(): boolean {
    if (this.#head === this.#tail) this.#tail = Atomics.load(this.#words, TAIL);
    return this.#head !== this.#tail;
  }

  /** Goes on to the next record. @returns false when there is none now */
  next(): boolean {
    if (!this.hasNext()) return false;
    let offset = this.#head & (this.#capacity - 1);
    if (this.#ints[(offset >>> 2) + KIND] === FILLER) {
      // A filler is published together with the record behind it.
      this.#head = (this.#head + this.#capacity - offset) | 0;
      offset = 0;
    }
    this.#read(offset);
    this.#head = (this.#head + recordBytes(this.end - this.start)) | 0;
    return true;
  }

  /** As `next`; answering false it has announced that this side sleeps, and will be woken. */
  nextOrSleep(): boolean {
    if (this.next()) return true;
    this.sleeps.announce();
    if (!this.next()) return false;
    this.sleeps.withdraw();
    return true;
  }

  /** As `next`, and blocks the thread until there is one. The producer wakes it by `notify`. */
  nextOrWait(): void {
    while (!this.nextOrSleep()) this.sleeps.wait();
  }

  /** Gives back the room of all records that `next` came to, the last one included. */
  release(): void {
    if (this.#head === this.#released) return;
    this.#released = this.#head;
    Atomics.store(this.#words, HEAD, this.#head);
  }

  #read(offset: number): void {
    const at = offset >>> 2;
    this.kind = this.#ints[at + KIND];
    this.subject = this.#ints[at + SUBJECT];
    this.detail = this.#ints[at + DETAIL];
    this.start = offset + HEADER_BYTES;
    this.end = this.start + this.#ints[at + LENGTH];
  }
}
