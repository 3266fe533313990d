/** A walk over a sorted set from its highest score down, one leaf at a time, that ends when the set changes. */
import { compareBytes, EMPTY_BYTES } from '../../../base/bytes.js';
import type { Arena } from '../../arena.js';
import type { OrderedWalk, ShowElement } from '../frozen-elements.js';
import { MEMBER_OFFSET, scoreOf, WORD_MEMBER_LENGTH } from './elements.js';
import type { RankTree } from './rank-tree.js';

export class DescendingWalk implements OrderedWalk {
  readonly #arena: Arena;
  readonly #tree: RankTree;
  /** Of the element that comes next; all above it were shown. */
  #rank: number;
  /** The element shown last: its score, and a copy of its member, for it may go. */
  #score = Number.POSITIVE_INFINITY;
  #member: Buffer = EMPTY_BYTES;
  #hasBegun = false;

  constructor(arena: Arena, tree: RankTree) {
    this.#arena = arena;
    this.#tree = tree;
    this.#rank = tree.size - 1;
  }

  step(show: ShowElement): void {
    const arena = this.#arena;
    this.#tree.seekRank(this.#rank);
    const { leaf, index, nodes } = this.#tree;
    for (let item = index; item >= 0; item--) {
      const element = nodes.leafElement(leaf, item);
      show(arena.bytesOf(element), arena.offsetOf(element));
    }
    this.#rank -= index + 1;
    this.#hasBegun = true;
    const last = nodes.leafElement(leaf, 0);
    const start = arena.offsetOf(last) + MEMBER_OFFSET;
    this.#score = scoreOf(arena, last);
    this.#member = Buffer.from(
      arena.bytesOf(last).subarray(start, start + arena.word(last, WORD_MEMBER_LENGTH)),
    );
  }

  hasShown(element: number): boolean {
    if (!this.#hasBegun) return false;
    const arena = this.#arena;
    const score = scoreOf(arena, element);
    if (score !== this.#score) return score > this.#score;
    const start = arena.offsetOf(element) + MEMBER_OFFSET;
    const end = start + arena.word(element, WORD_MEMBER_LENGTH);
    return compareBytes(arena.bytesOf(element), start, end, this.#member, 0, this.#member.length) >= 0;
  }
}
