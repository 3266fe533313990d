/**
 * The queue of values that clients can no longer see and whose memory is yet to be freed, piece by piece.
 */

export interface Reclaimable {
  /** Frees about `elementCount` elements. @returns true when all its memory is given back */
  freeStep(elementCount: number): boolean;
}

/** Somebody who still needs what others are done with. */
export interface Keeper {
  /** @returns true when it keeps the thing: it releases it later */
  keeps(thing: Reclaimable): boolean;
}

/** About 50 µs of work when the elements are cold. */
const STEP_ELEMENTS = 128;

export class Reclaimer {
  /** Things that were freed piece by piece, ever, and keys that went with all others by FLUSHALL ASYNC. */
  finished = 0;

  keeper: Keeper | null = null;

  #queue: Reclaimable[] = [];

  /** Things not yet wholly freed. */
  get pending(): number {
    return this.#queue.length;
  }

  /** Frees about `elementCount` elements now and the rest later. */
  release(thing: Reclaimable, elementCount: number): void {
    if (this.keeper?.keeps(thing)) return;
    if (elementCount === 0 || !thing.freeStep(elementCount)) this.#queue.push(thing);
  }

  /** Does one short step. @returns true while there is more to do */
  step(): boolean {
    // Taken out first: freeing a database's entries queues its large collections.
    const thing = this.#queue.pop();
    if (thing !== undefined) {
      if (thing.freeStep(STEP_ELEMENTS)) this.finished++;
      else this.#queue.push(thing);
    }
    return this.#queue.length > 0;
  }

  /** Forgets everything, because the arena itself was cleared. */
  clear(): void {
    this.#queue.length = 0;
  }
}
