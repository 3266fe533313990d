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
  listpackBytes,
  listpackCount,
  seekEntry,
} from '../../packed/listpack.js';
import { deleteEqual } from '../../packed/listpack-edit.js';
import { ListpackValue, readEntry } from '../../packed/listpack-value.js';
import {
  allocateListpack,
  appendInBlock,
  deleteInBlock,
  insertInBlock,
  replaceInBlock,
  shrinkBlock,
} from '../../packed/packed-block.js';
import { ValueView } from '../../packed/value-view.js';
import type { EncodingLimits } from '../encoding-limits.js';
import { ListCursor } from './list-cursor.js';
import { Quicklist } from './quicklist.js';

export class Lists {
  readonly arena: Arena;
  readonly collections: CollectionTable;
  readonly limits: EncodingLimits;

  readonly #value = new ListpackValue();
  readonly #pivot = new ListpackValue();
  readonly #view = new ValueView();
  readonly #cursor: ListCursor;
  #scratch: Buffer = Buffer.alloc(64);

  constructor(commons: KeyspaceCommons, limits: EncodingLimits) {
    this.arena = commons.arena;
    this.collections = commons.collections;
    this.limits = limits;
    this.#cursor = new ListCursor(this.arena);
  }

  /** Creates an empty list at a key that does not exist. @returns its entry */
  create(db: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    return db.create(key, keyFrom, keyTo, TYPE_LIST, ENCODING_LISTPACK, allocateListpack(this.arena));
  }

  length(entry: number): number {
    if (this.isLarge(entry)) return this.quicklist(entry).length;
    const root = rootOf(this.arena, entry);
    return listpackCount(this.arena.bytesOf(root), this.arena.offsetOf(root));
  }

  /**
   * Says what a command is about to add in all, since that decides the encoding: call it once before
   * the first `push` of a command.
   * @param addedBytes of the elements themselves
   */
  expect(entry: number, addedBytes: number, addedCount: number): void {
    if (this.isLarge(entry)) return;
    const bytes = this.#listpackBytes(entry) + addedBytes;
    if (this.limits.listNodeExceeds(bytes, this.length(entry) + addedCount)) this.#enlarge(entry);
  }

  push(entry: number, atHead: boolean, bytes: Buffer, start: number, end: number): void {
    const value = this.#value.setSpan(bytes, start, end);
    if (this.isLarge(entry)) {
      this.quicklist(entry).push(value, atHead);
      return;
    }
    const root = rootOf(this.arena, entry);
    const moved = atHead
      ? insertInBlock(this.arena, root, LISTPACK_HEADER_BYTES, value)
      : appendInBlock(this.arena, root, value);
    this.arena.setWord(entry, WORD_VALUE, moved);
  }

  /** The first or the last element, of a list that has one. Valid until the list changes. */
  peek(entry: number, atHead: boolean): ValueView {
    const view = this.#view;
    let bytes: Buffer;
    let at: number;
    if (this.isLarge(entry)) {
      const { nodes } = this.quicklist(entry);
      nodes.open(atHead ? 0 : nodes.count - 1);
      bytes = nodes.bytes;
      at = nodes.at;
      if (nodes.isPlain) {
        view.setSpan(bytes, at, at + nodes.contentBytes);
        return view;
      }
    } else {
      const root = rootOf(this.arena, entry);
      bytes = this.arena.bytesOf(root);
      at = this.arena.offsetOf(root);
    }
    readEntry(bytes, atHead ? firstEntry(at) : lastEntry(bytes, at), view);
    return view;
  }

  /** Drops the first or the last element, of a list that has one. */
  drop(entry: number, atHead: boolean): void {
    if (this.isLarge(entry)) {
      const quicklist = this.quicklist(entry);
      quicklist.drop(atHead);
      if (quicklist.nodes.count === 1) this.#settle(entry);
    } else {
      this.#deleteRange(entry, atHead ? 0 : this.length(entry) - 1, 1);
    }
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
    const cursor = this.#open(entry, index, 1);
    return cursor?.next() ? cursor.value : null;
  }

  /**
   * A walk over `count` elements from index `first` on, both within the list.
   * @returns the one cursor of this object: it serves one walk at a time
   */
  range(entry: number, first: number, count: number, backwards: boolean): ListCursor {
    return this.#walk(entry, first, count, backwards, null);
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
    const sought = this.#pivot.setSpan(bytes, start, end);
    return this.#walk(entry, backwards ? length - 1 : 0, Math.min(length, comparedMax), backwards, sought);
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
      const root = rootOf(this.arena, entry);
      this.#setRoot(entry, replaceInBlock(this.arena, root, this.#offsetAt(root, at), value));
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
    if (this.isLarge(entry)) {
      this.quicklist(entry).insert(cursor.index, value, !before);
    } else {
      const root = rootOf(this.arena, entry);
      const index = before ? cursor.index : cursor.index + 1;
      const offset =
        index === this.length(entry) ? this.#listpackBytes(entry) - 1 : this.#offsetAt(root, index);
      this.#setRoot(entry, insertInBlock(this.arena, root, offset, value));
    }
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
      const root = rootOf(this.arena, entry);
      const at = this.arena.offsetOf(root);
      const removed = deleteEqual(this.arena.bytesOf(root), at, value, most, count < 0);
      this.#setRoot(entry, shrinkBlock(this.arena, root));
      return removed;
    }
    const removed = this.quicklist(entry).deleteEqual(value, most, count < 0);
    if (removed > 0) this.#settle(entry);
    return removed;
  }

  /** LTRIM: keeps `count` elements from index `first` on, both within the list. */
  trim(entry: number, first: number, count: number): void {
    const behind = this.length(entry) - first - count;
    if (behind > 0) this.#deleteRange(entry, first + count, behind);
    if (first > 0) this.#deleteRange(entry, 0, first);
    this.#settle(entry);
  }

  /** LMOVE: takes an element from one end of a list, which has one, to an end of a list, maybe the same. */
  move(from: number, fromHead: boolean, to: number, toHead: boolean): void {
    const view = this.peek(from, fromHead);
    const length = view.end - view.start;
    // Room is made before the element is written: it must not lie where it may be moved from.
    if (this.#scratch.length < length) this.#scratch = Buffer.alloc(length * 2);
    copyBytes(view.bytes, view.start, view.end, this.#scratch, 0);
    this.expect(to, length, 1);
    this.push(to, toHead, this.#scratch, 0, length);
    this.drop(from, fromHead);
  }

  /** Bytes of the value, without its entry. */
  memoryBytes(entry: number): number {
    if (this.isLarge(entry)) return this.quicklist(entry).memoryBytes();
    return this.arena.capacity(rootOf(this.arena, entry));
  }

  isLarge(entry: number): boolean {
    return encodingOf(this.arena, entry) === ENCODING_QUICKLIST;
  }

  /** The structure of a list with that encoding. */
  quicklist(entry: number): Quicklist {
    return this.collections.get(rootOf(this.arena, entry)) as Quicklist;
  }

  /** Turns the list into a quicklist, as it is while it is loaded. */
  enlarge(entry: number): void {
    if (!this.isLarge(entry)) this.#enlarge(entry);
  }

  /** After loading: a quicklist of one node becomes a listpack if that is within the limit. */
  settleLoaded(entry: number): void {
    if (!this.isLarge(entry)) return;
    const quicklist = this.quicklist(entry);
    const { nodes } = quicklist;
    if (nodes.count !== 1) return;
    nodes.open(0);
    if (nodes.isPlain || this.limits.listNodeExceeds(nodes.contentBytes, quicklist.length)) return;
    this.#reduce(entry);
  }

  #walk(
    entry: number,
    first: number,
    count: number,
    backwards: boolean,
    sought: ListpackValue | null,
  ): ListCursor {
    const cursor = this.#cursor;
    if (this.isLarge(entry)) {
      cursor.openQuicklist(this.quicklist(entry), first, count, backwards, sought);
    } else {
      cursor.openListpack(rootOf(this.arena, entry), this.length(entry), first, count, backwards, sought);
    }
    return cursor;
  }

  #open(entry: number, index: number, count: number): ListCursor | null {
    const first = this.#normalized(entry, index);
    return first < 0 ? null : this.range(entry, first, count, false);
  }

  /** An index from the head, or −1 when there is no such element. */
  #normalized(entry: number, index: number): number {
    const length = this.length(entry);
    const at = index < 0 ? index + length : index;
    return at >= 0 && at < length ? at : -1;
  }

  #deleteRange(entry: number, index: number, count: number): void {
    if (count === 0) return;
    if (this.isLarge(entry)) {
      this.quicklist(entry).deleteRange(index, count);
    } else {
      const root = rootOf(this.arena, entry);
      this.#setRoot(entry, deleteInBlock(this.arena, root, this.#offsetAt(root, index), count));
    }
  }

  #offsetAt(root: number, index: number): number {
    const at = this.arena.offsetOf(root);
    return seekEntry(this.arena.bytesOf(root), at, index) - at;
  }

  #listpackBytes(entry: number): number {
    const root = rootOf(this.arena, entry);
    return listpackBytes(this.arena.bytesOf(root), this.arena.offsetOf(root));
  }

  #setRoot(entry: number, root: number): void {
    this.arena.setWord(entry, WORD_VALUE, root);
  }

  #enlarge(entry: number): void {
    const quicklist = new Quicklist(this.arena, this.limits);
    quicklist.adoptListpack(rootOf(this.arena, entry));
    this.#setRoot(entry, this.collections.add(quicklist));
    setEncoding(this.arena, entry, ENCODING_QUICKLIST);
  }

  /** After elements went: back to a listpack when Redis would. */
  #settle(entry: number): void {
    if (this.isLarge(entry) && this.quicklist(entry).fitsListpack) this.#reduce(entry);
  }

  #reduce(entry: number): void {
    const handle = rootOf(this.arena, entry);
    const quicklist = this.quicklist(entry);
    this.#setRoot(entry, quicklist.releaseListpack());
    setEncoding(this.arena, entry, ENCODING_LISTPACK);
    this.collections.remove(handle);
    quicklist.freeStep(1);
  }
}
