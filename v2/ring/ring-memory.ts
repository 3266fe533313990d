/**
 * A ring of records in memory that two threads share: one writes (`producer.ts`), the other reads (`consumer.ts`).
 * This file says where everything lies; each side makes its own RingMemory of the same SharedArrayBuffer.
 *
 *     0      tail              written by the producer: bytes published since the beginning
 *     64     head              written by the consumer: bytes given back since the beginning
 *     128    consumer sleeps   sleep-flag.ts
 *     192    producer sleeps   the same
 *     256    data, a power of two: position p lies at p AND (capacity - 1)
 *
 * Control words lie on cache lines of their own, so that a side that only reads one isn't slowed down by the other
 * side's writes to its neighbour. Positions only grow, modulo 2^32; only their differences mean anything.
 *
 * A record lies in one piece, so that it can be used in place, and begins at a multiple of 16:
 *
 *     0 byte length:4 │ 4 kind:4 │ 8 subject:4 │ 12 detail:4 │ 16 payload, padded to a multiple of 16
 *
 * Kind, subject and detail are for the users of the ring. A record that doesn't fit before the end of the data starts at
 * 0 instead, and a filler covers the rest.
 */
import { assert } from '../../src/base/assert.js';

const INT_BYTES = 4;
const CONTROL_BYTES = 256;
/** Differences of positions are signed 32-bit numbers. */
const CAPACITY_MAX = 1 << 30;

export const TAIL = 0;
export const HEAD = 16;
export const CONSUMER_SLEEPS = 32;
export const PRODUCER_SLEEPS = 48;

export const HEADER_BYTES = 16;
/** Of a record's header, in ints. */
export const LENGTH = 0;
export const KIND = 1;
export const SUBJECT = 2;
export const DETAIL = 3;

/** Users' kinds are not negative. */
export const FILLER = -1;

/** What a record with such a payload takes. */
export function recordBytes(payloadBytes: number): number {
  return (payloadBytes + 2 * HEADER_BYTES - 1) & -HEADER_BYTES;
}

export class RingMemory {
  readonly words: Int32Array;
  readonly bytes: Buffer;
  /** The same data as ints, for headers. */
  readonly ints: Int32Array;

  /** @param capacity in bytes, a power of two; a record takes half of it at most */
  static create(capacity: number): RingMemory {
    assert(capacity >= 2 * HEADER_BYTES && capacity <= CAPACITY_MAX, 'the capacity of a ring');
    assert((capacity & (capacity - 1)) === 0, 'the capacity of a ring is a power of two');
    return new RingMemory(new SharedArrayBuffer(CONTROL_BYTES + capacity));
  }

  /** @param shared what `create` made, perhaps in another thread */
  constructor(readonly shared: SharedArrayBuffer) {
    const capacity = shared.byteLength - CONTROL_BYTES;
    this.words = new Int32Array(shared, 0, CONTROL_BYTES / INT_BYTES);
    this.bytes = Buffer.from(shared, CONTROL_BYTES, capacity);
    this.ints = new Int32Array(shared, CONTROL_BYTES, capacity / INT_BYTES);
  }

  get capacity(): number {
    return this.bytes.length;
  }

  /** Records up to this size always fit an empty ring, wherever its positions are: half of it is in one piece. */
  get payloadBytesMax(): number {
    return this.capacity / 2 - HEADER_BYTES;
  }
}
