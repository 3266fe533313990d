/**
 * The order of a large sorted set: a B+ tree that knows how many items lie below each branch, so that
 * finding a member's rank and the member at a rank are O(log N), like insertion and deletion.
 *
 * Items are (score, element) in ascending order of score, then of the member's bytes; the element is a
 * block that holds the member (see large-sorted-set.ts). Scores stand beside the references, so a search
 * touches a member only where scores are equal.
 *
 * A skip list, which Redis has, needs a pointer chase per step and 40 bytes a member; this needs a line
 * or two of cache per level and 18.
 *
 * Invariants: leaves are a chain in order, all at the same depth; an inner node has a child at least,
 * the root two; the key beside a child is the first item below it, its size the number of items below.
 */
import { assert } from '../../../base/assert.js';
import { type Arena, NONE } from '../../arena.js';
import { INNER_CHILDREN, LEAF_ITEMS, RankNodes } from './rank-nodes.js';
import { RankSearch } from './rank-search.js';

/** A node below this much of its room joins a neighbour … */
const SPARSE_PART = 4;
/** … if both together leave a quarter of one node free, so that it does not split at once. */
const MERGED_LEAF_MAX = (LEAF_ITEMS * 3) >> 2;
const MERGED_INNER_MAX = (INNER_CHILDREN * 3) >> 2;
/** Children left to an inner node that splits at the edge of the tree, where more are to come. */
const EDGE_CHILDREN = 4;

const DEPTH_MAX = 12;

export class RankTree {
  /** Items. */
  size = 0;
  readonly nodes: RankNodes;

  /** Where the last search arrived: a leaf, and an index in it, which may be its count. */
  leaf = NONE;
  index = 0;

  readonly #search: RankSearch;
  #root: number;
  /** Levels of inner nodes. */
  #height = 0;

  /** The way to `leaf`: inner nodes from the root on, and the child taken in each. */
  readonly #path = new Uint32Array(DEPTH_MAX);
  readonly #pathIndex = new Uint32Array(DEPTH_MAX);

  constructor(arena: Arena) {
    this.nodes = new RankNodes(arena);
    this.#search = new RankSearch(arena);
    this.#root = this.nodes.createLeaf();
  }

  /** Adds an item that is not there. */
  insert(score: number, element: number): void {
    const { nodes } = this;
    this.#search.seekItem(score, element);
    if (this.#isFull(this.#root, 0)) this.#growRoot();
    let node = this.#root;
    for (let level = 0; level < this.#height; level++) {
      let index = this.#search.childOf(node, true);
      if (this.#isFull(nodes.child(node, index), level + 1)) {
        index = this.#splitChild(node, index, level + 1, score, element);
      }
      nodes.addSize(node, index, 1);
      if (
        index === 0 &&
        !this.#search.isBefore(nodes.innerScore(node, 0), nodes.innerElement(node, 0), false)
      ) {
        nodes.setInnerKey(node, 0, score, element);
      }
      node = nodes.child(node, index);
    }
    nodes.insertItem(node, this.#search.itemOf(node, false), score, element);
    this.size++;
  }

  /** Puts the first `count` items, which are in order, into the tree, which is empty: full leaves, full nodes. */
  fill(scores: Float64Array, elements: Uint32Array, count: number): void {
    assert(this.size === 0 && this.#height === 0, 'the tree is empty');
    const { nodes } = this;
    let level: number[] = [];
    let sizes: number[] = [];
    for (let from = 0; from < count; from += LEAF_ITEMS) {
      const leaf = from === 0 ? this.#root : nodes.createLeaf();
      const size = Math.min(LEAF_ITEMS, count - from);
      nodes.fillLeaf(leaf, scores, elements, from, size);
      if (from > 0) nodes.link(leaf, level[level.length - 1], false);
      level.push(leaf);
      sizes.push(size);
    }
    while (level.length > 1) {
      const above: number[] = [];
      const sizesAbove: number[] = [];
      for (let from = 0; from < level.length; from += INNER_CHILDREN) {
        const inner = nodes.createInner();
        let size = 0;
        for (let index = from; index < Math.min(from + INNER_CHILDREN, level.length); index++) {
          nodes.insertChild(inner, index - from, 0, NONE, level[index], sizes[index]);
          this.#setKey(inner, index - from, level[index], this.#height === 0);
          size += sizes[index];
        }
        above.push(inner);
        sizesAbove.push(size);
      }
      level = above;
      sizes = sizesAbove;
      this.#height++;
    }
    if (count > 0) this.#root = level[0];
    this.size = count;
  }

  /** Takes out an item that is there. */
  remove(score: number, element: number): void {
    this.#find(score, element);
    this.removeHere(1);
  }

  /** Gives an item that is there another score. */
  move(score: number, element: number, newScore: number): void {
    const { nodes } = this;
    this.#find(score, element);
    const { leaf, index } = this;
    if (index > 0 && index < nodes.count(leaf) - 1) {
      // Amid a leaf, where no key of an inner node is concerned, it may stay between the same neighbours.
      this.#search.seekItem(newScore, element);
      const fits =
        this.#search.isBefore(nodes.leafScore(leaf, index - 1), nodes.leafElement(leaf, index - 1), false) &&
        !this.#search.isBefore(nodes.leafScore(leaf, index + 1), nodes.leafElement(leaf, index + 1), false);
      if (fits) {
        nodes.setLeafScore(leaf, index, newScore);
        return;
      }
    }
    this.removeHere(1);
    this.insert(newScore, element);
  }

  /** How many items come before one that is there. */
  rankOf(score: number, element: number): number {
    this.#find(score, element);
    return this.#rank();
  }

  /** How many items have a lower score, or (`orEqual`) one that is not higher. */
  countBelow(score: number, orEqual: boolean): number {
    this.#search.seekScore(score);
    this.#descend(orEqual, orEqual);
    return this.#rank();
  }

  /** The same by the bytes of members, which are in order where all scores are equal. */
  countBelowName(bytes: Buffer, start: number, end: number, orEqual: boolean): number {
    this.#search.seekName(bytes, start, end);
    this.#descend(orEqual, orEqual);
    return this.#rank();
  }

  /** Goes to the item with so many before it, which must exist. */
  seekRank(rank: number): void {
    const { nodes } = this;
    let node = this.#root;
    let rest = rank;
    for (let level = 0; level < this.#height; level++) {
      const index = nodes.childAtRank(node, rest);
      rest = nodes.restOfRank;
      this.#path[level] = node;
      this.#pathIndex[level] = index;
      node = nodes.child(node, index);
    }
    this.leaf = node;
    this.index = rest;
  }

  /** Takes out `count` items of `leaf` from `index` on, where the last search arrived; a search must follow. */
  removeHere(count: number): void {
    const { nodes } = this;
    nodes.removeItems(this.leaf, this.index, count);
    this.size -= count;
    let firstWent = this.index === 0;
    for (let level = this.#height - 1; level >= 0; level--) {
      const parent = this.#path[level];
      const index = this.#pathIndex[level];
      const child = nodes.child(parent, index);
      const isLeaf = level === this.#height - 1;
      nodes.addSize(parent, index, -count);
      if (nodes.count(child) === 0) {
        if (isLeaf) nodes.unlink(child);
        nodes.free(child);
        nodes.removeChild(parent, index);
      } else {
        if (firstWent) this.#setKey(parent, index, child, isLeaf);
        this.#mergeChild(parent, index, isLeaf);
      }
      firstWent &&= index === 0;
    }
    while (this.#height > 0 && nodes.count(this.#root) === 1) {
      const root = this.#root;
      this.#root = nodes.child(root, 0);
      nodes.free(root);
      this.#height--;
    }
  }

  /** Frees about so many nodes, from the end. @returns true when all are gone */
  freeStep(nodeCount: number): boolean {
    const { nodes } = this;
    for (let left = nodeCount; left > 0; left--) {
      let node = this.#root;
      for (let level = 0; level < this.#height; level++) {
        this.#path[level] = node;
        node = nodes.child(node, nodes.count(node) - 1);
      }
      nodes.free(node);
      let level = this.#height - 1;
      for (; level >= 0; level--) {
        const parent = this.#path[level];
        nodes.setCount(parent, nodes.count(parent) - 1);
        if (nodes.count(parent) > 0) break;
        nodes.free(parent);
      }
      if (level < 0) return true;
    }
    return false;
  }

  /** Bytes of all nodes, estimated from how full leaves are on average at the start of the chain. */
  memoryBytes(): number {
    const { nodes } = this;
    if (this.size === 0) return nodes.memoryBytes(this.#root);
    this.seekRank(0);
    let items = 0;
    let leaves = 0;
    for (let leaf = this.leaf; leaf !== NONE && leaves < 32; leaf = nodes.next(leaf)) {
      items += nodes.count(leaf);
      leaves++;
    }
    const leafCount = Math.max(1, Math.round((this.size * leaves) / items));
    const leafBytes = leafCount * nodes.memoryBytes(this.leaf);
    // Inner nodes are about two thirds full.
    return leafBytes + (this.#height > 0 ? nodes.memoryBytes(this.#root) * Math.ceil(leafCount / 42) : 0);
  }

  /** Goes to an item that is there. */
  #find(score: number, element: number): void {
    this.#search.seekItem(score, element);
    this.#descend(true, false);
    assert(
      this.index < this.nodes.count(this.leaf) && this.nodes.leafElement(this.leaf, this.index) === element,
      'the item is in the tree',
    );
  }

  /** Goes to the first item that does not come before what is sought. */
  #descend(innerOrEqual: boolean, leafOrEqual: boolean): void {
    let node = this.#root;
    for (let level = 0; level < this.#height; level++) {
      const index = this.#search.childOf(node, innerOrEqual);
      this.#path[level] = node;
      this.#pathIndex[level] = index;
      node = this.nodes.child(node, index);
    }
    this.leaf = node;
    this.index = this.#search.itemOf(node, leafOrEqual);
  }

  #rank(): number {
    let rank = this.index;
    for (let level = 0; level < this.#height; level++) {
      rank += this.nodes.sizeBefore(this.#path[level], this.#pathIndex[level]);
    }
    return rank;
  }

  #isFull(node: number, level: number): boolean {
    return this.nodes.count(node) === (level === this.#height ? LEAF_ITEMS : INNER_CHILDREN);
  }

  /** Puts a node above the root, which is about to split. */
  #growRoot(): void {
    const root = this.nodes.createInner();
    this.nodes.insertChild(root, 0, 0, NONE, this.#root, this.size);
    this.#setKey(root, 0, this.#root, this.#height === 0);
    this.#root = root;
    this.#height++;
    assert(this.#height < DEPTH_MAX, 'a rank tree is shallow');
  }

  /**
   * Makes two of a full child, to whichever the item sought is then added.
   * @param level of the child
   * @returns the index of the child that it belongs to
   */
  #splitChild(parent: number, index: number, level: number, score: number, element: number): number {
    const isLeaf = level === this.#height;
    const child = this.nodes.child(parent, index);
    if (isLeaf) return this.#splitLeaf(parent, index, child, score, element);
    const { nodes } = this;
    const created = nodes.createInner();
    let kept = INNER_CHILDREN >>> 1;
    if (
      this.#search.isBefore(
        nodes.innerScore(child, INNER_CHILDREN - 1),
        nodes.innerElement(child, INNER_CHILDREN - 1),
        true,
      )
    ) {
      kept = INNER_CHILDREN - EDGE_CHILDREN;
    } else if (!this.#search.isBefore(nodes.innerScore(child, 1), nodes.innerElement(child, 1), true)) {
      kept = EDGE_CHILDREN;
    }
    const moved = nodes.size(parent, index) - nodes.sizeBefore(child, kept);
    nodes.moveChildren(child, kept, created);
    nodes.addSize(parent, index, -moved);
    nodes.insertChild(
      parent,
      index + 1,
      nodes.innerScore(created, 0),
      nodes.innerElement(created, 0),
      created,
      moved,
    );
    return this.#search.isBefore(nodes.innerScore(created, 0), nodes.innerElement(created, 0), true)
      ? index + 1
      : index;
  }

  #splitLeaf(parent: number, index: number, leaf: number, score: number, element: number): number {
    const { nodes } = this;
    const created = nodes.createLeaf();
    const at = this.#search.itemOf(leaf, false);
    // At either end of all items a leaf stays full and the item gets one of its own: members often come in order.
    if (at === LEAF_ITEMS && nodes.next(leaf) === NONE) {
      nodes.link(created, leaf, false);
      nodes.insertChild(parent, index + 1, score, element, created, 0);
      return index + 1;
    }
    if (at === 0 && nodes.previous(leaf) === NONE) {
      nodes.link(created, leaf, true);
      nodes.insertChild(parent, index, score, element, created, 0);
      return index;
    }
    const kept = LEAF_ITEMS >>> 1;
    nodes.link(created, leaf, false);
    nodes.moveItems(leaf, kept, created);
    nodes.addSize(parent, index, kept - LEAF_ITEMS);
    nodes.insertChild(parent, index + 1, 0, NONE, created, LEAF_ITEMS - kept);
    this.#setKey(parent, index + 1, created, true);
    return at > kept ? index + 1 : index;
  }

  /** Notes the first item below a child. */
  #setKey(parent: number, index: number, child: number, isLeaf: boolean): void {
    const { nodes } = this;
    if (isLeaf) nodes.setInnerKey(parent, index, nodes.leafScore(child, 0), nodes.leafElement(child, 0));
    else nodes.setInnerKey(parent, index, nodes.innerScore(child, 0), nodes.innerElement(child, 0));
  }

  /** Joins a child that has become sparse with a neighbour, if one has room. */
  #mergeChild(parent: number, index: number, isLeaf: boolean): void {
    const { nodes } = this;
    const room = isLeaf ? LEAF_ITEMS : INNER_CHILDREN;
    const most = isLeaf ? MERGED_LEAF_MAX : MERGED_INNER_MAX;
    const count = nodes.count(nodes.child(parent, index));
    if (count * SPARSE_PART >= room) return;
    let left = index;
    if (index + 1 === nodes.count(parent) || count + nodes.count(nodes.child(parent, index + 1)) > most) {
      left = index - 1;
      if (left < 0 || count + nodes.count(nodes.child(parent, left)) > most) return;
    }
    const into = nodes.child(parent, left);
    const from = nodes.child(parent, left + 1);
    nodes.addSize(parent, left, nodes.size(parent, left + 1));
    if (isLeaf) {
      nodes.moveItems(from, 0, into);
      nodes.unlink(from);
    } else {
      nodes.moveChildren(from, 0, into);
    }
    nodes.free(from);
    nodes.removeChild(parent, left + 1);
  }
}
