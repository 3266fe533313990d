/**
 * The nodes of a quicklist in order: an array in the arena with room at both ends, so that nodes come
 * and go there in O(1) and none of it is seen by the garbage collector.
 *
 *     | room | node | node | … | node | room |          one block
 *
 *     node = 4 words   0  block of the node
 *                      1  offset of the listpack in the block, or what else the block is
 *                      2  elements
 *                      3  bytes of the block; if it is anything but a listpack, bytes of the contents
 */
import { assert } from '../../../base/assert.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT } from '../../arena.js';

export const WORD_REF = 0;
export const WORD_START = 1;
export const WORD_COUNT = 2;
export const WORD_BYTES = 3;

/** In the place of the offset: the node is a single element without a listpack around it … */
export const PLAIN = 0xffffffff;
/** … or one that is compressed … */
export const COMPRESSED_PLAIN = 0xfffffffe;
/** … or a compressed listpack. */
export const COMPRESSED = 0xfffffffd;
/** Offsets are below this. */
export const STARTS_END = COMPRESSED;

export const NODE_WORDS = 4;
const NODE_BYTES = NODE_WORDS * 4;
const NODES_MIN = 4;

export class NodeDirectory {
  count = 0;

  readonly #arena: Arena;
  #ref: number;
  #capacity = NODES_MIN;
  /** Nodes of room before the first. */
  #first = NODES_MIN >>> 1;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#ref = arena.allocate(NODES_MIN * NODE_BYTES);
  }

  /** The memory that holds the nodes; a node's words start at `indexOf(node)`. Until the next change. */
  words(): Int32Array {
    return this.#arena.words[this.#ref >>> CHUNK_SHIFT];
  }

  indexOf(node: number): number {
    return ((this.#ref & CHUNK_MASK) << 1) + (this.#first + node) * NODE_WORDS;
  }

  get(node: number, word: number): number {
    return this.words()[this.indexOf(node) + word] >>> 0;
  }

  set(node: number, word: number, value: number): void {
    this.words()[this.indexOf(node) + word] = value;
  }

  /** Makes a node at index `node`, 0 … count; those from there on move up by one. */
  insert(node: number, ref: number, start: number, elementCount: number, bytes: number): void {
    if (node <= this.count >>> 1) {
      if (this.#first === 0) this.#makeRoom();
      this.#first--;
      this.#move(0, 1, node);
    } else {
      if (this.#first + this.count === this.#capacity) this.#makeRoom();
      this.#move(node + 1, node, this.count - node);
    }
    this.count++;
    const words = this.words();
    const index = this.indexOf(node);
    words[index + WORD_REF] = ref;
    words[index + WORD_START] = start;
    words[index + WORD_COUNT] = elementCount;
    words[index + WORD_BYTES] = bytes;
  }

  /** Forgets a node; the later ones move down by one. Its block stays the caller's. */
  remove(node: number): void {
    assert(node >= 0 && node < this.count, 'a node that is removed exists');
    if (node < this.count >>> 1) {
      this.#move(1, 0, node);
      this.#first++;
    } else {
      this.#move(node, node + 1, this.count - node - 1);
    }
    this.count--;
    if (this.#capacity > NODES_MIN && this.count * 8 <= this.#capacity) this.#relocate(this.#capacity >>> 1);
  }

  memoryBytes(): number {
    return this.#arena.capacity(this.#ref);
  }

  copy(): NodeDirectory {
    const copy = new NodeDirectory(this.#arena);
    for (let node = 0; node < this.count; node++) {
      copy.insert(
        node,
        this.get(node, WORD_REF),
        this.get(node, WORD_START),
        this.get(node, WORD_COUNT),
        this.get(node, WORD_BYTES),
      );
    }
    return copy;
  }

  /** Gives its own memory back; nothing may be called afterwards. */
  free(): void {
    this.#arena.free(this.#ref);
  }

  #makeRoom(): void {
    this.#relocate(this.count * 2 > this.#capacity ? this.#capacity * 2 : this.#capacity);
  }

  /** Leaves as much room before the nodes as behind them, in a block for `capacity` nodes. */
  #relocate(capacity: number): void {
    const first = (capacity - this.count) >>> 1;
    const old = this.#ref;
    const target = capacity === this.#capacity ? old : this.#arena.allocate(capacity * NODE_BYTES);
    const from = this.#arena.offsetOf(old) + this.#first * NODE_BYTES;
    const to = this.#arena.offsetOf(target) + first * NODE_BYTES;
    this.#arena.bytesOf(old).copy(this.#arena.bytesOf(target), to, from, from + this.count * NODE_BYTES);
    if (target !== old) this.#arena.free(old);
    this.#ref = target;
    this.#capacity = capacity;
    this.#first = first;
  }

  #move(to: number, from: number, nodeCount: number): void {
    if (nodeCount === 0) return;
    const start = this.indexOf(from);
    this.words().copyWithin(this.indexOf(to), start, start + nodeCount * NODE_WORDS);
  }
}
