/**
 * A walk over fields and values of a hash, all of them or a few picked out, without allocation. The
 * hash must not change meanwhile.
 */
import { EMPTY_BYTES } from '../../../base/bytes.js';
import type { Random } from '../../../base/random.js';
import { NONE } from '../../arena.js';
import { firstEntry, LISTPACK_END, listpackCount, nextEntry } from '../../packed/listpack.js';
import { readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import { ElementRefs } from '../element-refs.js';
import { ElementWalk } from '../element-walk.js';
import type { LargeHash } from './large-hash.js';

export class HashCursor {
  /** What `next` arrived at. */
  readonly field = new ValueView();
  readonly value = new ValueView();

  /** The large hash walked; null: a listpack. */
  #large: LargeHash | null = null;
  readonly #walk = new ElementWalk();

  #bytes: Buffer = EMPTY_BYTES;
  /** The next field of a listpack walked from end to end. */
  #entry = 0;
  /** Offsets of the fields picked from a listpack, when it is not walked from end to end. */
  readonly #picked = new ElementRefs();
  #picks = false;
  #nextPicked = 0;

  /** HSCAN's next cursor; 0 when all has been seen. */
  get position(): number {
    return this.#large === null ? 0 : this.#walk.position;
  }

  openListpack(bytes: Buffer, at: number): void {
    this.#openPacked(bytes, false);
    this.#entry = firstEntry(at);
  }

  /** One field of a listpack. */
  pickEntry(bytes: Buffer, entry: number): void {
    this.#openPacked(bytes, true);
    this.#picked.collect(entry);
  }

  /** `count` different fields of a listpack by chance. */
  sampleListpack(bytes: Buffer, at: number, random: Random, count: number): void {
    this.#openPacked(bytes, true);
    let entry = firstEntry(at);
    let left = listpackCount(bytes, at) >>> 1;
    for (let wanted = Math.min(count, left); wanted > 0; left--) {
      if (random.below(left) < wanted) {
        wanted--;
        this.#picked.collect(entry);
      }
      entry = nextEntry(bytes, nextEntry(bytes, entry));
    }
  }

  /** @returns the walk to say which elements to */
  openLarge(large: LargeHash): ElementWalk {
    this.#large = large;
    return this.#walk;
  }

  /** Goes to the next field. @returns false when there is none */
  next(): boolean {
    const large = this.#large;
    if (large === null) return this.#nextPacked();
    const ref = this.#walk.next();
    if (ref === NONE) return false;
    large.read(ref, this.field, this.value);
    return true;
  }

  #nextPacked(): boolean {
    let entry = this.#entry;
    if (this.#picks) {
      if (this.#nextPicked === this.#picked.count) return false;
      entry = this.#picked.at(this.#nextPicked++);
    } else if (this.#bytes[entry] === LISTPACK_END) {
      return false;
    }
    this.#entry = readEntry(this.#bytes, readEntry(this.#bytes, entry, this.field), this.value);
    return true;
  }

  #openPacked(bytes: Buffer, picks: boolean): void {
    this.#large = null;
    this.#bytes = bytes;
    this.#picks = picks;
    this.#picked.clear();
    this.#nextPicked = 0;
  }
}
