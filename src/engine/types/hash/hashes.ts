/**
 * The hash type: what a hash is to a command, whichever of its encodings it has.
 *
 *     listpack     field, value, field, value … in one block, up to hash-max-listpack-entries of them
 *     hashtable    a dict of fields (large-hash.ts)
 *
 * `entry` is the keyspace entry of a hash; its reference stays valid whatever is done to the hash.
 * Spans passed in must not lie in the hash that is changed. A hash may be left empty: then the caller
 * removes the key. Encodings change when Redis 7.2 changes them, and never back.
 */
import { type Arena, NONE } from '../../arena.js';
import type { KeyspaceCommons } from '../../commons.js';
import type { Database } from '../../database.js';
import {
  ENCODING_HASHTABLE,
  ENCODING_LISTPACK,
  encodingOf,
  rootOf,
  setEncoding,
  TYPE_HASH,
  WORD_VALUE,
} from '../../entry.js';
import {
  firstEntry,
  LISTPACK_BYTES_MAX,
  listpackCount,
  NO_ENTRY,
  nextEntry,
  seekEntry,
} from '../../packed/listpack.js';
import { findEntry, ListpackValue, readEntry } from '../../packed/listpack-value.js';
import { allocateCopy, allocateListpack, PackedRoot } from '../../packed/packed-root.js';
import { ValueView } from '../../packed/value-view.js';
import type { EncodingLimits } from '../encoding-limits.js';
import { HashCursor } from './hash-cursor.js';
import { LargeHash } from './large-hash.js';

/** Of a string in a listpack, its header and its length at the end: up to 63 bytes, and up to 4,095. */
const SHORT_OVERHEAD_BYTES = 2;
const LONG_OVERHEAD_BYTES = 4;

export class Hashes {
  readonly #commons: KeyspaceCommons;
  readonly #arena: Arena;
  readonly #limits: EncodingLimits;
  readonly #root: PackedRoot;
  readonly #field = new ListpackValue();
  readonly #value = new ListpackValue();
  readonly #view = new ValueView();
  readonly #cursor = new HashCursor();
  /** Walks a listpack that becomes a hash table, maybe amid a walk of a command's. */
  readonly #converting = new HashCursor();
  /** Between `expect` and `trim`: bytes that the fields to be set may take, until there is room for them. */
  #expectedBytes = 0;
  /** There may be more room than was needed. */
  #hasReserved = false;

  constructor(commons: KeyspaceCommons, limits: EncodingLimits) {
    this.#commons = commons;
    this.#arena = commons.arena;
    this.#limits = limits;
    this.#root = new PackedRoot(this.#arena);
  }

  /** Creates an empty hash at a key that does not exist. @returns its entry */
  create(db: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    return db.create(key, keyFrom, keyTo, TYPE_HASH, ENCODING_LISTPACK, allocateListpack(this.#arena));
  }

  /** Creates a hash from a sound listpack of pairs without duplicates, as a dump has it. @returns its entry */
  createFromListpack(
    db: Database,
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): number {
    const root = allocateCopy(this.#arena, bytes, start, end);
    const entry = db.create(key, keyFrom, keyTo, TYPE_HASH, ENCODING_LISTPACK, root);
    if (this.length(entry) > this.#limits.hashMaxListpackEntries) this.#enlarge(entry);
    return entry;
  }

  /** Fields. */
  length(entry: number): number {
    if (this.isLarge(entry)) return this.#large(entry).dict.size;
    const { bytes, at } = this.#root.open(entry);
    return listpackCount(bytes, at) >>> 1;
  }

  /** Makes room for so many fields, which are sure to come, in a hash that is empty. */
  reserve(entry: number, fieldCount: number): void {
    if (this.isLarge(entry)) this.#large(entry).dict.reserve(fieldCount);
  }

  /**
   * Says what a command is about to set in all, since that decides the encoding: call it once before the
   * first `set` of a command that sets fields from its arguments, and `trim` after the last.
   * @param longestBytes of the longest field or value
   * @param addedBytes of all fields and values
   */
  expect(entry: number, fieldCount: number, longestBytes: number, addedBytes: number): void {
    this.#expectedBytes = 0;
    if (this.isLarge(entry)) return;
    if (
      fieldCount > this.#limits.hashMaxListpackEntries ||
      longestBytes > this.#limits.hashMaxListpackValueBytes ||
      this.#root.open(entry).length + addedBytes > LISTPACK_BYTES_MAX
    ) {
      this.#enlarge(entry);
    } else if (fieldCount > 1) {
      // Once, and not once for each pair; and only if a field is new: those that are there need no room, mostly.
      const overhead = longestBytes < 64 ? SHORT_OVERHEAD_BYTES : LONG_OVERHEAD_BYTES;
      this.#expectedBytes = addedBytes + 2 * fieldCount * overhead;
    }
  }

  /** Gives back room that was expected to be needed and wasn't: fields that were there, numbers. */
  trim(entry: number): void {
    this.#expectedBytes = 0;
    if (!this.#hasReserved) return;
    this.#hasReserved = false;
    if (!this.isLarge(entry)) this.#root.open(entry).trim();
  }

  /** The value of a field, or null. Valid until the hash changes. */
  get(entry: number, field: Buffer, start: number, end: number): ValueView | null {
    const view = this.#view;
    if (this.isLarge(entry)) {
      const large = this.#large(entry);
      const ref = large.dict.find(field, start, end);
      if (ref === NONE) return null;
      large.readValue(ref, view);
    } else {
      const found = this.#find(entry, field, start, end);
      if (found === NO_ENTRY) return null;
      const { bytes } = this.#root;
      readEntry(bytes, nextEntry(bytes, found), view);
    }
    return view;
  }

  has(entry: number, field: Buffer, start: number, end: number): boolean {
    if (this.isLarge(entry)) return this.#large(entry).dict.find(field, start, end) !== NONE;
    return this.#find(entry, field, start, end) !== NO_ENTRY;
  }

  /** @returns false when the field was there: it has the new value then */
  set(
    entry: number,
    field: Buffer,
    fieldFrom: number,
    fieldTo: number,
    value: Buffer,
    valueFrom: number,
    valueTo: number,
  ): boolean {
    if (!this.isLarge(entry)) {
      const longest = Math.max(fieldTo - fieldFrom, valueTo - valueFrom);
      if (longest <= this.#limits.hashMaxListpackValueBytes) {
        return this.#setPacked(entry, field, fieldFrom, fieldTo, value, valueFrom, valueTo);
      }
      this.#enlarge(entry);
    }
    return this.#large(entry).set(field, fieldFrom, fieldTo, value, valueFrom, valueTo);
  }

  /** @returns false when there is no such field */
  delete(entry: number, field: Buffer, start: number, end: number): boolean {
    if (this.isLarge(entry)) return this.#large(entry).delete(field, start, end);
    const found = this.#find(entry, field, start, end);
    if (found === NO_ENTRY) return false;
    this.#root.delete(found - this.#root.at, 2);
    return true;
  }

  /**
   * A walk over all fields and values, in no order.
   * @returns the one cursor of this object: it serves one walk at a time
   */
  all(entry: number): HashCursor {
    const cursor = this.#cursor;
    if (this.isLarge(entry)) {
      const large = this.#large(entry);
      cursor.openLarge(large).all(large.dict);
    } else {
      const { bytes, at } = this.#root.open(entry);
      cursor.openListpack(bytes, at);
    }
    return cursor;
  }

  /** One field by chance, all equally likely: `cursor.next()` has been called. For a hash not empty. */
  random(entry: number): HashCursor {
    const cursor = this.#cursor;
    const { random } = this.#commons;
    if (this.isLarge(entry)) {
      const large = this.#large(entry);
      cursor.openLarge(large).one(large.dict.random(random));
    } else {
      const { bytes, at } = this.#root.open(entry);
      cursor.pickEntry(bytes, seekEntry(bytes, at, random.below(listpackCount(bytes, at) >>> 1) * 2));
    }
    cursor.next();
    return cursor;
  }

  /** A walk over `count` different fields by chance, all such sets equally likely; at most all. */
  sample(entry: number, count: number): HashCursor {
    const cursor = this.#cursor;
    const { random } = this.#commons;
    if (this.isLarge(entry)) {
      const large = this.#large(entry);
      cursor.openLarge(large).sample(large.dict, random, count);
    } else {
      const { bytes, at } = this.#root.open(entry);
      cursor.sampleListpack(bytes, at, random, count);
    }
    return cursor;
  }

  /**
   * HSCAN: a walk over about `count` fields from `position` on, and all of a listpack. Go on with
   * `cursor.position` until that is 0.
   */
  scan(entry: number, position: number, count: number): HashCursor {
    if (!this.isLarge(entry)) return this.all(entry);
    const large = this.#large(entry);
    this.#cursor.openLarge(large).scan(large.dict, position, count);
    return this.#cursor;
  }

  /** Bytes of the value, without its entry. */
  memoryBytes(entry: number): number {
    if (this.isLarge(entry)) return this.#large(entry).memoryBytes();
    return this.#arena.capacity(rootOf(this.#arena, entry));
  }

  isLarge(entry: number): boolean {
    return encodingOf(this.#arena, entry) === ENCODING_HASHTABLE;
  }

  /** The listpack of a hash that is not large: see PackedRoot for how long it stays where it is. */
  listpack(entry: number): PackedRoot {
    return this.#root.open(entry);
  }

  #large(entry: number): LargeHash {
    return this.#commons.collections.get(rootOf(this.#arena, entry)) as LargeHash;
  }

  /** Opens the listpack and finds a field in it. @returns NO_ENTRY when it has no such field */
  #find(entry: number, field: Buffer, start: number, end: number): number {
    const { bytes, at } = this.#root.open(entry);
    return findEntry(bytes, firstEntry(at), this.#field.setSpan(field, start, end), 1);
  }

  #setPacked(
    entry: number,
    field: Buffer,
    fieldFrom: number,
    fieldTo: number,
    value: Buffer,
    valueFrom: number,
    valueTo: number,
  ): boolean {
    const found = this.#find(entry, field, fieldFrom, fieldTo);
    const root = this.#root;
    this.#value.setSpan(value, valueFrom, valueTo);
    if (found !== NO_ENTRY) {
      root.replace(nextEntry(root.bytes, found) - root.at, this.#value);
      return false;
    }
    root.reserve(
      root.length + Math.max(this.#field.entryBytes + this.#value.entryBytes, this.#expectedBytes),
    );
    if (this.#expectedBytes !== 0) {
      this.#expectedBytes = 0;
      this.#hasReserved = true;
    }
    root.append(this.#field);
    root.append(this.#value);
    if (listpackCount(root.bytes, root.at) >>> 1 > this.#limits.hashMaxListpackEntries) this.#enlarge(entry);
    return true;
  }

  #enlarge(entry: number): void {
    const large = new LargeHash(this.#arena, this.#commons.hashSeed);
    const { bytes, at, ref } = this.#root.open(entry);
    const { field, value } = this.#converting;
    this.#converting.openListpack(bytes, at);
    while (this.#converting.next()) {
      large.set(field.bytes, field.start, field.end, value.bytes, value.start, value.end);
    }
    this.#arena.free(ref);
    this.#arena.setWord(entry, WORD_VALUE, this.#commons.collections.add(large));
    setEncoding(this.#arena, entry, ENCODING_HASHTABLE);
  }
}
