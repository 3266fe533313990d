/**
 * A walk over fields and values of a hash, all of them or a few picked out, without allocation. The
 * hash must not change meanwhile.
 */

import { EMPTY_BYTES } from '../../../base/bytes.js';
import type { Random } from '../../../base/random.js';
import type { Arena } from '../../arena.js';
import { firstEntry, LISTPACK_END, listpackCount, nextEntry } from '../../packed/listpack.js';
import { readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import { ElementRefs } from '../element-refs.js';
import type { LargeHash } from './large-hash.js';

export class HashCursor {
  /** What `next` arrived at. */
  readonly field = new ValueView();
  readonly value = new ValueView();
  /** HSCAN's next cursor; 0 when all has been seen. */
  position = 0;

  readonly #arena: Arena;
  /** The large hash walked; null: a listpack. */
  #large: LargeHash | null = null;
  /** Elements, or (picked from a listpack) offsets of fields in the chunk. */
  readonly #picked = new ElementRefs();
  #nextPicked = 0;
  /** Whether to go on scanning when `#picked` is used up. */
  #walksAll = false;
  #bytes: Buffer = EMPTY_BYTES;
  /** The next field of a listpack that is walked from end to end. */
  #entry = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  openListpack(ref: number): void {
    this.#openPacked(ref);
    this.#walksAll = true;
    this.#entry = firstEntry(this.#arena.offsetOf(ref));
  }

  openLarge(large: LargeHash): void {
    this.#begin(large, true);
  }

  /** Picks `count` different fields by chance. */
  sampleListpack(ref: number, random: Random, count: number): void {
    this.#openPacked(ref);
    let entry = firstEntry(this.#arena.offsetOf(ref));
    let left = listpackCount(this.#bytes, this.#arena.offsetOf(ref)) >>> 1;
    for (let wanted = Math.min(count, left); wanted > 0; left--) {
      if (random.below(left) < wanted) {
        wanted--;
        this.#picked.collect(entry);
      }
      entry = nextEntry(this.#bytes, nextEntry(this.#bytes, entry));
    }
  }

  sampleLarge(large: LargeHash, random: Random, count: number): void {
    this.#begin(large, false);
    this.#picked.sample(large.dict, random, count);
  }

  /** Points the cursor at one field of a listpack. */
  openField(ref: number, entry: number): void {
    this.#openPacked(ref);
    this.#picked.collect(entry);
  }

  openElement(large: LargeHash, ref: number): void {
    this.#begin(large, false);
    this.#picked.collect(ref);
  }

  /** Gathers about `count` elements from a cursor on; sets `position`. */
  scanLarge(large: LargeHash, position: number, count: number): void {
    this.#begin(large, false);
    // As Redis: a sparse table is not searched for ever.
    let bucketsLeft = count * 10;
    this.position = position;
    do {
      this.position = large.dict.scan(this.position, this.#picked.collect);
    } while (this.position !== 0 && --bucketsLeft > 0 && this.#picked.count < count);
  }

  /** Goes to the next field. @returns false when there is none */
  next(): boolean {
    const large = this.#large;
    if (large === null) return this.#nextPacked();
    if (this.#nextPicked === this.#picked.count && !this.#scanOn(large)) return false;
    large.read(this.#picked.at(this.#nextPicked++), this.field, this.value);
    return true;
  }

  #nextPacked(): boolean {
    let entry = this.#entry;
    if (!this.#walksAll) {
      if (this.#nextPicked === this.#picked.count) return false;
      entry = this.#picked.at(this.#nextPicked++);
    }
    if (this.#bytes[entry] === LISTPACK_END) return false;
    this.#entry = readEntry(this.#bytes, readEntry(this.#bytes, entry, this.field), this.value);
    return true;
  }

  /** Gathers the next elements. @returns false when there are none */
  #scanOn(large: LargeHash): boolean {
    if (!this.#walksAll) return false;
    this.#picked.clear();
    this.#nextPicked = 0;
    while (this.#picked.count === 0) {
      this.position = large.dict.scan(this.position, this.#picked.collect);
      if (this.position === 0) {
        this.#walksAll = false;
        break;
      }
    }
    return this.#picked.count > 0;
  }

  #begin(large: LargeHash | null, walksAll: boolean): void {
    this.#large = large;
    this.#walksAll = walksAll;
    this.#picked.clear();
    this.#nextPicked = 0;
    this.position = 0;
  }

  #openPacked(ref: number): void {
    this.#begin(null, false);
    this.#bytes = this.#arena.bytesOf(ref);
  }
}
