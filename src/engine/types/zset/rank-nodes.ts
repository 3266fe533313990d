/**
 * The nodes of a rank tree: their layout in the arena, and what moves within one node or between two.
 *
 *     leaf, in units of 8 bytes
 *     0  count u32, begin u32        items lie at begin … begin + count − 1: the first ones go without
 *     1  next u32, previous u32      moving the others
 *     2  68 scores f64               ascending by score, then by member
 *    70  68 elements u32             the dict's elements they belong to
 *
 *     inner node
 *     0  count u32, unused u32
 *     1  63 scores f64               score and element of the first item below each child
 *    64  63 elements u32
 *        63 children u32
 *        63 sizes u32                items below each child
 *
 * 68 and 63 fill the arena's blocks of 832 and 1,280 bytes. A million members make 4 levels, of which
 * three stay in the cache.
 */
import { type Arena, CHUNK_MASK, CHUNK_SHIFT, NONE } from '../../arena.js';

export const LEAF_ITEMS = 68;
export const INNER_CHILDREN = 63;

const LEAF_BYTES = 16 + LEAF_ITEMS * 12;
const INNER_BYTES = 8 + INNER_CHILDREN * 20;

export const WORD_COUNT = 0;
export const WORD_BEGIN = 1;
const WORD_NEXT = 2;
const WORD_PREVIOUS = 3;
export const LEAF_SCORES = 2;
export const LEAF_ELEMENTS = (LEAF_SCORES + LEAF_ITEMS) * 2;

export const INNER_SCORES = 1;
export const INNER_ELEMENTS = (INNER_SCORES + INNER_CHILDREN) * 2;
const INNER_REFS = INNER_ELEMENTS + INNER_CHILDREN;
const INNER_SIZES = INNER_REFS + INNER_CHILDREN;

export class RankNodes {
  /** What `childAtRank` leaves of a rank: the rank below the child. */
  restOfRank = 0;

  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  createLeaf(): number {
    const leaf = this.#arena.allocate(LEAF_BYTES);
    for (const word of [WORD_COUNT, WORD_BEGIN, WORD_NEXT, WORD_PREVIOUS]) this.#arena.setWord(leaf, word, 0);
    return leaf;
  }

  createInner(): number {
    const inner = this.#arena.allocate(INNER_BYTES);
    this.#arena.setWord(inner, WORD_COUNT, 0);
    return inner;
  }

  free(node: number): void {
    this.#arena.free(node);
  }

  memoryBytes(node: number): number {
    return this.#arena.capacity(node);
  }

  /** Items of a leaf, or children of an inner node. */
  count(node: number): number {
    return this.#arena.word(node, WORD_COUNT);
  }

  setCount(node: number, count: number): void {
    this.#arena.setWord(node, WORD_COUNT, count);
  }

  next(leaf: number): number {
    return this.#arena.word(leaf, WORD_NEXT);
  }

  previous(leaf: number): number {
    return this.#arena.word(leaf, WORD_PREVIOUS);
  }

  leafScore(leaf: number, index: number): number {
    const begin = this.#arena.word(leaf, WORD_BEGIN);
    return this.#arena.doubles[leaf >>> CHUNK_SHIFT][(leaf & CHUNK_MASK) + LEAF_SCORES + begin + index];
  }

  leafElement(leaf: number, index: number): number {
    return this.#arena.word(leaf, LEAF_ELEMENTS + this.#arena.word(leaf, WORD_BEGIN) + index);
  }

  setLeafScore(leaf: number, index: number, score: number): void {
    const begin = this.#arena.word(leaf, WORD_BEGIN);
    this.#arena.doubles[leaf >>> CHUNK_SHIFT][(leaf & CHUNK_MASK) + LEAF_SCORES + begin + index] = score;
  }

  innerScore(inner: number, index: number): number {
    return this.#arena.doubles[inner >>> CHUNK_SHIFT][(inner & CHUNK_MASK) + INNER_SCORES + index];
  }

  innerElement(inner: number, index: number): number {
    return this.#arena.word(inner, INNER_ELEMENTS + index);
  }

  child(inner: number, index: number): number {
    return this.#arena.word(inner, INNER_REFS + index);
  }

  /** Items below a child. */
  size(inner: number, index: number): number {
    return this.#arena.word(inner, INNER_SIZES + index);
  }

  addSize(inner: number, index: number, change: number): void {
    const words = this.#arena.words[inner >>> CHUNK_SHIFT];
    words[((inner & CHUNK_MASK) << 1) + INNER_SIZES + index] += change;
  }

  /** Items below all children before `index`. */
  sizeBefore(inner: number, index: number): number {
    const words = this.#arena.words[inner >>> CHUNK_SHIFT];
    const from = ((inner & CHUNK_MASK) << 1) + INNER_SIZES;
    let size = 0;
    for (let at = from; at < from + index; at++) size += words[at];
    return size;
  }

  /** The child below which the item at a rank of this node lies; sets `restOfRank`. */
  childAtRank(inner: number, rank: number): number {
    const words = this.#arena.words[inner >>> CHUNK_SHIFT];
    let at = ((inner & CHUNK_MASK) << 1) + INNER_SIZES;
    let rest = rank;
    let index = 0;
    while (rest >= words[at]) {
      rest -= words[at++];
      index++;
    }
    this.restOfRank = rest;
    return index;
  }

  setInnerKey(inner: number, index: number, score: number, element: number): void {
    this.#arena.doubles[inner >>> CHUNK_SHIFT][(inner & CHUNK_MASK) + INNER_SCORES + index] = score;
    this.#arena.setWord(inner, INNER_ELEMENTS + index, element);
  }

  /** Puts a new leaf into the chain, before or after another. */
  link(leaf: number, beside: number, before: boolean): void {
    const arena = this.#arena;
    const previous = before ? arena.word(beside, WORD_PREVIOUS) : beside;
    const next = before ? beside : arena.word(beside, WORD_NEXT);
    arena.setWord(leaf, WORD_PREVIOUS, previous);
    arena.setWord(leaf, WORD_NEXT, next);
    if (previous !== NONE) arena.setWord(previous, WORD_NEXT, leaf);
    if (next !== NONE) arena.setWord(next, WORD_PREVIOUS, leaf);
  }

  unlink(leaf: number): void {
    const arena = this.#arena;
    const previous = arena.word(leaf, WORD_PREVIOUS);
    const next = arena.word(leaf, WORD_NEXT);
    if (previous !== NONE) arena.setWord(previous, WORD_NEXT, next);
    if (next !== NONE) arena.setWord(next, WORD_PREVIOUS, previous);
  }

  /** Gives an empty leaf `count` items from `from` on. */
  fillLeaf(leaf: number, scores: Float64Array, elements: Uint32Array, from: number, count: number): void {
    const words = this.#arena.words[leaf >>> CHUNK_SHIFT];
    const doubles = this.#arena.doubles[leaf >>> CHUNK_SHIFT];
    const base = (leaf & CHUNK_MASK) << 1;
    const scoresAt = (leaf & CHUNK_MASK) + LEAF_SCORES;
    for (let item = 0; item < count; item++) {
      doubles[scoresAt + item] = scores[from + item];
      words[base + LEAF_ELEMENTS + item] = elements[from + item];
    }
    words[base + WORD_COUNT] = count;
  }

  /** Puts an item into a leaf that is not full. */
  insertItem(leaf: number, index: number, score: number, element: number): void {
    const words = this.#arena.words[leaf >>> CHUNK_SHIFT];
    const doubles = this.#arena.doubles[leaf >>> CHUNK_SHIFT];
    const base = (leaf & CHUNK_MASK) << 1;
    const count = words[base + WORD_COUNT];
    let begin = words[base + WORD_BEGIN];
    // The shorter side moves, if it can.
    if (begin > 0 && (index < count >>> 1 || begin + count === LEAF_ITEMS)) {
      this.#moveItems(words, doubles, leaf, begin - 1, begin, index);
      words[base + WORD_BEGIN] = --begin;
    } else {
      this.#moveItems(words, doubles, leaf, begin + index + 1, begin + index, count - index);
    }
    doubles[(leaf & CHUNK_MASK) + LEAF_SCORES + begin + index] = score;
    words[base + LEAF_ELEMENTS + begin + index] = element;
    words[base + WORD_COUNT] = count + 1;
  }

  removeItems(leaf: number, index: number, removed: number): void {
    const words = this.#arena.words[leaf >>> CHUNK_SHIFT];
    const base = (leaf & CHUNK_MASK) << 1;
    const count = words[base + WORD_COUNT] - removed;
    const begin = words[base + WORD_BEGIN];
    if (index === 0) {
      words[base + WORD_BEGIN] = count === 0 ? 0 : begin + removed;
    } else {
      const doubles = this.#arena.doubles[leaf >>> CHUNK_SHIFT];
      const from = begin + index + removed;
      this.#moveItems(words, doubles, leaf, begin + index, from, count - index);
    }
    words[base + WORD_COUNT] = count;
  }

  /** Appends a leaf's items from `index` on to another leaf, which has room. */
  moveItems(from: number, index: number, to: number): void {
    const moved = this.count(from) - index;
    const count = this.count(to);
    this.#startAtFront(to, count);
    const begin = this.#arena.word(from, WORD_BEGIN);
    const doubles = this.#arena.doubles[to >>> CHUNK_SHIFT];
    const words = this.#arena.words[to >>> CHUNK_SHIFT];
    const fromDoubles = this.#arena.doubles[from >>> CHUNK_SHIFT];
    const fromWords = this.#arena.words[from >>> CHUNK_SHIFT];
    const scoresAt = (to & CHUNK_MASK) + LEAF_SCORES + count;
    const elementsAt = ((to & CHUNK_MASK) << 1) + LEAF_ELEMENTS + count;
    const fromScores = (from & CHUNK_MASK) + LEAF_SCORES + begin + index;
    const fromElements = ((from & CHUNK_MASK) << 1) + LEAF_ELEMENTS + begin + index;
    for (let item = 0; item < moved; item++) {
      doubles[scoresAt + item] = fromDoubles[fromScores + item];
      words[elementsAt + item] = fromWords[fromElements + item];
    }
    this.setCount(to, count + moved);
    this.setCount(from, index);
  }

  /** Puts a child into an inner node that is not full. */
  insertChild(
    inner: number,
    index: number,
    score: number,
    element: number,
    child: number,
    size: number,
  ): void {
    const count = this.count(inner);
    this.#moveChildren(inner, index + 1, inner, index, count - index);
    this.setInnerKey(inner, index, score, element);
    this.#arena.setWord(inner, INNER_REFS + index, child);
    this.#arena.setWord(inner, INNER_SIZES + index, size);
    this.setCount(inner, count + 1);
  }

  removeChild(inner: number, index: number): void {
    const count = this.count(inner) - 1;
    this.#moveChildren(inner, index, inner, index + 1, count - index);
    this.setCount(inner, count);
  }

  /** Appends an inner node's children from `index` on to another, which has room. */
  moveChildren(from: number, index: number, to: number): void {
    const moved = this.count(from) - index;
    const count = this.count(to);
    this.#moveChildren(to, count, from, index, moved);
    this.setCount(to, count + moved);
    this.setCount(from, index);
  }

  /** Moves a leaf's items so that they begin at its first place. */
  #startAtFront(leaf: number, count: number): void {
    const begin = this.#arena.word(leaf, WORD_BEGIN);
    if (begin === 0) return;
    const chunk = leaf >>> CHUNK_SHIFT;
    this.#moveItems(this.#arena.words[chunk], this.#arena.doubles[chunk], leaf, 0, begin, count);
    this.#arena.setWord(leaf, WORD_BEGIN, 0);
  }

  /** Moves items between places of a leaf. A loop: half a leaf is too little for `copyWithin` to pay. */
  #moveItems(
    words: Int32Array,
    doubles: Float64Array,
    leaf: number,
    to: number,
    from: number,
    count: number,
  ): void {
    const scores = (leaf & CHUNK_MASK) + LEAF_SCORES;
    const elements = ((leaf & CHUNK_MASK) << 1) + LEAF_ELEMENTS;
    if (to < from) {
      for (let item = 0; item < count; item++) {
        doubles[scores + to + item] = doubles[scores + from + item];
        words[elements + to + item] = words[elements + from + item];
      }
    } else {
      for (let item = count - 1; item >= 0; item--) {
        doubles[scores + to + item] = doubles[scores + from + item];
        words[elements + to + item] = words[elements + from + item];
      }
    }
  }

  /** Copies children with their keys and sizes; within one node the places may overlap. */
  #moveChildren(to: number, toIndex: number, from: number, fromIndex: number, count: number): void {
    if (count <= 0) return;
    const words = this.#arena.words[to >>> CHUNK_SHIFT];
    const fromWords = this.#arena.words[from >>> CHUNK_SHIFT];
    const base = (to & CHUNK_MASK) << 1;
    const fromBase = (from & CHUNK_MASK) << 1;
    // Scores are moved as pairs of words; a region at a time, since each lies apart.
    this.#moveWords(
      words,
      base + (INNER_SCORES + toIndex) * 2,
      fromWords,
      fromBase + (INNER_SCORES + fromIndex) * 2,
      count * 2,
    );
    for (const region of [INNER_ELEMENTS, INNER_REFS, INNER_SIZES]) {
      this.#moveWords(words, base + region + toIndex, fromWords, fromBase + region + fromIndex, count);
    }
  }

  #moveWords(to: Int32Array, toIndex: number, from: Int32Array, fromIndex: number, count: number): void {
    if (to === from) {
      to.copyWithin(toIndex, fromIndex, fromIndex + count);
    } else {
      for (let index = 0; index < count; index++) to[toIndex + index] = from[fromIndex + index];
    }
  }
}
