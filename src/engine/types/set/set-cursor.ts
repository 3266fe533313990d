/**
 * A walk over members of a set, all of them or a few picked out, without allocation. The set must not
 * change meanwhile.
 */
import { EMPTY_BYTES } from '../../../base/bytes.js';
import type { Random } from '../../../base/random.js';
import { NONE } from '../../arena.js';
import { Int64 } from '../../packed/int64.js';
import { intsetCount, intsetGet } from '../../packed/intset.js';
import { firstEntry, LISTPACK_END, listpackCount, nextEntry } from '../../packed/listpack.js';
import { readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import { ElementRefs } from '../element-refs.js';
import { ElementWalk } from '../element-walk.js';
import type { LargeSet } from './large-set.js';

const INTSET = 0;
const LISTPACK = 1;
const LARGE = 2;

export class SetCursor {
  /** What `next` arrived at. */
  readonly member = new ValueView();
  /**
   * Members picked from a small set, in its order: offsets of entries behind `at`, or indexes of an
   * intset.
   */
  readonly picked = new ElementRefs();

  #kind = LISTPACK;
  #large: LargeSet | null = null;
  readonly #walk = new ElementWalk();
  #bytes: Buffer = EMPTY_BYTES;
  #at = 0;
  /** The next entry of a listpack, or index of an intset, walked from end to end. */
  #next = 0;
  #picks = false;
  #nextPicked = 0;
  readonly #integer = new Int64();

  /** SSCAN's next cursor; 0 when all has been seen. */
  get position(): number {
    return this.#kind === LARGE ? this.#walk.position : 0;
  }

  /** Elements of the large set that the walk goes to, as far as they are gathered. */
  get gathered(): ElementRefs {
    return this.#walk.gathered;
  }

  openIntset(bytes: Buffer, at: number): void {
    this.#openPacked(INTSET, bytes, at, false);
    this.#next = 0;
  }

  openListpack(bytes: Buffer, at: number): void {
    this.#openPacked(LISTPACK, bytes, at, false);
    this.#next = firstEntry(at);
  }

  sampleIntset(bytes: Buffer, at: number, random: Random, count: number): void {
    this.#openPacked(INTSET, bytes, at, true);
    let left = intsetCount(bytes, at);
    let wanted = Math.min(count, left);
    for (let index = 0; wanted > 0; index++, left--) {
      if (random.below(left) >= wanted) continue;
      wanted--;
      this.picked.collect(index);
    }
  }

  sampleListpack(bytes: Buffer, at: number, random: Random, count: number): void {
    this.#openPacked(LISTPACK, bytes, at, true);
    let left = listpackCount(bytes, at);
    let entry = firstEntry(at);
    for (let wanted = Math.min(count, left); wanted > 0; left--) {
      if (random.below(left) < wanted) {
        wanted--;
        this.picked.collect(entry - at);
      }
      entry = nextEntry(bytes, entry);
    }
  }

  /** @returns the walk to say which elements to */
  openLarge(large: LargeSet): ElementWalk {
    this.#kind = LARGE;
    this.#large = large;
    return this.#walk;
  }

  /** Goes to the next member. @returns false when there is none */
  next(): boolean {
    if (this.#kind === LARGE) {
      const ref = this.#walk.next();
      if (ref === NONE) return false;
      this.#large?.read(ref, this.member);
      return true;
    }
    return this.#kind === INTSET ? this.#nextInteger() : this.#nextEntry();
  }

  #nextInteger(): boolean {
    let index = this.#next;
    if (this.#picks) {
      if (this.#nextPicked === this.picked.count) return false;
      index = this.picked.at(this.#nextPicked++);
    } else if (index === intsetCount(this.#bytes, this.#at)) {
      return false;
    }
    intsetGet(this.#bytes, this.#at, index, this.#integer);
    this.member.setWords(this.#integer.hi, this.#integer.lo);
    this.#next = index + 1;
    return true;
  }

  #nextEntry(): boolean {
    let entry = this.#next;
    if (this.#picks) {
      if (this.#nextPicked === this.picked.count) return false;
      entry = this.#at + this.picked.at(this.#nextPicked++);
    } else if (this.#bytes[entry] === LISTPACK_END) {
      return false;
    }
    this.#next = readEntry(this.#bytes, entry, this.member);
    return true;
  }

  #openPacked(kind: number, bytes: Buffer, at: number, picks: boolean): void {
    this.#kind = kind;
    this.#large = null;
    this.#bytes = bytes;
    this.#at = at;
    this.#picks = picks;
    this.picked.clear();
    this.#nextPicked = 0;
  }
}
