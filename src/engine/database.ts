/**
 * One database: keys to entries, and when they expire.
 *
 * It knows entries and their values' memory, and no command, client or reply. Every method that takes a key finds
 * live entries only: one whose time has come is removed on the way, as Redis does.
 */
import { assert } from '../base/assert.js';
import { NONE } from './arena.js';
import type { KeyspaceCommons } from './commons.js';
import { Dict } from './dict.js';
import {
  clockOf,
  ENTRY_HEADER_BYTES,
  ENTRY_LAYOUT,
  encodingOf,
  entryBytes,
  isLarge,
  isPacked,
  keyLength,
  kindOf,
  setClock,
  setEncoding,
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
import type { Reclaimable } from './reclaimer.js';

/** Elements of a large collection that DEL frees at once (about 1 ms); the rest is freed between commands. */
const FREE_NOW_ELEMENTS = 4096;
/** The same for UNLINK and for what expires or is evicted; Redis' lazy-free threshold. */
const FREE_LAZILY_ELEMENTS = 64;

/** A growing string gets a quarter more room than it needs, up to this much, so that appending is O(1). */
const SPARE_BYTES_MAX = 64 << 20;

export class Database {
  index: Dict;
  expiry: ExpiryHeap;

  readonly #commons: KeyspaceCommons;
  #visitor: (ref: number) => void = () => {};
  readonly #visitLive = (ref: number): void => {
    if (!this.isExpired(ref)) this.#visitor(ref);
    else if (!this.#commons.expiryPaused) this.expireEntry(ref);
  };

  constructor(
    readonly id: number,
    commons: KeyspaceCommons,
  ) {
    this.#commons = commons;
    this.index = this.#newIndex();
    this.expiry = new ExpiryHeap(commons.arena);
  }

  /** Keys, those included whose time has come and which nobody has touched since. */
  get size(): number {
    return this.index.size;
  }

  /** Keys that expire. */
  get expiring(): number {
    return this.expiry.size;
  }

  /** The live entry of a key, or NONE. For writing, and wherever access must not count. */
  find(bytes: Buffer, start: number, end: number): number {
    const ref = this.index.find(bytes, start, end);
    if (ref === NONE || !this.isExpired(ref)) return ref;
    if (!this.#commons.expiryPaused) {
      this.expireEntry(ref);
      // Removal and its listener may have moved the index on; insertion relies on the last search.
      this.index.find(bytes, start, end);
    }
    return NONE;
  }

  /** As `find`, for reading: counts a hit or a miss, and marks the entry as used now. */
  lookup(bytes: Buffer, start: number, end: number): number {
    const commons = this.#commons;
    const ref = this.find(bytes, start, end);
    if (ref === NONE) {
      commons.stats.misses++;
      return NONE;
    }
    commons.stats.hits++;
    if (!commons.noTouch) this.touch(ref);
    return ref;
  }

  /** As `lookup`, for a command that will write: counts neither hit nor miss. */
  lookupWrite(bytes: Buffer, start: number, end: number): number {
    const ref = this.find(bytes, start, end);
    if (ref !== NONE && !this.#commons.noTouch) this.touch(ref);
    return ref;
  }

  typeOf(ref: number): number {
    return typeOf(this.#commons.arena, ref);
  }

  encodingOf(ref: number): number {
    return encodingOf(this.#commons.arena, ref);
  }

  /** Marks an entry as used now. */
  touch(ref: number): void {
    const { arena, accessClock } = this.#commons;
    const clock = clockOf(arena, ref);
    const touched = accessClock.touched(clock);
    if (touched !== clock) setClock(arena, ref, touched);
  }

  /**
   * Sets a key to a string, whatever it held.
   * @param keepTtl false: the key lives for ever now
   * @returns its entry
   */
  setString(
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    value: Buffer,
    valueFrom: number,
    valueTo: number,
    encoding: number,
    keepTtl: boolean,
  ): number {
    const found = this.find(key, keyFrom, keyTo);
    const length = valueTo - valueFrom;
    const ref =
      found === NONE
        ? this.#insert(key, keyFrom, keyTo, TYPE_STRING, encoding, length, length)
        : this.#reuse(found, encoding, length, keepTtl);
    this.#commons.arena.write(ref, entryBytes(keyTo - keyFrom, 0), value, valueFrom, valueTo);
    return ref;
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
    if (bytes > capacity)
      entry = this.#move(ref, bytes + Math.min(bytes >>> 2, SPARE_BYTES_MAX), bytes - length + before);
    else if (bytes < capacity >>> 1) entry = this.#move(ref, bytes, bytes);
    arena.setWord(entry, WORD_VALUE, length);
    if (length > before) {
      const start = valueStart(arena, entry);
      arena.bytesOf(entry).fill(0, start + before, start + length);
    }
    return entry;
  }

  /**
   * Creates an entry for a collection. The key must not exist.
   * @param root block reference or handle, as `encoding` says
   */
  create(key: Buffer, keyFrom: number, keyTo: number, type: number, encoding: number, root: number): number {
    const found = this.find(key, keyFrom, keyTo);
    assert(found === NONE, 'a created key does not exist');
    return this.#insert(key, keyFrom, keyTo, type, encoding, root, 0);
  }

  /** Gives a collection another root. The old one stays the caller's. */
  setRoot(ref: number, encoding: number, root: number): void {
    setEncoding(this.#commons.arena, ref, encoding);
    this.#commons.arena.setWord(ref, WORD_VALUE, root);
  }

  /** @returns false when there is no such key */
  remove(key: Buffer, start: number, end: number): boolean {
    const ref = this.find(key, start, end);
    if (ref === NONE) return false;
    this.removeEntry(ref);
    return true;
  }

  /** As `remove`, but leaves nearly all of a large value's memory to be freed between commands. */
  unlink(key: Buffer, start: number, end: number): boolean {
    const ref = this.find(key, start, end);
    if (ref === NONE) return false;
    this.unlinkEntry(ref);
    return true;
  }

  removeEntry(ref: number): void {
    this.#detach(ref);
    this.#freeEntry(ref, FREE_NOW_ELEMENTS);
  }

  unlinkEntry(ref: number): void {
    this.#detach(ref);
    this.#freeEntry(ref, FREE_LAZILY_ELEMENTS);
  }

  /** Removes an entry whose time has come. */
  expireEntry(ref: number): void {
    this.#commons.stats.expired++;
    this.#commons.listener.expired(this.id, ref);
    this.unlinkEntry(ref);
  }

  /** Removes an entry because memory is short. */
  evictEntry(ref: number): void {
    this.#commons.stats.evicted++;
    this.#commons.listener.evicted(this.id, ref);
    this.unlinkEntry(ref);
  }

  /**
   * Gives an entry another key, in this database or another, where that key must not exist. Value and expiry go
   * along.
   * @returns the new entry; `ref` is free
   */
  moveEntry(ref: number, to: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    const { arena } = this.#commons;
    const atMs = this.expireAt(ref);
    const moved = to.#duplicate(ref, key, keyFrom, keyTo);
    if (atMs >= 0) to.setExpire(moved, atMs);
    this.#detach(ref);
    arena.free(ref);
    return moved;
  }

  /**
   * Copies an entry to another key, in this database or another, where that key must not exist. Expiry goes along.
   * @returns the new entry
   */
  copyEntry(ref: number, to: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    const { arena, collections, accessClock } = this.#commons;
    const copy = to.#duplicate(ref, key, keyFrom, keyTo);
    const encoding = encodingOf(arena, ref);
    const root = arena.word(ref, WORD_VALUE);
    if (isPacked(encoding)) {
      const block = arena.allocate(arena.capacity(root));
      arena.copy(root, block, arena.capacity(root));
      arena.setWord(copy, WORD_VALUE, block);
    } else if (isLarge(encoding)) {
      arena.setWord(copy, WORD_VALUE, collections.add(collections.get(root).copy()));
    }
    setClock(arena, copy, accessClock.initial());
    const atMs = this.expireAt(ref);
    if (atMs >= 0) to.setExpire(copy, atMs);
    return copy;
  }

  /** When the entry expires, ms since the epoch; -1: never. */
  expireAt(ref: number): number {
    const index = this.#commons.arena.word(ref, WORD_EXPIRY);
    return index === 0 ? -1 : this.expiry.at(index);
  }

  setExpire(ref: number, atMs: number): void {
    const index = this.#commons.arena.word(ref, WORD_EXPIRY);
    if (index === 0) this.expiry.insert(ref, atMs);
    else this.expiry.update(index, atMs);
  }

  /** @returns false when the entry did not expire anyway */
  persist(ref: number): boolean {
    const index = this.#commons.arena.word(ref, WORD_EXPIRY);
    if (index !== 0) this.expiry.remove(index);
    return index !== 0;
  }

  /** True when the entry's time has come. */
  isExpired(ref: number): boolean {
    const index = this.#commons.arena.word(ref, WORD_EXPIRY);
    return index !== 0 && this.#commons.nowMs > this.expiry.at(index);
  }

  /** A uniformly random live entry, or NONE. */
  random(): number {
    for (;;) {
      const ref = this.index.random(this.#commons.random);
      if (ref === NONE || !this.isExpired(ref) || this.#commons.expiryPaused) return ref;
      this.expireEntry(ref);
    }
  }

  /** As `Dict.scan`, over live entries. */
  scan(cursor: number, visitor: (ref: number) => void): number {
    this.#visitor = visitor;
    return this.index.scan(cursor, this.#visitLive);
  }

  /** Visits every live entry once. The visitor may remove the visited entry. */
  forEach(visitor: (ref: number) => void): void {
    this.#visitor = visitor;
    this.index.forEach(this.#visitLive);
  }

  /** Drops all keys at once; their memory is freed between commands. */
  flush(): void {
    if (this.size === 0) return;
    const { arena, reclaimer } = this.#commons;
    const index = this.index;
    const freeEntry = (ref: number): void => this.#freeEntry(ref, FREE_LAZILY_ELEMENTS);
    const flushed: Reclaimable = { freeStep: (elementCount) => index.destroyStep(elementCount, freeEntry) };
    this.expiry.free();
    this.index = this.#newIndex();
    this.expiry = new ExpiryHeap(arena);
    reclaimer.release(flushed, FREE_NOW_ELEMENTS);
  }

  /** Starts afresh after the arena was cleared. */
  reset(): void {
    this.index = this.#newIndex();
    this.expiry = new ExpiryHeap(this.#commons.arena);
  }

  #newIndex(): Dict {
    const { arena, hashSeed } = this.#commons;
    return new Dict(arena, ENTRY_LAYOUT, hashSeed[0], hashSeed[1]);
  }

  /** Adds an entry right after a `find` of its key returned NONE. `valueBytes` is what follows the key. */
  #insert(
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    type: number,
    encoding: number,
    valueWord: number,
    valueBytes: number,
  ): number {
    const { arena, accessClock } = this.#commons;
    const ref = arena.allocate(entryBytes(keyTo - keyFrom, valueBytes));
    arena.setWord(ref, WORD_KIND, kindOf(type, encoding, accessClock.initial()));
    arena.setWord(ref, WORD_KEY_LENGTH, keyTo - keyFrom);
    arena.setWord(ref, WORD_VALUE, valueWord);
    arena.setWord(ref, WORD_EXPIRY, 0);
    arena.write(ref, ENTRY_HEADER_BYTES, key, keyFrom, keyTo);
    this.index.insert(ref);
    return ref;
  }

  /** Turns an entry into a string of `length` bytes, yet to be written; in place where it fits. */
  #reuse(found: number, encoding: number, length: number, keepTtl: boolean): number {
    const { arena, accessClock } = this.#commons;
    const bytes = entryBytes(keyLength(arena, found), length);
    if (!keepTtl) this.persist(found);
    this.#freeValue(found, FREE_NOW_ELEMENTS);
    const ref = arena.suits(arena.capacity(found), bytes) ? found : this.#move(found, bytes, bytes - length);
    arena.setWord(ref, WORD_KIND, kindOf(TYPE_STRING, encoding, accessClock.touched(clockOf(arena, ref))));
    arena.setWord(ref, WORD_VALUE, length);
    return ref;
  }

  /** Gives an entry a block of `bytes`, into which its first `kept` bytes are copied. */
  #move(ref: number, bytes: number, kept: number): number {
    const { arena } = this.#commons;
    const moved = arena.allocate(bytes);
    arena.copy(ref, moved, kept);
    this.index.replace(ref, moved);
    const expiryIndex = arena.word(moved, WORD_EXPIRY);
    if (expiryIndex !== 0) this.expiry.moved(expiryIndex, moved);
    arena.free(ref);
    return moved;
  }

  /** An entry for `key` with the same header and string as `ref`, without expiry. */
  #duplicate(ref: number, key: Buffer, keyFrom: number, keyTo: number): number {
    const { arena } = this.#commons;
    const found = this.find(key, keyFrom, keyTo);
    assert(found === NONE, 'a key that is moved or copied to does not exist');
    const isString = typeOf(arena, ref) === TYPE_STRING;
    const length = isString ? valueLength(arena, ref) : 0;
    const copy = this.#insert(key, keyFrom, keyTo, 0, 0, arena.word(ref, WORD_VALUE), length);
    arena.setWord(copy, WORD_KIND, arena.word(ref, WORD_KIND));
    const start = valueStart(arena, ref);
    arena.write(copy, entryBytes(keyTo - keyFrom, 0), arena.bytesOf(ref), start, start + length);
    return copy;
  }

  /** Takes an entry out of index and heap; block and value stay. */
  #detach(ref: number): void {
    this.persist(ref);
    this.index.removeElement(ref);
  }

  #freeEntry(ref: number, elementCount: number): void {
    this.#freeValue(ref, elementCount);
    this.#commons.arena.free(ref);
  }

  #freeValue(ref: number, elementCount: number): void {
    const { arena, collections, reclaimer } = this.#commons;
    const encoding = encodingOf(arena, ref);
    if (isLarge(encoding)) reclaimer.release(collections.remove(arena.word(ref, WORD_VALUE)), elementCount);
    else if (isPacked(encoding)) arena.free(arena.word(ref, WORD_VALUE));
  }
}
