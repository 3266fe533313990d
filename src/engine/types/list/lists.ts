/**
 * The list type: what a list is to a command, whichever of its encodings it has.
 *
 *     listpack    one block, up to list-max-listpack-size
 *     quicklist   a sequence of listpacks (quicklist.ts)
 *
 * `entry` is the keyspace entry of a list; its reference stays valid whatever is done to the list.
 * Spans passed in must not lie in the list that is changed. A list may be left empty: then the caller
 * removes the key. Encodings change when Redis 7.2 changes them.
 */
import { copyBytes } from '../../../base/bytes.js';
import type { Arena } from '../../arena.js';
import type { CollectionTable } from '../../collections.js';
import type { KeyspaceCommons } from '../../commons.js';
import type { Database } from '../../database.js';
import {
  ENCODING_LISTPACK,
  ENCODING_QUICKLIST,
  encodingOf,
  rootOf,
  setEncoding,
  TYPE_LIST,
  WORD_VALUE,
} from '../../entry.js';
import {
  firstEntry,
  LISTPACK_HEADER_BYTES,
  lastEntry,
  listpackCount,
  seekEntry,
} from '../../packed/listpack.js';
import { deleteEqual } from '../../packed/listpack-edit.js';
import { ListpackValue, readEntry } from '../../packed/listpack-value.js';
import { allocateCopy, allocateListpack, PackedRoot } from '../../packed/packed-root.js';
import { ValueView } from '../../packed/value-view.js';
import type { EncodingLimits } from '../encoding-limits.js';
import { ListCursor } from './list-cursor.js';
import { Quicklist } from './quicklist.js';

/** What an element of up to 63 bytes takes beside them: its encoding and its back length. */
const SHORT_ENTRY_OVERHEAD = 2;

export class Lists {
  readonly #arena: Arena;
  readonly #collections: CollectionTable;
  readonly #limits: EncodingLimits;
  readonly #root: PackedRoot;
  readonly #value = new ListpackValue();
  readonly #sought = new ListpackValue();
  readonly #view = new ValueView();
  readonly #cursor = new ListCursor();
  /** Holds an element that moves from one list to another. */
  #scratch: Buffer = Buffer.alloc(64);

  constructor(commons: KeyspaceCommons, limits: EncodingLimits) {
    this.#arena = commons.arena;
    this.#collections = commons.collections;
    this.#limits = limits;
    this.#root = new PackedRoot(this.#arena);
  }

  /** Creates an empty list at a key that does not exist. @returns its entry */
  create(db: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    return db.create(key, keyFrom, keyTo, TYPE_LIST, ENCODING_LISTPACK, allocateListpack(this.#arena));
  }

  /** Makes a key hold an empty list, whatever it held. @returns its entry */
  overwrite(db: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    return db.setCollection(key, keyFrom, keyTo, TYPE_LIST, ENCODING_LISTPACK, allocateListpack(this.#arena));
  }

  length(entry: number): number {
    if (this.isLarge(entry)) return this.quicklist(entry).length;
    const { bytes, at } = this.#root.open(entry);
    return listpackCount(bytes, at);
  }

  /**
   * Says what a command is about to add in all, since that decides the encoding: call it once before
   * the first `push` of a command.
   * @param addedBytes of the elements themselves
   */
  expect(entry: number, addedBytes: number, addedCount: number): void {
    if (this.isLarge(entry)) return;
    const root = this.#root.open(entry);
    const count = listpackCount(root.bytes, root.at);
    if (this.#limits.listNodes.listNodeExceeds(root.length + addedBytes, count + addedCount))
      this.#enlarge(entry);
  }

  push(entry: number, atHead: boolean, bytes: Buffer, start: number, end: number): void {
    const value = this.#value.setSpan(bytes, start, end);
    if (this.isLarge(entry)) this.quicklist(entry).push(value, atHead);
    else if (atHead) this.#root.open(entry).insert(firstEntry(0), value);
    else this.#root.open(entry).append(value);
  }

  /**
   * Pushes the spans [first, end), one after another: `expect` and `push` in one.
   * @returns the list's length
   */
  pushAll(
    entry: number,
    atHead: boolean,
    bytes: Buffer,
    starts: Int32Array,
    ends: Int32Array,
    first: number,
    end: number,
  ): number {
    if (!this.isLarge(entry)) {
      let addedBytes = 0;
      for (let index = first; index < end; index++) addedBytes += ends[index] - starts[index];
      this.expect(entry, addedBytes, end - first);
      if (!this.isLarge(entry)) {
        const root = this.#root.open(entry);
        if (end - first > 1) root.reserve(root.length + addedBytes + (end - first) * SHORT_ENTRY_OVERHEAD);
        for (let index = first; index < end; index++) {
          const value = this.#value.setSpan(bytes, starts[index], ends[index]);
          root.insert(atHead ? LISTPACK_HEADER_BYTES : root.length - 1, value);
        }
        if (end - first > 1) root.trim();
        return listpackCount(root.bytes, root.at);
      }
    }
    const quicklist = this.quicklist(entry);
    for (let index = first; index < end; index++)
      quicklist.push(this.#value.setSpan(bytes, starts[index], ends[index]), atHead);
    return quicklist.length;
  }

  /** The first or the last element, of a list that has one. Valid until the list changes. */
  peek(entry: number, atHead: boolean): ValueView {
    const view = this.#view;
    if (!this.isLarge(entry)) {
      const { bytes, at } = this.#root.open(entry);
      readEntry(bytes, atHead ? firstEntry(at) : lastEntry(bytes, at), view);
      return view;
    }
    const { nodes } = this.quicklist(entry);
    nodes.open(atHead ? 0 : nodes.count - 1);
    const { bytes, at } = nodes;
    if (nodes.isPlain) view.setSpan(bytes, at, at + nodes.contentBytes);
    else readEntry(bytes, atHead ? firstEntry(at) : lastEntry(bytes, at), view);
    return view;
  }

  /** Drops the first or the last element, of a list that has one. @returns how many are left */
  drop(entry: number, atHead: boolean): number {
    if (!this.isLarge(entry)) {
      const root = this.#root.open(entry);
      root.delete(atHead ? firstEntry(0) : lastEntry(root.bytes, root.at) - root.at, 1);
      return listpackCount(root.bytes, root.at);
    }
    const quicklist = this.quicklist(entry);
    quicklist.drop(atHead);
    const { length } = quicklist;
    if (quicklist.fitsListpack) this.#reduce(entry);
    return length;
  }

  /** Drops `count` elements, of which there are as many, at the head or the tail. */
  dropMany(entry: number, atHead: boolean, count: number): void {
    this.#deleteRange(entry, atHead ? 0 : this.length(entry) - count, count);
    this.#settle(entry);
  }

  /**
   * The element at an index, from −1 backwards from the tail.
   * @returns null when there is none; valid until the list changes
   */
  get(entry: number, index: number): ValueView | null {
    const first = this.#normalized(entry, index);
    if (first < 0) return null;
    const cursor = this.range(entry, first, 1, false);
    cursor.next();
    return cursor.value;
  }

  /**
   * A walk over `count` elements from index `first` on, both within the list.
   * @returns the one cursor of this object: it serves one walk at a time
   */
  range(entry: number, first: number, count: number, backwards: boolean): ListCursor {
    this.#openCursor(entry, first, count, backwards, null);
    return this.#cursor;
  }

  /**
   * A walk over the elements equal to a span.
   * @param comparedMax elements to look at, at most
   */
  search(
    entry: number,
    bytes: Buffer,
    start: number,
    end: number,
    backwards: boolean,
    comparedMax: number,
  ): ListCursor {
    const length = this.length(entry);
    const sought = this.#sought.setSpan(bytes, start, end);
    this.#openCursor(entry, backwards ? length - 1 : 0, Math.min(length, comparedMax), backwards, sought);
    return this.#cursor;
  }

  /** LSET. @returns false when there is no such index */
  set(entry: number, index: number, bytes: Buffer, start: number, end: number): boolean {
    this.expect(entry, end - start, 1);
    const at = this.#normalized(entry, index);
    if (at < 0) return false;
    const value = this.#value.setSpan(bytes, start, end);
    if (this.isLarge(entry)) {
      this.quicklist(entry).replace(at, value);
      this.#settle(entry);
    } else {
      this.#root.replace(this.#offsetAt(entry, at), value);
    }
    return true;
  }

  /**
   * LINSERT: puts an element before or after the first one equal to the pivot.
   * @returns false when there is no such element
   */
  insert(
    entry: number,
    before: boolean,
    pivot: Buffer,
    pivotFrom: number,
    pivotTo: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean {
    this.expect(entry, end - start, 1);
    const cursor = this.search(entry, pivot, pivotFrom, pivotTo, false, Number.POSITIVE_INFINITY);
    if (!cursor.next()) return false;
    const value = this.#value.setSpan(bytes, start, end);
    if (this.isLarge(entry)) this.quicklist(entry).insert(cursor.index, value, !before);
    else this.#root.insert(this.#offsetAt(entry, before ? cursor.index : cursor.index + 1), value);
    return true;
  }

  /**
   * LREM: deletes elements equal to a span.
   * @param count above 0 so many from the head, below 0 from the tail, 0 all
   * @returns how many
   */
  remove(entry: number, count: number, bytes: Buffer, start: number, end: number): number {
    const value = this.#value.setSpan(bytes, start, end);
    const most = count === 0 ? Number.POSITIVE_INFINITY : Math.abs(count);
    if (!this.isLarge(entry)) {
      const root = this.#root.open(entry);
      const removed = deleteEqual(root.bytes, root.at, value, most, count < 0);
      root.shrink();
      return removed;
    }
    const removed = this.quicklist(entry).deleteEqual(value, most, count < 0);
    if (removed > 0) this.#settle(entry);
    return removed;
  }

  /** LTRIM: keeps `count` elements from index `first` on, both within the list. */
  trim(entry: number, first: number, count: number): void {
    this.#deleteRange(entry, first + count, this.length(entry) - first - count);
    this.#deleteRange(entry, 0, first);
    this.#settle(entry);
  }

  /** LMOVE: takes an element from one end of a list, which has one, to an end of a list, maybe the same. */
  move(from: number, fromHead: boolean, to: number, toHead: boolean): void {
    const view = this.peek(from, fromHead);
    const length = view.end - view.start;
    if (this.#scratch.length < length) this.#scratch = Buffer.alloc(length * 2);
    copyBytes(view.bytes, view.start, view.end, this.#scratch, 0);
    this.#take(from, fromHead);
    this.expect(to, length, 1);
    this.push(to, toHead, this.#scratch, 0, length);
    this.#settle(from);
  }

  /** Bytes of the value, without its entry. */
  memoryBytes(entry: number): number {
    if (this.isLarge(entry)) return this.quicklist(entry).memoryBytes();
    return this.#arena.capacity(rootOf(this.#arena, entry));
  }

  isLarge(entry: number): boolean {
    return encodingOf(this.#arena, entry) === ENCODING_QUICKLIST;
  }

  /** The structure of a large list; its `nodes` are what a dump consists of. */
  quicklist(entry: number): Quicklist {
    return this.#collections.get(rootOf(this.#arena, entry)) as Quicklist;
  }

  /** The listpack of a list that is not large: see PackedRoot for how long it stays where it is. */
  listpack(entry: number): PackedRoot {
    return this.#root.open(entry);
  }

  /**
   * Adds a node as a dump has it, to a list just created: a sound listpack, or the bytes of one large
   * element (`plain`). After the last one comes `settleLoaded`.
   */
  loadNode(entry: number, plain: boolean, bytes: Buffer, start: number, end: number): void {
    if (!this.isLarge(entry)) this.#enlarge(entry);
    const quicklist = this.quicklist(entry);
    if (plain) quicklist.appendPlain(bytes, start, end);
    else quicklist.adoptListpack(allocateCopy(this.#arena, bytes, start, end));
  }

  /** After loading: a quicklist of one node becomes a listpack if that is within the limit. */
  settleLoaded(entry: number): void {
    if (!this.isLarge(entry)) return;
    const quicklist = this.quicklist(entry);
    const { nodes } = quicklist;
    if (nodes.count !== 1) return;
    nodes.open(0);
    if (nodes.isPlain || this.#limits.listNodes.listNodeExceeds(nodes.contentBytes, quicklist.length)) return;
    this.#reduce(entry);
  }

  #openCursor(
    entry: number,
    first: number,
    count: number,
    backwards: boolean,
    sought: ListpackValue | null,
  ): void {
    if (this.isLarge(entry)) {
      this.#cursor.openQuicklist(this.quicklist(entry), first, count, backwards, sought);
    } else {
      const { bytes, at } = this.#root.open(entry);
      this.#cursor.openListpack(bytes, at, first, count, backwards, sought);
    }
  }

  /** Drops an element and leaves the encoding as it is. */
  #take(entry: number, atHead: boolean): void {
    if (this.isLarge(entry)) {
      this.quicklist(entry).drop(atHead);
    } else {
      const root = this.#root.open(entry);
      root.delete(atHead ? firstEntry(0) : lastEntry(root.bytes, root.at) - root.at, 1);
    }
  }

  /** An index from the head, or −1 when there is no such element. */
  #normalized(entry: number, index: number): number {
    const length = this.length(entry);
    const at = index < 0 ? index + length : index;
    return at >= 0 && at < length ? at : -1;
  }

  #deleteRange(entry: number, index: number, count: number): void {
    if (count === 0) return;
    if (this.isLarge(entry)) this.quicklist(entry).deleteRange(index, count);
    else this.#root.delete(this.#offsetAt(entry, index), count);
  }

  /** Opens the listpack. @returns the offset in it of an element, or of the end mark */
  #offsetAt(entry: number, index: number): number {
    const { bytes, at, length } = this.#root.open(entry);
    return index === listpackCount(bytes, at) ? length - 1 : seekEntry(bytes, at, index) - at;
  }

  #enlarge(entry: number): void {
    const quicklist = new Quicklist(this.#arena, this.#limits);
    quicklist.adoptListpack(rootOf(this.#arena, entry));
    this.#arena.setWord(entry, WORD_VALUE, this.#collections.add(quicklist));
    setEncoding(this.#arena, entry, ENCODING_QUICKLIST);
  }

  /** After elements went: back to a listpack when Redis would. */
  #settle(entry: number): void {
    if (this.isLarge(entry) && this.quicklist(entry).fitsListpack) this.#reduce(entry);
  }

  #reduce(entry: number): void {
    const handle = rootOf(this.#arena, entry);
    const quicklist = this.quicklist(entry);
    this.#arena.setWord(entry, WORD_VALUE, quicklist.releaseListpack());
    setEncoding(this.#arena, entry, ENCODING_LISTPACK);
    this.#collections.remove(handle);
    quicklist.freeStep(1);
  }
}
