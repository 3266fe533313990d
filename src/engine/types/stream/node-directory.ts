/**
 * The nodes of a stream in order: for each its master id and the reference of its block. A stream is one, with all that
 * there is besides (stream.ts).
 *
 * The last one, where entries come, stands in fields; those before it side by side in an array, which most streams
 * don't need:
 *
 *     | ms high | ms low | sequence high | sequence low | ref |    32-bit words
 *
 * Nodes come at the end and mostly go at the front, which costs no move. Knows nothing of what is in a node.
 */
import type { StreamId } from './stream-id.js';

const NODE_WORDS = 5;
const REF = 4;
const INITIAL_NODES = 4;

const NO_WORDS = new Int32Array(0);

export class NodeDirectory {
  /** Nodes there are. */
  nodeCount = 0;
  // Signed, as in StreamId: a field beyond 2^31 would be an object of its own.
  #msHi = 0;
  #msLo = 0;
  #seqHi = 0;
  #seqLo = 0;
  #ref = 0;
  /** All nodes but the last one. */
  #words: Int32Array = NO_WORDS;
  /** Node 0's place. */
  #first = 0;

  /** Bytes of JavaScript memory beyond the object's. */
  get directoryBytes(): number {
    return this.#words.length * 4;
  }

  nodeRef(node: number): number {
    if (node === this.nodeCount - 1) return this.#ref >>> 0;
    return this.#words[(this.#first + node) * NODE_WORDS + REF] >>> 0;
  }

  setNodeRef(node: number, ref: number): void {
    if (node === this.nodeCount - 1) this.#ref = ref | 0;
    else this.#words[(this.#first + node) * NODE_WORDS + REF] = ref;
  }

  readMasterId(node: number, id: StreamId): StreamId {
    if (node === this.nodeCount - 1) return id.set(this.#msHi, this.#msLo, this.#seqHi, this.#seqLo);
    const at = (this.#first + node) * NODE_WORDS;
    const words = this.#words;
    return id.set(words[at], words[at + 1], words[at + 2], words[at + 3]);
  }

  /** Adds a node behind all others. */
  appendNode(id: StreamId, ref: number): void {
    if (this.nodeCount > 0) this.#store(this.nodeCount - 1);
    this.#msHi = id.msHi | 0;
    this.#msLo = id.msLo | 0;
    this.#seqHi = id.seqHi | 0;
    this.#seqLo = id.seqLo | 0;
    this.#ref = ref | 0;
    this.nodeCount++;
  }

  removeNode(node: number): void {
    const last = this.nodeCount - 1;
    this.nodeCount = last;
    if (last === 0) {
      this.#first = 0;
    } else if (node === last) {
      this.#recall(last - 1);
    } else if (node === 0) {
      this.#first = last === 1 ? 0 : this.#first + 1;
    } else {
      const at = (this.#first + node) * NODE_WORDS;
      this.#words.copyWithin(at, at + NODE_WORDS, (this.#first + last) * NODE_WORDS);
    }
  }

  /** The last node that starts at or before an id; −1 when all start behind it. */
  findNode(id: StreamId): number {
    let low = 0;
    let high = this.nodeCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#startsBehind(middle, id)) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  #startsBehind(node: number, id: StreamId): boolean {
    if (node === this.nodeCount - 1) {
      return isBehind(this.#msHi, this.#msLo, this.#seqHi, this.#seqLo, id);
    }
    const at = (this.#first + node) * NODE_WORDS;
    const words = this.#words;
    return isBehind(words[at], words[at + 1], words[at + 2], words[at + 3], id);
  }

  /** Puts the last node into the array, as node `node`. */
  #store(node: number): void {
    if ((this.#first + node + 1) * NODE_WORDS > this.#words.length) this.#makeRoom(node);
    const at = (this.#first + node) * NODE_WORDS;
    const words = this.#words;
    words[at] = this.#msHi;
    words[at + 1] = this.#msLo;
    words[at + 2] = this.#seqHi;
    words[at + 3] = this.#seqLo;
    words[at + REF] = this.#ref;
  }

  /** Makes the array's last node, number `node`, the last one. */
  #recall(node: number): void {
    const at = (this.#first + node) * NODE_WORDS;
    const words = this.#words;
    this.#msHi = words[at];
    this.#msLo = words[at + 1];
    this.#seqHi = words[at + 2];
    this.#seqLo = words[at + 3];
    this.#ref = words[at + REF];
    if (node === 0) this.#first = 0;
  }

  /** Moves the array's `stored` nodes to its front, into more memory if less than half was free. */
  #makeRoom(stored: number): void {
    const start = this.#first * NODE_WORDS;
    const used = this.#words.subarray(start, start + stored * NODE_WORDS);
    const words = new Int32Array(Math.max(INITIAL_NODES, stored * 2) * NODE_WORDS);
    words.set(used);
    this.#words = words;
    this.#first = 0;
  }
}

/** Whether an id of these words comes after `id`. */
function isBehind(msHi: number, msLo: number, seqHi: number, seqLo: number, id: StreamId): boolean {
  const order =
    (msHi >>> 0) - id.msHi || (msLo >>> 0) - id.msLo || (seqHi >>> 0) - id.seqHi || (seqLo >>> 0) - id.seqLo;
  return order > 0;
}
