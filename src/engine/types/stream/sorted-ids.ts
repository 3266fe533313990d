/**
 * Objects in the order of their ids: a list of short sorted runs, so that an insertion or removal moves a few
 * hundred references at most, wherever it is. It knows nothing of the objects but the id.
 *
 * Invariants: no run is empty; ids are different, and ascend within a run and from run to run.
 */
import type { StreamId } from './stream-id.js';

/** A run is cut in half beyond this. */
const RUN_COUNT_MAX = 256;

export class SortedIds<T extends { readonly id: StreamId }> {
  length = 0;
  readonly #runs: T[][] = [];

  get(id: StreamId): T | null {
    const run = this.#runOf(id);
    if (run < 0) return null;
    const item = this.#runs[run][lowerBound(this.#runs[run], id)];
    return item !== undefined && item.id.compare(id) === 0 ? item : null;
  }

  /** @param item its id must not be there */
  add(item: T): void {
    this.length++;
    const index = Math.max(0, this.#runOf(item.id));
    if (this.#runs.length === 0) this.#runs.push([]);
    const run = this.#runs[index];
    run.splice(lowerBound(run, item.id), 0, item);
    if (run.length <= RUN_COUNT_MAX) return;
    // The last run is cut at its end: ids mostly ascend, and full runs are left behind.
    const isLast = index === this.#runs.length - 1;
    this.#runs.splice(index + 1, 0, run.splice(isLast ? RUN_COUNT_MAX : RUN_COUNT_MAX >>> 1));
  }

  /** @returns false when there is none */
  delete(id: StreamId): boolean {
    const index = this.#runOf(id);
    if (index < 0) return false;
    const run = this.#runs[index];
    const at = lowerBound(run, id);
    if (at === run.length || run[at].id.compare(id) !== 0) return false;
    run.splice(at, 1);
    if (run.length === 0) this.#runs.splice(index, 1);
    this.length--;
    return true;
  }

  first(): T | null {
    return this.#runs[0]?.[0] ?? null;
  }

  last(): T | null {
    return this.#runs.at(-1)?.at(-1) ?? null;
  }

  /** From an id on, in order. Nothing may be added or deleted during the walk. */
  *from(id: StreamId): Generator<T> {
    let index = Math.max(0, this.#runOf(id));
    if (index >= this.#runs.length) return;
    let at = lowerBound(this.#runs[index], id);
    for (; index < this.#runs.length; index++, at = 0) {
      const run = this.#runs[index];
      for (; at < run.length; at++) yield run[at];
    }
  }

  /** The run that starts at or before an id, or −1. */
  #runOf(id: StreamId): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#runs[middle][0].id.compare(id) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** The index of the first item at or behind an id. */
function lowerBound<T extends { readonly id: StreamId }>(run: readonly T[], id: StreamId): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (run[middle].id.compare(id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
