/**
 * A walk along a list, in either direction, without allocation. The list must not change meanwhile.
 */

import { assert } from '../../../base/assert.js';
import { EMPTY_BYTES } from '../../../base/bytes.js';
import { nextEntry, previousEntry, seekEntry } from '../../packed/listpack.js';
import { type ListpackValue, readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import type { Quicklist } from './quicklist.js';

export class ListCursor {
  /** The element that `next` arrived at. */
  readonly value = new ValueView();
  /** Its index from the head. */
  index = 0;

  #quicklist: Quicklist | null = null;
  #node = 0;
  #bytes: Buffer = EMPTY_BYTES;
  /** Offset of the listpack being walked. */
  #at = 0;
  /** The next entry to read. */
  #entry = 0;
  #leftInNode = 0;
  #left = 0;
  #backwards = false;
  #plain = false;
  #plainEnd = 0;
  #sought: ListpackValue | null = null;

  /**
   * Prepares to walk `count` elements of a listpack, from `first` on; as many must be there.
   * @param sought stop only at elements equal to this; null: at each
   */
  openListpack(
    bytes: Buffer,
    at: number,
    first: number,
    count: number,
    backwards: boolean,
    sought: ListpackValue | null,
  ): void {
    this.#quicklist = null;
    this.#begin(first, count, backwards, sought);
    if (count === 0) return;
    this.#bytes = bytes;
    this.#at = at;
    this.#plain = false;
    this.#entry = seekEntry(bytes, at, first);
    this.#leftInNode = count;
  }

  /** The same of a quicklist. */
  openQuicklist(
    quicklist: Quicklist,
    first: number,
    count: number,
    backwards: boolean,
    sought: ListpackValue | null,
  ): void {
    this.#quicklist = quicklist;
    this.#begin(first, count, backwards, sought);
    if (count === 0) return;
    this.#enter(quicklist.open(first));
  }

  /** Goes to the next element. @returns false when there is none */
  next(): boolean {
    while (this.#left > 0) {
      if (this.#leftInNode === 0) this.#enterNext();
      this.#left--;
      this.#leftInNode--;
      this.index += this.#backwards ? -1 : 1;
      if (this.#sought === null) {
        this.#read();
        return true;
      }
      if (this.#compare(this.#sought)) return true;
    }
    return false;
  }

  #begin(first: number, count: number, backwards: boolean, sought: ListpackValue | null): void {
    this.#left = count;
    this.#backwards = backwards;
    this.#sought = sought;
    this.index = backwards ? first + 1 : first - 1;
  }

  #enterNext(): void {
    const quicklist = this.#quicklist;
    assert(quicklist !== null, 'a listpack has as many elements as it says');
    quicklist.nodes.open(this.#backwards ? this.#node - 1 : this.#node + 1);
    this.#enter(this.#backwards ? quicklist.nodes.elementCount - 1 : 0);
  }

  /** Goes to an element of the node that the quicklist has open. */
  #enter(indexInNode: number): void {
    const quicklist = this.#quicklist;
    assert(quicklist !== null, 'only a quicklist has nodes');
    const { nodes } = quicklist;
    this.#node = nodes.node;
    this.#bytes = nodes.bytes;
    this.#at = nodes.at;
    this.#plain = nodes.isPlain;
    this.#plainEnd = nodes.at + nodes.contentBytes;
    this.#entry = this.#plain ? this.#at : nodes.entryAt(indexInNode);
    this.#leftInNode = this.#backwards ? indexInNode + 1 : nodes.elementCount - indexInNode;
  }

  #read(): void {
    if (this.#plain) this.#readPlain();
    else if (this.#backwards) {
      readEntry(this.#bytes, this.#entry, this.value);
      this.#entry = previousEntry(this.#bytes, this.#at, this.#entry);
    } else {
      this.#entry = readEntry(this.#bytes, this.#entry, this.value);
    }
  }

  #compare(sought: ListpackValue): boolean {
    if (this.#plain) {
      this.#readPlain();
      return sought.equalsSpan(this.value.bytes, this.value.start, this.value.end);
    }
    const entry = this.#entry;
    this.#entry = this.#backwards
      ? previousEntry(this.#bytes, this.#at, entry)
      : nextEntry(this.#bytes, entry);
    if (!sought.equals(this.#bytes, entry)) return false;
    readEntry(this.#bytes, entry, this.value);
    return true;
  }

  #readPlain(): void {
    this.value.setSpan(this.#bytes, this.#at, this.#plainEnd);
  }
}
