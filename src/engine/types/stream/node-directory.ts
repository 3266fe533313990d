/**
 * The nodes of a stream in order: for each its master id and the reference of its block, side by side.
 *
 *     | ms high | ms low | sequence high | sequence low | ref |    32-bit words
 *
 * Nodes come at the end and mostly go at the front, which costs no move. Knows nothing of what is in a node.
 */
import type { StreamId } from './stream-id.js';

const NODE_WORDS = 5;
const REF = 4;
/** V8 keeps typed arrays of up to 64 bytes in its own heap, which costs a tenth of memory from malloc. */
const INITIAL_NODES = 3;

export class NodeDirectory {
  /** Nodes there are. */
  count = 0;
  #words = new Uint32Array(INITIAL_NODES * NODE_WORDS);
  /** Node 0's place. */
  #first = 0;

  /** Bytes of JavaScript memory. */
  get heapBytes(): number {
    return this.#words.length * 4;
  }

  ref(node: number): number {
    return this.#words[(this.#first + node) * NODE_WORDS + REF];
  }

  setRef(node: number, ref: number): void {
    this.#words[(this.#first + node) * NODE_WORDS + REF] = ref;
  }

  readId(node: number, id: StreamId): StreamId {
    const at = (this.#first + node) * NODE_WORDS;
    const words = this.#words;
    return id.set(words[at], words[at + 1], words[at + 2], words[at + 3]);
  }

  /** Adds a node behind all others. */
  append(id: StreamId, ref: number): void {
    if ((this.#first + this.count + 1) * NODE_WORDS > this.#words.length) this.#makeRoom();
    const at = (this.#first + this.count) * NODE_WORDS;
    const words = this.#words;
    words[at] = id.msHi;
    words[at + 1] = id.msLo;
    words[at + 2] = id.seqHi;
    words[at + 3] = id.seqLo;
    words[at + REF] = ref;
    this.count++;
  }

  remove(node: number): void {
    this.count--;
    if (node === 0) {
      this.#first++;
      if (this.count === 0) this.#first = 0;
      return;
    }
    const at = (this.#first + node) * NODE_WORDS;
    this.#words.copyWithin(at, at + NODE_WORDS, (this.#first + this.count + 1) * NODE_WORDS);
  }

  /** The last node that starts at or before an id; −1 when all start behind it. */
  find(id: StreamId): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, id) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #compare(node: number, id: StreamId): number {
    const at = (this.#first + node) * NODE_WORDS;
    const words = this.#words;
    return (
      words[at] - id.msHi || words[at + 1] - id.msLo || words[at + 2] - id.seqHi || words[at + 3] - id.seqLo
    );
  }

  /** Moves the nodes to the front, into more memory if less than half was free. */
  #makeRoom(): void {
    const start = this.#first * NODE_WORDS;
    const used = this.#words.subarray(start, start + this.count * NODE_WORDS);
    const nodes = Math.max(INITIAL_NODES, this.count * 2);
    const words = new Uint32Array(nodes * NODE_WORDS);
    words.set(used);
    this.#words = words;
    this.#first = 0;
  }
}
