/**
 * The elements of a large collection as they were at one moment, shown a few at a time while commands go on changing it.
 *
 * The collection tells of each change before it is made. An element that was not shown yet is copied then, and is shown
 * in this form; its key is noted, and so is the key of one that is new. What is left is found by a scan of the dict,
 * whose cursor says of every element whether its place was passed (engine/scan-cursor.ts). So a change costs one
 * element, and memory is taken for elements that change before their turn only.
 *
 * Where the order is worth something the elements are shown in it, as long as nothing changes.
 */
import { assert } from '../../base/assert.js';
import type { Arena } from '../arena.js';
import type { Dict } from '../dict.js';

/** Where an element's block begins. */
export type ShowElement = (bytes: Buffer, at: number) => void;

/** A walk over all elements in an order of their own, which no change may come between. */
export interface OrderedWalk {
  /** Shows a few. */
  step(show: ShowElement): void;
  /** Whether a step has shown an element, which must not have changed since. */
  hasShown(ref: number): boolean;
}

export interface FrozenSource {
  readonly arena: Arena;
  readonly dict: Dict;
  /** Different for different keys. */
  keyOf(ref: number): string;
  /** Bytes of the block that are in use. */
  bytesOf(ref: number): number;
  readonly order: OrderedWalk | null;
}

export class FrozenElements {
  readonly count: number;

  readonly #source: FrozenSource;
  /** Elements not yet shown. */
  #left: number;
  #cursor = 0;
  #isScanned = false;
  /** Copies of those that changed or went before their turn. */
  readonly #early: Buffer[] = [];
  /** Keys that a scan is to pass over, though their elements stand before it; null: nothing has changed. */
  #settled: Set<string> | null = null;
  #show: ShowElement = () => {};
  readonly #visit = (ref: number): void => {
    if (this.#settled !== null && this.#isDealtWith(ref, this.#settled)) return;
    const { arena } = this.#source;
    this.#left--;
    this.#show(arena.bytesOf(ref), arena.offsetOf(ref));
  };

  constructor(source: FrozenSource) {
    this.#source = source;
    this.count = source.dict.size;
    this.#left = this.count;
  }

  /** An element is about to change or to go. */
  changes(ref: number): void {
    if (this.#left === 0) return;
    this.#settled ??= new Set();
    if (this.#isDealtWith(ref, this.#settled)) {
      // With another score it may stand where it was not shown.
      if (this.#source.order !== null) this.#settled.add(this.#source.keyOf(ref));
      return;
    }
    const { arena } = this.#source;
    const at = arena.offsetOf(ref);
    this.#settled.add(this.#source.keyOf(ref));
    this.#early.push(Buffer.from(arena.bytesOf(ref).subarray(at, at + this.#source.bytesOf(ref))));
  }

  /** An element was added. */
  adds(ref: number): void {
    if (this.#left === 0) return;
    this.#settled ??= new Set();
    if (!this.#isPassed(ref)) this.#settled.add(this.#source.keyOf(ref));
  }

  /** Shows one element or a few. @returns true when all were shown */
  step(show: ShowElement): boolean {
    const early = this.#early.pop();
    if (early !== undefined) {
      this.#left--;
      show(early, 0);
    } else if (this.#left > 0) {
      this.#walk(show);
    }
    return this.#left === 0;
  }

  #walk(show: ShowElement): void {
    const { order, dict } = this.#source;
    if (order !== null && this.#settled === null) {
      order.step((bytes, at) => {
        this.#left--;
        show(bytes, at);
      });
      return;
    }
    assert(!this.#isScanned, 'a scan shows every element that was not copied');
    this.#show = show;
    this.#cursor = dict.scan(this.#cursor, this.#visit);
    this.#isScanned = this.#cursor === 0;
  }

  #isDealtWith(ref: number, settled: Set<string>): boolean {
    return (
      this.#isPassed(ref) ||
      (settled.size > 0 && settled.has(this.#source.keyOf(ref))) ||
      (this.#source.order?.hasShown(ref) ?? false)
    );
  }

  #isPassed(ref: number): boolean {
    return this.#isScanned || (this.#cursor !== 0 && this.#source.dict.isBehind(ref, this.#cursor));
  }
}
