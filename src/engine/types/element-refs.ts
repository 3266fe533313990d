/**
 * References to elements of a dict, gathered from a scan or a sample to be walked one by one: a reused,
 * growing array.
 */
import type { Random } from '../../base/random.js';
import { NONE } from '../arena.js';
import type { Dict } from '../dict.js';

/**
 * A sample of more than this part of the dict walks all of it; a smaller one throws dice, where up to a
 * third of the throws hit an element that is taken already.
 */
const WALK_PART = 3;

export class ElementRefs {
  count = 0;

  #refs: Uint32Array<ArrayBuffer> = new Uint32Array(16);
  #random: Random | null = null;
  #wanted = 0;
  #left = 0;

  /** A visitor that adds what it is given. */
  readonly collect = (ref: number): void => {
    if (this.count === this.#refs.length) this.#grow(this.count * 2);
    this.#refs[this.count++] = ref;
  };

  /** Takes each of `#left` elements with the probability that gets `#wanted` of them in all. */
  readonly #select = (ref: number): void => {
    if (this.#random !== null && this.#random.below(this.#left) < this.#wanted) {
      this.#wanted--;
      this.collect(ref);
    }
    this.#left--;
  };

  at(index: number): number {
    return this.#refs[index];
  }

  clear(): void {
    this.count = 0;
    // A large sample's memory is not kept.
    if (this.#refs.length > 65536) this.#refs = new Uint32Array(16);
  }

  /**
   * Fills it with `count` different elements (all, when there are no more), all such sets being equally likely.
   */
  sample(dict: Dict, random: Random, count: number): void {
    this.clear();
    if (count * WALK_PART > dict.size) {
      // Selection sampling: Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S.
      this.#random = random;
      this.#wanted = Math.min(count, dict.size);
      this.#left = dict.size;
      dict.forEach(this.#select);
      return;
    }
    const taken = new Set<number>();
    while (taken.size < count) {
      const ref = dict.random(random);
      if (ref === NONE || taken.has(ref)) continue;
      taken.add(ref);
      this.collect(ref);
    }
  }

  #grow(length: number): void {
    const larger = new Uint32Array(length);
    larger.set(this.#refs);
    this.#refs = larger;
  }
}
