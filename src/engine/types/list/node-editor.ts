/**
 * Changes to the open node of a list: elements come to it, go from it, and it moves to larger or smaller
 * blocks. Which element goes to which node is `quicklist.ts`' to decide.
 *
 * A compressed node is made writable before anything here is called, but for `deleteEqual`.
 */
import { copyBytes } from '../../../base/bytes.js';
import {
  entryBytes,
  firstEntry,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_END,
  lastEntry,
  NO_ENTRY,
  nextEntry,
  readUint32,
  writeHeader,
} from '../../packed/listpack.js';
import {
  appendListpack,
  deleteEqual,
  deleteSpan,
  growthOfReplacing,
  insertEntry,
  moveBytes,
  replaceEntry,
} from '../../packed/listpack-edit.js';
import { findEntry, type ListpackValue } from '../../packed/listpack-value.js';
import { WORD_BYTES, WORD_COUNT, WORD_REF, WORD_START } from './node-directory.js';
import { NodeStore } from './node-store.js';

/** Room on the wrong side of a node is used, by moving its entries, once it is this part of the block. */
const WORTHWHILE_ROOM_SHIFT = 3;
/** A node that grows because elements are replaced stays below this, so that changing one isn't slow. */
const REPLACED_BYTES_MAX = 1 << 20;
/** A block four times as large as its listpack is given up for a smaller one, if it is larger than this. */
const SHRINKING_BYTES_MIN = 1024;

export class NodeEditor extends NodeStore {
  append(value: ListpackValue): void {
    this.#aboutToChange();
    const total = this.contentBytes + value.entryBytes;
    this.#roomBehind(total);
    const { bytes, at } = this;
    value.write(bytes, at + this.contentBytes - 1, this.arena.viewOf(this.ref));
    bytes[at + total - 1] = LISTPACK_END;
    writeHeader(bytes, at, total, Math.min(this.elementCount + 1, LISTPACK_COUNT_UNKNOWN));
    this.#changeCount(1);
  }

  prepend(value: ListpackValue): void {
    this.#aboutToChange();
    const added = value.entryBytes;
    if (added > this.start) this.#roomBefore(added);
    const total = this.contentBytes + added;
    this.#setStart(this.start - added);
    writeHeader(this.bytes, this.at, total, Math.min(this.elementCount + 1, LISTPACK_COUNT_UNKNOWN));
    value.write(this.bytes, firstEntry(this.at), this.arena.viewOf(this.ref));
    this.#changeCount(1);
  }

  /** Inserts the value before the entry at an index, which may be the end. */
  insert(indexInNode: number, value: ListpackValue): void {
    if (indexInNode === 0) {
      this.prepend(value);
    } else if (indexInNode === this.elementCount) {
      this.append(value);
    } else {
      this.#aboutToChange();
      this.#roomBehind(this.contentBytes + value.entryBytes);
      insertEntry(this.bytes, this.at, this.entryAt(indexInNode), value);
      this.#changeCount(1);
    }
  }

  /**
   * As in Redis, a node may grow beyond its limit by this, but not by a value that no node may hold beside others.
   * @returns false when the value has to stand alone: then nothing is changed
   */
  replace(indexInNode: number, value: ListpackValue): boolean {
    const growth = growthOfReplacing(this.bytes, this.entryAt(indexInNode), value);
    const total = this.contentBytes + growth;
    const { elementCount } = this;
    const standsAlone = value.end - value.start > this.limits.listNodeBytesMax || total > REPLACED_BYTES_MAX;
    if (growth > 0 && elementCount > 1 && standsAlone) return false;
    this.#aboutToChange();
    if (growth > 0) this.#roomBehind(total);
    replaceEntry(this.bytes, this.at, this.entryAt(indexInNode), value);
    this.#shrink(total);
    return true;
  }

  /** Drops the first element, and the node when it was the only one. */
  dropFirst(): void {
    if (this.elementCount === 1) {
      this.remove(this.node);
      return;
    }
    const first = firstEntry(this.at);
    this.#deleteFirst(first + entryBytes(this.bytes, first), 1);
  }

  /** Drops the last element, and the node when it was the only one. */
  dropLast(): void {
    if (this.elementCount === 1) {
      this.remove(this.node);
      return;
    }
    const end = this.at + this.contentBytes - 1;
    this.deleteSpan(lastEntry(this.bytes, this.at), end, 1);
  }

  /** Deletes `count` elements from an index on; the node must have others. */
  deleteFrom(indexInNode: number, count: number): void {
    const entry = this.entryAt(indexInNode);
    let end = entry;
    if (indexInNode + count === this.elementCount) end = this.at + this.contentBytes - 1;
    else for (let left = count; left > 0; left--) end = nextEntry(this.bytes, end);
    this.deleteSpan(entry, end, count);
  }

  /** Deletes the `count` entries that stand in [entry, end); the node must have others. */
  deleteSpan(entry: number, end: number, count: number): void {
    if (entry === firstEntry(this.at)) {
      this.#deleteFirst(end, count);
      return;
    }
    this.#aboutToChange();
    deleteSpan(this.bytes, this.at, entry, end, count);
    this.#changeCount(-count);
    this.#shrink(this.contentBytes - (end - entry));
  }

  /** Deletes elements equal to `value`, and the node when there are no others. @returns how many */
  deleteEqual(value: ListpackValue, most: number, fromTail: boolean): number {
    if (this.isCompressed && !this.isPlain) {
      if (findEntry(this.bytes, firstEntry(this.at), value, 0) === NO_ENTRY) return 0;
      this.makeWritable();
    }
    if (this.frozen !== null && !this.isPlain) {
      if (findEntry(this.bytes, firstEntry(this.at), value, 0) === NO_ENTRY) return 0;
      this.#aboutToChange();
    }
    const { bytes, at } = this;
    let deleted: number;
    if (this.isPlain) deleted = value.equalsSpan(bytes, at, at + this.contentBytes) ? 1 : 0;
    else deleted = deleteEqual(bytes, at, value, most, fromTail);
    if (deleted === this.elementCount) {
      this.remove(this.node);
    } else if (deleted > 0) {
      this.#changeCount(-deleted);
      this.#shrink(readUint32(bytes, at));
    }
    return deleted;
  }

  /** Appends the entries of the next node, a listpack like this one, and forgets that node. */
  takeInNext(total: number): void {
    const { node } = this;
    this.#aboutToChange();
    this.#roomBehind(total);
    const { bytes, at } = this;
    const count = this.elementCount;
    this.open(node + 1);
    appendListpack(bytes, at, this.bytes, this.at);
    const added = this.elementCount;
    this.remove(node + 1);
    this.directory.set(node, WORD_COUNT, count + added);
  }

  /** Gives up the room of the open node, which is full, unless there is little of it. */
  seal(): void {
    if (this.isPlain || this.arena.suits(this.capacity, this.contentBytes)) return;
    if (this.arena.capacityFor(this.contentBytes) < this.capacity) this.#relocate(this.contentBytes, 0);
  }

  /** Takes the open listpack node out of the list, into a block that starts with the listpack. */
  extract(): number {
    this.#aboutToChange();
    this.#relocate(this.contentBytes, 0);
    this.directory.remove(this.node);
    this.frozen?.removed(this.node);
    return this.ref;
  }

  /** The listpack loses its first `count` entries, which end at `end`: the header moves there. */
  #deleteFirst(end: number, count: number): void {
    this.#aboutToChange();
    const deleted = end - firstEntry(this.at);
    const total = this.contentBytes - deleted;
    this.#setStart(this.start + deleted);
    writeHeader(this.bytes, this.at, total, Math.min(this.elementCount - count, LISTPACK_COUNT_UNKNOWN));
    this.#changeCount(-count);
    this.#shrink(total);
  }

  /** The contents of the open node. */
  #aboutToChange(): void {
    if (this.frozen !== null) this.frozen.changes(this.node);
  }

  #changeCount(change: number): void {
    this.elementCount += change;
    this.directory.set(this.node, WORD_COUNT, this.elementCount);
  }

  #setStart(start: number): void {
    this.at += start - this.start;
    this.start = start;
    this.directory.set(this.node, WORD_START, start);
  }

  /** Sees to it that the listpack, from where it starts, may have `total` bytes. */
  #roomBehind(total: number): void {
    const start = this.start;
    if (start + total <= this.capacity) return;
    if (total <= this.capacity && start >= this.capacity >>> WORTHWHILE_ROOM_SHIFT) this.#slide(0);
    else this.#relocate(this.#grownBytes(total, start), 0);
  }

  /** Sees to it that there are `added` bytes before the listpack. */
  #roomBefore(added: number): void {
    const capacity = this.capacity;
    const total = this.contentBytes;
    const behind = capacity - this.start - total;
    if (total + added <= capacity && behind >= capacity >>> WORTHWHILE_ROOM_SHIFT) {
      this.#slide(capacity - total);
    } else {
      const grown = this.#grownBytes(total + added, behind);
      this.#relocate(grown, grown - total);
    }
  }

  /**
   * Bytes of block for a listpack that needs `needed`: twice that, but not beyond what a node can come
   * to hold. One with room on its other side is a queue in a single node, which may stay near its limit
   * for ever: a quarter of room more keeps its moves rare.
   */
  #grownBytes(needed: number, unusedBytes: number): number {
    const most = this.limits.listNodeBytesMax;
    if (unusedBytes > 0 || needed > most) return needed + (needed >>> 2);
    return Math.min(needed * 2, most);
  }

  /** Moves the listpack within its block. */
  #slide(start: number): void {
    const from = this.at;
    this.#setStart(start);
    moveBytes(this.bytes, this.at, from, from + this.contentBytes);
  }

  /** Moves the listpack to another block; `start` counts from its end when the block turns out larger. */
  #relocate(bytes: number, start: number): void {
    const arena = this.arena;
    const ref = arena.allocate(bytes);
    const capacity = arena.capacity(ref);
    const placed = start === 0 ? 0 : start + capacity - bytes;
    const at = arena.offsetOf(ref) + placed;
    copyBytes(this.bytes, this.at, this.at + this.contentBytes, arena.bytesOf(ref), at);
    arena.free(this.ref);
    this.directory.set(this.node, WORD_REF, ref);
    this.directory.set(this.node, WORD_START, placed);
    this.directory.set(this.node, WORD_BYTES, capacity);
    this.ref = ref;
    this.start = placed;
    this.capacity = capacity;
    this.bytes = arena.bytesOf(ref);
    this.at = at;
  }

  /** After the listpack came down to `total` bytes. */
  #shrink(total: number): void {
    if (this.capacity <= SHRINKING_BYTES_MIN || total * 4 >= this.capacity) return;
    this.contentBytes = total;
    this.#relocate(total * 2, 0);
  }
}
