/**
 * The table under a dict: buckets of one cache line in the arena, and how their number grows and shrinks.
 *
 *     word   0          1 … 3               4 … 15
 *     ┌────────────┬───────────────────┬─────────────────────────────────────┐
 *     │ next block │ 12 tags of a byte │ 12 references to elements           │
 *     └────────────┴───────────────────┴─────────────────────────────────────┘
 *     tag: some bits of the element's hash, 0 = empty slot      next: where the 13th element goes, 0 = none
 *
 * Growth is linear hashing (Witold Litwin, 1980): there is any number of buckets, and one more comes by splitting
 * the bucket at `split` in two, one less by merging two. So there is no second table, no rehash and no stall. With
 * `mask + 1` = 2^n:
 *
 *     bucket   0 … split-1        split … mask       mask+1 … mask+split
 *              n+1 bits of hash   n bits of hash     n+1 bits (split off from 0 … split-1)
 *
 * Buckets lie in segments of 256; the first segment starts with one bucket and doubles, so a small table is small.
 *
 * The table knows references and tags, not what an element is.
 */
import type { Random } from '../base/random.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT, NONE } from './arena.js';

export const BUCKET_SLOTS = 12;
/** Words of a block. */
export const NEXT = 0;
export const TAGS = 1;
export const TAG_WORDS = 3;
export const REFS = 4;

const BUCKET_BYTES = 64;
const BUCKET_WORDS = BUCKET_BYTES / 4;
const BUCKET_UNITS = BUCKET_BYTES / 8;

const SEGMENT_SHIFT = 8;
const SEGMENT_BUCKETS = 1 << SEGMENT_SHIFT;
const SEGMENT_MASK = SEGMENT_BUCKETS - 1;

export const EVERY_BYTE = 0x01010101;
export const HIGH_BITS = 0x80808080;

/**
 * What `takeAll` took: for each element its reference, its tag, and a number of the caller's. One for all tables,
 * because every table would be bigger by it.
 */
export let taken = new Int32Array(4 * 3 * BUCKET_SLOTS);

function growTaken(): void {
  const larger = new Int32Array(taken.length * 2);
  larger.set(taken);
  taken = larger;
}

/** The slot of the block at word `at` that refers to an element, or -1. */
export function slotOf(words: Int32Array, at: number, ref: number): number {
  for (let slot = 0; slot < BUCKET_SLOTS; slot++) if (words[at + REFS + slot] >>> 0 === ref) return slot;
  return -1;
}

export class Buckets {
  /** See above. A hash belongs to bucket `hash & mask`, or, where that is below `split`, takes one bit more. */
  mask = 0;
  split = 0;
  /** Blocks in the longest chain there ever was, the bucket included. */
  chainBlocksMax = 1;
  readonly #arena: Arena;
  /** Reference of each segment. */
  #segments = new Uint32Array(1);
  /** Buckets that segment 0 has room for; a power of two. */
  #firstSegmentBuckets = 1;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#segments[0] = this.#allocate(1);
  }

  get count(): number {
    return this.mask + 1 + this.split;
  }

  /** The bucket's number of a hash. */
  bucketOf(hash: number): number {
    const bucket = hash & this.mask;
    return bucket < this.split ? hash & ((this.mask << 1) | 1) : bucket;
  }

  /** The bits that the hashes of a bucket's elements have in common with its number. */
  hashMaskOf(bucket: number): number {
    return bucket < this.split || bucket > this.mask ? (this.mask << 1) | 1 : this.mask;
  }

  /** Reference of a bucket, its first block. */
  refOf(bucket: number): number {
    return (this.#segments[bucket >>> SEGMENT_SHIFT] + (bucket & SEGMENT_MASK) * BUCKET_UNITS) >>> 0;
  }

  /** Adds a bucket: what `takeAll(split)` held before now belongs there or to the bucket `mask + 1` above. */
  grow(): void {
    this.#ensureSegment(this.count);
    if (++this.split > this.mask) {
      this.mask = (this.mask << 1) | 1;
      this.split = 0;
    }
  }

  /** Drops the last bucket, which must be empty; from now on its hashes belong to the bucket `split`. */
  shrink(): void {
    if (this.split === 0) {
      this.mask >>>= 1;
      this.split = this.mask + 1;
    }
    this.split--;
    this.#releaseSegment(this.count);
  }

  /** Puts an element into the first empty slot of a bucket's chain. */
  add(bucket: number, ref: number, tag: number): void {
    let block = this.refOf(bucket);
    for (let depth = 2; ; depth++) {
      const words = this.#arena.words[block >>> CHUNK_SHIFT];
      const at = (block & CHUNK_MASK) << 1;
      for (let group = 0; group < TAG_WORDS; group++) {
        const tags = words[at + TAGS + group];
        const empty = (tags - EVERY_BYTE) & ~tags & HIGH_BITS;
        if (empty === 0) continue;
        // The lowest set bit marks a zero byte for sure.
        const byte = (31 - Math.clz32(empty & -empty)) >>> 3;
        words[at + TAGS + group] = tags | (tag << (byte << 3));
        words[at + REFS + group * 4 + byte] = ref;
        return;
      }
      let next = words[at + NEXT] >>> 0;
      if (next === NONE) {
        next = this.#allocate(1);
        this.#arena.setWord(block, NEXT, next);
        if (depth > this.chainBlocksMax) this.chainBlocksMax = depth;
      }
      block = next;
    }
  }

  /** Visits the elements of a bucket, and may lose the visited one. @returns how many there were */
  visit(bucket: number, visitor: (ref: number) => void): number {
    const arena = this.#arena;
    let count = 0;
    for (let block = this.refOf(bucket); block !== NONE; block = arena.word(block, NEXT)) {
      for (let slot = 0; slot < BUCKET_SLOTS; slot++) {
        const ref = arena.word(block, REFS + slot);
        if (ref === NONE) continue;
        visitor(ref);
        count++;
      }
    }
    return count;
  }

  /** An element of a table that is not empty, all equally likely. */
  random(random: Random): number {
    const slots = this.chainBlocksMax * BUCKET_SLOTS;
    for (;;) {
      // Each slot of each bucket is equally likely; an empty or absent one is thrown again.
      let slot = random.below(slots);
      let block = this.refOf(random.below(this.count));
      for (; slot >= BUCKET_SLOTS && block !== NONE; slot -= BUCKET_SLOTS)
        block = this.#arena.word(block, NEXT);
      if (block === NONE) continue;
      const ref = this.#arena.word(block, REFS + slot);
      if (ref !== NONE) return ref;
    }
  }

  /** An element of a table that is not empty: all buckets with elements are equally likely. */
  sample(random: Random): number {
    for (;;) {
      const bucket = this.refOf(random.below(this.count));
      let occupied = 0;
      for (let block = bucket; block !== NONE; block = this.#arena.word(block, NEXT)) {
        for (let slot = 0; slot < BUCKET_SLOTS; slot++) {
          if (this.#arena.word(block, REFS + slot) !== NONE) occupied++;
        }
      }
      if (occupied === 0) continue;
      let chosen = random.below(occupied);
      for (let block = bucket; ; block = this.#arena.word(block, NEXT)) {
        for (let slot = 0; slot < BUCKET_SLOTS; slot++) {
          const ref = this.#arena.word(block, REFS + slot);
          if (ref !== NONE && chosen-- === 0) return ref;
        }
      }
    }
  }

  /** Empties a bucket into `taken`, which the next call overwrites, and frees its chain. @returns how many elements */
  takeAll(bucket: number): number {
    const arena = this.#arena;
    const first = this.refOf(bucket);
    let count = 0;
    for (let block = first; block !== NONE; block = arena.word(block, NEXT)) {
      if (taken.length < (count + BUCKET_SLOTS) * 3) growTaken();
      for (let slot = 0; slot < BUCKET_SLOTS; slot++) {
        const ref = arena.word(block, REFS + slot);
        if (ref === NONE) continue;
        taken[count * 3] = ref;
        taken[count * 3 + 1] = (arena.word(block, TAGS + (slot >>> 2)) >>> ((slot & 3) << 3)) & 0xff;
        count++;
      }
    }
    this.freeChain(bucket);
    for (let index = 0; index < BUCKET_WORDS; index++) arena.setWord(first, index, 0);
    return count;
  }

  /** Frees the blocks behind a bucket. */
  freeChain(bucket: number): void {
    const first = this.refOf(bucket);
    let block = this.#arena.word(first, NEXT);
    this.#arena.setWord(first, NEXT, NONE);
    while (block !== NONE) {
      const next = this.#arena.word(block, NEXT);
      this.#arena.free(block);
      block = next;
    }
  }

  /** Frees those blocks behind a bucket that hold nothing. */
  trimChain(bucket: number): void {
    const arena = this.#arena;
    let previous = this.refOf(bucket);
    for (let block = arena.word(previous, NEXT); block !== NONE; block = arena.word(previous, NEXT)) {
      if ((arena.word(block, TAGS) | arena.word(block, TAGS + 1) | arena.word(block, TAGS + 2)) === 0) {
        arena.setWord(previous, NEXT, arena.word(block, NEXT));
        arena.free(block);
      } else {
        previous = block;
      }
    }
  }

  /** Frees the table, which must have come down to one bucket. */
  free(): void {
    this.#arena.free(this.#segments[0]);
  }

  #allocate(count: number): number {
    const ref = this.#arena.allocate(count * BUCKET_BYTES);
    const at = (ref & CHUNK_MASK) << 1;
    this.#arena.words[ref >>> CHUNK_SHIFT].fill(0, at, at + count * BUCKET_WORDS);
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
    this.#segments[segment] = this.#allocate(SEGMENT_BUCKETS);
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
    const resized = this.#allocate(buckets);
    this.#arena.copy(this.#segments[0], resized, Math.min(buckets, this.#firstSegmentBuckets) * BUCKET_BYTES);
    this.#arena.free(this.#segments[0]);
    this.#segments[0] = resized;
    this.#firstSegmentBuckets = buckets;
  }
}
