/**
 * A large list: a sequence of listpacks, each of at most list-max-listpack-size.
 *
 * Both ends are O(1) and move no element; an index is found by adding up the nodes' counts, which lie
 * side by side, and then walking half a node at most. Which node an element goes to, and when nodes
 * split and merge, is as in Redis, so that both dump the same nodes for the same history.
 *
 * With a depth of compression other than 0 so many nodes at either end are as they are used, and those between them
 * are compressed where that saves something. They are read in scratch memory, inflated to be changed,
 * and compressed again at the end of what changed them.
 *
 * Invariants: no node is empty; `length` is the sum of the nodes' counts; no node within the depth is compressed.
 */
import type { Arena } from '../../arena.js';
import type { Collection } from '../../collections.js';
import { LISTPACK_EMPTY_BYTES } from '../../packed/listpack.js';
import type { ListpackValue } from '../../packed/listpack-value.js';
import type { EncodingLimits, ListNodeLimits } from '../encoding-limits.js';
import type { FrozenList } from './frozen-list.js';
import { NODE_WORDS, WORD_COUNT } from './node-directory.js';
import { NodeEditor } from './node-editor.js';
import { NEW_NODE_BYTES } from './node-store.js';

/** Freeing a node costs about as much as freeing this many elements of a hash table. */
const NODE_COST = 4;
/** Redis keeps the depth in 16 bits. */
const COMPRESS_DEPTH_MAX = 0xffff;
/** Nodes on either side of a change in the middle that may have been split or joined by it. */
const CHANGE_REACH = 3;

export class Quicklist implements Collection {
  readonly heapBytes = 290;
  /** Elements. */
  length = 0;
  readonly nodes: NodeEditor;
  /** Nodes at either end that are not compressed; 0: none is. As it was configured when the list became large. */
  readonly compressDepth: number;
  /** As it was configured then, too. */
  readonly nodeLimits: ListNodeLimits;

  readonly #arena: Arena;
  readonly #limits: EncodingLimits;

  constructor(
    arena: Arena,
    limits: EncodingLimits,
    compressDepth = limits.listCompressDepth,
    nodeLimits = limits.listNodes,
  ) {
    this.#arena = arena;
    this.#limits = limits;
    this.compressDepth = Math.min(compressDepth, COMPRESS_DEPTH_MAX);
    this.nodeLimits = nodeLimits;
    this.nodes = new NodeEditor(arena, nodeLimits);
  }

  /** Takes over a block that starts with a listpack, as the last node. An empty one is freed. */
  adoptListpack(ref: number): void {
    const { nodes } = this;
    const node = nodes.count;
    nodes.adopt(node, ref);
    nodes.open(node);
    this.length += nodes.elementCount;
    if (nodes.elementCount === 0) nodes.remove(node);
    this.#settleEnds();
  }

  /** Adds a plain node as the last one, as a dump may have it. */
  appendPlain(bytes: Buffer, start: number, end: number): void {
    this.nodes.createPlain(this.nodes.count, bytes, start, end);
    this.length++;
    this.#settleEnds();
  }

  /** Whether the only node fits a bare listpack, with the margin that Redis leaves. */
  get fitsListpack(): boolean {
    const { nodes } = this;
    if (nodes.count !== 1) return false;
    nodes.open(0);
    return !nodes.isPlain && this.#limits.listNodes.listFitsListpack(nodes.contentBytes, this.length);
  }

  /** Gives the only node's listpack away, in a block of its own; the quicklist is then empty. */
  releaseListpack(): number {
    this.length = 0;
    this.nodes.open(0);
    return this.nodes.extract();
  }

  push(value: ListpackValue, atHead: boolean): void {
    const { nodes } = this;
    const { count } = nodes;
    this.length++;
    if (nodes.opensFor(atHead ? 0 : count - 1, value)) {
      if (atHead) nodes.prepend(value);
      else nodes.append(value);
    } else {
      if (count > 0) nodes.seal();
      nodes.create(atHead ? 0 : count, value, count > 0 ? NEW_NODE_BYTES : 0);
      this.#settleEnds();
    }
  }

  /** Drops the first or the last element; there must be one. */
  drop(atHead: boolean): void {
    const { nodes } = this;
    const { count } = nodes;
    this.length--;
    nodes.open(atHead ? 0 : count - 1);
    if (atHead) nodes.dropFirst();
    else nodes.dropLast();
    if (nodes.count < count) this.#settleEnds();
  }

  /** Opens the node of an element. @returns the element's index in that node */
  open(index: number): number {
    const { nodes } = this;
    const words = nodes.directory.words();
    const fromHead = index < this.length >>> 1;
    const step = fromHead ? NODE_WORDS : -NODE_WORDS;
    let node = fromHead ? 0 : nodes.count - 1;
    let at = nodes.directory.indexOf(node) + WORD_COUNT;
    let rest = fromHead ? index : this.length - 1 - index;
    while (rest >= words[at]) {
      rest -= words[at];
      at += step;
      node += fromHead ? 1 : -1;
    }
    nodes.open(node);
    return fromHead ? rest : nodes.elementCount - 1 - rest;
  }

  /** Puts an element beside the one at `index`. */
  insert(index: number, value: ListpackValue, after: boolean): void {
    const { nodes } = this;
    const inNode = this.open(index);
    nodes.makeWritable();
    const { node } = nodes;
    const atEdge = after ? inNode === nodes.elementCount - 1 : inNode === 0;
    this.length++;
    if (nodes.takes(value)) {
      nodes.insert(after ? inNode + 1 : inNode, value);
    } else if (atEdge && nodes.opensFor(after ? node + 1 : node - 1, value)) {
      nodes.makeWritable();
      if (after) nodes.prepend(value);
      else nodes.append(value);
    } else if (atEdge) {
      nodes.create(after ? node + 1 : node, value, 0);
    } else {
      this.#split(node, after ? inNode + 1 : inNode);
      if (!nodes.opensFor(after ? node + 1 : node, value)) nodes.create(node + 1, value, 0);
      else if (after) nodes.prepend(value);
      else nodes.append(value);
      this.#mergeAround(after ? node : node + 1);
    }
    this.#settleAround(node);
  }

  /** Puts another element in the place of the one at `index`. */
  replace(index: number, value: ListpackValue): void {
    const { nodes } = this;
    const inNode = this.open(index);
    nodes.makeWritable();
    const { node, isPlain, elementCount } = nodes;
    const large = value.end - value.start >= this.#limits.listPackedThresholdBytes;
    if (!isPlain && !large && nodes.replace(inNode, value)) {
      this.#settleAround(node);
      return;
    }
    if (inNode < elementCount - 1) this.#split(node, inNode + 1);
    nodes.create(node + 1, value, 0);
    nodes.open(node);
    nodes.dropLast();
    // The new node takes the place of the old one when that held nothing else.
    this.#mergeAround(Math.min(node, nodes.count - 1));
    this.#settleAround(node);
  }

  /** Deletes `count` elements from `index` on; as many must be there. */
  deleteRange(index: number, count: number): void {
    if (count === 0) return;
    const { nodes } = this;
    let inNode = this.open(index);
    let { node } = nodes;
    this.length -= count;
    for (let left = count; left > 0; inNode = 0) {
      nodes.openStored(node);
      const deleted = Math.min(left, nodes.elementCount - inNode);
      left -= deleted;
      if (deleted === nodes.elementCount) {
        nodes.remove(node);
      } else {
        nodes.inflate(node);
        nodes.open(node);
        nodes.deleteFrom(inNode, deleted);
        node++;
      }
    }
    this.#settleAround(node);
  }

  /**
   * Deletes up to `most` elements equal to `value`.
   * @returns how many
   */
  deleteEqual(value: ListpackValue, most: number, fromTail: boolean): number {
    const { nodes } = this;
    let deleted = 0;
    let node = fromTail ? nodes.count - 1 : 0;
    while (node >= 0 && node < nodes.count && deleted < most) {
      const { count } = nodes;
      nodes.open(node);
      const found = nodes.deleteEqual(value, most - deleted, fromTail);
      deleted += found;
      if (found > 0 && nodes.count === count && this.#isInner(node)) nodes.compress(node);
      if (fromTail) node--;
      else if (nodes.count === count) node++;
    }
    this.length -= deleted;
    this.#settleEnds();
    return deleted;
  }

  freeze(): FrozenList {
    return this.nodes.freeze();
  }

  thaw(): void {
    this.nodes.thaw();
  }

  memoryBytes(): number {
    return this.heapBytes + this.nodes.memoryBytes();
  }

  freeStep(elementCount: number): boolean {
    for (let left = elementCount; left > 0; left -= NODE_COST) {
      if (this.nodes.count === 0) {
        this.nodes.directory.free();
        return true;
      }
      this.nodes.remove(this.nodes.count - 1);
    }
    return false;
  }

  copy(): Quicklist {
    const copy = new Quicklist(this.#arena, this.#limits, this.compressDepth, this.nodeLimits);
    this.nodes.copyTo(copy.nodes);
    copy.length = this.length;
    return copy;
  }

  /** Makes two nodes of one: the second starts with the entry that was at `inNode`, not the first. */
  #split(node: number, inNode: number): void {
    const { nodes } = this;
    nodes.open(node);
    const { bytes } = nodes;
    const start = nodes.entryAt(inNode);
    const end = nodes.at + nodes.contentBytes - 1;
    const moved = nodes.elementCount - inNode;
    nodes.createFromEntries(node + 1, bytes, start, end, moved);
    nodes.open(node);
    nodes.deleteSpan(start, end, moved);
  }

  /** Joins small neighbours, in Redis' order: two before, two behind, then across the middle. */
  #mergeAround(middle: number): void {
    let node = middle;
    if (this.#merge(node - 2)) node--;
    this.#merge(node + 1);
    if (this.#merge(node - 1)) node--;
    this.#merge(node);
  }

  /** Joins a node with the next one if one node may hold both. */
  #merge(node: number): boolean {
    const { nodes } = this;
    if (node < 0 || node + 1 >= nodes.count) return false;
    nodes.openStored(node + 1);
    if (nodes.isPlain) return false;
    const { contentBytes, elementCount } = nodes;
    nodes.openStored(node);
    if (nodes.isPlain) return false;
    const total = nodes.contentBytes + contentBytes - LISTPACK_EMPTY_BYTES;
    if (this.nodeLimits.listNodeExceeds(total, nodes.elementCount + elementCount)) return false;
    nodes.open(node);
    nodes.makeWritable();
    nodes.takeInNext(total);
    return true;
  }

  /** Whether a node may be compressed. */
  #isInner(node: number): boolean {
    const depth = this.compressDepth;
    return depth > 0 && node >= depth && node < this.nodes.count - depth;
  }

  #compressInner(node: number): void {
    if (this.#isInner(node)) this.nodes.compress(node);
  }

  /** After nodes came or went at an end: those within the depth are inflated, the next ones compressed. */
  #settleEnds(): void {
    const depth = this.compressDepth;
    if (depth === 0) return;
    const { nodes } = this;
    const last = nodes.count - 1;
    for (let node = Math.min(depth, nodes.count) - 1; node >= 0; node--) {
      nodes.inflate(node);
      nodes.inflate(last - node);
    }
    this.#compressInner(depth);
    this.#compressInner(last - depth);
  }

  /** After a change in the middle, at a node or beside it. */
  #settleAround(node: number): void {
    if (this.compressDepth === 0) return;
    this.#settleEnds();
    // Two nodes may have come, and moved two out of the depth.
    this.#compressInner(this.compressDepth + 1);
    this.#compressInner(this.nodes.count - 2 - this.compressDepth);
    for (let near = node - CHANGE_REACH; near <= node + CHANGE_REACH; near++) this.#compressInner(near);
  }
}
