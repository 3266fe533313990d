/**
 * The hash table of the engine: for the keyspace and for large hashes, sets and sorted sets.
 *
 * It maps a key to an element: an arena block that holds the key itself. It lies in the arena too, in buckets of
 * one cache line:
 *
 *     word   0          1 … 3               4 … 15
 *     ┌────────────┬───────────────────┬─────────────────────────────────────┐
 *     │ next block │ 12 tags of a byte │ 12 references to elements           │
 *     └────────────┴───────────────────┴─────────────────────────────────────┘
 *     tag: the hash's top byte, 0 = empty slot      next: the 13th element and on, 0 = none
 *
 * A lookup reads one line, compares four tags at a time, and then reads one element: two cache misses.
 *
 * Growth is linear hashing (Witold Litwin, 1980): the table has any number of buckets, and grows by splitting the
 * bucket at `split` into two, one for each insertion at most, and shrinks by merging two. So there is no second
 * table, no rehash, no stall, and no bookkeeping in the background. With `mask + 1` = 2^n:
 *
 *     bucket   0 … split-1   split … mask     mask+1 … mask+split
 *              by n+1 bits   by n bits        by n+1 bits (split off from 0 … split-1)
 *
 * Buckets lie in segments of 256; the first segment starts with one bucket and doubles, so a small dict is small.
 *
 * The dict knows nothing of what else an element holds; it neither allocates nor frees elements.
 */
import { assert } from '../base/assert.js';
import { equalBytes } from '../base/bytes.js';
import { hashBytes } from '../base/hash.js';
import type { Random } from '../base/random.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT, NONE } from './arena.js';

const BUCKET_BYTES = 64;
const BUCKET_UNITS = BUCKET_BYTES / 8;
const BUCKET_SLOTS = 12;
const TAGS = 1;
const REFS = 4;

const SEGMENT_SHIFT = 8;
const SEGMENT_BUCKETS = 1 << SEGMENT_SHIFT;
const SEGMENT_MASK = SEGMENT_BUCKETS - 1;

/**
 * Elements per bucket above which the table grows. At 8, one lookup in fifteen follows a second block and an
 * element costs 9 bytes of table; at 10 it is one in six, for 8.5 bytes.
 */
const LOAD_MAX = 8;
/** Elements per bucket below which it shrinks: half of the above, so that it does not swing. */
const LOAD_MIN = 4;

const EVERY_BYTE = 0x01010101;
const HIGH_BITS = 0x80808080;

/** Where elements keep their keys. */
export interface ElementLayout {
  /** Index of the 32-bit word that holds the key's length in bytes. */
  readonly keyLengthWord: number;
  /** Offset of the key's first byte in the element. */
  readonly keyOffset: number;
}

/** The bits above `mask` set, then counted up from the top: the next cursor. See `Dict.scan`. */
function nextCursor(cursor: number, mask: number): number {
  return reverseBits(reverseBits(cursor | ~mask) + 1) >>> 0;
}

function reverseBits(value: number): number {
  let bits = value;
  bits = ((bits >>> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  bits = ((bits >>> 8) & 0x00ff00ff) | ((bits & 0x00ff00ff) << 8);
  return (bits >>> 16) | (bits << 16);
}

export class Dict {
  /** Elements held. */
  size = 0;

  readonly #arena: Arena;
  readonly #seed0: number;
  readonly #seed1: number;
  readonly #keyLengthWord: number;
  readonly #keyOffset: number;

  #mask = 0;
  #split = 0;
  /** Reference of each segment of buckets. */
  #segments = new Uint32Array(1);
  /** Buckets that segment 0 has room for; a power of two. */
  #firstSegmentBuckets = 1;
  /** Blocks in the longest chain there ever was, the bucket included. */
  #chainBlocksMax = 1;
  /** While above 0 no bucket splits or merges and no block of a chain goes, because somebody walks them. */
  #walkers = 0;

  /** The hash of the last key looked for; `insert` uses it. */
  #hash = 0;
  /** Where the last `find` or `locate` succeeded: chunk, word of the block in it, slot; chunk -1: nowhere. */
  #foundChunk = -1;
  #foundBlock = 0;
  #foundSlot = 0;

  /** Elements that moved aside while a bucket splits or merges: reference and tag by turns. */
  #moving = new Int32Array(4 * BUCKET_SLOTS);

  constructor(arena: Arena, layout: ElementLayout, seed0: number, seed1: number) {
    this.#arena = arena;
    this.#keyLengthWord = layout.keyLengthWord;
    this.#keyOffset = layout.keyOffset;
    this.#seed0 = seed0 | 0;
    this.#seed1 = seed1 | 0;
    this.#segments[0] = this.#allocateBuckets(1);
  }

  /** Buckets in use. */
  get bucketCount(): number {
    return this.#mask + 1 + this.#split;
  }

  /** @returns the element with this key, or NONE */
  find(bytes: Buffer, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end, this.#seed0, this.#seed1);
    this.#hash = hash;
    this.#foundChunk = -1;
    const arena = this.#arena;
    const pattern = Math.imul(tagOf(hash), EVERY_BYTE);
    const bucket = this.#bucketRef(this.#bucketOf(hash));
    let chunk = bucket >>> CHUNK_SHIFT;
    let words = arena.words[chunk];
    let block = (bucket & CHUNK_MASK) << 1;
    for (;;) {
      for (let group = 0; group < 3; group++) {
        const different = words[block + TAGS + group] ^ pattern;
        // A set high bit marks a zero byte: an equal tag, or (rarely) one just above it.
        let matches = (different - EVERY_BYTE) & ~different & HIGH_BITS;
        while (matches !== 0) {
          const slot = group * 4 + ((31 - Math.clz32(matches & -matches)) >>> 3);
          const ref = words[block + REFS + slot] >>> 0;
          if (ref !== NONE && this.#hasKey(ref, bytes, start, end)) {
            this.#foundChunk = chunk;
            this.#foundBlock = block;
            this.#foundSlot = slot;
            return ref;
          }
          matches &= matches - 1;
        }
      }
      const next = words[block];
      if (next === NONE) return NONE;
      chunk = next >>> CHUNK_SHIFT;
      words = arena.words[chunk];
      block = (next & CHUNK_MASK) << 1;
    }
  }

  /**
   * Adds an element. The last call must have been a `find` of its key that returned NONE: its hash is used again.
   */
  insert(ref: number): void {
    this.size++;
    this.#add(this.#bucketOf(this.#hash), ref, tagOf(this.#hash));
    if (this.#walkers === 0 && this.size > this.bucketCount * LOAD_MAX + LOAD_MIN) this.#splitBucket();
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
    if (this.size === 0) return NONE;
    const slots = this.#chainBlocksMax * BUCKET_SLOTS;
    for (;;) {
      // Each slot of each bucket is as likely as any other; an empty or absent one is thrown again.
      let slot = random.below(slots);
      let block = this.#bucketRef(random.below(this.bucketCount));
      for (; slot >= BUCKET_SLOTS && block !== NONE; slot -= BUCKET_SLOTS) block = this.#arena.word(block, 0);
      if (block === NONE) continue;
      const ref = this.#arena.word(block, REFS + slot);
      if (ref !== NONE) return ref;
    }
  }

  /**
   * Fills `into` with elements that follow each other in the table from a random bucket on: far cheaper than
   * as many `random` calls, and less random.
   * @returns how many; fewer than asked for only when the dict holds fewer
   */
  sample(random: Random, into: Uint32Array, count: number): number {
    const buckets = this.bucketCount;
    let bucket = random.below(buckets);
    let taken = 0;
    for (let visited = 0; visited < buckets && taken < count; visited++) {
      for (let block = this.#bucketRef(bucket); block !== NONE; block = this.#arena.word(block, 0)) {
        for (let slot = 0; slot < BUCKET_SLOTS && taken < count; slot++) {
          const ref = this.#arena.word(block, REFS + slot);
          if (ref !== NONE) into[taken++] = ref;
        }
      }
      bucket = bucket + 1 === buckets ? 0 : bucket + 1;
    }
    return taken;
  }

  /**
   * Visits the elements of one bucket. Start with cursor 0 and go on with what it returns until that is 0: every
   * element that is in the dict all the while is visited at least once, however the dict grows and shrinks.
   *
   * Why: read bucket numbers from the lowest bit up and they are the leaves of a binary tree; a cursor is a place
   * in the order of the leaves. A split or a merge changes how finely the leaves are cut, never their order.
   *
   * @param cursor any unsigned 32-bit number
   * @param visitor may remove elements, the visited one included, and insert
   */
  scan(cursor: number, visitor: (ref: number) => void): number {
    const wide = (this.#mask << 1) | 1;
    const mask = (cursor & this.#mask) < this.#split ? wide : this.#mask;
    this.#visitBucket(cursor & mask, visitor);
    return nextCursor(cursor, mask);
  }

  /** Visits every element once. The visitor may remove the visited element. */
  forEach(visitor: (ref: number) => void): void {
    this.#walkers++;
    try {
      for (let bucket = 0; bucket < this.bucketCount; bucket++) this.#visitBucket(bucket, visitor);
    } finally {
      this.#walkers--;
    }
  }

  /**
   * Takes the dict apart, bucket by bucket; only this may be called from the first call on.
   * @param elementCount about how many elements to do now
   * @param free is given each element
   * @returns true when all is gone, the table included
   */
  destroyStep(elementCount: number, free: (ref: number) => void): boolean {
    for (let done = 0; done < elementCount; ) {
      const last = this.bucketCount - 1;
      for (let block = this.#bucketRef(last); block !== NONE; block = this.#arena.word(block, 0)) {
        for (let slot = 0; slot < BUCKET_SLOTS; slot++) {
          const ref = this.#arena.word(block, REFS + slot);
          if (ref === NONE) continue;
          free(ref);
          this.size--;
          done++;
        }
      }
      this.#freeChain(last);
      done++;
      if (last === 0) {
        this.#arena.free(this.#segments[0]);
        return true;
      }
      this.#dropLastBucket();
    }
    return false;
  }

  #bucketOf(hash: number): number {
    const bucket = hash & this.#mask;
    return bucket < this.#split ? hash & ((this.#mask << 1) | 1) : bucket;
  }

  #bucketRef(bucket: number): number {
    return this.#segments[bucket >>> SEGMENT_SHIFT] + (bucket & SEGMENT_MASK) * BUCKET_UNITS;
  }

  #hasKey(ref: number, bytes: Buffer, start: number, end: number): boolean {
    const chunk = ref >>> CHUNK_SHIFT;
    const at = (ref & CHUNK_MASK) << 3;
    const length = this.#arena.words[chunk][(at >>> 2) + this.#keyLengthWord] >>> 0;
    if (length !== end - start) return false;
    const keyStart = at + this.#keyOffset;
    return equalBytes(this.#arena.chunks[chunk], keyStart, keyStart + length, bytes, start, end);
  }

  #hashElement(ref: number): number {
    const chunk = ref >>> CHUNK_SHIFT;
    const at = (ref & CHUNK_MASK) << 3;
    const length = this.#arena.words[chunk][(at >>> 2) + this.#keyLengthWord] >>> 0;
    const keyStart = at + this.#keyOffset;
    return hashBytes(this.#arena.chunks[chunk], keyStart, keyStart + length, this.#seed0, this.#seed1);
  }

  /** Points `#found…` at an element that is in the dict; free of charge when the last `find` returned it. */
  #locate(ref: number): void {
    const words = this.#arena.words;
    if (this.#foundChunk >= 0) {
      if (words[this.#foundChunk][this.#foundBlock + REFS + this.#foundSlot] >>> 0 === ref) return;
    }
    this.#hash = this.#hashElement(ref);
    for (let block = this.#bucketRef(this.#bucketOf(this.#hash)); block !== NONE; ) {
      const chunk = block >>> CHUNK_SHIFT;
      const at = (block & CHUNK_MASK) << 1;
      for (let slot = 0; slot < BUCKET_SLOTS; slot++) {
        if (words[chunk][at + REFS + slot] >>> 0 !== ref) continue;
        this.#foundChunk = chunk;
        this.#foundBlock = at;
        this.#foundSlot = slot;
        return;
      }
      block = words[chunk][at] >>> 0;
    }
    assert(false, 'the element is in the dict');
  }

  #removeFound(): void {
    const words = this.#arena.words[this.#foundChunk];
    const block = this.#foundBlock;
    const slot = this.#foundSlot;
    words[block + REFS + slot] = NONE;
    words[block + TAGS + (slot >>> 2)] &= ~(0xff << ((slot & 3) << 3));
    this.#foundChunk = -1;
    this.size--;
    if (this.#walkers > 0) return;
    if ((words[block + TAGS] | words[block + TAGS + 1] | words[block + TAGS + 2]) === 0) {
      this.#unchainEmptyBlocks(this.#bucketOf(this.#hash));
    }
    if (this.size < (this.bucketCount - 1) * LOAD_MIN) this.#mergeBuckets();
  }

  /** Puts an element into the first empty slot of a bucket's chain. */
  #add(bucket: number, ref: number, tag: number): void {
    const arena = this.#arena;
    this.#foundChunk = -1;
    let block = this.#bucketRef(bucket);
    for (let depth = 2; ; depth++) {
      const words = arena.words[block >>> CHUNK_SHIFT];
      const at = (block & CHUNK_MASK) << 1;
      for (let group = 0; group < 3; group++) {
        const tags = words[at + TAGS + group];
        const empty = (tags - EVERY_BYTE) & ~tags & HIGH_BITS;
        if (empty === 0) continue;
        const byte = (31 - Math.clz32(empty & -empty)) >>> 3;
        words[at + TAGS + group] = tags | (tag << (byte << 3));
        words[at + REFS + group * 4 + byte] = ref;
        return;
      }
      let next = words[at] >>> 0;
      if (next === NONE) {
        next = this.#allocateBuckets(1);
        words[at] = next;
        if (depth > this.#chainBlocksMax) this.#chainBlocksMax = depth;
      }
      block = next;
    }
  }

  #splitBucket(): void {
    const from = this.#split;
    const added = from + this.#mask + 1;
    this.#ensureSegment(added);
    const bit = this.#mask + 1;
    const count = this.#takeElements(from);
    const moving = this.#moving;
    if (++this.#split > this.#mask) {
      this.#mask = (this.#mask << 1) | 1;
      this.#split = 0;
    }
    for (let index = 0; index < count; index++) {
      const ref = moving[index * 2] >>> 0;
      this.#add((this.#hashElement(ref) & bit) === 0 ? from : added, ref, moving[index * 2 + 1]);
    }
  }

  #mergeBuckets(): void {
    const last = this.bucketCount - 1;
    if (this.#split === 0) {
      this.#mask >>>= 1;
      this.#split = this.#mask + 1;
    }
    const into = this.#split - 1;
    const count = this.#takeElements(last);
    this.#split = into;
    for (let index = 0; index < count; index++) {
      this.#add(into, this.#moving[index * 2] >>> 0, this.#moving[index * 2 + 1]);
    }
    this.#releaseSegment(last);
  }

  /** Empties a bucket into `#moving` and frees its chain. @returns how many elements */
  #takeElements(bucket: number): number {
    const arena = this.#arena;
    const first = this.#bucketRef(bucket);
    let count = 0;
    this.#foundChunk = -1;
    for (let block = first; block !== NONE; block = arena.word(block, 0)) {
      if (this.#moving.length < (count + BUCKET_SLOTS) * 2) this.#growMoving();
      for (let slot = 0; slot < BUCKET_SLOTS; slot++) {
        const ref = arena.word(block, REFS + slot);
        if (ref === NONE) continue;
        this.#moving[count * 2] = ref;
        this.#moving[count * 2 + 1] = (arena.word(block, TAGS + (slot >>> 2)) >>> ((slot & 3) << 3)) & 0xff;
        count++;
      }
    }
    this.#freeChain(bucket);
    for (let index = 0; index < BUCKET_BYTES / 4; index++) arena.setWord(first, index, 0);
    return count;
  }

  #growMoving(): void {
    const larger = new Int32Array(this.#moving.length * 2);
    larger.set(this.#moving);
    this.#moving = larger;
  }

  #visitBucket(bucket: number, visitor: (ref: number) => void): void {
    this.#walkers++;
    try {
      for (let block = this.#bucketRef(bucket); block !== NONE; block = this.#arena.word(block, 0)) {
        for (let slot = 0; slot < BUCKET_SLOTS; slot++) {
          const ref = this.#arena.word(block, REFS + slot);
          if (ref !== NONE) visitor(ref);
        }
      }
    } finally {
      this.#walkers--;
    }
  }

  /** Frees the blocks behind a bucket. */
  #freeChain(bucket: number): void {
    const first = this.#bucketRef(bucket);
    let block = this.#arena.word(first, 0);
    this.#arena.setWord(first, 0, NONE);
    while (block !== NONE) {
      const next = this.#arena.word(block, 0);
      this.#arena.free(block);
      block = next;
    }
  }

  #unchainEmptyBlocks(bucket: number): void {
    const arena = this.#arena;
    let previous = this.#bucketRef(bucket);
    for (let block = arena.word(previous, 0); block !== NONE; block = arena.word(previous, 0)) {
      if ((arena.word(block, TAGS) | arena.word(block, TAGS + 1) | arena.word(block, TAGS + 2)) === 0) {
        arena.setWord(previous, 0, arena.word(block, 0));
        arena.free(block);
      } else {
        previous = block;
      }
    }
  }

  #allocateBuckets(count: number): number {
    const ref = this.#arena.allocate(count * BUCKET_BYTES);
    const at = (ref & CHUNK_MASK) << 1;
    this.#arena.words[ref >>> CHUNK_SHIFT].fill(0, at, at + count * (BUCKET_BYTES / 4));
    return ref;
  }

  /** Makes room for bucket number `bucket`, the next to come. */
  #ensureSegment(bucket: number): void {
    const segment = bucket >>> SEGMENT_SHIFT;
    if (segment === 0) {
      if (bucket === this.#firstSegmentBuckets) this.#resizeFirstSegment(bucket * 2);
      return;
    }
    if ((bucket & SEGMENT_MASK) !== 0) return;
    if (segment === this.#segments.length) {
      const larger = new Uint32Array(segment * 2);
      larger.set(this.#segments);
      this.#segments = larger;
    }
    this.#segments[segment] = this.#allocateBuckets(SEGMENT_BUCKETS);
  }

  /** Gives back what bucket number `bucket`, now the first one not in use, no longer needs. */
  #releaseSegment(bucket: number): void {
    if (bucket >= SEGMENT_BUCKETS) {
      if ((bucket & SEGMENT_MASK) === 0) this.#arena.free(this.#segments[bucket >>> SEGMENT_SHIFT]);
    } else if (bucket * 2 === this.#firstSegmentBuckets) {
      this.#resizeFirstSegment(bucket);
    }
  }

  #resizeFirstSegment(buckets: number): void {
    const resized = this.#allocateBuckets(buckets);
    this.#foundChunk = -1;
    const kept = Math.min(buckets, this.#firstSegmentBuckets);
    this.#arena.copy(this.#segments[0], resized, kept * BUCKET_BYTES);
    this.#arena.free(this.#segments[0]);
    this.#segments[0] = resized;
    this.#firstSegmentBuckets = buckets;
  }

  #dropLastBucket(): void {
    if (this.#split === 0) {
      this.#mask >>>= 1;
      this.#split = this.#mask + 1;
    }
    this.#split--;
    this.#releaseSegment(this.bucketCount);
  }
}

/** The byte of the hash that stands beside an element, 1 … 255. */
function tagOf(hash: number): number {
  return hash >>> 24 || 1;
}
