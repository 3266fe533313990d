/**
 * A walk over the elements of a dict, bucket after bucket, that knows of each element what its table knows: its tag and the
 * last bits of its hash. With those `Dict.findAlike` finds the same key in another dict, and hashes nothing.
 *
 * Reused, without allocation. The dict must not change meanwhile. Who wants no more than the elements, in SCAN's order, takes
 * `types/element-walk.ts`.
 */
import { type Arena, CHUNK_MASK, CHUNK_SHIFT, NONE } from './arena.js';
import { BUCKET_SLOTS, type Buckets, NEXT, REFS, TAGS } from './buckets.js';
import type { ValueView } from './packed/value-view.js';

export class BucketWalk {
  /** Where it stands. */
  ref = NONE;
  tag = 0;
  bucket = 0;
  /** The bits of the element's hash that `bucket` is. */
  hashMask = 0;
  /** Where elements of this dict keep their keys. */
  keyLengthWord = 0;
  keyOffset = 0;

  #arena: Arena | null = null;
  #buckets: Buckets | null = null;
  #block = NONE;
  #slot = 0;

  /** Stands before the first element of a table. */
  begin(arena: Arena, buckets: Buckets, keyLengthWord: number, keyOffset: number): void {
    this.#arena = arena;
    this.#buckets = buckets;
    this.keyLengthWord = keyLengthWord;
    this.keyOffset = keyOffset;
    this.ref = NONE;
    this.#enter(buckets, 0);
  }

  /** Goes to the next element. @returns it, or NONE */
  next(): number {
    const arena = this.#arena;
    const buckets = this.#buckets;
    if (arena === null || buckets === null) return NONE;
    while (this.#block !== NONE) {
      const words = arena.words[this.#block >>> CHUNK_SHIFT];
      const at = (this.#block & CHUNK_MASK) << 1;
      while (this.#slot < BUCKET_SLOTS) {
        const slot = this.#slot++;
        const ref = words[at + REFS + slot] >>> 0;
        if (ref === NONE) continue;
        this.tag = (words[at + TAGS + (slot >>> 2)] >>> ((slot & 3) << 3)) & 0xff;
        this.ref = ref;
        return ref;
      }
      this.#slot = 0;
      this.#block = words[at + NEXT] >>> 0;
      if (this.#block === NONE && this.bucket + 1 < buckets.count) this.#enter(buckets, this.bucket + 1);
    }
    return NONE;
  }

  /** Points the view at the key of the element at which the walk stands. */
  readKey(view: ValueView): void {
    const arena = this.#arena;
    if (arena === null) return;
    const start = arena.offsetOf(this.ref) + this.keyOffset;
    const end = start + arena.word(this.ref, this.keyLengthWord);
    view.setSpan(arena.bytesOf(this.ref), start, end, arena.viewOf(this.ref));
  }

  #enter(buckets: Buckets, bucket: number): void {
    this.bucket = bucket;
    this.hashMask = buckets.hashMaskOf(bucket);
    this.#block = buckets.refOf(bucket);
    this.#slot = 0;
  }
}
