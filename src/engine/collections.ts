/**
 * Large collections: those with structures of their own, found from an entry by a handle.
 */
import { assert } from '../base/assert.js';

import type { Frozen } from './types/frozen.js';

/** What the keyspace asks of every large collection. Its elements lie in the arena. */
export interface Collection {
  /** Estimated bytes of its JavaScript objects; constant, for they count into used memory. */
  readonly heapBytes: number;
  /** Bytes it takes in all, heap and arena. */
  memoryBytes(): number;
  /**
   * Frees about `elementCount` elements; nothing else may be called from the first call on.
   * @returns true when all its memory is given back
   */
  freeStep(elementCount: number): boolean;
  /**
   * What it holds now stays readable while it changes, until `thaw`; nothing may be frozen. Absent: it
   * can't be frozen.
   */
  freeze?(): Frozen;
  thaw?(): void;
  /** To show it whole costs no more than to freeze it. Absent: it is large. */
  readonly isSmall?: boolean;
  /** Tells it its handle. @returns the root of its entry. Absent: the handle is the root. */
  rootFor?(handle: number): number;
  /** An independent copy. */
  copy(): Collection;
}

export class CollectionTable {
  /** Estimated bytes of all collections' JavaScript objects. */
  heapBytes = 0;

  /** Handles count from 1. */
  #slots: (Collection | null)[] = [null];
  #vacant: number[] = [];

  /** @returns the handle */
  add(collection: Collection): number {
    const handle = this.#vacant.pop() ?? this.#slots.length;
    this.#slots[handle] = collection;
    this.heapBytes += collection.heapBytes;
    return handle;
  }

  get(handle: number): Collection {
    const collection = this.#slots[handle];
    assert(collection != null, 'a handle names a collection');
    return collection;
  }

  /** Takes a collection out without freeing it. */
  remove(handle: number): Collection {
    const collection = this.get(handle);
    this.#slots[handle] = null;
    this.#vacant.push(handle);
    this.heapBytes -= collection.heapBytes;
    return collection;
  }

  clear(): void {
    this.#slots = [null];
    this.#vacant = [];
    this.heapBytes = 0;
  }
}
