/**
 * A walk over elements of a dict: all, some picked by chance, or those of a scan. Reused; the dict must
 * not change meanwhile, but the elements already gathered may be removed from it.
 */
import type { Random } from '../../base/random.js';
import { NONE } from '../arena.js';
import type { Dict } from '../dict.js';
import { ElementRefs } from './element-refs.js';

/** Buckets that a scan looks at for each element asked for, as in Redis: a sparse dict is not searched for ever. */
const BUCKETS_PER_ELEMENT = 10;

export class ElementWalk {
  /** Where a scan goes on; 0 when all has been seen. */
  position = 0;
  /** The elements gathered. */
  readonly gathered = new ElementRefs();

  #next = 0;
  /** The dict to go on with when `gathered` is used up. */
  #dict: Dict | null = null;

  /** Nothing to walk. */
  clear(): void {
    this.gathered.clear();
    this.#next = 0;
    this.#dict = null;
    this.position = 0;
  }

  all(dict: Dict): void {
    this.clear();
    this.#dict = dict;
  }

  one(ref: number): void {
    this.clear();
    this.gathered.collect(ref);
  }

  /** The first `count` of some elements, in their order. */
  these(elements: Uint32Array, count: number): void {
    this.clear();
    for (let index = 0; index < count; index++) this.gathered.collect(elements[index]);
  }

  /** `count` different elements, or all. */
  sample(dict: Dict, random: Random, count: number): void {
    this.clear();
    this.gathered.sample(dict, random, count);
  }

  /** About `count` elements from a position on. */
  scan(dict: Dict, position: number, count: number): void {
    this.clear();
    let bucketsLeft = count * BUCKETS_PER_ELEMENT;
    this.position = position;
    do {
      this.position = dict.scan(this.position, this.gathered.collect);
    } while (this.position !== 0 && --bucketsLeft > 0 && this.gathered.count < count);
  }

  /** @returns the next element, or NONE */
  next(): number {
    if (this.#next < this.gathered.count || this.#gather()) return this.gathered.at(this.#next++);
    return NONE;
  }

  /** Gathers the next bucket that has elements. @returns false when there is none */
  #gather(): boolean {
    const dict = this.#dict;
    if (dict === null) return false;
    this.gathered.clear();
    this.#next = 0;
    do {
      this.position = dict.scan(this.position, this.gathered.collect);
    } while (this.position !== 0 && this.gathered.count === 0);
    if (this.position === 0) this.#dict = null;
    return this.gathered.count > 0;
  }
}
