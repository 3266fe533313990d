/**
 * What of a stream doesn't lie in its head: the nodes before the last one, and consumer groups. A stream that has neither
 * has no parts either, and is no JavaScript object at all.
 *
 * The nodes stand side by side in an array:
 *
 *     | ms high | ms low | sequence high | sequence low | ref |    32-bit words: master id, and block of the listpack
 *
 * They come at the end and mostly go at the front, which costs no move. Of what is in a node it knows the length.
 */
import type { Arena } from '../../arena.js';
import type { Collection } from '../../collections.js';
import { listpackBytes } from '../../packed/listpack.js';
import type { ConsumerGroup } from './consumer-group.js';
import { FrozenStream } from './frozen-stream.js';
import {
  NODE_DISTANCE,
  readId,
  STATE_FROZEN,
  WORD_HANDLE,
  WORD_MASTER,
  WORD_NODES,
  WORD_STATE,
} from './stream-head.js';
import { StreamId } from './stream-id.js';

/** The objects of a stream without groups (measured over 100,000 of them, its place among the collections included). */
const OBJECT_BYTES = 150;
/** The map that comes with the first group, measured likewise. */
const GROUPS_BYTES = 180;
/** Freeing a node costs about as much as freeing this many elements of a hash table. */
const NODE_COST = 4;

/** A stream of no more nodes is shown whole in a tenth of a millisecond. */
const SMALL_NODES = 8;
/** Nor of more entries that a group has pending. */
const SMALL_PENDING = 256;

const NODE_WORDS = 5;
const REF = 4;
const INITIAL_NODES = 4;

const NO_WORDS = new Int32Array(0);

export class StreamParts implements Collection {
  /** The stream's head, wherever that moves. */
  head: number;
  /** Nodes here: all but the last one, if there is any. */
  count = 0;
  /** As accounted for in the table of collections. */
  heapBytes = OBJECT_BYTES;
  /** Consumer groups by name; null: none yet. */
  groups: Map<string, ConsumerGroup> | null = null;
  frozen: FrozenStream | null = null;

  readonly #arena: Arena;
  #words: Int32Array = NO_WORDS;
  /** Node 0's place. */
  #first = 0;

  constructor(arena: Arena, head: number) {
    this.#arena = arena;
    this.head = head;
  }

  /** Of the whole stream. */
  get nodeCount(): number {
    return this.#arena.word(this.head, WORD_NODES);
  }

  /** What `heapBytes` should be now. */
  currentHeapBytes(): number {
    let bytes = OBJECT_BYTES + this.#words.length * 4;
    if (this.groups === null) return bytes;
    bytes += GROUPS_BYTES;
    for (const group of this.groups.values()) bytes += group.heapBytes;
    return bytes;
  }

  /** @param node `count` is the one in the head, of which this names the listpack alone */
  nodeRef(node: number): number {
    if (node === this.count) return this.head + NODE_DISTANCE;
    return this.#words[(this.#first + node) * NODE_WORDS + REF] >>> 0;
  }

  setNodeRef(node: number, ref: number): void {
    this.#words[(this.#first + node) * NODE_WORDS + REF] = ref;
  }

  /** @param node `count` is the one in the head */
  readMasterId(node: number, id: StreamId): StreamId {
    if (node === this.count) return readId(this.#arena, this.head, WORD_MASTER, id);
    const at = (this.#first + node) * NODE_WORDS;
    const words = this.#words;
    return id.set(words[at], words[at + 1], words[at + 2], words[at + 3]);
  }

  /** Of those that are here, the last that starts at or before an id; −1 when all start behind it. */
  findNode(id: StreamId): number {
    const words = this.#words;
    const msHi = id.msHi;
    const msLo = id.msLo;
    const seqHi = id.seqHi;
    const seqLo = id.seqLo;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = (this.#first + middle) * NODE_WORDS;
      const order =
        (words[at] >>> 0) - msHi ||
        (words[at + 1] >>> 0) - msLo ||
        (words[at + 2] >>> 0) - seqHi ||
        (words[at + 3] >>> 0) - seqLo;
      if (order > 0) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  /** Adds a node behind all others that are here. */
  append(master: StreamId, ref: number): void {
    if ((this.#first + this.count + 1) * NODE_WORDS > this.#words.length) this.#makeRoom();
    const at = (this.#first + this.count) * NODE_WORDS;
    const words = this.#words;
    words[at] = master.msHi;
    words[at + 1] = master.msLo;
    words[at + 2] = master.seqHi;
    words[at + 3] = master.seqLo;
    words[at + REF] = ref;
    this.count++;
  }

  /** Forgets a node; its block stays the caller's. */
  remove(node: number): void {
    this.count--;
    if (this.count === 0) {
      this.#first = 0;
    } else if (node === 0) {
      this.#first++;
    } else {
      const at = (this.#first + node) * NODE_WORDS;
      const end = (this.#first + this.count + 1) * NODE_WORDS;
      this.#words.copyWithin(at, at + NODE_WORDS, end);
    }
  }

  get isSmall(): boolean {
    if (this.count >= SMALL_NODES) return false;
    for (const { pending } of this.groups?.values() ?? []) if (pending.length > SMALL_PENDING) return false;
    return true;
  }

  /** The stream as it is now stays readable, until `thaw`, while it changes. */
  freeze(): FrozenStream {
    this.#arena.setWord(this.head, WORD_STATE, STATE_FROZEN);
    this.frozen = new FrozenStream(this.#arena, this);
    return this.frozen;
  }

  thaw(): void {
    this.#arena.setWord(this.head, WORD_STATE, 0);
    this.frozen?.free();
    this.frozen = null;
  }

  /** The head is the root of the stream's entry. */
  rootFor(handle: number): number {
    this.#arena.setWord(this.head, WORD_HANDLE, handle);
    return this.head;
  }

  memoryBytes(): number {
    let bytes = this.heapBytes + this.#arena.capacity(this.head);
    for (let node = 0; node < this.count; node++) bytes += this.#arena.capacity(this.nodeRef(node));
    return bytes;
  }

  freeStep(elementCount: number): boolean {
    for (let left = elementCount; left > 0; left -= NODE_COST) {
      if (this.count === 0) {
        this.#arena.free(this.head);
        return true;
      }
      this.#arena.free(this.nodeRef(this.count - 1));
      this.remove(this.count - 1);
    }
    return false;
  }

  /** Of the whole stream: it has a head of its own. */
  copy(): StreamParts {
    const arena = this.#arena;
    const bytes = arena.capacity(this.head);
    const head = arena.allocate(bytes);
    arena.copy(this.head, head, bytes);
    arena.setWord(head, WORD_STATE, 0);
    const copy = new StreamParts(arena, head);
    for (let node = 0; node < this.count; node++) {
      const ref = this.nodeRef(node);
      const length = listpackBytes(arena.bytesOf(ref), arena.offsetOf(ref));
      const copied = arena.allocate(length);
      arena.copy(ref, copied, length);
      copy.append(this.readMasterId(node, new StreamId()), copied);
    }
    if (this.groups !== null) {
      copy.groups = new Map();
      for (const group of this.groups.values()) copy.groups.set(group.name, group.copy());
    }
    copy.heapBytes = copy.currentHeapBytes();
    return copy;
  }

  /** Moves the nodes to the array's front, into more memory if less than half was free. */
  #makeRoom(): void {
    const start = this.#first * NODE_WORDS;
    const words = new Int32Array(Math.max(INITIAL_NODES, this.count * 2) * NODE_WORDS);
    words.set(this.#words.subarray(start, start + this.count * NODE_WORDS));
    this.#words = words;
    this.#first = 0;
  }
}
