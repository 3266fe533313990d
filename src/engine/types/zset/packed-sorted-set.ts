/**
 * A small sorted set: a listpack of member, score, member, score … in ascending order of score, then of
 * the member's bytes. Everything walks; there are few members. A reused object, opened for an entry.
 */
import { compareBytes } from '../../../base/bytes.js';
import type { Arena } from '../../arena.js';
import { firstEntry, LISTPACK_END, listpackCount, NO_ENTRY, nextEntry } from '../../packed/listpack.js';
import { entryAsDouble, findEntry, ListpackValue, readEntry } from '../../packed/listpack-value.js';
import { PackedRoot } from '../../packed/packed-root.js';
import { ValueView } from '../../packed/value-view.js';

export class PackedSortedSet {
  readonly root: PackedRoot;
  /** The score of the member found last. */
  foundScore = 0;

  readonly #member = new ListpackValue();
  readonly #score = new ListpackValue();
  readonly #view = new ValueView();

  constructor(arena: Arena) {
    this.root = new PackedRoot(arena);
  }

  open(entry: number): this {
    this.root.open(entry);
    return this;
  }

  /** Members. */
  get count(): number {
    return listpackCount(this.root.bytes, this.root.at) >>> 1;
  }

  /** @returns the offset of a member in the listpack, with its score in `foundScore`, or NO_ENTRY */
  find(bytes: Buffer, start: number, end: number): number {
    const { root } = this;
    const found = findEntry(root.bytes, firstEntry(root.at), this.#member.setSpan(bytes, start, end), 1);
    if (found === NO_ENTRY) return NO_ENTRY;
    this.foundScore = entryAsDouble(root.bytes, nextEntry(root.bytes, found));
    return found - root.at;
  }

  /** Members before the one at an offset. */
  rankOf(offset: number): number {
    const { bytes, at } = this.root;
    let rank = 0;
    for (let entry = firstEntry(at); entry < at + offset; rank++) {
      entry = nextEntry(bytes, nextEntry(bytes, entry));
    }
    return rank;
  }

  /** Adds a member that is not there. */
  insert(score: number, bytes: Buffer, start: number, end: number): void {
    this.#insertAt(this.#placeOf(score, bytes, start, end), score, bytes, start, end);
  }

  /** Adds a member that comes after all others. */
  append(score: number, bytes: Buffer, start: number, end: number): void {
    this.#insertAt(this.root.length - 1, score, bytes, start, end);
  }

  /** Deletes `count` members from an offset on. */
  delete(offset: number, count: number): void {
    this.root.delete(offset, count * 2);
  }

  /** The offset of the member at a rank. */
  offsetAt(rank: number): number {
    const { bytes, at } = this.root;
    let entry = firstEntry(at);
    for (let left = rank; left > 0; left--) entry = nextEntry(bytes, nextEntry(bytes, entry));
    return entry - at;
  }

  /** How many members have a lower score, or (`orEqual`) one that is not higher. */
  countBelow(score: number, orEqual: boolean): number {
    const { bytes, at } = this.root;
    let count = 0;
    for (let entry = firstEntry(at); bytes[entry] !== LISTPACK_END; count++) {
      const scoreEntry = nextEntry(bytes, entry);
      const found = entryAsDouble(bytes, scoreEntry);
      if (!(orEqual ? found <= score : found < score)) break;
      entry = nextEntry(bytes, scoreEntry);
    }
    return count;
  }

  /** The same by name. */
  countBelowName(bytes: Buffer, start: number, end: number, orEqual: boolean): number {
    const { bytes: listpack, at } = this.root;
    let count = 0;
    for (let entry = firstEntry(at); listpack[entry] !== LISTPACK_END; count++) {
      const order = this.#compare(entry, bytes, start, end);
      if (order > 0 || (order === 0 && !orEqual)) break;
      entry = nextEntry(listpack, nextEntry(listpack, entry));
    }
    return count;
  }

  /** The offset of the first member that comes after a new one, or of the end mark. */
  #placeOf(score: number, bytes: Buffer, start: number, end: number): number {
    const { bytes: listpack, at } = this.root;
    let entry = firstEntry(at);
    while (listpack[entry] !== LISTPACK_END) {
      const scoreEntry = nextEntry(listpack, entry);
      const found = entryAsDouble(listpack, scoreEntry);
      if (found > score || (found === score && this.#compare(entry, bytes, start, end) > 0)) break;
      entry = nextEntry(listpack, scoreEntry);
    }
    return entry - at;
  }

  #insertAt(offset: number, score: number, bytes: Buffer, start: number, end: number): void {
    const { root } = this;
    const member = this.#member.setSpan(bytes, start, end);
    const value = this.#score.setScore(score);
    root.reserve(root.length + member.entryBytes + value.entryBytes);
    root.insert(offset, member);
    root.insert(offset + member.entryBytes, value);
  }

  #compare(entry: number, bytes: Buffer, start: number, end: number): number {
    const view = this.#view;
    readEntry(this.root.bytes, entry, view);
    return compareBytes(view.bytes, view.start, view.end, bytes, start, end);
  }
}
