/**
 * Objects in the order of their ids: a list of short sorted runs, so that an insertion or removal moves a few
 * hundred references at most, wherever it is. It knows nothing of the objects but the id.
 *
 * For a snapshot it is frozen: runs are shared with what was frozen, and copied before they change.
 *
 * Invariants: no run is empty; ids are different, and ascend within a run and from run to run.
 */
import type { StreamId } from './stream-id.js';

/** A run is cut in half beyond this. */
const RUN_COUNT_MAX = 256;

/** What there is to read of them, now or at the moment when they were frozen. */
export interface ShownIds<T> {
  readonly length: number;
  all(): Iterable<T>;
}

export class SortedIds<T extends { readonly id: StreamId }> {
  length = 0;
  readonly #runs: T[][] = [];
  /** Runs that what was frozen shares. */
  #shared: Set<readonly T[]> | null = null;

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
    const run = this.#toChange(index);
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
    const found = this.#runs[index];
    const at = lowerBound(found, id);
    if (at === found.length || found[at].id.compare(id) !== 0) return false;
    const run = this.#toChange(index);
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

  /** All, in order. Nothing may be added or deleted during the walk. */
  *all(): Generator<T> {
    for (const run of this.#runs) yield* run;
  }

  /**
   * The objects as they are now stay readable, until `thaw`, while others come and they go: that costs a copy of each run
   * that changes. If an object itself changes, what it was like has to be in `earlier` before.
   */
  freeze(earlier: ReadonlyMap<T, T>): ShownIds<T> {
    const runs: readonly (readonly T[])[] = this.#runs.slice();
    this.#shared = new Set(runs);
    return {
      length: this.length,
      *all() {
        for (const run of runs) for (const item of run) yield earlier.get(item) ?? item;
      },
    };
  }

  thaw(): void {
    this.#shared = null;
  }

  #toChange(index: number): T[] {
    const run = this.#runs[index];
    if (this.#shared === null || !this.#shared.has(run)) return run;
    const copy = run.slice();
    this.#runs[index] = copy;
    return copy;
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
