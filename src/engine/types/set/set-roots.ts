/**
 * What stands behind the entry of a set, and how one encoding becomes another. `sets.ts` knows when.
 */
import type { Arena } from '../../arena.js';
import type { KeyspaceCommons } from '../../commons.js';
import {
  ENCODING_HASHTABLE,
  ENCODING_INTSET,
  ENCODING_LISTPACK,
  encodingOf,
  rootOf,
  setEncoding,
  WORD_VALUE,
} from '../../entry.js';
import { Int64 } from '../../packed/int64.js';
import {
  INTSET_HEADER_BYTES,
  initializeIntset,
  intsetBytesWith,
  intsetCount,
  intsetInsert,
  intsetSearch,
} from '../../packed/intset.js';
import { listpackCount } from '../../packed/listpack.js';
import { ListpackValue } from '../../packed/listpack-value.js';
import { allocateListpack, PackedRoot } from '../../packed/packed-root.js';
import type { EncodingLimits } from '../encoding-limits.js';
import { LargeSet } from './large-set.js';
import { SetCursor } from './set-cursor.js';

/** An intset is an array that moves as a whole; Redis lets none grow beyond this. */
const INTSET_COUNT_MAX = 1 << 30;

export class SetRoots {
  readonly arena: Arena;
  /** The small set last opened. */
  readonly packed: PackedRoot;

  readonly #commons: KeyspaceCommons;
  readonly #limits: EncodingLimits;
  readonly #value = new ListpackValue();
  readonly #integer = new Int64();
  /** Walks a set that is converted, maybe amid a walk of a command's. */
  readonly #converted = new SetCursor();

  constructor(commons: KeyspaceCommons, limits: EncodingLimits) {
    this.#commons = commons;
    this.#limits = limits;
    this.arena = commons.arena;
    this.packed = new PackedRoot(this.arena);
  }

  /** The root of a new, empty set. */
  allocate(encoding: number): number {
    if (encoding === ENCODING_LISTPACK) return allocateListpack(this.arena);
    if (encoding === ENCODING_HASHTABLE) {
      return this.#commons.collections.add(new LargeSet(this.arena, this.#commons.hashSeed));
    }
    const ref = this.arena.allocate(INTSET_HEADER_BYTES);
    initializeIntset(this.arena.bytesOf(ref), this.arena.offsetOf(ref));
    return ref;
  }

  get intsetCountMax(): number {
    return Math.min(this.#limits.setMaxIntsetEntries, INTSET_COUNT_MAX);
  }

  encodingOf(entry: number): number {
    return encodingOf(this.arena, entry);
  }

  large(entry: number): LargeSet {
    return this.#commons.collections.get(rootOf(this.arena, entry)) as LargeSet;
  }

  count(entry: number): number {
    const encoding = encodingOf(this.arena, entry);
    if (encoding === ENCODING_HASHTABLE) return this.large(entry).dict.size;
    const { bytes, at } = this.packed.open(entry);
    return encoding === ENCODING_INTSET ? intsetCount(bytes, at) : listpackCount(bytes, at);
  }

  /** Starts a walk over all members. */
  walkAll(cursor: SetCursor, entry: number): void {
    const encoding = encodingOf(this.arena, entry);
    if (encoding === ENCODING_HASHTABLE) {
      const large = this.large(entry);
      cursor.openLarge(large).all(large.dict);
      return;
    }
    const { bytes, at } = this.packed.open(entry);
    if (encoding === ENCODING_INTSET) cursor.openIntset(bytes, at);
    else cursor.openListpack(bytes, at);
  }

  /** Inserts an integer into an intset. @returns false when it was there */
  addInteger(entry: number, value: Int64): boolean {
    const root = this.packed.open(entry);
    const position = intsetSearch(root.bytes, root.at, value);
    if (position >= 0) return false;
    root.reserve(intsetBytesWith(root.bytes, root.at, value));
    intsetInsert(root.bytes, root.at, position, value);
    return true;
  }

  /** Appends an integer, greater than all it has, to an intset. */
  appendInteger(entry: number, value: Int64): void {
    const root = this.packed.open(entry);
    root.reserve(intsetBytesWith(root.bytes, root.at, value));
    intsetInsert(root.bytes, root.at, -1 - intsetCount(root.bytes, root.at), value);
  }

  /** Gives the set another encoding, which must be able to hold its members. */
  convert(entry: number, encoding: number): void {
    const from = encodingOf(this.arena, entry);
    const root = rootOf(this.arena, entry);
    const converted = this.allocate(encoding);
    this.walkAll(this.#converted, entry);
    // The entry refers to the new set while members are moved to it: its block may change.
    this.arena.setWord(entry, WORD_VALUE, converted);
    setEncoding(this.arena, entry, encoding);
    const { member } = this.#converted;
    while (this.#converted.next()) this.#append(entry, encoding, member.bytes, member.start, member.end);
    if (from === ENCODING_HASHTABLE)
      this.#commons.reclaimer.release(this.#commons.collections.remove(root), 0);
    else this.arena.free(root);
  }

  #append(entry: number, encoding: number, bytes: Buffer, start: number, end: number): void {
    if (encoding === ENCODING_HASHTABLE) {
      this.large(entry).add(bytes, start, end);
    } else if (encoding === ENCODING_LISTPACK) {
      this.packed.open(entry).append(this.#value.setSpan(bytes, start, end));
    } else {
      this.#integer.parse(bytes, start, end);
      this.addInteger(entry, this.#integer);
    }
  }
}
