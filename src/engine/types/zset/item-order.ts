/**
 * Items of a sorted set that is built at once, brought into order: a natural merge sort of scores and elements in flat
 * arrays. What comes in order, as from one sorted set, is seen to be so and costs a comparison an item; what comes
 * in two ordered rows is merged in one pass.
 *
 * It knows no tree and no dict. Reused: `clear` begins anew.
 */
import { compareBytes } from '../../../base/bytes.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT } from '../../arena.js';
import { MEMBER_OFFSET, scoreOf, WORD_MEMBER_LENGTH } from './elements.js';

const FIRST_LENGTH = 256;
/** Arrays longer than this are not kept for the next time. */
const KEPT_LENGTH_MAX = 65_536;

export class ItemOrder {
  /** Elements, in order after `sort`, and (only then) their scores: the first `count` of each. */
  elements = new Uint32Array(FIRST_LENGTH);
  scores = new Float64Array(FIRST_LENGTH);
  count = 0;

  readonly #arena: Arena;
  #mergedElements = new Uint32Array(FIRST_LENGTH);
  #mergedScores = new Float64Array(FIRST_LENGTH);

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  clear(): void {
    this.count = 0;
    if (this.elements.length <= KEPT_LENGTH_MAX) return;
    this.elements = new Uint32Array(FIRST_LENGTH);
    this.#resizeOthers(FIRST_LENGTH);
  }

  add(element: number): void {
    if (this.count === this.elements.length) {
      const larger = new Uint32Array(this.count * 2);
      larger.set(this.elements);
      this.elements = larger;
    }
    this.elements[this.count++] = element;
  }

  /** Orders the items by the scores that stand in their elements, then by their members. */
  sort(): void {
    const { elements, count } = this;
    if (this.scores.length !== elements.length) this.#resizeOthers(elements.length);
    const { scores } = this;
    for (let index = 0; index < count; index++) scores[index] = scoreOf(this.#arena, elements[index]);
    // Where ordered rows begin, and the end.
    let rows: number[] = [0];
    for (let index = 1; index < count; index++) {
      if (this.#isBefore(scores[index], elements[index], scores[index - 1], elements[index - 1])) {
        rows.push(index);
      }
    }
    rows.push(count);
    while (rows.length > 2) rows = this.#mergeRows(rows);
  }

  /** Merges each two rows that lie side by side. @returns where the longer rows begin */
  #mergeRows(rows: readonly number[]): number[] {
    const longer: number[] = [];
    const last = rows.length - 1;
    for (let row = 0; row < last; row += 2) {
      longer.push(rows[row]);
      this.#merge(rows[row], rows[row + 1], rows[Math.min(row + 2, last)]);
    }
    longer.push(this.count);
    const { elements, scores } = this;
    this.elements = this.#mergedElements;
    this.scores = this.#mergedScores;
    this.#mergedElements = elements;
    this.#mergedScores = scores;
    return longer;
  }

  /** Merges the rows [start, middle) and [middle, end); the second may be empty. */
  #merge(start: number, middle: number, end: number): void {
    const { elements, scores } = this;
    const mergedElements = this.#mergedElements;
    const mergedScores = this.#mergedScores;
    let left = start;
    let right = middle;
    for (let at = start; at < end; at++) {
      const takesRight =
        left === middle ||
        (right < end && this.#isBefore(scores[right], elements[right], scores[left], elements[left]));
      const from = takesRight ? right++ : left++;
      mergedScores[at] = scores[from];
      mergedElements[at] = elements[from];
    }
  }

  #isBefore(score: number, element: number, otherScore: number, other: number): boolean {
    return score === otherScore ? this.#isMemberBefore(element, other) : score < otherScore;
  }

  #isMemberBefore(element: number, other: number): boolean {
    const { chunks } = this.#arena;
    const start = ((element & CHUNK_MASK) << 3) + MEMBER_OFFSET;
    const otherStart = ((other & CHUNK_MASK) << 3) + MEMBER_OFFSET;
    return (
      compareBytes(
        chunks[element >>> CHUNK_SHIFT],
        start,
        start + this.#arena.word(element, WORD_MEMBER_LENGTH),
        chunks[other >>> CHUNK_SHIFT],
        otherStart,
        otherStart + this.#arena.word(other, WORD_MEMBER_LENGTH),
      ) < 0
    );
  }

  #resizeOthers(length: number): void {
    this.scores = new Float64Array(length);
    this.#mergedElements = new Uint32Array(length);
    this.#mergedScores = new Float64Array(length);
  }
}
