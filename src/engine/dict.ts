/**
 * The hash table of the engine: for the keyspace and for large hashes, sets and sorted sets.
 *
 * It maps a key to an element: an arena block that holds the key itself. A lookup reads one bucket (one cache line,
 * see buckets.ts), compares four tags at a time, and then reads one element: two cache misses.
 *
 * The dict knows nothing of what else an element holds; it neither allocates nor frees elements. It grows and
 * shrinks by one bucket with an insertion or a removal and needs no work in the background.
 */
import { assert } from '../base/assert.js';
import { equalBytes } from '../base/bytes.js';
import { hashBytes, hashView } from '../base/hash.js';
import type { Random } from '../base/random.js';
import { equalViews, viewOf } from '../base/views.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT, NONE } from './arena.js';
import { BucketWalk } from './bucket-walk.js';
import { Buckets, EVERY_BYTE, HIGH_BITS, NEXT, REFS, slotOf, TAG_WORDS, TAGS, taken } from './buckets.js';
import { isPassed, nextCursor } from './scan-cursor.js';

/**
 * Elements per bucket above which the table grows. At 8, one lookup in fifteen follows a second block and an
 * element costs 9 bytes of table; at 10 it is one in six, for 8.5 bytes.
 */
const LOAD_MAX = 8;
/** Elements per bucket below which it shrinks: half of the above, so that it does not swing. */
const LOAD_MIN = 4;

/** Up to this many bytes a loop beats Buffer's `compare`. */
const VIEW_BYTES_MAX = 160;

/** So many buckets are looked through rather than hash a key, which costs as much as four to six of them. */
const ALIKE_BUCKETS_MAX = 4;

/** Where elements keep their keys. */
export interface ElementLayout {
  /** Index of the 32-bit word that holds the key's length in bytes. */
  readonly keyLengthWord: number;
  /** Offset of the key's first byte in the element. */
  readonly keyOffset: number;
}

export class Dict {
  /** Elements held. */
  size = 0;

  readonly #arena: Arena;
  readonly #buckets: Buckets;
  readonly #seed0: number;
  readonly #seed1: number;
  readonly #keyLengthWord: number;
  readonly #keyOffset: number;

  /** While above 0 no bucket splits or merges and no block of a chain goes, because somebody walks them. */
  #walkers = 0;
  #followsSize = true;

  /** The hash of the last key looked for; `insert` uses it. */
  #hash = 0;
  /** Where the last search succeeded: chunk, word of the block in it, slot; chunk -1: nowhere. */
  #foundChunk = -1;
  #foundBlock = 0;
  #foundSlot = 0;

  constructor(arena: Arena, layout: ElementLayout, seed0: number, seed1: number) {
    this.#arena = arena;
    this.#buckets = new Buckets(arena);
    this.#keyLengthWord = layout.keyLengthWord;
    this.#keyOffset = layout.keyOffset;
    this.#seed0 = seed0 | 0;
    this.#seed1 = seed1 | 0;
  }

  /** Buckets in use. */
  get bucketCount(): number {
    return this.#buckets.count;
  }

  /** While false the table keeps its buckets, and chains grow longer or shorter instead. True again, it catches up at once. */
  set followsSize(follows: boolean) {
    if (follows === this.#followsSize) return;
    this.#followsSize = follows;
    this.#walkers += follows ? -1 : 1;
    if (this.#walkers === 0) this.#fitSize();
  }

  /** Gives a table that is empty buckets for so many elements. */
  reserve(elementCount: number): void {
    assert(this.size === 0, 'what is reserved for is empty');
    while (elementCount > this.#buckets.count * LOAD_MAX + LOAD_MIN) this.#buckets.grow();
  }

  /**
   * @param view of `bytes`, if the caller has one
   * @returns the element with this key, or NONE
   */
  find(bytes: Buffer, start: number, end: number, view: DataView | null = viewOf(bytes)): number {
    const hash =
      view === null
        ? hashBytes(bytes, start, end, this.#seed0, this.#seed1)
        : hashView(view, start, end, this.#seed0, this.#seed1);
    this.#hash = hash;
    this.#foundChunk = -1;
    const arena = this.#arena;
    const pattern = Math.imul(tagOf(hash), EVERY_BYTE);
    let block = this.#buckets.refOf(this.#buckets.bucketOf(hash));
    do {
      const words = arena.words[block >>> CHUNK_SHIFT];
      const at = (block & CHUNK_MASK) << 1;
      for (let group = 0; group < TAG_WORDS; group++) {
        const different = words[at + TAGS + group] ^ pattern;
        // A set high bit marks a zero byte: an equal tag, or (rarely) one just above it.
        let matches = (different - EVERY_BYTE) & ~different & HIGH_BITS;
        for (; matches !== 0; matches &= matches - 1) {
          const slot = group * 4 + ((31 - Math.clz32(matches & -matches)) >>> 3);
          const ref = words[at + REFS + slot] >>> 0;
          if (ref === NONE || !this.#hasKey(ref, bytes, view, start, end)) continue;
          this.#foundChunk = block >>> CHUNK_SHIFT;
          this.#foundBlock = at;
          this.#foundSlot = slot;
          return ref;
        }
      }
      block = words[at + NEXT] >>> 0;
    } while (block !== NONE);
    return NONE;
  }

  /** Adds an element. The last call must have been a `find` of its key that returned NONE: its hash is used again. */
  insert(ref: number): void {
    this.size++;
    this.#foundChunk = -1;
    this.#buckets.add(this.#buckets.bucketOf(this.#hash), ref, tagOf(this.#hash));
    if (this.#walkers === 0 && this.size > this.#buckets.count * LOAD_MAX + LOAD_MIN) this.#splitBucket();
  }

  /** Adds the first `count` elements, which have different keys, to a table that is empty: none is looked for, no bucket splits. */
  fill(elements: Uint32Array, count: number): void {
    this.reserve(count);
    const arena = this.#arena;
    const buckets = this.#buckets;
    for (let index = 0; index < count; index++) {
      const ref = elements[index];
      const hash = this.#hashElement(ref, arena.word(ref, this.#keyLengthWord));
      buckets.add(buckets.bucketOf(hash), ref, tagOf(hash));
    }
    this.#foundChunk = -1;
    this.size = count;
  }

  /** Begins a walk over all elements. */
  walk(walk: BucketWalk): void {
    walk.begin(this.#arena, this.#buckets, this.#keyLengthWord, this.#keyOffset);
  }

  /**
   * The element, or NONE, with the key of the element at which a walk of another dict of the same seeds stands: that one's place in
   * its table says what places this one may have. No `insert` may rely on it.
   */
  findAlike(walk: BucketWalk): number {
    const arena = this.#arena;
    const buckets = this.#buckets;
    const chunk = walk.ref >>> CHUNK_SHIFT;
    const wordAt = (walk.ref & CHUNK_MASK) << 1;
    const start = (wordAt << 2) + walk.keyOffset;
    const end = start + arena.words[chunk][wordAt + walk.keyLengthWord];
    const bytes = arena.chunks[chunk];
    const view = arena.views[chunk];
    const { count } = buckets;
    const step = walk.hashMask + 1;
    if (count > step * ALIKE_BUCKETS_MAX) return this.find(bytes, start, end, view);
    const pattern = Math.imul(walk.tag, EVERY_BYTE);
    // The probe of `find`, written out: a call and its result for each bucket would be most of the work here.
    // Where this table knows fewer bits of the hash than the walk, there is one bucket; where it knows more, each that agrees.
    for (let bucket = buckets.bucketOf(walk.bucket); bucket < count; bucket += step) {
      let block = buckets.refOf(bucket);
      do {
        const words = arena.words[block >>> CHUNK_SHIFT];
        const at = (block & CHUNK_MASK) << 1;
        for (let group = 0; group < TAG_WORDS; group++) {
          const different = words[at + TAGS + group] ^ pattern;
          let matches = (different - EVERY_BYTE) & ~different & HIGH_BITS;
          for (; matches !== 0; matches &= matches - 1) {
            const slot = group * 4 + ((31 - Math.clz32(matches & -matches)) >>> 3);
            const ref = words[at + REFS + slot] >>> 0;
            if (ref !== NONE && this.#hasKey(ref, bytes, view, start, end)) return ref;
          }
        }
        block = words[at + NEXT] >>> 0;
      } while (block !== NONE);
    }
    return NONE;
  }

  /** Makes a dict that is empty ready for `insertAlike` of elements of another dict: with as many buckets, until `settle`. */
  mirror(dict: Dict): void {
    assert(dict.#seed0 === this.#seed0 && dict.#seed1 === this.#seed1, 'a hash means the same place in both');
    assert(this.size === 0, 'what mirrors is empty');
    while (this.#buckets.count < dict.#buckets.count) this.#buckets.grow();
  }

  /** Adds an element at the place at which a walk of the mirrored dict stands; its key must be that one's. */
  insertAlike(walk: BucketWalk, ref: number): void {
    this.size++;
    this.#buckets.add(walk.bucket, ref, walk.tag);
  }

  /** Gives a dict that mirrored another as many buckets as suit it. */
  settle(): void {
    this.#fitSize();
  }

  /** Puts what `clone` makes of each element into a dict of the same seeds that is empty: nothing is hashed. */
  cloneTo(to: Dict, clone: (ref: number) => number): void {
    const walk = new BucketWalk();
    this.walk(walk);
    to.mirror(this);
    while (walk.next() !== NONE) to.insertAlike(walk, clone(walk.ref));
    to.settle();
  }

  /** Takes out the element with this key; its block stays the caller's. @returns the element, or NONE */
  remove(bytes: Buffer, start: number, end: number): number {
    const ref = this.find(bytes, start, end);
    if (ref !== NONE) this.#removeFound();
    return ref;
  }

  /** Takes out an element that is in the dict. */
  removeElement(ref: number): void {
    this.#locate(ref);
    this.#removeFound();
  }

  /** Puts `moved`, which has the same key, in the place of `ref`. `ref`'s block must still be alive. */
  replace(ref: number, moved: number): void {
    this.#locate(ref);
    this.#arena.words[this.#foundChunk][this.#foundBlock + REFS + this.#foundSlot] = moved;
  }

  /** A uniformly random element, or NONE when there is none. */
  random(random: Random): number {
    return this.size === 0 ? NONE : this.#buckets.random(random);
  }

  /**
   * A random element, or NONE, at a fraction of `random`'s cost. One in a full bucket is up to a few times less
   * likely than one in an empty bucket.
   */
  sample(random: Random): number {
    return this.size === 0 ? NONE : this.#buckets.sample(random);
  }

  /**
   * Visits the elements of one bucket. Start with cursor 0 and go on with what it returns until that is 0: every
   * element that is in the dict all the while is visited at least once, however the dict grows and shrinks.
   * @param cursor any unsigned 32-bit number
   * @param visitor may remove elements, the visited one included, and insert
   */
  scan(cursor: number, visitor: (ref: number) => void): number {
    const buckets = this.#buckets;
    const mask = (cursor & buckets.mask) < buckets.split ? (buckets.mask << 1) | 1 : buckets.mask;
    this.#visitBuckets(cursor & mask, (cursor & mask) + 1, visitor);
    return nextCursor(cursor, mask);
  }

  /** Whether a scan that goes on at `cursor`, which is not 0, has come past the place of an element, in the dict or not. */
  isBehind(ref: number, cursor: number): boolean {
    return isPassed(this.#hashElement(ref, this.#arena.word(ref, this.#keyLengthWord)), cursor);
  }

  /** Visits every element once. The visitor may remove the visited element. */
  forEach(visitor: (ref: number) => void): void {
    this.#visitBuckets(0, this.#buckets.count, visitor);
  }

  /**
   * Takes the dict apart, bucket by bucket; only this may be called from the first call on.
   * @param elementCount about how many elements to do now
   * @param free is given each element
   * @returns true when all is gone, the table included
   */
  destroyStep(elementCount: number, free: (ref: number) => void): boolean {
    const buckets = this.#buckets;
    for (let done = 0; done < elementCount; ) {
      const last = buckets.count - 1;
      const freed = buckets.visit(last, free);
      buckets.freeChain(last);
      this.size -= freed;
      done += freed + 1;
      if (last === 0) {
        buckets.free();
        return true;
      }
      buckets.shrink();
    }
    return false;
  }

  #hasKey(ref: number, bytes: Buffer, view: DataView | null, start: number, end: number): boolean {
    const chunk = ref >>> CHUNK_SHIFT;
    const at = (ref & CHUNK_MASK) << 3;
    const length = end - start;
    if (this.#arena.words[chunk][(at >>> 2) + this.#keyLengthWord] !== length) return false;
    const key = at + this.#keyOffset;
    return view !== null && length <= VIEW_BYTES_MAX
      ? equalViews(this.#arena.views[chunk], key, view, start, length)
      : equalBytes(this.#arena.chunks[chunk], key, key + length, bytes, start, end);
  }

  #hashElement(ref: number, length: number): number {
    const start = this.#arena.offsetOf(ref) + this.#keyOffset;
    return hashView(this.#arena.viewOf(ref), start, start + length, this.#seed0, this.#seed1);
  }

  /** Points `#found…` at an element that is in the dict; free of charge when the last `find` returned it. */
  #locate(ref: number): void {
    const words = this.#arena.words;
    if (this.#foundChunk >= 0) {
      if (words[this.#foundChunk][this.#foundBlock + REFS + this.#foundSlot] >>> 0 === ref) return;
    }
    this.#hash = this.#hashElement(ref, this.#arena.word(ref, this.#keyLengthWord));
    for (let block = this.#buckets.refOf(this.#buckets.bucketOf(this.#hash)); block !== NONE; ) {
      const chunk = block >>> CHUNK_SHIFT;
      const at = (block & CHUNK_MASK) << 1;
      this.#foundChunk = chunk;
      this.#foundBlock = at;
      this.#foundSlot = slotOf(words[chunk], at, ref);
      if (this.#foundSlot >= 0) return;
      block = words[chunk][at + NEXT] >>> 0;
    }
    assert(false, 'the element is in the dict');
  }

  #removeFound(): void {
    const words = this.#arena.words[this.#foundChunk];
    const at = this.#foundBlock;
    const slot = this.#foundSlot;
    words[at + REFS + slot] = NONE;
    words[at + TAGS + (slot >>> 2)] &= ~(0xff << ((slot & 3) << 3));
    this.#foundChunk = -1;
    this.size--;
    if (this.#walkers > 0) return;
    if ((words[at + TAGS] | words[at + TAGS + 1] | words[at + TAGS + 2]) === 0) {
      this.#buckets.trimChain(this.#buckets.bucketOf(this.#hash));
    }
    if (this.size < (this.#buckets.count - 1) * LOAD_MIN) this.#mergeBuckets();
  }

  #fitSize(): void {
    // What was found may lie in a block that goes.
    this.#foundChunk = -1;
    while (this.size > this.#buckets.count * LOAD_MAX + LOAD_MIN) this.#splitBucket();
    while (this.size < (this.#buckets.count - 1) * LOAD_MIN) this.#mergeBuckets();
  }

  #splitBucket(): void {
    const buckets = this.#buckets;
    const from = buckets.split;
    const bit = buckets.mask + 1;
    const count = buckets.takeAll(from);
    buckets.grow();
    // The elements are cold. Nothing waits for these reads, so that their cache misses overlap: four times as fast.
    for (let item = 0; item < count * 3; item += 3) {
      taken[item + 2] = this.#arena.word(taken[item] >>> 0, this.#keyLengthWord);
    }
    for (let item = 0; item < count * 3; item += 3) {
      const ref = taken[item] >>> 0;
      const bucket = (this.#hashElement(ref, taken[item + 2]) & bit) === 0 ? from : from + bit;
      buckets.add(bucket, ref, taken[item + 1]);
    }
  }

  #mergeBuckets(): void {
    const buckets = this.#buckets;
    const count = buckets.takeAll(buckets.count - 1);
    buckets.shrink();
    for (let index = 0; index < count; index++) {
      buckets.add(buckets.split, taken[index * 3] >>> 0, taken[index * 3 + 1]);
    }
  }

  #visitBuckets(start: number, end: number, visitor: (ref: number) => void): void {
    const sizeBefore = this.size;
    this.#walkers++;
    try {
      for (let bucket = start; bucket < end; bucket++) this.#buckets.visit(bucket, visitor);
    } finally {
      // What was removed on the way left the table as it was.
      if (--this.#walkers === 0 && this.size < sizeBefore) this.#fitSize();
    }
  }
}

/** The byte of the hash that stands beside an element, 1 … 255. */
function tagOf(hash: number): number {
  return hash >>> 24 || 1;
}
