/**
 * When the keys of a database expire: a 4-ary min-heap by time. It gives active expiry in exact order, random
 * sampling among the keys that expire, and costs nothing for those that don't.
 *
 * The heap lies in the arena in segments of 1,024 items, times first, then the entries' references:
 *
 *     ┌───────────────────────────┬────────────────────────────┐
 *     │ 1,024 × double: time, ms  │ 1,024 × word: entry's ref  │
 *     └───────────────────────────┴────────────────────────────┘
 *
 * The root has index 3, so that the four children of an item, 4i - 8 … 4i - 5, share half a cache line.
 * Invariant: word 3 of an entry in the heap is its index; it is 0 in all others.
 */
import { type Arena, CHUNK_MASK, CHUNK_SHIFT } from './arena.js';
import { WORD_EXPIRY } from './entry.js';

const ROOT = 3;
const SEGMENT_SHIFT = 10;
const SEGMENT_ITEMS = 1 << SEGMENT_SHIFT;
const SEGMENT_MASK = SEGMENT_ITEMS - 1;
const SEGMENT_BYTES = SEGMENT_ITEMS * 12;

export class ExpiryHeap {
  /** Keys that expire. */
  size = 0;

  readonly #arena: Arena;
  #segments = new Uint32Array(1);
  #segmentCount = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** The time of the item at `index`, ms. */
  at(index: number): number {
    const segment = this.#segments[index >>> SEGMENT_SHIFT];
    return this.#arena.doubles[segment >>> CHUNK_SHIFT][(segment & CHUNK_MASK) + (index & SEGMENT_MASK)];
  }

  /** The entry of the item at `index`. */
  ref(index: number): number {
    return this.#arena.word(
      this.#segments[index >>> SEGMENT_SHIFT],
      SEGMENT_ITEMS * 2 + (index & SEGMENT_MASK),
    );
  }

  /** The time that comes first, ms; Infinity when nothing expires. */
  get firstAt(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.at(ROOT);
  }

  /** The entry that expires first; the heap must not be empty. */
  get firstRef(): number {
    return this.ref(ROOT);
  }

  /** A reference taken by number, 0 … size - 1, in no order that means anything. */
  refByNumber(number: number): number {
    return this.ref(ROOT + number);
  }

  insert(ref: number, atMs: number): void {
    const index = ROOT + this.size++;
    if (index >>> SEGMENT_SHIFT === this.#segmentCount) this.#addSegment();
    this.#setAt(index, atMs);
    this.#place(index, ref);
    this.#siftUp(index);
  }

  /** Changes the time of the item at `index`. */
  update(index: number, atMs: number): void {
    const earlier = atMs < this.at(index);
    this.#setAt(index, atMs);
    if (earlier) this.#siftUp(index);
    else this.#siftDown(index);
  }

  /** Takes the item at `index` out and clears its entry's word. */
  remove(index: number): void {
    this.#arena.setWord(this.ref(index), WORD_EXPIRY, 0);
    const last = ROOT + --this.size;
    if (index !== last) {
      this.#setAt(index, this.at(last));
      this.#place(index, this.ref(last));
      if (index > ROOT && this.at(index) < this.at(parentOf(index))) this.#siftUp(index);
      else this.#siftDown(index);
    }
    // One segment more than needed is kept, so that a heap about a boundary does not swing.
    if ((last >>> SEGMENT_SHIFT) + 2 < this.#segmentCount)
      this.#arena.free(this.#segments[--this.#segmentCount]);
  }

  /** The entry at `index` has moved to another block, word 3 included. */
  moved(index: number, ref: number): void {
    this.#arena.setWord(
      this.#segments[index >>> SEGMENT_SHIFT],
      SEGMENT_ITEMS * 2 + (index & SEGMENT_MASK),
      ref,
    );
  }

  /** Gives the heap's memory back, without touching entries. */
  free(): void {
    while (this.#segmentCount > 0) this.#arena.free(this.#segments[--this.#segmentCount]);
    this.size = 0;
  }

  // The two below take no times as arguments: a double that is passed on would be boxed.

  #siftUp(from: number): void {
    const ref = this.ref(from);
    const atMs = this.at(from);
    let index = from;
    while (index > ROOT) {
      const parent = parentOf(index);
      const parentAt = this.at(parent);
      if (parentAt <= atMs) break;
      this.#setAt(index, parentAt);
      this.#place(index, this.ref(parent));
      index = parent;
    }
    if (index === from) return;
    this.#setAt(index, atMs);
    this.#place(index, ref);
  }

  #siftDown(from: number): void {
    const ref = this.ref(from);
    const atMs = this.at(from);
    const end = ROOT + this.size;
    let index = from;
    for (;;) {
      const first = index * 4 - 8;
      if (first >= end) break;
      // The four children lie side by side in one segment.
      const segment = this.#segments[first >>> SEGMENT_SHIFT];
      const times = this.#arena.doubles[segment >>> CHUNK_SHIFT];
      const offset = (segment & CHUNK_MASK) + (first & SEGMENT_MASK);
      const count = Math.min(end - first, 4);
      let least = 0;
      for (let child = 1; child < count; child++) {
        if (times[offset + child] < times[offset + least]) least = child;
      }
      if (times[offset + least] >= atMs) break;
      this.#setAt(index, times[offset + least]);
      this.#place(index, this.ref(first + least));
      index = first + least;
    }
    if (index === from) return;
    this.#setAt(index, atMs);
    this.#place(index, ref);
  }

  #setAt(index: number, atMs: number): void {
    const segment = this.#segments[index >>> SEGMENT_SHIFT];
    this.#arena.doubles[segment >>> CHUNK_SHIFT][(segment & CHUNK_MASK) + (index & SEGMENT_MASK)] = atMs;
  }

  /** Puts an entry at `index`, and the index into the entry. */
  #place(index: number, ref: number): void {
    this.moved(index, ref);
    this.#arena.setWord(ref, WORD_EXPIRY, index);
  }

  #addSegment(): void {
    if (this.#segmentCount === this.#segments.length) {
      const larger = new Uint32Array(this.#segmentCount * 2);
      larger.set(this.#segments);
      this.#segments = larger;
    }
    this.#segments[this.#segmentCount++] = this.#arena.allocate(SEGMENT_BYTES);
  }
}

function parentOf(index: number): number {
  return (index >>> 2) + 2;
}
