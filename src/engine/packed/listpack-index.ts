/**
 * Where the elements of a listpack stand, by their text: a hash table with open addressing, for those who look for many of them.
 * Looking through the listpack for each would take the product of both sizes. Reused; the listpack must not change meanwhile.
 *
 *     table   | 0 or the entry's offset | …       at least twice as many places as entries
 *
 * Elements chosen to collide make it as slow as looking through the listpack.
 */
import { EMPTY_BYTES } from '../../base/bytes.js';
import { firstEntry, LISTPACK_END, listpackCount } from './listpack.js';
import { ListpackValue, readEntry } from './listpack-value.js';
import { ValueView } from './value-view.js';

/** Of an element's text, so many bytes at the end are hashed: members of one collection often begin alike. */
const HASHED_BYTES_MAX = 8;
const FNV_PRIME = 0x01000193;

export class ListpackIndex {
  readonly #view = new ValueView();
  readonly #value = new ListpackValue();
  #bytes: Buffer = EMPTY_BYTES;
  #at = 0;
  #table = new Uint32Array(256);
  #hashes = new Int32Array(256);
  #mask = 0;

  open(bytes: Buffer, at: number): void {
    this.#bytes = bytes;
    this.#at = at;
    this.#begin(listpackCount(bytes, at));
    const table = this.#table;
    const view = this.#view;
    for (let entry = firstEntry(at); bytes[entry] !== LISTPACK_END; ) {
      const next = readEntry(bytes, entry, view);
      const hash = hashOf(view.bytes, view.start, view.end);
      let place = hash & this.#mask;
      while (table[place] !== 0) place = (place + 1) & this.#mask;
      table[place] = entry - at;
      this.#hashes[place] = hash;
      entry = next;
    }
  }

  /** Whether an element has this text. */
  has(bytes: Buffer, start: number, end: number): boolean {
    const table = this.#table;
    const hash = hashOf(bytes, start, end);
    for (let place = hash & this.#mask; table[place] !== 0; place = (place + 1) & this.#mask) {
      if (this.#hashes[place] !== hash) continue;
      if (this.#value.setSpan(bytes, start, end).equals(this.#bytes, this.#at + table[place])) return true;
    }
    return false;
  }

  #begin(count: number): void {
    let places = 16;
    while (places < count * 2) places *= 2;
    if (places > this.#table.length) {
      this.#table = new Uint32Array(places);
      this.#hashes = new Int32Array(places);
    } else {
      this.#table.fill(0, 0, places);
    }
    this.#mask = places - 1;
  }
}

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let index = Math.max(start, end - HASHED_BYTES_MAX); index < end; index++) {
    hash = Math.imul(hash ^ bytes[index], FNV_PRIME);
  }
  return hash ^ (hash >>> 15);
}
