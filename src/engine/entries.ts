/**
 * The contents of one database: entries, the index that finds them by key, and the heap of those that expire.
 *
 * It keeps the three in step and knows how an entry's value is freed and copied. Whether an entry is due, and what
 * clients see, is the database's. The whole of it can be swapped between databases, and be dropped and freed
 * piece by piece.
 */
import { clearBytes } from '../base/bytes.js';
import { CHUNK_MASK, CHUNK_SHIFT } from './arena.js';
import type { KeyspaceCommons } from './commons.js';
import { Dict } from './dict.js';
import {
  CLOCK_SHIFT,
  ENTRY_HEADER_BYTES,
  ENTRY_LAYOUT,
  EPOCH_BIT,
  encodingOf,
  entryBytes,
  handleOf,
  isLarge,
  isPacked,
  keyLength,
  kindOf,
  TYPE_MASK,
  TYPE_STRING,
  typeOf,
  valueLength,
  valueStart,
  WORD_EXPIRY,
  WORD_KEY_LENGTH,
  WORD_KIND,
  WORD_VALUE,
} from './entry.js';
import { ExpiryHeap } from './expiry.js';
import type { Moment } from './moment.js';
import type { Reclaimable } from './reclaimer.js';

/** A growing string gets a quarter more room than it needs, up to this much, so that appending is O(1). */
const SPARE_BYTES_MAX = 64 << 20;

export class Entries implements Reclaimable {
  readonly index: Dict;
  readonly expiry: ExpiryHeap;

  readonly #commons: KeyspaceCommons;
  /** The moments that the heap, which has numbers, rounds: by entry. Null while there are none, as nearly always. */
  #farMoments: Map<number, bigint> | null = null;
  /** Frees one of very many: large collections only join the queue, else a step would be as long as they are. */
  readonly #freeDropped = (ref: number): void => this.free(ref, 0);

  constructor(commons: KeyspaceCommons) {
    const { arena, hashSeed } = commons;
    this.#commons = commons;
    this.index = new Dict(arena, ENTRY_LAYOUT, hashSeed[0], hashSeed[1]);
    this.expiry = new ExpiryHeap(arena);
  }

  /**
   * Adds an entry. The last use of the index must have been a `find` of its key that returned NONE.
   * @param valueWord length of a string or root of a collection
   * @param valueBytes what follows the key, yet to be written
   */
  insert(
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    kind: number,
    valueWord: number,
    valueBytes: number,
  ): number {
    const { arena } = this.#commons;
    const ref = arena.allocate(entryBytes(keyTo - keyFrom, valueBytes));
    arena.setWord(ref, WORD_KIND, kind);
    arena.setWord(ref, WORD_KEY_LENGTH, keyTo - keyFrom);
    arena.setWord(ref, WORD_VALUE, valueWord);
    arena.setWord(ref, WORD_EXPIRY, 0);
    arena.write(ref, ENTRY_HEADER_BYTES, key, keyFrom, keyTo);
    this.index.insert(ref);
    return ref;
  }

  /** Adds an entry as `insert` does, with the kind and the value of `ref`; a collection's root is then in both. */
  insertLike(ref: number, key: Buffer, keyFrom: number, keyTo: number): number {
    const { arena } = this.#commons;
    const isString = typeOf(arena, ref) === TYPE_STRING;
    const length = isString ? valueLength(arena, ref) : 0;
    const kind = (arena.word(ref, WORD_KIND) & ~EPOCH_BIT) | this.#commons.epoch;
    const added = this.insert(key, keyFrom, keyTo, kind, arena.word(ref, WORD_VALUE), length);
    const start = valueStart(arena, ref);
    arena.write(added, entryBytes(keyTo - keyFrom, 0), arena.bytesOf(ref), start, start + length);
    return added;
  }

  /**
   * Makes an entry a string of `length` bytes, yet to be written; in place where the block suits. It counts as used now.
   * @param elementCount how much of a large collection to free at once
   * @returns the entry, which may have moved
   */
  makeString(ref: number, encoding: number, length: number, elementCount: number): number {
    const { arena, accessClock, epoch, noTouch } = this.#commons;
    const words = arena.words[ref >>> CHUNK_SHIFT];
    const at = (ref & CHUNK_MASK) << 1;
    const kind = words[at + WORD_KIND];
    const clock = kind >>> CLOCK_SHIFT;
    const newKind = kindOf(TYPE_STRING, encoding, noTouch ? clock : accessClock.touched(clock), epoch);
    const before = entryBytes(words[at + WORD_KEY_LENGTH], words[at + WORD_VALUE]);
    const bytes = before - words[at + WORD_VALUE] + length;
    if ((kind & TYPE_MASK) === TYPE_STRING && (before + 7) >>> 3 === (bytes + 7) >>> 3) {
      // The same size class, whatever the block: nothing to look up.
      words[at + WORD_KIND] = newKind;
      words[at + WORD_VALUE] = length;
      return ref;
    }
    // Allocates before it frees: when there is no memory, nothing has changed.
    const entry = arena.suits(arena.capacity(ref), bytes) ? ref : this.relocate(ref, bytes, bytes - length);
    this.#freeValue(entry, elementCount);
    arena.setWord(entry, WORD_KIND, newKind);
    arena.setWord(entry, WORD_VALUE, length);
    return entry;
  }

  /**
   * Changes a string's length: keeps its bytes, and fills what is added with zeros.
   * @returns the entry, which may have moved
   */
  resizeString(ref: number, length: number): number {
    const { arena } = this.#commons;
    const before = valueLength(arena, ref);
    const bytes = entryBytes(keyLength(arena, ref), length);
    const capacity = arena.capacity(ref);
    let entry = ref;
    if (bytes > capacity) {
      const spareBytes = Math.min(bytes >>> 2, SPARE_BYTES_MAX);
      entry = this.relocate(ref, bytes + spareBytes, bytes - length + before);
    } else if (bytes < capacity >>> 1) {
      entry = this.relocate(ref, bytes, bytes);
    }
    arena.setWord(entry, WORD_VALUE, length);
    if (length > before) {
      const start = valueStart(arena, entry);
      clearBytes(arena.bytesOf(entry), start + before, start + length);
    }
    return entry;
  }

  /** Gives an entry a block of `bytes`, into which its first `kept` bytes are copied. @returns the new block */
  relocate(ref: number, bytes: number, kept: number): number {
    const { arena } = this.#commons;
    const moved = arena.allocate(bytes);
    arena.copy(ref, moved, kept);
    this.index.replace(ref, moved);
    const expiryIndex = arena.word(moved, WORD_EXPIRY);
    if (expiryIndex !== 0) {
      this.expiry.moved(expiryIndex, moved);
      if (this.#farMoments !== null) this.#moveFarMoment(ref, moved);
    }
    arena.free(ref);
    return moved;
  }

  /** Takes an entry out of index and heap; block and value stay. */
  detach(ref: number): void {
    this.#beforeChange(ref);
    this.persist(ref);
    this.index.removeElement(ref);
  }

  /** Frees a detached entry: block and value. */
  free(ref: number, elementCount: number): void {
    this.#freeValue(ref, elementCount);
    this.#commons.arena.free(ref);
  }

  /** Gives `copy`, which shares its root with another entry, a root of its own. */
  copyRoot(copy: number): void {
    const { arena, collections } = this.#commons;
    const encoding = encodingOf(arena, copy);
    const root = arena.word(copy, WORD_VALUE);
    if (isPacked(encoding)) {
      const bytes = arena.capacity(root);
      const block = arena.allocate(bytes);
      arena.copy(root, block, bytes);
      arena.setWord(copy, WORD_VALUE, block);
    } else if (isLarge(encoding)) {
      const copied = collections.get(handleOf(arena, copy)).copy();
      const handle = collections.add(copied);
      arena.setWord(copy, WORD_VALUE, copied.rootFor?.(handle) ?? handle);
    }
  }

  /** When the entry expires; -1: never. */
  expireAt(ref: number): Moment {
    const atMs = this.roundedExpireAt(ref);
    return this.#farMoments === null ? atMs : (this.#farMoments.get(ref) ?? atMs);
  }

  /** The same for comparing with a real time: not exact beyond 2^53. */
  roundedExpireAt(ref: number): number {
    const index = this.#commons.arena.word(ref, WORD_EXPIRY);
    return index === 0 ? -1 : this.expiry.at(index);
  }

  setExpire(ref: number, atMs: Moment): void {
    this.#beforeChange(ref);
    if (typeof atMs !== 'number') {
      this.#farMoments ??= new Map();
      this.#farMoments.set(ref, atMs);
    } else if (this.#farMoments !== null) {
      this.#forgetFarMoment(ref);
    }
    const rounded = Number(atMs);
    const index = this.#commons.arena.word(ref, WORD_EXPIRY);
    if (index === 0) this.expiry.insert(ref, rounded);
    else this.expiry.update(index, rounded);
  }

  /** @returns false when the entry did not expire anyway */
  persist(ref: number): boolean {
    const index = this.#commons.arena.word(ref, WORD_EXPIRY);
    if (index !== 0) {
      this.#beforeChange(ref);
      this.expiry.remove(index);
      if (this.#farMoments !== null) this.#forgetFarMoment(ref);
    }
    return index !== 0;
  }

  freeStep(elementCount: number): boolean {
    this.expiry.free();
    return this.index.destroyStep(elementCount, this.#freeDropped);
  }

  #moveFarMoment(from: number, to: number): void {
    const atMs = this.#farMoments?.get(from);
    if (atMs === undefined) return;
    this.#farMoments?.delete(from);
    this.#farMoments?.set(to, atMs);
  }

  #forgetFarMoment(ref: number): void {
    this.#farMoments?.delete(ref);
    if (this.#farMoments?.size === 0) this.#farMoments = null;
  }

  #beforeChange(ref: number): void {
    const { snapshot } = this.#commons;
    if (snapshot !== null) snapshot.beforeChange(this, ref);
  }

  #freeValue(ref: number, elementCount: number): void {
    const { arena, collections, reclaimer } = this.#commons;
    const encoding = encodingOf(arena, ref);
    if (isLarge(encoding)) reclaimer.release(collections.remove(handleOf(arena, ref)), elementCount);
    else if (isPacked(encoding)) arena.free(arena.word(ref, WORD_VALUE));
  }
}
