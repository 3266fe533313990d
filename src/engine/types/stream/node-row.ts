/**
 * The nodes of a stream in order: for each its master id and its listpack. The last one, where entries come, lies in the
 * stream's head, those before it in blocks of their own (stream-parts.ts). A stream is one, with all that there is besides
 * (stream.ts).
 *
 * One object serves all streams of a keyspace: `open` says which one the next calls are about. It keeps the head's
 * reference, which changes when the last node grows; the entry and the parts are told.
 *
 * Invariant: when there are nodes, the last one is in the head.
 */
import { type Arena, NONE } from '../../arena.js';
import type { CollectionTable } from '../../collections.js';
import { ENCODING_STREAM, setEncoding, WORD_VALUE } from '../../entry.js';
import { listpackBytes } from '../../packed/listpack.js';
import type { FrozenStream } from './frozen-stream.js';
import {
  HEAD_BYTES,
  NODE_DISTANCE,
  readId,
  WORD_HANDLE,
  WORD_MASTER,
  WORD_NODES,
  WORD_STATE,
  writeId,
} from './stream-head.js';
import { StreamId } from './stream-id.js';
import { StreamParts } from './stream-parts.js';

/**
 * When a node is full the next one has its place in the head, which need not grow again then: nodes have about 4 KiB. A head
 * that an uncommonly large entry has made larger than this shrinks.
 */
const KEPT_BYTES_MAX = 8192;

export class NodeRow {
  protected readonly arena: Arena;
  protected entry = NONE;
  protected head = NONE;

  readonly #collections: CollectionTable;
  readonly #id = new StreamId();

  constructor(arena: Arena, collections: CollectionTable) {
    this.arena = arena;
    this.#collections = collections;
  }

  /** @param entry a stream's */
  open(entry: number): this {
    this.entry = entry;
    this.head = this.arena.word(entry, WORD_VALUE);
    return this;
  }

  get nodeCount(): number {
    return this.arena.word(this.head, WORD_NODES);
  }

  /** Names a node's listpack: for `bytesOf` and `offsetOf` only. */
  nodeRef(node: number): number {
    return node === this.nodeCount - 1 ? this.head + NODE_DISTANCE : this.#existingParts().nodeRef(node);
  }

  readMasterId(node: number, id: StreamId): StreamId {
    if (node === this.nodeCount - 1) return readId(this.arena, this.head, WORD_MASTER, id);
    return this.#existingParts().readMasterId(node, id);
  }

  /** The last node that starts at or before an id; −1 when all start behind it. */
  findNode(id: StreamId): number {
    const last = this.nodeCount - 1;
    if (last < 0) return last;
    // Mostly it is the last one, which is at hand.
    if (readId(this.arena, this.head, WORD_MASTER, this.#id).compare(id) <= 0) return last;
    return last === 0 ? -1 : this.#existingParts().findNode(id);
  }

  /** Bytes that a node's listpack may have where it is. */
  nodeCapacity(node: number): number {
    if (node === this.nodeCount - 1) return this.arena.capacity(this.head) - HEAD_BYTES;
    return this.arena.capacity(this.nodeRef(node));
  }

  /** Makes room for a listpack of so many bytes. */
  resizeNode(node: number, bytes: number): void {
    if (node === this.nodeCount - 1) this.#resizeHead(bytes);
    else {
      const parts = this.#existingParts();
      parts.setNodeRef(node, this.arena.resize(parts.nodeRef(node), bytes));
    }
  }

  /** Adds a node behind all others, with room for a listpack of so many bytes, which is to be written. */
  addNode(master: StreamId, bytes: number): void {
    const { arena } = this;
    const count = this.nodeCount;
    if (count > 0) this.#store();
    const capacity = arena.capacity(this.head);
    if (capacity < HEAD_BYTES + bytes || capacity > KEPT_BYTES_MAX) this.#resizeHead(bytes);
    arena.setWord(this.head, WORD_NODES, count + 1);
    writeId(arena, this.head, WORD_MASTER, master);
  }

  removeNode(node: number): void {
    const { arena, frozen } = this;
    const last = this.nodeCount - 1;
    if (node === last) {
      frozen?.changes(node);
      arena.setWord(this.head, WORD_NODES, last);
      if (last > 0) this.#recall();
      else if (arena.capacity(this.head) > KEPT_BYTES_MAX) this.#resizeHead(0);
    } else {
      const parts = this.#existingParts();
      if (frozen?.takesOver(node) !== true) arena.free(parts.nodeRef(node));
      parts.remove(node);
      arena.setWord(this.head, WORD_NODES, last);
    }
    frozen?.removed(node);
  }

  /** Null: no snapshot is to be told of changes. */
  get frozen(): FrozenStream | null {
    return this.arena.word(this.head, WORD_STATE) === 0 ? null : this.#existingParts().frozen;
  }

  get parts(): StreamParts | null {
    const handle = this.arena.word(this.head, WORD_HANDLE);
    return handle === 0 ? null : (this.#collections.get(handle) as StreamParts);
  }

  /** From now on the stream has parts. */
  protected makeParts(): StreamParts {
    const parts = new StreamParts(this.arena, this.head);
    parts.rootFor(this.#collections.add(parts));
    setEncoding(this.arena, this.entry, ENCODING_STREAM);
    return parts;
  }

  /** Takes in what the parts' objects have come to. */
  protected settleParts(parts: StreamParts): void {
    const bytes = parts.currentHeapBytes();
    if (bytes === parts.heapBytes) return;
    this.#collections.heapBytes += bytes - parts.heapBytes;
    parts.heapBytes = bytes;
  }

  #existingParts(): StreamParts {
    return this.#collections.get(this.arena.word(this.head, WORD_HANDLE)) as StreamParts;
  }

  #resizeHead(nodeBytes: number): void {
    const { arena } = this;
    const head = arena.resize(this.head, HEAD_BYTES + nodeBytes);
    if (head === this.head) return;
    this.head = head;
    arena.setWord(this.entry, WORD_VALUE, head);
    const { parts } = this;
    if (parts !== null) parts.head = head;
  }

  /** Moves the last node to a block of its own, of just its size. */
  #store(): void {
    const { arena } = this;
    const parts = this.parts ?? this.makeParts();
    const from = this.head + NODE_DISTANCE;
    const bytes = listpackBytes(arena.bytesOf(from), arena.offsetOf(from));
    const ref = arena.allocate(bytes);
    arena.copy(from, ref, bytes);
    parts.append(readId(arena, this.head, WORD_MASTER, this.#id), ref);
  }

  /** Makes the last of the nodes in blocks of their own the last one of all. */
  #recall(): void {
    const { arena } = this;
    const parts = this.#existingParts();
    const node = parts.count - 1;
    const ref = parts.nodeRef(node);
    const bytes = listpackBytes(arena.bytesOf(ref), arena.offsetOf(ref));
    this.#resizeHead(Math.max(bytes, Math.min(arena.capacity(this.head), KEPT_BYTES_MAX) - HEAD_BYTES));
    arena.copy(ref, this.head + NODE_DISTANCE, bytes);
    writeId(arena, this.head, WORD_MASTER, parts.readMasterId(node, this.#id));
    arena.free(ref);
    parts.remove(node);
  }
}
