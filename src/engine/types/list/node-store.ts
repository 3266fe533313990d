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
 */
import { copyBytes } from '../../../base/bytes.js';
import type { Arena } from '../../arena.js';
import {
  entryBytes,
  firstEntry,
  initializeListpack,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  lastEntry,
  listpackBytes,
  listpackCount,
  writeHeader,
} from '../../packed/listpack.js';
import { appendEntry, deleteEqual, deleteSpan, moveBytes } from '../../packed/listpack-edit.js';
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
  directory: NodeDirectory;

  constructor(
    readonly arena: Arena,
    readonly limits: EncodingLimits,
  ) {
    this.directory = new NodeDirectory(arena);
  }

  get count(): number {
    return this.directory.count;
  }

  isPlain(node: number): boolean {
    return this.directory.get(node, WORD_START) === PLAIN;
  }

  elementCount(node: number): number {
    return this.directory.get(node, WORD_COUNT);
  }

  /** The chunk that a node lies in. */
  bytesOf(node: number): Buffer {
    return this.arena.bytesOf(this.directory.get(node, WORD_REF));
  }

  /** Offset in that chunk of the listpack, or of a plain node's element. */
  offsetOf(node: number): number {
    const start = this.directory.get(node, WORD_START);
    return this.arena.offsetOf(this.directory.get(node, WORD_REF)) + (start === PLAIN ? 0 : start);
  }

  /** Bytes of a node's listpack; of a plain node's element. */
  contentBytes(node: number): number {
    if (this.isPlain(node)) return this.directory.get(node, WORD_BYTES);
    return listpackBytes(this.bytesOf(node), this.offsetOf(node));
  }

  /** Whether the element may go into this node; false for a node that does not exist. */
  takes(node: number, value: ListpackValue): boolean {
    if (node < 0 || node >= this.count || this.isPlain(node)) return false;
    return this.limits.listNodeTakes(
      this.contentBytes(node),
      this.elementCount(node),
      value.end - value.start,
    );
  }

  /** Takes over a block that starts with a listpack. */
  adopt(node: number, ref: number): void {
    const count = listpackCount(this.arena.bytesOf(ref), this.arena.offsetOf(ref));
    this.directory.insert(node, ref, 0, count, this.arena.capacity(ref));
  }

  /**
   * Makes a node of one element; plain when it is large.
   * @param roomBytes bytes of block to begin with, where more elements are likely to follow
   */
  create(node: number, value: ListpackValue, roomBytes: number): void {
    const length = value.end - value.start;
    if (length >= this.limits.listPackedThresholdBytes) {
      this.createPlain(node, value.bytes, value.start, value.end);
      return;
    }
    const needed = LISTPACK_EMPTY_BYTES + value.entryBytes;
    const ref = this.arena.allocate(Math.max(needed, roomBytes));
    const bytes = this.arena.bytesOf(ref);
    const at = this.arena.offsetOf(ref);
    const capacity = this.arena.capacity(ref);
    // What follows is likely put at the same end of the list.
    const start = node === 0 && this.count > 0 ? capacity - needed : 0;
    initializeListpack(bytes, at + start);
    appendEntry(bytes, at + start, value);
    this.directory.insert(node, ref, start, 1, capacity);
  }

  createPlain(node: number, from: Buffer, start: number, end: number): void {
    const ref = this.arena.allocate(Math.max(1, end - start));
    copyBytes(from, start, end, this.arena.bytesOf(ref), this.arena.offsetOf(ref));
    this.directory.insert(node, ref, PLAIN, 1, end - start);
  }

  /** Makes a node of `count` entries that stand in [start, end) of some listpack. */
  createFromEntries(node: number, from: Buffer, start: number, end: number, count: number): void {
    const total = LISTPACK_EMPTY_BYTES + end - start;
    const ref = this.arena.allocate(total);
    const bytes = this.arena.bytesOf(ref);
    const at = this.arena.offsetOf(ref);
    writeHeader(bytes, at, total, Math.min(count, LISTPACK_COUNT_UNKNOWN));
    copyBytes(from, start, end, bytes, firstEntry(at));
    bytes[at + total - 1] = LISTPACK_END;
    this.directory.insert(node, ref, 0, count, this.arena.capacity(ref));
  }

  remove(node: number): void {
    this.arena.free(this.directory.get(node, WORD_REF));
    this.directory.remove(node);
  }

  /** Puts the element after the last one of a listpack node. */
  append(node: number, value: ListpackValue): void {
    this.#roomBehind(node, this.contentBytes(node) + value.entryBytes);
    appendEntry(this.bytesOf(node), this.offsetOf(node), value);
    this.#changeCount(node, 1);
  }

  /** Puts the element before the first one of a listpack node. */
  prepend(node: number, value: ListpackValue): void {
    const added = value.entryBytes;
    this.#roomBefore(node, added);
    const bytes = this.bytesOf(node);
    const at = this.offsetOf(node);
    const total = listpackBytes(bytes, at);
    writeHeader(
      bytes,
      at - added,
      total + added,
      Math.min(this.elementCount(node) + 1, LISTPACK_COUNT_UNKNOWN),
    );
    value.write(bytes, firstEntry(at - added));
    this.directory.set(node, WORD_START, this.directory.get(node, WORD_START) - added);
    this.#changeCount(node, 1);
  }

  /** Deletes the first `count` entries of a listpack node, which has more; they end at `end`. */
  deleteFirst(node: number, end: number, count: number): void {
    const bytes = this.bytesOf(node);
    const at = this.offsetOf(node);
    const deleted = end - firstEntry(at);
    writeHeader(
      bytes,
      at + deleted,
      listpackBytes(bytes, at) - deleted,
      Math.min(this.elementCount(node) - count, LISTPACK_COUNT_UNKNOWN),
    );
    this.directory.set(node, WORD_START, this.directory.get(node, WORD_START) + deleted);
    this.#changeCount(node, -count);
    this.#shrink(node);
  }

  /** Drops a node's first element; the node too when it was the only one. */
  dropFirst(node: number): void {
    if (this.elementCount(node) === 1) {
      this.remove(node);
      return;
    }
    const first = firstEntry(this.offsetOf(node));
    this.deleteFirst(node, first + entryBytes(this.bytesOf(node), first), 1);
  }

  /** Drops a node's last element; the node too when it was the only one. */
  dropLast(node: number): void {
    if (this.elementCount(node) === 1) {
      this.remove(node);
      return;
    }
    const bytes = this.bytesOf(node);
    const at = this.offsetOf(node);
    this.deleteEntries(node, lastEntry(bytes, at), at + listpackBytes(bytes, at) - 1, 1);
  }

  /** Deletes `count` entries that stand in [entry, end) of a listpack node, which has more. */
  deleteEntries(node: number, entry: number, end: number, count: number): void {
    const at = this.offsetOf(node);
    if (entry === firstEntry(at)) {
      this.deleteFirst(node, end, count);
      return;
    }
    deleteSpan(this.bytesOf(node), at, entry, end, count);
    this.#changeCount(node, -count);
    this.#shrink(node);
  }

  /** Deletes elements equal to `value` and leaves it to the caller to say so. @returns how many */
  deleteEqual(node: number, value: ListpackValue, most: number, fromTail: boolean): number {
    const bytes = this.bytesOf(node);
    const at = this.offsetOf(node);
    if (!this.isPlain(node)) return deleteEqual(bytes, at, value, most, fromTail);
    return value.equalsSpan(bytes, at, at + this.contentBytes(node)) ? 1 : 0;
  }

  /** Makes a listpack node's block large enough for `total` bytes of listpack, at its present place. */
  reserve(node: number, total: number): void {
    this.#roomBehind(node, total);
  }

  /** Says that a listpack node has `change` elements more than it was known to have. */
  changed(node: number, change: number): void {
    this.#changeCount(node, change);
    this.#shrink(node);
  }

  /** Gives up the room of a node that is full, unless there is little of it. */
  seal(node: number): void {
    if (this.isPlain(node)) return;
    const capacity = this.directory.get(node, WORD_BYTES);
    const total = this.contentBytes(node);
    if (!this.arena.suits(capacity, total) && this.arena.capacityFor(total) < capacity) {
      this.#relocate(node, total, 0);
    }
  }

  /** Takes a listpack node out of the list, into a block that starts with the listpack and is no larger. */
  extract(node: number): number {
    this.#relocate(node, this.contentBytes(node), 0);
    const ref = this.directory.get(node, WORD_REF);
    this.directory.remove(node);
    return ref;
  }

  copy(): NodeStore {
    const copy = new NodeStore(this.arena, this.limits);
    for (let node = 0; node < this.count; node++) {
      const at = this.offsetOf(node);
      const end = at + this.contentBytes(node);
      if (this.isPlain(node)) {
        copy.createPlain(node, this.bytesOf(node), at, end);
      } else {
        copy.createFromEntries(node, this.bytesOf(node), firstEntry(at), end - 1, this.elementCount(node));
      }
    }
    return copy;
  }

  memoryBytes(): number {
    let bytes = this.directory.memoryBytes();
    for (let node = 0; node < this.count; node++) {
      bytes += this.arena.capacity(this.directory.get(node, WORD_REF));
    }
    return bytes;
  }

  #changeCount(node: number, change: number): void {
    this.directory.set(node, WORD_COUNT, this.elementCount(node) + change);
  }

  /** Sees to it that the listpack, from where it starts, may have `total` bytes. */
  #roomBehind(node: number, total: number): void {
    const capacity = this.directory.get(node, WORD_BYTES);
    const start = this.directory.get(node, WORD_START);
    if (start + total <= capacity) return;
    if (total <= capacity && start >= capacity >>> WORTHWHILE_ROOM_SHIFT) this.#slide(node, 0);
    else this.#relocate(node, this.#grownBytes(total, start), 0);
  }

  /** Sees to it that there are `added` bytes before the listpack. */
  #roomBefore(node: number, added: number): void {
    const capacity = this.directory.get(node, WORD_BYTES);
    const start = this.directory.get(node, WORD_START);
    if (added <= start) return;
    const total = this.contentBytes(node);
    const behind = capacity - start - total;
    if (total + added <= capacity && behind >= capacity >>> WORTHWHILE_ROOM_SHIFT) {
      this.#slide(node, capacity - total);
    } else {
      const grown = this.#grownBytes(total + added, behind);
      this.#relocate(node, grown, grown - total);
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
  #slide(node: number, start: number): void {
    const at = this.offsetOf(node);
    const target = this.arena.offsetOf(this.directory.get(node, WORD_REF)) + start;
    moveBytes(this.bytesOf(node), target, at, at + this.contentBytes(node));
    this.directory.set(node, WORD_START, start);
  }

  /** Moves the listpack to another block; `start` counts from its end when the block turns out larger. */
  #relocate(node: number, bytes: number, start: number): void {
    const old = this.directory.get(node, WORD_REF);
    const at = this.offsetOf(node);
    const total = this.contentBytes(node);
    const ref = this.arena.allocate(bytes);
    const capacity = this.arena.capacity(ref);
    const placed = start === 0 ? 0 : start + capacity - bytes;
    copyBytes(
      this.arena.bytesOf(old),
      at,
      at + total,
      this.arena.bytesOf(ref),
      this.arena.offsetOf(ref) + placed,
    );
    this.arena.free(old);
    this.directory.set(node, WORD_REF, ref);
    this.directory.set(node, WORD_START, placed);
    this.directory.set(node, WORD_BYTES, capacity);
  }

  #shrink(node: number): void {
    const capacity = this.directory.get(node, WORD_BYTES);
    const total = this.contentBytes(node);
    if (capacity > SHRINKING_BYTES_MIN && total * 4 < capacity) this.#relocate(node, total * 2, 0);
  }
}
