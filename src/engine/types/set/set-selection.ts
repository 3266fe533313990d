/**
 * A walk over those members of a set that all of some other sets have, or that none of them has: SINTER, SDIFF, and what is built on
 * them. How another set is asked depends on what both are:
 *
 *     hash tables    by the member's place in its table (`Dict.findAlike`)
 *     intsets        by a finger that moves through the other as the walk moves through this one
 *     listpacks      by the member's text in a table, where both sets have more than a few members
 *     else           by the member's text
 *
 * so text is only made where somebody reads it. Reused, without allocation; the sets must not change meanwhile.
 */
import { EMPTY_BYTES } from '../../../base/bytes.js';
import { type Arena, NONE } from '../../arena.js';
import { BucketWalk } from '../../bucket-walk.js';
import type { Dict } from '../../dict.js';
import { ENCODING_HASHTABLE, ENCODING_INTSET, ENCODING_LISTPACK, encodingOf, rootOf } from '../../entry.js';
import { IntsetFinger } from '../../packed/intset-finger.js';
import { firstEntry, LISTPACK_END } from '../../packed/listpack.js';
import { ListpackIndex } from '../../packed/listpack-index.js';
import { readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import type { LargeSet } from './large-set.js';
import type { SetRoots } from './set-roots.js';

const NOTHING = -1;

/** Sets of so many members are looked through. */
const FEW_MEMBERS = 8;

/** Whether the set at `entry` has a member. */
export type HasMember = (entry: number, member: ValueView) => boolean;

export class SetSelection {
  /** The set that is walked; NONE: there is none. */
  source = NONE;
  /** Its encoding. */
  encoding = NOTHING;
  /** Where the walk of a hash table stands. */
  readonly walk = new BucketWalk();
  /** Where the walk of an intset stands. */
  readonly integer = new IntsetFinger();

  readonly #arena: Arena;
  readonly #roots: SetRoots;
  readonly #has: HasMember;
  readonly #member = new ValueView();
  #large: LargeSet | null = null;
  #bytes: Buffer = EMPTY_BYTES;
  /** The next entry of a listpack. */
  #next = 0;
  #hasBegun = false;

  #others: readonly number[] = [];
  #areShared = true;
  /** Of the others, those that are as the source is. */
  #dicts: (Dict | null)[] = [];
  #fingers: IntsetFinger[] = [];
  /** Of the others, those that are listpacks worth a table; null for the rest. */
  #indexes: (ListpackIndex | null)[] = [];
  /** Reused. */
  readonly #allIndexes: ListpackIndex[] = [];

  constructor(roots: SetRoots, has: HasMember) {
    this.#arena = roots.arena;
    this.#roots = roots;
    this.#has = has;
  }

  /**
   * @param source NONE: of nothing
   * @param others which exist, and are other sets than the source
   * @param areShared true: members that all others have; false: that none of them has
   */
  begin(source: number, others: readonly number[], areShared: boolean): void {
    this.source = source;
    this.encoding = source === NONE ? NOTHING : encodingOf(this.#arena, source);
    this.#others = others;
    this.#areShared = areShared;
    this.#indexes = others.map((other, index) =>
      this.#isWorthTable(other) ? this.#openIndex(index, other) : null,
    );
    if (this.encoding === ENCODING_HASHTABLE) {
      this.#large = this.#roots.large(source);
      this.#large.dict.walk(this.walk);
      this.#dicts = others.map((other) => (this.#isAlike(other) ? this.#roots.large(other).dict : null));
      return;
    }
    if (this.encoding === ENCODING_INTSET) {
      this.integer.open(this.#arena, rootOf(this.#arena, source));
      this.#hasBegun = false;
      for (let index = 0; index < others.length; index++) {
        if (this.#isAlike(others[index])) this.#openFinger(index);
      }
    }
    if (this.encoding === ENCODING_LISTPACK) {
      const { bytes, at } = this.#roots.packed.open(source);
      this.#bytes = bytes;
      this.#next = firstEntry(at);
    }
  }

  /** Goes to the next member that is wanted. @returns false when there is none */
  next(): boolean {
    switch (this.encoding) {
      case ENCODING_HASHTABLE:
        while (this.walk.next() !== NONE) if (this.#wantsElement()) return true;
        return false;
      case ENCODING_INTSET:
        if (this.#hasBegun) this.integer.next();
        this.#hasBegun = true;
        while (!this.integer.isAtEnd && !this.#wantsInteger()) this.integer.next();
        return !this.integer.isAtEnd;
      case ENCODING_LISTPACK:
        while (this.#bytes[this.#next] !== LISTPACK_END) {
          this.#next = readEntry(this.#bytes, this.#next, this.#member);
          if (this.#wantsText()) return true;
        }
        return false;
      default:
        return false;
    }
  }

  /** The member at which the walk stands; valid until the next step. */
  read(): ValueView {
    if (this.encoding === ENCODING_HASHTABLE) this.#large?.read(this.walk.ref, this.#member);
    else if (this.encoding === ENCODING_INTSET) this.#member.setWords(this.integer.hi, this.integer.lo);
    return this.#member;
  }

  #wantsElement(): boolean {
    for (let index = 0; index < this.#others.length; index++) {
      const dict = this.#dicts[index];
      const isThere = dict === null ? this.#hasText(index, this.read()) : dict.findAlike(this.walk) !== NONE;
      if (isThere !== this.#areShared) return false;
    }
    return true;
  }

  #wantsInteger(): boolean {
    for (let index = 0; index < this.#others.length; index++) {
      const isThere = this.#isAlike(this.#others[index])
        ? this.#fingers[index].seek(this.integer.hi, this.integer.lo)
        : this.#hasText(index, this.read());
      if (isThere !== this.#areShared) return false;
    }
    return true;
  }

  #wantsText(): boolean {
    for (let index = 0; index < this.#others.length; index++) {
      if (this.#hasText(index, this.#member) !== this.#areShared) return false;
    }
    return true;
  }

  #hasText(index: number, member: ValueView): boolean {
    const table = this.#indexes[index];
    return table === null
      ? this.#has(this.#others[index], member)
      : table.has(member.bytes, member.start, member.end);
  }

  /** Making one costs about as much as looking through so many members. */
  #isWorthTable(other: number): boolean {
    const count = this.source === NONE ? 0 : this.#roots.count(this.source);
    return (
      count > FEW_MEMBERS &&
      encodingOf(this.#arena, other) === ENCODING_LISTPACK &&
      this.#roots.count(other) > FEW_MEMBERS
    );
  }

  #openIndex(index: number, other: number): ListpackIndex {
    while (this.#allIndexes.length <= index) this.#allIndexes.push(new ListpackIndex());
    const { bytes, at } = this.#roots.packed.open(other);
    this.#allIndexes[index].open(bytes, at);
    return this.#allIndexes[index];
  }

  #isAlike(other: number): boolean {
    return encodingOf(this.#arena, other) === this.encoding;
  }

  #openFinger(index: number): void {
    while (this.#fingers.length <= index) this.#fingers.push(new IntsetFinger());
    this.#fingers[index].open(this.#arena, rootOf(this.#arena, this.#others[index]));
  }
}
