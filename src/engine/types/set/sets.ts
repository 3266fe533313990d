/**
 * The set type: what a set is to a command, whichever of its encodings it has.
 *
 *     intset       sorted integers in one block, up to set-max-intset-entries of them
 *     listpack     members in one block, up to set-max-listpack-entries of them
 *     hashtable    a dict of members (large-set.ts)
 *
 * `entry` is the keyspace entry of a set; its reference stays valid whatever is done to the set. Spans
 * passed to `add` must not lie in the set. A set may be left empty: then the caller removes the key.
 * Encodings change when Redis 7.2 changes them.
 */
import { NONE } from '../../arena.js';
import type { KeyspaceCommons } from '../../commons.js';
import type { Database } from '../../database.js';
import { ENCODING_HASHTABLE, ENCODING_INTSET, ENCODING_LISTPACK, rootOf, TYPE_SET } from '../../entry.js';
import { Int64 } from '../../packed/int64.js';
import { intsetBytes, intsetCount, intsetDelete, intsetGet, intsetSearch } from '../../packed/intset.js';
import { firstEntry, LISTPACK_BYTES_MAX, listpackCount, NO_ENTRY, seekEntry } from '../../packed/listpack.js';
import { findEntry, ListpackValue, readEntry } from '../../packed/listpack-value.js';
import { allocateCopy, type PackedRoot } from '../../packed/packed-root.js';
import { ValueView } from '../../packed/value-view.js';
import type { EncodingLimits } from '../encoding-limits.js';
import type { Temporaries } from '../temporaries.js';
import { ComputedSets } from './computed-sets.js';
import { SetCursor } from './set-cursor.js';
import { SetRoots } from './set-roots.js';

/** SPOP rebuilds a set of which it takes more than five of six members, as a small one if that fits. */
const REBUILDING_PART = 5;

export class Sets {
  /** Those without a key that commands compute. */
  readonly computed: ComputedSets;

  readonly #commons: KeyspaceCommons;
  readonly #limits: EncodingLimits;
  readonly #roots: SetRoots;
  readonly #member = new ListpackValue();
  readonly #integer = new Int64();
  readonly #view = new ValueView();
  readonly #cursor = new SetCursor();

  constructor(commons: KeyspaceCommons, limits: EncodingLimits, temporaries: Temporaries) {
    this.#commons = commons;
    this.#limits = limits;
    this.#roots = new SetRoots(commons, limits);
    this.computed = new ComputedSets(commons, limits, temporaries, this, this.#roots);
  }

  /**
   * Creates an empty set at a key that does not exist, in the encoding for `memberCount` members of
   * which this is the first. @returns its entry
   */
  create(
    db: Database,
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    memberCount: number,
    first: Buffer,
    firstFrom: number,
    firstTo: number,
  ): number {
    let encoding = ENCODING_HASHTABLE;
    if (memberCount <= this.#roots.intsetCountMax && this.#integer.parse(first, firstFrom, firstTo)) {
      encoding = ENCODING_INTSET;
    } else if (memberCount <= this.#limits.setMaxListpackEntries) {
      encoding = ENCODING_LISTPACK;
    }
    return db.create(key, keyFrom, keyTo, TYPE_SET, encoding, this.#roots.allocate(encoding));
  }

  /** Creates a set from a sound listpack or intset without duplicates, as a dump has it. @returns its entry */
  createFromPacked(
    db: Database,
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    encoding: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): number {
    const root = allocateCopy(this.#commons.arena, bytes, start, end);
    const entry = db.create(key, keyFrom, keyTo, TYPE_SET, encoding, root);
    const most =
      encoding === ENCODING_INTSET ? this.#roots.intsetCountMax : this.#limits.setMaxListpackEntries;
    if (this.length(entry) > most) this.#roots.convert(entry, ENCODING_HASHTABLE);
    return entry;
  }

  /** Members. */
  length(entry: number): number {
    return this.#roots.count(entry);
  }

  /** Says how many members a command is about to add to a set that exists: too many make it a hash table. */
  expect(entry: number, memberCount: number): void {
    const encoding = this.#roots.encodingOf(entry);
    if (encoding === ENCODING_HASHTABLE) return;
    const most =
      encoding === ENCODING_INTSET ? this.#roots.intsetCountMax : this.#limits.setMaxListpackEntries;
    if (memberCount > most) this.#roots.convert(entry, ENCODING_HASHTABLE);
  }

  /** Makes room for so many members, which are sure to come, in a set that is empty. */
  reserve(entry: number, memberCount: number): void {
    if (this.isLarge(entry)) this.#roots.large(entry).dict.reserve(memberCount);
  }

  /** @param view of `bytes`, if the caller has one, as members of a set do */
  has(entry: number, bytes: Buffer, start: number, end: number, view?: DataView | null): boolean {
    const encoding = this.#roots.encodingOf(entry);
    if (encoding === ENCODING_HASHTABLE) {
      return this.#roots.large(entry).dict.find(bytes, start, end, view) !== NONE;
    }
    const { bytes: root, at } = this.#roots.packed.open(entry);
    if (encoding === ENCODING_INTSET) {
      return this.#integer.parse(bytes, start, end) && intsetSearch(root, at, this.#integer) >= 0;
    }
    return findEntry(root, firstEntry(at), this.#member.setSpan(bytes, start, end), 0) !== NO_ENTRY;
  }

  /**
   * @param view as in `has`
   * @returns false when the member was there
   */
  add(entry: number, bytes: Buffer, start: number, end: number, view?: DataView | null): boolean {
    const encoding = this.#roots.encodingOf(entry);
    if (encoding === ENCODING_INTSET) {
      if (this.#integer.parse(bytes, start, end)) return this.#addInteger(entry);
      this.#leaveIntset(entry, end - start);
      return this.add(entry, bytes, start, end);
    }
    if (encoding === ENCODING_LISTPACK) return this.#addPacked(entry, bytes, start, end);
    return this.#roots.large(entry).add(bytes, start, end, view);
  }

  /** Adds a member that is not there to a listpack. */
  appendPacked(entry: number, bytes: Buffer, start: number, end: number): void {
    const root = this.#roots.packed.open(entry);
    if (
      listpackCount(root.bytes, root.at) < this.#limits.setMaxListpackEntries &&
      end - start <= this.#limits.setMaxListpackValueBytes &&
      root.length + end - start <= LISTPACK_BYTES_MAX
    ) {
      root.append(this.#member.setSpan(bytes, start, end));
      return;
    }
    this.#roots.convert(entry, ENCODING_HASHTABLE);
    this.#roots.large(entry).add(bytes, start, end);
  }

  /**
   * The span may be a view of this very set.
   * @returns false when there is no such member
   */
  remove(entry: number, bytes: Buffer, start: number, end: number): boolean {
    const encoding = this.#roots.encodingOf(entry);
    if (encoding === ENCODING_HASHTABLE) return this.#roots.large(entry).remove(bytes, start, end);
    const root = this.#roots.packed.open(entry);
    if (encoding === ENCODING_INTSET) {
      if (!this.#integer.parse(bytes, start, end)) return false;
      const index = intsetSearch(root.bytes, root.at, this.#integer);
      if (index < 0) return false;
      this.#deleteInteger(root, index);
      return true;
    }
    const found = findEntry(root.bytes, firstEntry(root.at), this.#member.setSpan(bytes, start, end), 0);
    if (found === NO_ENTRY) return false;
    root.delete(found - root.at, 1);
    return true;
  }

  /**
   * A walk over all members: ascending for an intset, else in no order.
   * @returns the one cursor of this object: it serves one walk at a time
   */
  all(entry: number): SetCursor {
    this.#roots.walkAll(this.#cursor, entry);
    return this.#cursor;
  }

  /** A member by chance, all equally likely, of a set not empty. Valid until the set changes. */
  random(entry: number): ValueView {
    const view = this.#view;
    const encoding = this.#roots.encodingOf(entry);
    const { random } = this.#commons;
    if (encoding === ENCODING_HASHTABLE) {
      const large = this.#roots.large(entry);
      large.read(large.dict.random(random), view);
      return view;
    }
    const { bytes, at } = this.#roots.packed.open(entry);
    if (encoding === ENCODING_INTSET) {
      intsetGet(bytes, at, random.below(intsetCount(bytes, at)), this.#integer);
      view.setWords(this.#integer.hi, this.#integer.lo);
    } else {
      readEntry(bytes, seekEntry(bytes, at, random.below(listpackCount(bytes, at))), view);
    }
    return view;
  }

  /** A walk over `count` different members by chance, all such sets equally likely; at most all. */
  sample(entry: number, count: number): SetCursor {
    const cursor = this.#cursor;
    const encoding = this.#roots.encodingOf(entry);
    const { random } = this.#commons;
    if (encoding === ENCODING_HASHTABLE) {
      const large = this.#roots.large(entry);
      cursor.openLarge(large).sample(large.dict, random, count);
    } else {
      const { bytes, at } = this.#roots.packed.open(entry);
      if (encoding === ENCODING_INTSET) cursor.sampleIntset(bytes, at, random, count);
      else cursor.sampleListpack(bytes, at, random, count);
    }
    return cursor;
  }

  /** SPOP: removes the members that `sample` gave last, walked or not. */
  removeSampled(entry: number): void {
    const encoding = this.#roots.encodingOf(entry);
    if (encoding === ENCODING_HASHTABLE) {
      const { gathered } = this.#cursor;
      const large = this.#roots.large(entry);
      for (let index = 0; index < gathered.count; index++) large.removeElement(gathered.at(index));
      this.#rebuild(entry, gathered.count);
      return;
    }
    const { picked } = this.#cursor;
    const root = this.#roots.packed.open(entry);
    // From the last one backwards: those before it stay where they are.
    for (let index = picked.count - 1; index >= 0; index--) {
      if (encoding === ENCODING_INTSET) this.#deleteInteger(root, picked.at(index));
      else root.delete(picked.at(index), 1);
    }
  }

  /**
   * SSCAN: a walk over about `count` members from `position` on, and over all of a small set. Go on with
   * `cursor.position` until that is 0.
   */
  scan(entry: number, position: number, count: number): SetCursor {
    if (!this.isLarge(entry)) return this.all(entry);
    const large = this.#roots.large(entry);
    this.#cursor.openLarge(large).scan(large.dict, position, count);
    return this.#cursor;
  }

  /** Bytes of the value, without its entry. */
  memoryBytes(entry: number): number {
    if (this.isLarge(entry)) return this.#roots.large(entry).memoryBytes();
    return this.#commons.arena.capacity(rootOf(this.#commons.arena, entry));
  }

  isLarge(entry: number): boolean {
    return this.#roots.encodingOf(entry) === ENCODING_HASHTABLE;
  }

  /** The intset or listpack of a set that is not large: see PackedRoot for how long it stays where it is. */
  packed(entry: number): PackedRoot {
    return this.#roots.packed.open(entry);
  }

  /** Whether the members of a set may be packed. */
  fitsListpack(entry: number): boolean {
    if (this.length(entry) > this.#limits.setMaxListpackEntries) return false;
    const cursor = this.all(entry);
    let allBytes = 0;
    while (cursor.next()) {
      const bytes = cursor.member.end - cursor.member.start;
      allBytes += bytes;
      if (bytes > this.#limits.setMaxListpackValueBytes || allBytes > LISTPACK_BYTES_MAX) return false;
    }
    return true;
  }

  #addInteger(entry: number): boolean {
    if (!this.#roots.addInteger(entry, this.#integer)) return false;
    if (this.length(entry) > this.#roots.intsetCountMax) this.#roots.convert(entry, ENCODING_HASHTABLE);
    return true;
  }

  #addPacked(entry: number, bytes: Buffer, start: number, end: number): boolean {
    const root = this.#roots.packed.open(entry);
    const member = this.#member.setSpan(bytes, start, end);
    if (findEntry(root.bytes, firstEntry(root.at), member, 0) !== NO_ENTRY) return false;
    this.appendPacked(entry, bytes, start, end);
    return true;
  }

  /** Makes an intset what can hold a member of so many bytes that is no integer. */
  #leaveIntset(entry: number, memberBytes: number): void {
    const { bytes, at } = this.#roots.packed.open(entry);
    const count = intsetCount(bytes, at);
    let longest = memberBytes;
    if (count > 0)
      longest = Math.max(longest, this.#digitsAt(bytes, at, 0), this.#digitsAt(bytes, at, count - 1));
    const fits =
      count < this.#limits.setMaxListpackEntries && longest <= this.#limits.setMaxListpackValueBytes;
    this.#roots.convert(entry, fits ? ENCODING_LISTPACK : ENCODING_HASHTABLE);
  }

  #digitsAt(bytes: Buffer, at: number, index: number): number {
    intsetGet(bytes, at, index, this.#integer);
    this.#view.setWords(this.#integer.hi, this.#integer.lo);
    return this.#view.end - this.#view.start;
  }

  #deleteInteger(root: PackedRoot, index: number): void {
    intsetDelete(root.bytes, root.at, index);
    root.shrinkTo(intsetBytes(root.bytes, root.at));
  }

  /** After SPOP took nearly all of a hash table: what is left starts anew as a listpack, as in Redis. */
  #rebuild(entry: number, removed: number): void {
    const left = this.length(entry);
    if (left === 0 || left * REBUILDING_PART > removed) return;
    if (this.fitsListpack(entry)) this.#roots.convert(entry, ENCODING_LISTPACK);
  }
}
