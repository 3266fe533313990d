/**
 * The nodes of a quicklist as memory: a listpack in a block that may have room before it as well as
 * behind it, so that elements come and go at either end without moving the others.
 *
 *     | room | header | entry | entry | … | 0xFF | room |
 *            ^ start
 *
 * Dropping the first entry writes the header anew further on; adding one before writes both further
 * down. A plain node is the bytes of one element and nothing else. This file decides how much room a
 * node has; `quicklist.ts` decides which element goes to which node.
 *
 * One node at a time is open: its place and size stand in fields, and the methods without a node
 * parameter work on it. Creating or removing a node leaves none open.
 */
import { copyBytes, EMPTY_BYTES } from '../../../base/bytes.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT } from '../../arena.js';
import {
  entryBytes,
  firstEntry,
  initializeListpack,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  lastEntry,
  listpackCount,
  nextEntry,
  readUint32,
  seekEntry,
  writeHeader,
} from '../../packed/listpack.js';
import {
  appendEntry,
  appendListpack,
  deleteEqual,
  deleteSpan,
  growthOfReplacing,
  insertEntry,
  moveBytes,
  replaceEntry,
} from '../../packed/listpack-edit.js';
import type { ListpackValue } from '../../packed/listpack-value.js';
import type { EncodingLimits } from '../encoding-limits.js';
import { NodeDirectory, PLAIN, WORD_BYTES, WORD_COUNT, WORD_REF, WORD_START } from './node-directory.js';

/** A new node's room, which then doubles: a list of little more than one node must not take two. */
export const NEW_NODE_BYTES = 1024;
/** Room on the wrong side of a node is used, by moving its entries, once it is this part of the block. */
const WORTHWHILE_ROOM_SHIFT = 3;
/** A block four times as large as its listpack is given up for a smaller one, if it is larger than this. */
const SHRINKING_BYTES_MIN = 1024;

export class NodeStore {
  readonly directory: NodeDirectory;

  /** The open node: its index, elements, and bytes of its listpack or (plain) of its element. */
  node = 0;
  elementCount = 0;
  contentBytes = 0;
  isPlain = false;
  /** Where the listpack, or the plain element, stands: offset in a chunk. */
  bytes: Buffer = EMPTY_BYTES;
  at = 0;
  #ref = 0;
  #start = 0;
  #capacity = 0;

  readonly #arena: Arena;
  readonly #limits: EncodingLimits;

  constructor(arena: Arena, limits: EncodingLimits) {
    this.#arena = arena;
    this.#limits = limits;
    this.directory = new NodeDirectory(arena);
  }

  get count(): number {
    return this.directory.count;
  }

  open(node: number): void {
    const words = this.directory.words();
    const index = this.directory.indexOf(node);
    const ref = words[index + WORD_REF] >>> 0;
    const start = words[index + WORD_START] >>> 0;
    const bytes = this.#arena.chunks[ref >>> CHUNK_SHIFT];
    this.node = node;
    this.#ref = ref;
    this.#start = start;
    this.elementCount = words[index + WORD_COUNT] >>> 0;
    this.#capacity = words[index + WORD_BYTES] >>> 0;
    this.isPlain = start === PLAIN;
    this.bytes = bytes;
    this.at = ((ref & CHUNK_MASK) << 3) + (this.isPlain ? 0 : start);
    this.contentBytes = this.isPlain ? this.#capacity : readUint32(bytes, this.at);
  }

  /** Opens a node if it exists. @returns whether it has room for the value */
  opensFor(node: number, value: ListpackValue): boolean {
    if (node < 0 || node >= this.count) return false;
    this.open(node);
    return this.takes(value);
  }

  /** Whether the value may go into the open node. */
  takes(value: ListpackValue): boolean {
    if (this.isPlain) return false;
    return this.#limits.listNodeTakes(this.contentBytes, this.elementCount, value.end - value.start);
  }

  /** Offset of an entry of the open listpack node. */
  entryAt(indexInNode: number): number {
    return seekEntry(this.bytes, this.at, indexInNode);
  }

  /** Takes over a block that starts with a listpack. */
  adopt(node: number, ref: number): void {
    const count = listpackCount(this.#arena.bytesOf(ref), this.#arena.offsetOf(ref));
    this.directory.insert(node, ref, 0, count, this.#arena.capacity(ref));
  }

  /**
   * Makes a node of one element; plain when it is large.
   * @param roomBytes bytes of block to begin with, where more elements are likely to follow
   */
  create(node: number, value: ListpackValue, roomBytes: number): void {
    if (value.end - value.start >= this.#limits.listPackedThresholdBytes) {
      this.createPlain(node, value.bytes, value.start, value.end);
      return;
    }
    const needed = LISTPACK_EMPTY_BYTES + value.entryBytes;
    const ref = this.#arena.allocate(Math.max(needed, roomBytes));
    const bytes = this.#arena.bytesOf(ref);
    const capacity = this.#arena.capacity(ref);
    // What follows is likely put at the same end of the list.
    const start = node === 0 && this.count > 0 ? capacity - needed : 0;
    const at = this.#arena.offsetOf(ref) + start;
    initializeListpack(bytes, at);
    appendEntry(bytes, at, value);
    this.directory.insert(node, ref, start, 1, capacity);
  }

  createPlain(node: number, from: Buffer, start: number, end: number): void {
    const ref = this.#arena.allocate(Math.max(1, end - start));
    copyBytes(from, start, end, this.#arena.bytesOf(ref), this.#arena.offsetOf(ref));
    this.directory.insert(node, ref, PLAIN, 1, end - start);
  }

  /** Makes a node of `count` entries that stand in [start, end) of some listpack. */
  createFromEntries(node: number, from: Buffer, start: number, end: number, count: number): void {
    const total = LISTPACK_EMPTY_BYTES + end - start;
    const ref = this.#arena.allocate(total);
    const bytes = this.#arena.bytesOf(ref);
    const at = this.#arena.offsetOf(ref);
    writeHeader(bytes, at, total, Math.min(count, LISTPACK_COUNT_UNKNOWN));
    copyBytes(from, start, end, bytes, firstEntry(at));
    bytes[at + total - 1] = LISTPACK_END;
    this.directory.insert(node, ref, 0, count, this.#arena.capacity(ref));
  }

  /** Frees a node. */
  remove(node: number): void {
    this.#arena.free(this.directory.get(node, WORD_REF));
    this.directory.remove(node);
  }

  append(value: ListpackValue): void {
    const total = this.contentBytes + value.entryBytes;
    this.#roomBehind(total);
    const { bytes, at } = this;
    value.write(bytes, at + this.contentBytes - 1);
    bytes[at + total - 1] = LISTPACK_END;
    writeHeader(bytes, at, total, Math.min(this.elementCount + 1, LISTPACK_COUNT_UNKNOWN));
    this.#changeCount(1);
  }

  prepend(value: ListpackValue): void {
    const added = value.entryBytes;
    if (added > this.#start) this.#roomBefore(added);
    const total = this.contentBytes + added;
    this.#setStart(this.#start - added);
    writeHeader(this.bytes, this.at, total, Math.min(this.elementCount + 1, LISTPACK_COUNT_UNKNOWN));
    value.write(this.bytes, firstEntry(this.at));
    this.#changeCount(1);
  }

  /** Inserts the value before the entry at an index, which may be the end. */
  insert(indexInNode: number, value: ListpackValue): void {
    if (indexInNode === 0) {
      this.prepend(value);
    } else if (indexInNode === this.elementCount) {
      this.append(value);
    } else {
      this.#roomBehind(this.contentBytes + value.entryBytes);
      insertEntry(this.bytes, this.at, this.entryAt(indexInNode), value);
      this.#changeCount(1);
    }
  }

  /** @returns false when the node would exceed its limit: then nothing is changed */
  replace(indexInNode: number, value: ListpackValue): boolean {
    const growth = growthOfReplacing(this.bytes, this.entryAt(indexInNode), value);
    const total = this.contentBytes + growth;
    const { elementCount } = this;
    if (growth > 0 && elementCount > 1 && this.#limits.listNodeExceeds(total, elementCount)) return false;
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
    deleteSpan(this.bytes, this.at, entry, end, count);
    this.#changeCount(-count);
    this.#shrink(this.contentBytes - (end - entry));
  }

  /** Deletes elements equal to `value`, and the node when there are no others. @returns how many */
  deleteEqual(value: ListpackValue, most: number, fromTail: boolean): number {
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
    if (this.isPlain || this.#arena.suits(this.#capacity, this.contentBytes)) return;
    if (this.#arena.capacityFor(this.contentBytes) < this.#capacity) this.#relocate(this.contentBytes, 0);
  }

  /** Takes the open listpack node out of the list, into a block that starts with the listpack. */
  extract(): number {
    this.#relocate(this.contentBytes, 0);
    this.directory.remove(this.node);
    return this.#ref;
  }

  copyTo(copy: NodeStore): void {
    for (let node = 0; node < this.count; node++) {
      this.open(node);
      const { bytes, at } = this;
      const end = at + this.contentBytes;
      if (this.isPlain) copy.createPlain(node, bytes, at, end);
      else copy.createFromEntries(node, bytes, firstEntry(at), end - 1, this.elementCount);
    }
  }

  memoryBytes(): number {
    let bytes = this.directory.memoryBytes();
    for (let node = 0; node < this.count; node++) {
      bytes += this.#arena.capacity(this.directory.get(node, WORD_REF));
    }
    return bytes;
  }

  /** The listpack loses its first `count` entries, which end at `end`: the header moves there. */
  #deleteFirst(end: number, count: number): void {
    const deleted = end - firstEntry(this.at);
    const total = this.contentBytes - deleted;
    this.#setStart(this.#start + deleted);
    writeHeader(this.bytes, this.at, total, Math.min(this.elementCount - count, LISTPACK_COUNT_UNKNOWN));
    this.#changeCount(-count);
    this.#shrink(total);
  }

  #changeCount(change: number): void {
    this.elementCount += change;
    this.directory.set(this.node, WORD_COUNT, this.elementCount);
  }

  #setStart(start: number): void {
    this.at += start - this.#start;
    this.#start = start;
    this.directory.set(this.node, WORD_START, start);
  }

  /** Sees to it that the listpack, from where it starts, may have `total` bytes. */
  #roomBehind(total: number): void {
    const start = this.#start;
    if (start + total <= this.#capacity) return;
    if (total <= this.#capacity && start >= this.#capacity >>> WORTHWHILE_ROOM_SHIFT) this.#slide(0);
    else this.#relocate(this.#grownBytes(total, start), 0);
  }

  /** Sees to it that there are `added` bytes before the listpack. */
  #roomBefore(added: number): void {
    const capacity = this.#capacity;
    const total = this.contentBytes;
    const behind = capacity - this.#start - total;
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
    const most = this.#limits.listNodeBytesMax;
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
    const arena = this.#arena;
    const ref = arena.allocate(bytes);
    const capacity = arena.capacity(ref);
    const placed = start === 0 ? 0 : start + capacity - bytes;
    const at = arena.offsetOf(ref) + placed;
    copyBytes(this.bytes, this.at, this.at + this.contentBytes, arena.bytesOf(ref), at);
    arena.free(this.#ref);
    this.directory.set(this.node, WORD_REF, ref);
    this.directory.set(this.node, WORD_START, placed);
    this.directory.set(this.node, WORD_BYTES, capacity);
    this.#ref = ref;
    this.#start = placed;
    this.#capacity = capacity;
    this.bytes = arena.bytesOf(ref);
    this.at = at;
  }

  /** After the listpack came down to `total` bytes. */
  #shrink(total: number): void {
    if (this.#capacity <= SHRINKING_BYTES_MIN || total * 4 >= this.#capacity) return;
    this.contentBytes = total;
    this.#relocate(total * 2, 0);
  }
}
