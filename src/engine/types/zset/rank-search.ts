/**
 * What a rank tree is searched for: an item, a score, or a name; and the search within one node.
 */
import { compareBytes, EMPTY_BYTES } from '../../../base/bytes.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT } from '../../arena.js';
import { MEMBER_OFFSET, WORD_MEMBER_LENGTH } from './elements.js';
import type { RankNodes } from './rank-nodes.js';

/** What items are compared with. */
const BY_KEY = 0;
const BY_SCORE = 1;
const BY_NAME = 2;

export class RankSearch {
  readonly #arena: Arena;
  readonly #nodes: RankNodes;

  #mode = BY_KEY;
  #score = 0;
  #bytes: Buffer = EMPTY_BYTES;
  #start = 0;
  #end = 0;

  constructor(arena: Arena, nodes: RankNodes) {
    this.#arena = arena;
    this.#nodes = nodes;
  }

  /** Items by score and member. */
  seekItem(score: number, element: number): void {
    const at = (element & CHUNK_MASK) << 3;
    const chunk = element >>> CHUNK_SHIFT;
    const length = this.#arena.words[chunk][(at >>> 2) + WORD_MEMBER_LENGTH] >>> 0;
    this.#mode = BY_KEY;
    this.#score = score;
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
    const nodes = this.#nodes;
    let low = 1;
    let high = nodes.count(inner);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isBefore(nodes.innerScore(inner, middle), nodes.innerElement(inner, middle), orEqual)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** How many items of a leaf come before (or are) what is sought. */
  itemOf(leaf: number, orEqual: boolean): number {
    const nodes = this.#nodes;
    let low = 0;
    let high = nodes.count(leaf);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isBefore(nodes.leafScore(leaf, middle), nodes.leafElement(leaf, middle), orEqual)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether an item comes before what is sought, or (`orEqual`) is equal to it. */
  isBefore(score: number, element: number, orEqual: boolean): boolean {
    if (this.#mode !== BY_NAME) {
      if (score !== this.#score) return score < this.#score;
      if (this.#mode === BY_SCORE) return orEqual;
    }
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
