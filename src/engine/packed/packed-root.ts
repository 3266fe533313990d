/**
 * The listpack (or intset) of a small collection: a block of its own, referred to by the keyspace entry. A reused
 * object: `open` it for an entry, then read at `bytes`, `at`, and change it through the methods, which
 * keep the entry's reference, `bytes` and `at` right when the listpack moves to another block.
 *
 * Places are offsets from the start of the listpack (`entry − at`), for those survive a move.
 */
import { EMPTY_BYTES } from '../../base/bytes.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT, NONE } from '../arena.js';
import { WORD_VALUE } from '../entry.js';
import { initializeListpack, LISTPACK_EMPTY_BYTES, listpackBytes } from './listpack.js';
import { deleteEntries, growthOfReplacing, insertEntry, replaceEntry } from './listpack-edit.js';
import type { ListpackValue } from './listpack-value.js';

/** From this size on a growing block gets an eighth of room more, so that growing stays O(1) a byte. */
const ROOM_BYTES_MIN = 256;
const ROOM_SHIFT = 3;

/** @returns a block with an empty listpack */
export function allocateListpack(arena: Arena): number {
  const ref = arena.allocate(LISTPACK_EMPTY_BYTES);
  initializeListpack(arena.bytesOf(ref), arena.offsetOf(ref));
  return ref;
}

/** @returns a block with a copy of the bytes [start, end) */
export function allocateCopy(arena: Arena, bytes: Buffer, start: number, end: number): number {
  const ref = arena.allocate(end - start);
  bytes.copy(arena.bytesOf(ref), arena.offsetOf(ref), start, end);
  return ref;
}

export class PackedRoot {
  /** Where the listpack is, until something else allocates or frees. */
  bytes: Buffer = EMPTY_BYTES;
  at = 0;
  ref = NONE;

  readonly #arena: Arena;
  #entry = NONE;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  open(entry: number): this {
    this.#entry = entry;
    this.#place(this.#arena.word(entry, WORD_VALUE));
    return this;
  }

  /** Bytes of the listpack. */
  get length(): number {
    return listpackBytes(this.bytes, this.at);
  }

  /** Inserts `value` before the entry at `offset`, which may be the end mark's. */
  insert(offset: number, value: ListpackValue): void {
    this.reserve(this.length + value.entryBytes);
    insertEntry(this.bytes, this.at, this.at + offset, value);
  }

  append(value: ListpackValue): void {
    this.insert(this.length - 1, value);
  }

  /** Puts `value` in the place of the entry at `offset`. */
  replace(offset: number, value: ListpackValue): void {
    const growth = growthOfReplacing(this.bytes, this.at + offset, value);
    if (growth > 0) this.reserve(this.length + growth);
    replaceEntry(this.bytes, this.at, this.at + offset, value);
    if (growth < 0) this.shrink();
  }

  /** Deletes `count` entries from the one at `offset` on. */
  delete(offset: number, count: number): void {
    deleteEntries(this.bytes, this.at, this.at + offset, count);
    this.shrink();
  }

  /** Makes room for so many bytes in all. */
  reserve(bytes: number): void {
    if (bytes <= this.#arena.capacity(this.ref)) return;
    this.#move(this.#arena.resize(this.ref, bytes < ROOM_BYTES_MIN ? bytes : bytes + (bytes >>> ROOM_SHIFT)));
  }

  /** Gives back what `reserve` made too much, in expectation of many entries. */
  trim(): void {
    const { length } = this;
    if (length < ROOM_BYTES_MIN) this.#move(this.#arena.resize(this.ref, length));
    else this.shrinkTo(length);
  }

  /** Gives room back when a quarter is unused: more than `reserve` adds, so that the two don't alternate. */
  shrink(): void {
    this.shrinkTo(this.length);
  }

  /** The same for `bytes` of whatever is in the block. */
  shrinkTo(bytes: number): void {
    if (bytes * 4 <= this.#arena.capacity(this.ref) * 3) this.#move(this.#arena.resize(this.ref, bytes));
  }

  #move(ref: number): void {
    if (ref === this.ref) return;
    this.#arena.setWord(this.#entry, WORD_VALUE, ref);
    this.#place(ref);
  }

  #place(ref: number): void {
    this.ref = ref;
    this.bytes = this.#arena.chunks[ref >>> CHUNK_SHIFT];
    this.at = (ref & CHUNK_MASK) << 3;
  }
}
