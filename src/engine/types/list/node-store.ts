/**
 * The nodes of a quicklist as memory: a listpack in a block that may have room before it as well as
 * behind it, so that elements come and go at either end without moving the others.
 *
 *     | room | header | entry | entry | … | 0xFF | room |
 *            ^ start
 *
 * Dropping the first entry writes the header anew further on; adding one before writes both further
 * down. A plain node is the bytes of one element and nothing else. A node of either kind may be
 * compressed (compressed-node.ts): it is read in scratch memory, and inflated before it changes.
 *
 * One node at a time is open: its place and size stand in fields, and the methods without a node
 * parameter work on it. Creating, removing or compressing a node leaves none open. What changes the open
 * one is in `node-editor.ts`.
 */
import { copyBytes, EMPTY_BYTES } from '../../../base/bytes.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT, NONE } from '../../arena.js';
import {
  firstEntry,
  initializeListpack,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  listpackCount,
  readUint32,
  seekEntry,
  writeHeader,
} from '../../packed/listpack.js';
import { appendEntry } from '../../packed/listpack-edit.js';
import type { ListpackValue } from '../../packed/listpack-value.js';
import type { ListNodeLimits } from '../encoding-limits.js';
import { COMPRESSED_START, compressedBytes, createCompressed, unpackCompressed } from './compressed-node.js';
import { FrozenList, type StoredNode } from './frozen-list.js';
import {
  COMPRESSED,
  COMPRESSED_PLAIN,
  NodeDirectory,
  PLAIN,
  STARTS_END,
  WORD_BYTES,
  WORD_COUNT,
  WORD_REF,
  WORD_START,
} from './node-directory.js';

/** A new node's room, which then doubles: a list of little more than one node must not take two. */
export const NEW_NODE_BYTES = 1024;

export class NodeStore implements StoredNode {
  readonly directory: NodeDirectory;

  /** The open node: its index, elements, and bytes of its listpack or (plain) of its element. */
  node = 0;
  elementCount = 0;
  contentBytes = 0;
  isPlain = false;
  isCompressed = false;
  /** Where the listpack, or the plain element, stands: offset in a chunk, or in scratch memory. */
  bytes: Buffer = EMPTY_BYTES;
  at = 0;

  /** Is told of each change before it is made; null: nobody is. */
  protected frozen: FrozenList | null = null;

  protected ref = 0;
  protected start = 0;
  protected capacity = 0;
  protected readonly arena: Arena;
  protected readonly limits: ListNodeLimits;

  constructor(arena: Arena, limits: ListNodeLimits, directory = new NodeDirectory(arena)) {
    this.arena = arena;
    this.limits = limits;
    this.directory = directory;
  }

  /** The nodes as they are now stay readable, until `thaw`, while these change; nothing may be frozen. */
  freeze(): FrozenList {
    this.frozen = new FrozenList(this.arena, new NodeStore(this.arena, this.limits, this.directory));
    return this.frozen;
  }

  thaw(): void {
    this.frozen?.free();
    this.frozen = null;
  }

  get count(): number {
    return this.directory.count;
  }

  /** Opens a node for reading, and if it isn't compressed for writing. */
  open(node: number): void {
    this.openStored(node);
    if (!this.isCompressed) return;
    this.bytes = unpackCompressed(this.arena, this.ref, this.contentBytes);
    this.at = 0;
  }

  /** Opens a node as it is: a compressed one's LZF stands at [at, at + storedBytes). */
  openStored(node: number): this {
    const words = this.directory.words();
    const index = this.directory.indexOf(node);
    const ref = words[index + WORD_REF] >>> 0;
    const start = words[index + WORD_START] >>> 0;
    const bytes = this.arena.chunks[ref >>> CHUNK_SHIFT];
    this.node = node;
    this.ref = ref;
    this.start = start;
    this.elementCount = words[index + WORD_COUNT] >>> 0;
    this.capacity = words[index + WORD_BYTES] >>> 0;
    this.bytes = bytes;
    const block = (ref & CHUNK_MASK) << 3;
    if (start < STARTS_END) {
      this.isPlain = false;
      this.isCompressed = false;
      this.at = block + start;
      this.contentBytes = readUint32(bytes, this.at);
    } else {
      this.isPlain = start !== COMPRESSED;
      this.isCompressed = start !== PLAIN;
      this.at = block + (this.isCompressed ? COMPRESSED_START : 0);
      this.contentBytes = this.capacity;
    }
    return this;
  }

  /** Bytes of what `openStored` opened: compressed ones, or the contents. */
  get storedBytes(): number {
    return this.isCompressed ? compressedBytes(this.arena, this.ref) : this.contentBytes;
  }

  /** Inflates the open node if it is compressed. */
  makeWritable(): void {
    if (!this.isCompressed) return;
    const { node, contentBytes } = this;
    const ref = this.arena.allocate(contentBytes);
    copyBytes(this.bytes, this.at, this.at + contentBytes, this.arena.bytesOf(ref), this.arena.offsetOf(ref));
    const bytes = this.isPlain ? contentBytes : this.arena.capacity(ref);
    this.#replaceBlock(ref, this.isPlain ? PLAIN : 0, bytes);
    this.open(node);
  }

  inflate(node: number): void {
    if (this.directory.get(node, WORD_START) < STARTS_END) return;
    this.open(node);
    this.makeWritable();
  }

  /** Compresses a node, unless it is already or that wouldn't save enough. */
  compress(node: number): void {
    this.openStored(node);
    if (this.isCompressed) return;
    const { contentBytes } = this;
    const ref = createCompressed(this.arena, this.bytes, this.at, contentBytes);
    if (ref !== NONE) this.#replaceBlock(ref, this.isPlain ? COMPRESSED_PLAIN : COMPRESSED, contentBytes);
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
    return this.limits.listNodeTakes(this.contentBytes, this.elementCount, value.end - value.start);
  }

  /** Offset of an entry of the open listpack node. */
  entryAt(indexInNode: number): number {
    return seekEntry(this.bytes, this.at, indexInNode);
  }

  /** Takes over a block that starts with a listpack. */
  adopt(node: number, ref: number): void {
    const count = listpackCount(this.arena.bytesOf(ref), this.arena.offsetOf(ref));
    this.#insert(node, ref, 0, count, this.arena.capacity(ref));
  }

  /**
   * Makes a node of one element; plain when it is large.
   * @param roomBytes bytes of block to begin with, where more elements are likely to follow
   */
  create(node: number, value: ListpackValue, roomBytes: number): void {
    if (value.end - value.start >= this.limits.listPackedThresholdBytes) {
      this.createPlain(node, value.bytes, value.start, value.end);
      return;
    }
    const needed = LISTPACK_EMPTY_BYTES + value.entryBytes;
    const ref = this.arena.allocate(Math.max(needed, roomBytes));
    const bytes = this.arena.bytesOf(ref);
    const capacity = this.arena.capacity(ref);
    // What follows is likely put at the same end of the list.
    const start = node === 0 && this.count > 0 ? capacity - needed : 0;
    const at = this.arena.offsetOf(ref) + start;
    initializeListpack(bytes, at);
    appendEntry(bytes, at, value);
    this.#insert(node, ref, start, 1, capacity);
  }

  createPlain(node: number, from: Buffer, start: number, end: number): void {
    const ref = this.arena.allocate(Math.max(1, end - start));
    copyBytes(from, start, end, this.arena.bytesOf(ref), this.arena.offsetOf(ref));
    this.#insert(node, ref, PLAIN, 1, end - start);
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
    this.#insert(node, ref, 0, count, this.arena.capacity(ref));
  }

  /** Frees a node. */
  remove(node: number): void {
    const ref = this.directory.get(node, WORD_REF);
    if (this.frozen === null || !this.frozen.takesOver(node, ref)) this.arena.free(ref);
    this.directory.remove(node);
    this.frozen?.removed(node);
  }

  #insert(node: number, ref: number, start: number, elementCount: number, bytes: number): void {
    this.directory.insert(node, ref, start, elementCount, bytes);
    if (this.frozen !== null) this.frozen.inserted(node);
  }

  copyTo(copy: NodeStore): void {
    for (let node = 0; node < this.count; node++) {
      this.openStored(node);
      const { bytes, at } = this;
      const end = at + this.contentBytes;
      if (this.isCompressed) copy.#createCopy(node, this);
      else if (this.isPlain) copy.createPlain(node, bytes, at, end);
      else copy.createFromEntries(node, bytes, firstEntry(at), end - 1, this.elementCount);
    }
  }

  memoryBytes(): number {
    let bytes = this.directory.memoryBytes();
    for (let node = 0; node < this.count; node++) {
      bytes += this.arena.capacity(this.directory.get(node, WORD_REF));
    }
    return bytes;
  }

  /** Makes a node like the compressed one that another list has open. */
  #createCopy(node: number, { ref, start, elementCount, contentBytes, storedBytes }: NodeStore): void {
    const { arena } = this;
    const copy = arena.allocate(COMPRESSED_START + storedBytes);
    arena.copy(ref, copy, COMPRESSED_START + storedBytes);
    this.#insert(node, copy, start, elementCount, contentBytes);
  }

  /** Gives the open node another block. */
  #replaceBlock(ref: number, start: number, bytes: number): void {
    const { directory, node } = this;
    this.arena.free(this.ref);
    directory.set(node, WORD_REF, ref);
    directory.set(node, WORD_START, start);
    directory.set(node, WORD_BYTES, bytes);
  }
}
