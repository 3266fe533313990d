/**
 * A large sorted set: a dict from member to element, and a rank tree with the order of the elements.
 *
 * Invariant: both hold the same elements, the tree with the score that stands in the element.
 */
import { type Arena, NONE } from '../../arena.js';
import type { Collection } from '../../collections.js';
import { Dict } from '../../dict.js';
import { estimateDictBytes } from '../dict-memory.js';
import { FrozenElements } from '../frozen-elements.js';
import { DescendingWalk } from './descending-walk.js';
import {
  createElement,
  ELEMENT_LAYOUT,
  MEMBER_OFFSET,
  scoreOf,
  setScore,
  WORD_MEMBER_LENGTH,
} from './elements.js';
import { RankTree } from './rank-tree.js';

/** Freeing a node of the tree costs about as much as freeing this many elements. */
const NODE_COST = 2;

export class LargeSortedSet implements Collection {
  readonly heapBytes = 1200;
  readonly dict: Dict;
  readonly tree: RankTree;

  readonly #arena: Arena;
  readonly #seed: readonly [number, number];
  readonly #freeElement = (element: number): void => this.#arena.free(element);
  #treeIsFreed = false;
  #frozen: FrozenElements | null = null;

  /** @param dict of elements that the tree has yet to get; null: there are none */
  constructor(arena: Arena, seed: readonly [number, number], dict: Dict | null = null) {
    this.#arena = arena;
    this.#seed = seed;
    this.dict = dict ?? new Dict(arena, ELEMENT_LAYOUT, seed[0], seed[1]);
    this.tree = new RankTree(arena);
  }

  /** Adds a member that the last `dict.find` did not find. */
  insert(score: number, member: Buffer, start: number, end: number): void {
    const element = createElement(this.#arena, score, member, start, end);
    this.dict.insert(element);
    this.tree.insert(score, element);
    this.#frozen?.adds(element);
  }

  /** Gives an element another score. */
  setScore(element: number, score: number): void {
    this.#frozen?.changes(element);
    const before = scoreOf(this.#arena, element);
    // Both zeros stand at the same place.
    if (before !== score) this.tree.move(before, element, score);
    setScore(this.#arena, element, score);
  }

  remove(element: number): void {
    this.#frozen?.changes(element);
    this.tree.remove(scoreOf(this.#arena, element), element);
    this.dict.removeElement(element);
    this.#arena.free(element);
  }

  /** Removes `count` members from a rank on; as many must be there. */
  removeRange(rank: number, count: number): void {
    const { tree } = this;
    const { nodes } = tree;
    for (let left = count; left > 0; ) {
      tree.seekRank(rank);
      const { leaf, index } = tree;
      const inLeaf = Math.min(left, nodes.count(leaf) - index);
      for (let item = index; item < index + inLeaf; item++) {
        const element = nodes.leafElement(leaf, item);
        this.#frozen?.changes(element);
        this.dict.removeElement(element);
        // The tree looks at no member of what it takes out, so the block may go first.
        this.#arena.free(element);
      }
      tree.removeHere(inLeaf);
      left -= inLeaf;
    }
  }

  freeze(): FrozenElements {
    const { dict, tree } = this;
    const arena = this.#arena;
    this.#frozen = new FrozenElements({
      arena,
      dict,
      order: new DescendingWalk(arena, tree),
      bytesOf: (element) => MEMBER_OFFSET + arena.word(element, WORD_MEMBER_LENGTH),
      keyOf(element) {
        const start = arena.offsetOf(element) + MEMBER_OFFSET;
        return arena
          .bytesOf(element)
          .toString('latin1', start, start + arena.word(element, WORD_MEMBER_LENGTH));
      },
    });
    return this.#frozen;
  }

  thaw(): void {
    this.#frozen = null;
  }

  memoryBytes(): number {
    return this.heapBytes + estimateDictBytes(this.#arena, this.dict) + this.tree.memoryBytes();
  }

  freeStep(elementCount: number): boolean {
    if (!this.#treeIsFreed) {
      this.#treeIsFreed = this.tree.freeStep(Math.ceil(elementCount / NODE_COST));
      return false;
    }
    return this.dict.destroyStep(elementCount, this.#freeElement);
  }

  copy(): LargeSortedSet {
    const copy = new LargeSortedSet(this.#arena, this.#seed);
    const { tree } = this;
    const arena = this.#arena;
    const { size, nodes } = tree;
    const scores = new Float64Array(size);
    const elements = new Uint32Array(size);
    let rank = 0;
    if (size > 0) tree.seekRank(0);
    for (let leaf = size > 0 ? tree.leaf : NONE; leaf !== NONE; leaf = nodes.next(leaf)) {
      for (let index = 0; index < nodes.count(leaf); index++) {
        const element = nodes.leafElement(leaf, index);
        scores[rank] = nodes.leafScore(leaf, index);
        elements[rank++] = arena.clone(element, MEMBER_OFFSET + arena.word(element, WORD_MEMBER_LENGTH));
      }
    }
    copy.tree.fill(scores, elements, size);
    copy.dict.fill(elements, size);
    return copy;
  }
}
