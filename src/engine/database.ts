/**
 * One database: keys to entries, and when they expire.
 *
 * It knows entries and their values' memory, and no command, client or reply. Every method that takes a key finds
 * live entries only: one whose time has come is removed on the way, as Redis does.
 */
import { assert } from '../base/assert.js';
import { NONE } from './arena.js';
import type { KeyspaceCommons } from './commons.js';
import type { Dict } from './dict.js';
import { Entries } from './entries.js';
import {
  clockOf,
  ENCODING_RAW,
  entryBytes,
  kindOf,
  setClock,
  TYPE_STRING,
  typeOf,
  WORD_KIND,
  WORD_VALUE,
} from './entry.js';
import { LiveWalk } from './live-walk.js';
import type { Moment } from './moment.js';

/** Elements of a large collection that DEL frees at once (half a millisecond); the rest goes between commands. */
const FREE_NOW_ELEMENTS = 2048;
/** The same for UNLINK and for what expires or is evicted; Redis' lazy-free threshold. */
const FREE_LAZILY_ELEMENTS = 64;

export class Database {
  /** What the database holds; SWAPDB and FLUSHDB put another in its place. */
  entries: Entries;

  readonly #commons: KeyspaceCommons;
  readonly #walk: LiveWalk;

  constructor(
    readonly id: number,
    commons: KeyspaceCommons,
  ) {
    this.#commons = commons;
    this.entries = new Entries(commons);
    this.#walk = new LiveWalk(this, commons);
  }

  /** Finds entries whether their time has come or not. */
  get index(): Dict {
    return this.entries.index;
  }

  /** Keys, those included whose time has come and which nobody has touched since. */
  get size(): number {
    return this.index.size;
  }

  /** Keys that expire. */
  get expiring(): number {
    return this.entries.expiry.size;
  }

  /** The live entry of a key, or NONE. For reading where access must not count. */
  find(bytes: Buffer, start: number, end: number): number {
    const ref = this.index.find(bytes, start, end);
    if (ref === NONE || !this.isExpired(ref)) return ref;
    if (!this.#commons.keepsExpired) this.#expireFound(ref, bytes, start, end);
    return NONE;
  }

  /** As `find`, for writing: what isn't found isn't there either, and can be added. */
  findToWrite(bytes: Buffer, start: number, end: number): number {
    const ref = this.index.find(bytes, start, end);
    if (ref === NONE || !this.isExpired(ref)) return ref;
    if (!this.#commons.keepsExpired || this.#commons.isWrittenBesideMaster) {
      this.#expireFound(ref, bytes, start, end);
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
    const ref = this.findToWrite(bytes, start, end);
    if (ref === NONE) return NONE;
    this.beforeChange(ref);
    if (!this.#commons.noTouch) this.touch(ref);
    return ref;
  }

  /** To be called before the value of an entry is changed in place. `lookupWrite` does. */
  beforeChange(ref: number): void {
    const { snapshot } = this.#commons;
    if (snapshot !== null) snapshot.beforeChange(this.entries, ref);
  }

  typeOf(ref: number): number {
    return typeOf(this.#commons.arena, ref);
  }

  /** A command that was found to use an entry looks for it once more, as Redis does: a use of its own. */
  useAgain(ref: number): void {
    if (!this.#commons.noTouch) this.touch(ref);
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
    const found = this.findToWrite(key, keyFrom, keyTo);
    if (found === NONE) return this.addString(key, keyFrom, keyTo, value, valueFrom, valueTo, encoding);
    this.beforeChange(found);
    if (!keepTtl) this.entries.persist(found);
    const ref = this.entries.makeString(found, encoding, valueTo - valueFrom, FREE_NOW_ELEMENTS);
    this.#commons.arena.write(ref, entryBytes(keyTo - keyFrom, 0), value, valueFrom, valueTo);
    return ref;
  }

  /**
   * Adds a string for a key that doesn't exist. The last search of this database must have been for that key, to write:
   * it isn't searched for again.
   */
  addString(
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    value: Buffer,
    valueFrom: number,
    valueTo: number,
    encoding: number,
  ): number {
    const { arena, accessClock } = this.#commons;
    const length = valueTo - valueFrom;
    const kind = kindOf(TYPE_STRING, encoding, accessClock.initial(), this.#commons.epoch);
    const ref = this.#announced(this.entries.insert(key, keyFrom, keyTo, kind, length, length));
    arena.write(ref, entryBytes(keyTo - keyFrom, 0), value, valueFrom, valueTo);
    return ref;
  }

  /**
   * Changes a string's length: keeps its bytes, and fills what is added with zeros.
   * @returns the entry, which may have moved
   */
  resizeString(ref: number, length: number): number {
    return this.entries.resizeString(ref, length);
  }

  /**
   * Creates an entry for a collection. The key must not exist.
   * @param root block reference or handle, as `encoding` says
   */
  create(key: Buffer, keyFrom: number, keyTo: number, type: number, encoding: number, root: number): number {
    const found = this.findToWrite(key, keyFrom, keyTo);
    assert(found === NONE, 'a created key does not exist');
    return this.#insertCollection(key, keyFrom, keyTo, type, encoding, root);
  }

  /**
   * Sets a key to a collection, whatever it held: the key lives for ever then.
   * @param root block reference or handle, as `encoding` says
   * @returns its entry
   */
  setCollection(
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    type: number,
    encoding: number,
    root: number,
  ): number {
    const found = this.findToWrite(key, keyFrom, keyTo);
    if (found === NONE) return this.#insertCollection(key, keyFrom, keyTo, type, encoding, root);
    const { arena } = this.#commons;
    this.beforeChange(found);
    this.entries.persist(found);
    // An empty string first: that frees what it held.
    const ref = this.entries.makeString(found, ENCODING_RAW, 0, FREE_NOW_ELEMENTS);
    arena.setWord(ref, WORD_KIND, kindOf(type, encoding, clockOf(arena, ref), this.#commons.epoch));
    arena.setWord(ref, WORD_VALUE, root);
    return ref;
  }

  /** What is only hidden goes as one that is there. @returns false when there is no such key */
  remove(key: Buffer, start: number, end: number): boolean {
    if (this.#commons.keepsExpired) return this.drop(key, start, end);
    const ref = this.find(key, start, end);
    if (ref === NONE) return false;
    this.removeEntry(ref);
    return true;
  }

  /** As `remove`, also of a key whose time has come: it goes as one that was there, and not as expired. */
  drop(key: Buffer, start: number, end: number): boolean {
    const ref = this.index.find(key, start, end);
    if (ref === NONE) return false;
    this.removeEntry(ref);
    return true;
  }

  /** As `remove`, but leaves nearly all of a large value's memory to be freed between commands. */
  unlink(key: Buffer, start: number, end: number): boolean {
    const ref = this.#commons.keepsExpired ? this.index.find(key, start, end) : this.find(key, start, end);
    if (ref === NONE) return false;
    this.unlinkEntry(ref);
    return true;
  }

  removeEntry(ref: number): void {
    this.entries.detach(ref);
    this.entries.free(ref, FREE_NOW_ELEMENTS);
  }

  unlinkEntry(ref: number): void {
    this.entries.detach(ref);
    this.entries.free(ref, FREE_LAZILY_ELEMENTS);
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
   * along; how much it was used doesn't.
   * @returns the new entry; `ref` is free
   */
  moveEntry(ref: number, to: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    const { arena, accessClock } = this.#commons;
    const moved = to.#insertLike(ref, this.expireAt(ref), key, keyFrom, keyTo);
    this.entries.detach(ref);
    arena.free(ref);
    setClock(arena, moved, accessClock.initial());
    return moved;
  }

  /**
   * Copies an entry to another key, in this database or another, where that key must not exist. Expiry goes along.
   * @returns the new entry
   */
  copyEntry(ref: number, to: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    const { arena, accessClock } = this.#commons;
    const copy = to.#insertLike(ref, this.expireAt(ref), key, keyFrom, keyTo);
    to.entries.copyRoot(copy);
    setClock(arena, copy, accessClock.initial());
    return copy;
  }

  /** When the entry expires; -1: never. */
  expireAt(ref: number): Moment {
    return this.entries.expireAt(ref);
  }

  /** What clients or their scripts ask for. What comes from a file has its time from elsewhere: `entries.setExpire`. */
  setExpire(ref: number, atMs: Moment): void {
    this.entries.setExpire(ref, atMs);
    const { isWrittenBesideMaster, expiryIgnored, ownExpiries } = this.#commons;
    if (isWrittenBesideMaster && !expiryIgnored) ownExpiries.remember(this.id, ref);
  }

  /** @returns false when the entry did not expire anyway */
  persist(ref: number): boolean {
    return this.entries.persist(ref);
  }

  /** True when the entry's time has come. */
  isExpired(ref: number): boolean {
    const atMs = this.entries.roundedExpireAt(ref);
    return atMs >= 0 && this.#commons.nowMs > atMs && !this.#commons.expiryIgnored;
  }

  /** A uniformly random live entry, or NONE; maybe one whose time has come, where such stay. */
  random(): number {
    return this.#walk.random();
  }

  /** As `Dict.scan`, over live entries. */
  scan(cursor: number, visitor: (ref: number) => void): number {
    return this.#walk.scan(cursor, visitor);
  }

  /** Visits every live entry once. The visitor may remove the visited entry. */
  forEach(visitor: (ref: number) => void): void {
    this.#walk.forEach(visitor);
  }

  /** Drops all keys at once; their memory is freed between commands, or after a snapshot that still needs them. */
  flush(): void {
    const dropped = this.entries;
    this.entries = new Entries(this.#commons);
    this.#commons.reclaimer.release(dropped, FREE_NOW_ELEMENTS);
  }

  /** Starts afresh after the arena was cleared. */
  reset(): void {
    this.entries = new Entries(this.#commons);
  }

  #expireFound(ref: number, bytes: Buffer, start: number, end: number): void {
    this.expireEntry(ref);
    // Removal and its listener may have moved the index on; insertion relies on the last search.
    this.index.find(bytes, start, end);
  }

  #announced(ref: number): number {
    if (this.#commons.announcesNew) this.#commons.listener.created(this.id, ref);
    return ref;
  }

  /** Right after a search for the key that found nothing. */
  #insertCollection(
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    type: number,
    encoding: number,
    root: number,
  ): number {
    const kind = kindOf(type, encoding, this.#commons.accessClock.initial(), this.#commons.epoch);
    return this.#announced(this.entries.insert(key, keyFrom, keyTo, kind, root, 0));
  }

  #insertLike(ref: number, atMs: Moment, key: Buffer, keyFrom: number, keyTo: number): number {
    const found = this.findToWrite(key, keyFrom, keyTo);
    assert(found === NONE, 'a key that is moved or copied to does not exist');
    const added = this.#announced(this.entries.insertLike(ref, key, keyFrom, keyTo));
    if (atMs >= 0) this.setExpire(added, atMs);
    return added;
  }
}
