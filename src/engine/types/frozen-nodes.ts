/**
 * Which nodes of a row (a list's or a stream's) are still to be shown as they were at one moment, while commands go on
 * changing them. It knows their places only; what a node is, and how one is kept, is its owner's.
 *
 * What is left is a sequence of stretches, in the order in which it is shown:
 *
 *     stretch = | kept, kept, … | nodes [first, end) of the row as it is now, untouched so far |
 *
 * A node that changes or goes is kept first, and leaves its stretch: from its front or its end for nothing, from its
 * middle by cutting it in two. When nodes come or go the places behind them move. So a change costs one node and a
 * number for each stretch behind it, and of those there is one more per node that changed in the middle.
 */
import { assert } from '../../base/assert.js';

interface Stretch<Kept> {
  readonly kept: Kept[];
  /** So many of them were shown. */
  shownCount: number;
  first: number;
  end: number;
}

export class FrozenNodes<Kept> {
  /** Nodes that were not shown yet. */
  left: number;
  readonly #stretches: Stretch<Kept>[];

  constructor(readonly count: number) {
    this.left = count;
    this.#stretches = [{ kept: [], shownCount: 0, first: 0, end: count }];
  }

  /** Whether a node is to be kept before it changes or goes; then comes `keep`. */
  isDue(node: number): boolean {
    const at = this.#stretchOf(node);
    return at >= 0 && node < this.#stretches[at].end;
  }

  /** What a node that is due was like. */
  keep(node: number, kept: Kept): void {
    const at = this.#stretchOf(node);
    const stretch = this.#stretches[at];
    assert(node < stretch.end, 'a node that is kept was due');
    if (node === stretch.first) {
      stretch.kept.push(kept);
      stretch.first++;
      return;
    }
    if (node === stretch.end - 1 && at + 1 < this.#stretches.length) {
      const next = this.#stretches[at + 1];
      next.kept.splice(next.shownCount, 0, kept);
    } else {
      this.#stretches.splice(at + 1, 0, { kept: [kept], shownCount: 0, first: node + 1, end: stretch.end });
    }
    stretch.end = node;
  }

  /** A node came to be at a place; those from there on moved up. */
  inserted(node: number): void {
    let at = this.#stretchOf(node);
    if (at >= 0) {
      const stretch = this.#stretches[at];
      if (stretch.first < node && node < stretch.end) {
        this.#stretches.splice(at + 1, 0, { kept: [], shownCount: 0, first: node, end: stretch.end });
        stretch.end = node;
      }
    }
    // Several may begin at one place, where those before the last one are empty.
    while (at >= 0 && this.#stretches[at].first === node) at--;
    this.#move(at + 1, 1);
  }

  /** A node, which is not due any more, went from a place; those behind it moved down. */
  removed(node: number): void {
    this.#move(this.#stretchOf(node) + 1, -1);
  }

  /** Shows the next node, where it is or as it was kept. @returns true when all were shown */
  step(showNode: (node: number) => void, showKept: (kept: Kept) => void): boolean {
    while (this.left > 0) {
      const stretch = this.#stretches[0];
      if (stretch.shownCount < stretch.kept.length) {
        this.left--;
        showKept(stretch.kept[stretch.shownCount++]);
        break;
      }
      if (stretch.first < stretch.end) {
        this.left--;
        showNode(stretch.first++);
        break;
      }
      this.#stretches.shift();
    }
    return this.left === 0;
  }

  /** What was kept and not shown. */
  *unshown(): Generator<Kept> {
    for (const { kept, shownCount } of this.#stretches) yield* kept.slice(shownCount);
  }

  /** The last stretch that begins at a node or before it; −1: none does. */
  #stretchOf(node: number): number {
    let low = 0;
    let high = this.#stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#stretches[middle].first <= node) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #move(from: number, by: number): void {
    for (let at = from; at < this.#stretches.length; at++) {
      this.#stretches[at].first += by;
      this.#stretches[at].end += by;
    }
  }
}
