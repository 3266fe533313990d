/**
 * What a rank tree is searched for: an item, a score, or a name; and the search within one node.
 */
import { compareBytes, EMPTY_BYTES } from '../../../base/bytes.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT, NONE } from '../../arena.js';
import { MEMBER_OFFSET, WORD_MEMBER_LENGTH } from './elements.js';
import {
  INNER_ELEMENTS,
  INNER_SCORES,
  LEAF_ELEMENTS,
  LEAF_SCORES,
  WORD_BEGIN,
  WORD_COUNT,
} from './rank-nodes.js';

/** What items are compared with. */
const BY_KEY = 0;
const BY_SCORE = 1;
const BY_NAME = 2;

export class RankSearch {
  readonly #arena: Arena;

  #mode = BY_KEY;
  #score = 0;
  /** The item's element, when one is sought. */
  #element = NONE;
  #bytes: Buffer = EMPTY_BYTES;
  #start = 0;
  #end = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Items by score and member. */
  seekItem(score: number, element: number): void {
    const at = (element & CHUNK_MASK) << 3;
    const chunk = element >>> CHUNK_SHIFT;
    const length = this.#arena.words[chunk][(at >>> 2) + WORD_MEMBER_LENGTH] >>> 0;
    this.#mode = BY_KEY;
    this.#score = score;
    this.#element = element;
    this.#seekSpan(this.#arena.chunks[chunk], at + MEMBER_OFFSET, at + MEMBER_OFFSET + length);
  }

  /** Items by score alone. */
  seekScore(score: number): void {
    this.#mode = BY_SCORE;
    this.#score = score;
  }

  /** Items by the bytes of their members alone. */
  seekName(bytes: Buffer, start: number, end: number): void {
    this.#mode = BY_NAME;
    this.#seekSpan(bytes, start, end);
  }

  #seekSpan(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** The last child whose first item comes before (or is) what is sought; the first child when none does. */
  childOf(inner: number, orEqual: boolean): number {
    const words = this.#arena.words[inner >>> CHUNK_SHIFT];
    const base = (inner & CHUNK_MASK) << 1;
    const count = words[base + WORD_COUNT];
    return this.#firstNotBefore(inner, INNER_SCORES, words, base + INNER_ELEMENTS, 1, count, orEqual) - 1;
  }

  /** How many items of a leaf come before (or are) what is sought. */
  itemOf(leaf: number, orEqual: boolean): number {
    const words = this.#arena.words[leaf >>> CHUNK_SHIFT];
    const base = (leaf & CHUNK_MASK) << 1;
    const count = words[base + WORD_COUNT];
    const begin = words[base + WORD_BEGIN];
    return this.#firstNotBefore(
      leaf,
      LEAF_SCORES + begin,
      words,
      base + LEAF_ELEMENTS + begin,
      0,
      count,
      orEqual,
    );
  }

  /**
   * Half by half, on the scores themselves: a member is looked at where two are equal.
   * @param scores unit of the node at which they begin
   * @param elementsAt word at which their elements begin
   */
  #firstNotBefore(
    node: number,
    scores: number,
    words: Int32Array,
    elementsAt: number,
    from: number,
    count: number,
    orEqual: boolean,
  ): number {
    const doubles = this.#arena.doubles[node >>> CHUNK_SHIFT];
    const scoresAt = (node & CHUNK_MASK) + scores;
    const sought = this.#score;
    const byName = this.#mode === BY_NAME;
    let low = from;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const score = doubles[scoresAt + middle];
      if (score === sought || byName) {
        if (this.#isTieBefore(words[elementsAt + middle] >>> 0, orEqual)) low = middle + 1;
        else high = middle;
      } else if (score < sought) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether an item comes before what is sought, or (`orEqual`) is equal to it. */
  isBefore(score: number, element: number, orEqual: boolean): boolean {
    if (score !== this.#score && this.#mode !== BY_NAME) return score < this.#score;
    return this.#isTieBefore(element, orEqual);
  }

  /** The same of an item whose score decides nothing. */
  #isTieBefore(element: number, orEqual: boolean): boolean {
    if (this.#mode === BY_SCORE) return orEqual;
    if (this.#mode === BY_KEY && element === this.#element) return orEqual;
    const order = this.#compareMember(element);
    return order < 0 || (orEqual && order === 0);
  }

  #compareMember(element: number): number {
    const at = (element & CHUNK_MASK) << 3;
    const chunk = element >>> CHUNK_SHIFT;
    const length = this.#arena.words[chunk][(at >>> 2) + WORD_MEMBER_LENGTH] >>> 0;
    const start = at + MEMBER_OFFSET;
    return compareBytes(
      this.#arena.chunks[chunk],
      start,
      start + length,
      this.#bytes,
      this.#start,
      this.#end,
    );
  }
}
