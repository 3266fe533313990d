/**
 * A large list: a sequence of listpacks, each of at most list-max-listpack-size.
 *
 * Both ends are O(1) and move no element; an index is found by adding up the nodes' counts, which lie
 * side by side, and then walking half a node at most. Which node an element goes to, and when nodes
 * split and merge, is as in Redis, so that both dump the same nodes for the same history; that holds
 * for pushes, pops and trims exactly, and otherwise as far as clients can tell.
 *
 * Invariants: no node is empty; `length` is the sum of the nodes' counts.
 */
import type { Arena } from '../../arena.js';
import type { Collection } from '../../collections.js';
import { endEntry, LISTPACK_EMPTY_BYTES, nextEntry, seekEntry } from '../../packed/listpack.js';
import { appendListpack, growthOfReplacing, insertEntry, replaceEntry } from '../../packed/listpack-edit.js';
import type { ListpackValue } from '../../packed/listpack-value.js';
import type { EncodingLimits } from '../encoding-limits.js';
import { WORD_REF } from './node-directory.js';
import { NEW_NODE_BYTES, NodeStore } from './node-store.js';

/** Freeing a node costs about as much as freeing this many elements of a hash table. */
const NODE_COST = 4;

export class Quicklist implements Collection {
  readonly heapBytes = 240;
  /** Elements. */
  length = 0;
  nodes: NodeStore;

  /** Where `locate` last arrived. */
  node = 0;
  /** Index within that node. */
  indexInNode = 0;

  constructor(
    readonly arena: Arena,
    readonly limits: EncodingLimits,
  ) {
    this.nodes = new NodeStore(arena, limits);
  }

  /** Takes over a block that starts with a listpack, as the last node. An empty one is freed. */
  adoptListpack(ref: number): void {
    this.nodes.adopt(this.nodes.count, ref);
    const count = this.nodes.elementCount(this.nodes.count - 1);
    if (count === 0) this.nodes.remove(this.nodes.count - 1);
    this.length += count;
  }

  /** Adds a plain node as the last one, as a dump may have it. */
  appendPlain(bytes: Buffer, start: number, end: number): void {
    this.nodes.createPlain(this.nodes.count, bytes, start, end);
    this.length++;
  }

  /** @returns whether the only node fits a bare listpack, with the margin that Redis leaves */
  get fitsListpack(): boolean {
    const { nodes } = this;
    if (nodes.count !== 1 || nodes.isPlain(0)) return false;
    return this.limits.listFitsListpack(nodes.contentBytes(0), this.length);
  }

  /** Gives the only node's listpack away, in a block of its own; the quicklist is then empty. */
  releaseListpack(): number {
    this.length = 0;
    return this.nodes.extract(0);
  }

  push(value: ListpackValue, atHead: boolean): void {
    const { nodes } = this;
    const count = nodes.count;
    const node = atHead ? 0 : count - 1;
    if (nodes.takes(node, value)) {
      if (atHead) nodes.prepend(node, value);
      else nodes.append(node, value);
    } else {
      if (count > 0) nodes.seal(node);
      nodes.create(atHead ? 0 : count, value, count > 0 ? NEW_NODE_BYTES : 0);
    }
    this.length++;
  }

  /** Drops the first or the last element; there must be one. */
  drop(atHead: boolean): void {
    if (atHead) this.nodes.dropFirst(0);
    else this.nodes.dropLast(this.nodes.count - 1);
    this.length--;
  }

  /** Sets `node` and `indexInNode` to an element's place, from the nearer end. */
  locate(index: number): void {
    const { nodes } = this;
    if (index < this.length >>> 1) {
      let rest = index;
      let node = 0;
      for (let count = nodes.elementCount(0); rest >= count; count = nodes.elementCount(node)) {
        rest -= count;
        node++;
      }
      this.node = node;
      this.indexInNode = rest;
    } else {
      let rest = this.length - 1 - index;
      let node = nodes.count - 1;
      for (let count = nodes.elementCount(node); rest >= count; count = nodes.elementCount(node)) {
        rest -= count;
        node--;
      }
      this.node = node;
      this.indexInNode = nodes.elementCount(node) - 1 - rest;
    }
  }

  /** Offset of the entry at an index of a listpack node, in the node's chunk. */
  entryAt(node: number, indexInNode: number): number {
    return seekEntry(this.nodes.bytesOf(node), this.nodes.offsetOf(node), indexInNode);
  }

  /** Puts an element beside the one at `index`. */
  insert(index: number, value: ListpackValue, after: boolean): void {
    this.locate(index);
    const { nodes, node, indexInNode } = this;
    const atEdge = after ? indexInNode === nodes.elementCount(node) - 1 : indexInNode === 0;
    const beside = after ? node + 1 : node - 1;
    this.length++;
    if (nodes.takes(node, value)) {
      this.#insertInNode(node, after ? indexInNode + 1 : indexInNode, value);
    } else if (atEdge && nodes.takes(beside, value)) {
      if (after) nodes.prepend(beside, value);
      else nodes.append(beside, value);
    } else if (atEdge) {
      nodes.create(after ? node + 1 : node, value, 0);
    } else {
      this.#split(node, after ? indexInNode + 1 : indexInNode);
      const target = after ? node + 1 : node;
      if (!nodes.takes(target, value)) nodes.create(node + 1, value, 0);
      else if (after) nodes.prepend(target, value);
      else nodes.append(target, value);
      this.#mergeAround(after ? node : node + 1);
    }
  }

  /** Puts another element in the place of the one at `index`. */
  replace(index: number, value: ListpackValue): void {
    this.locate(index);
    const { nodes, node, indexInNode } = this;
    const large = value.end - value.start >= this.limits.listPackedThresholdBytes;
    if (!nodes.isPlain(node) && !large && this.#replaceInNode(node, indexInNode, value)) return;
    const last = nodes.elementCount(node) - 1;
    if (indexInNode < last) this.#split(node, indexInNode + 1);
    nodes.create(node + 1, value, 0);
    nodes.dropLast(node);
    // The new node takes the place of the old one when that held nothing else.
    this.#mergeAround(Math.min(node, nodes.count - 1));
  }

  /** Deletes `count` elements from `index` on; as many must be there. */
  deleteRange(index: number, count: number): void {
    if (count === 0) return;
    const { nodes } = this;
    this.locate(index);
    let { node, indexInNode } = this;
    let left = count;
    this.length -= count;
    while (left > 0) {
      const inNode = nodes.elementCount(node);
      const deleted = Math.min(left, inNode - indexInNode);
      left -= deleted;
      if (deleted === inNode) {
        nodes.remove(node);
      } else {
        this.#deleteInNode(node, indexInNode, deleted);
        node++;
      }
      indexInNode = 0;
    }
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
      const inNode = nodes.deleteEqual(node, value, most - deleted, fromTail);
      const emptied = inNode === nodes.elementCount(node);
      deleted += inNode;
      if (emptied) nodes.remove(node);
      else if (inNode > 0) nodes.changed(node, -inNode);
      if (fromTail) node--;
      else if (!emptied) node++;
    }
    this.length -= deleted;
    return deleted;
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
    const copy = new Quicklist(this.arena, this.limits);
    copy.nodes.directory.free();
    copy.nodes = this.nodes.copy();
    copy.length = this.length;
    return copy;
  }

  #insertInNode(node: number, indexInNode: number, value: ListpackValue): void {
    const { nodes } = this;
    const count = nodes.elementCount(node);
    if (indexInNode === 0) nodes.prepend(node, value);
    else if (indexInNode === count) nodes.append(node, value);
    else {
      nodes.reserve(node, nodes.contentBytes(node) + value.entryBytes);
      insertEntry(nodes.bytesOf(node), nodes.offsetOf(node), this.entryAt(node, indexInNode), value);
      nodes.changed(node, 1);
    }
  }

  /** @returns false when the node would exceed its limit, and nothing is changed */
  #replaceInNode(node: number, indexInNode: number, value: ListpackValue): boolean {
    const { nodes } = this;
    const growth = growthOfReplacing(nodes.bytesOf(node), this.entryAt(node, indexInNode), value);
    const bytes = nodes.contentBytes(node) + growth;
    const count = nodes.elementCount(node);
    if (growth > 0 && count > 1 && this.limits.listNodeExceeds(bytes, count)) return false;
    if (growth > 0) nodes.reserve(node, bytes);
    replaceEntry(nodes.bytesOf(node), nodes.offsetOf(node), this.entryAt(node, indexInNode), value);
    nodes.changed(node, 0);
    return true;
  }

  #deleteInNode(node: number, indexInNode: number, count: number): void {
    const { nodes } = this;
    const bytes = nodes.bytesOf(node);
    const entry = this.entryAt(node, indexInNode);
    let end = entry;
    if (indexInNode + count === nodes.elementCount(node)) end = endEntry(bytes, nodes.offsetOf(node));
    else for (let left = count; left > 0; left--) end = nextEntry(bytes, end);
    nodes.deleteEntries(node, entry, end, count);
  }

  /** Makes two nodes of one: the second starts with the entry that was at `indexInNode`, not the first. */
  #split(node: number, indexInNode: number): void {
    const { nodes } = this;
    const bytes = nodes.bytesOf(node);
    const start = this.entryAt(node, indexInNode);
    const end = endEntry(bytes, nodes.offsetOf(node));
    const moved = nodes.elementCount(node) - indexInNode;
    nodes.createFromEntries(node + 1, bytes, start, end, moved);
    nodes.deleteEntries(node, start, end, moved);
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
    const next = node + 1;
    if (node < 0 || next >= nodes.count || nodes.isPlain(node) || nodes.isPlain(next)) return false;
    const bytes = nodes.contentBytes(node) + nodes.contentBytes(next) - LISTPACK_EMPTY_BYTES;
    const added = nodes.elementCount(next);
    if (this.limits.listNodeExceeds(bytes, nodes.elementCount(node) + added)) return false;
    nodes.reserve(node, bytes);
    appendListpack(nodes.bytesOf(node), nodes.offsetOf(node), nodes.bytesOf(next), nodes.offsetOf(next));
    nodes.changed(node, added);
    this.arena.free(nodes.directory.get(next, WORD_REF));
    nodes.directory.remove(next);
    return true;
  }
}
