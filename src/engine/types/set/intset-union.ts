/** A walk over the integers that any of some intsets has, in their order. Reused; the sets must not change meanwhile. */
import type { Arena } from '../../arena.js';
import { rootOf } from '../../entry.js';
import { compareWords, Int64 } from '../../packed/int64.js';
import { IntsetFinger } from '../../packed/intset-finger.js';
import { ValueView } from '../../packed/value-view.js';

export class IntsetUnion {
  /** Where it stands. */
  readonly integer = new Int64();

  readonly #arena: Arena;
  readonly #member = new ValueView();
  readonly #fingers: IntsetFinger[] = [];
  #count = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  begin(entries: readonly number[]): void {
    this.#count = entries.length;
    while (this.#fingers.length < entries.length) this.#fingers.push(new IntsetFinger());
    for (let index = 0; index < entries.length; index++) {
      this.#fingers[index].open(this.#arena, rootOf(this.#arena, entries[index]));
    }
  }

  /** Goes to the least integer that is left. @returns false when there is none */
  next(): boolean {
    let least: IntsetFinger | null = null;
    for (let index = 0; index < this.#count; index++) {
      const finger = this.#fingers[index];
      if (finger.isAtEnd) continue;
      const order = least === null ? -1 : compareWords(finger.hi, finger.lo, least.hi, least.lo);
      if (order < 0) least = finger;
      // The same integer again: one of them is enough.
      else if (order === 0) finger.next();
    }
    if (least === null) return false;
    this.integer.setWords(least.hi, least.lo);
    least.next();
    return true;
  }

  /** The member at which the walk stands. */
  read(): ValueView {
    this.#member.setWords(this.integer.hi, this.integer.lo);
    return this.#member;
  }
}
