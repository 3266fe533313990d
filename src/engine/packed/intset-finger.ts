/**
 * A finger on an integer of an intset, to walk over it or to look for integers, each greater than the one before: it goes on where
 * it stood, in steps that double, so that a walk of as many integers as the intset has costs one pass over it, and a shorter one a
 * few steps an integer.
 *
 * The intset is a block of an arena, read through its chunk's view, and must not change meanwhile.
 */
import type { Arena } from '../arena.js';
import { compareWords } from './int64.js';
import { INTSET_HEADER_BYTES } from './intset.js';

const WORD_WIDTH = 0;
const WORD_COUNT = 1;

const NO_VIEW = new DataView(new ArrayBuffer(0));

export class IntsetFinger {
  /** What it points at, hi × 2^32 + lo, both signed; void at the end. */
  hi = 0;
  lo = 0;

  #view: DataView = NO_VIEW;
  #first = 0;
  #width = 0;
  #count = 0;
  #index = 0;

  /** Points at the first integer of the intset in a block. */
  open(arena: Arena, ref: number): void {
    this.#view = arena.viewOf(ref);
    this.#first = arena.offsetOf(ref) + INTSET_HEADER_BYTES;
    this.#width = arena.word(ref, WORD_WIDTH);
    this.#count = arena.word(ref, WORD_COUNT);
    this.#moveTo(0);
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#count;
  }

  next(): void {
    this.#moveTo(this.#index + 1);
  }

  /** Goes to the first integer that is not less than hi × 2^32 + lo. @returns whether that is it */
  seek(hi: number, lo: number): boolean {
    // All before `from` are less.
    let from = this.#index;
    let order = this.#compare(hi, lo);
    for (let step = 1; order < 0; step *= 2) {
      from = this.#index + 1;
      this.#moveTo(this.#index + step);
      order = this.#compare(hi, lo);
    }
    let end = Math.min(this.#index, this.#count);
    if (from === end) return order === 0;
    while (from < end) {
      const middle = (from + end) >>> 1;
      this.#moveTo(middle);
      if (this.#compare(hi, lo) < 0) from = middle + 1;
      else end = middle;
    }
    this.#moveTo(end);
    return this.#compare(hi, lo) === 0;
  }

  /** The order of what it points at and hi × 2^32 + lo; above 0 at the end. */
  #compare(hi: number, lo: number): number {
    return this.#index < this.#count ? compareWords(this.hi, this.lo, hi, lo) : 1;
  }

  #moveTo(index: number): void {
    this.#index = index;
    if (index >= this.#count) return;
    const at = this.#first + index * this.#width;
    if (this.#width === 8) {
      this.lo = this.#view.getInt32(at, true);
      this.hi = this.#view.getInt32(at + 4, true);
    } else {
      this.lo = this.#width === 4 ? this.#view.getInt32(at, true) : this.#view.getInt16(at, true);
      this.hi = this.lo >> 31;
    }
  }
}
