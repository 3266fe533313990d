/**
 * The page pool under the arena: chunks of memory, cut into runs of whole pages.
 *
 * References, used everywhere in the engine, count units of 8 bytes through all chunks:
 *
 *      31        21 20       10 9          0
 *     ┌────────────┬───────────┬────────────┐
 *     │ chunk      │ page      │ unit       │      byte in the chunk = (ref & CHUNK_MASK) * 8
 *     └────────────┴───────────┴────────────┘      2,048 chunks of 2,048 pages of 1,024 units: 32 GiB
 *
 * A chunk starts with its own book-keeping, so nothing grows with the number of chunks and page 0, hence the
 * reference 0, is never handed out:
 *
 *     page 0      one word for each page: kind in the top 4 bits, below it
 *                   FREE, RUN   length of the run in pages; FREE: in the first and in the last page,
 *                               RUN: in the first page, the last one only carries the kind
 *                   SLAB        class | distance to the slab's first page << 8
 *                   HUGE        nothing; the block fills the rest of the chunk
 *     pages 1-8   one record of 8 words for each page: links of the free run or fields of the slab that starts there
 *     pages 9 …   what is handed out
 *
 * Free runs hang in bins by length and join their free neighbours, so a change of value sizes does not fragment
 * memory for ever; a chunk that becomes one free run is dropped (one is kept for reuse).
 */
import { assert } from '../base/assert.js';
import { EMPTY_BYTES } from '../base/bytes.js';
import {
  allocateMemory,
  LastResort,
  type MemorySource,
  newMemory,
  OutOfMemoryError,
} from './chunk-memory.js';
import { type Announce, LookAhead, NOWHERE } from './look-ahead.js';
import { PAGE_BYTES } from './size-classes.js';

export const CHUNK_SHIFT = 21;
const CHUNK_UNITS = 1 << CHUNK_SHIFT;
export const CHUNK_MASK = CHUNK_UNITS - 1;
/** Shifts a reference to its page's number, counted through all chunks. */
export const PAGE_SHIFT = 10;

const CHUNK_COUNT_MAX = 2 ** (32 - CHUNK_SHIFT);
const CHUNK_BYTES = CHUNK_UNITS * 8;
const CHUNK_PAGES = CHUNK_BYTES / PAGE_BYTES;
const PAGE_MASK = CHUNK_PAGES - 1;
const CHUNK_PAGE_SHIFT = CHUNK_SHIFT - PAGE_SHIFT;
const HEADER_PAGES = 9;
const USABLE_PAGES = CHUNK_PAGES - HEADER_PAGES;

/** A run is at most a quarter of a chunk; a larger block gets memory of its own. */
export const RUN_PAGES_MAX = CHUNK_PAGES / 4;

const COLLECT_BYTES_MIN = 64 << 20;
/** V8 marks when external memory has grown by 64 MiB since the last collection. */
const COLLECTOR_LIMIT_BYTES = (64 << 20) + 1;

const FREE = 1;
export const RUN = 2;
export const SLAB = 3;
export const HUGE = 4;
export const KIND_SHIFT = 28;
export const PAYLOAD_MASK = (1 << KIND_SHIFT) - 1;

/** Word index of page records within a chunk, and of a record's fields. */
const RECORDS = CHUNK_PAGES;
export const FIELD_FREE = 0;
export const FIELD_USED = 1;
export const FIELD_BUMP = 2;
export const FIELD_NEXT = 3;
export const FIELD_PREVIOUS = 4;

const EXACT_BINS = 64;
const BIN_COUNT = EXACT_BINS + 4 * Math.log2(CHUNK_PAGES / EXACT_BINS) + 1;

/** The bin that holds free runs of a length. Bins up to 64 pages hold one length, then four share a doubling. */
function binOf(pages: number): number {
  if (pages <= EXACT_BINS) return pages - 1;
  const doubling = 31 - Math.clz32(pages);
  return EXACT_BINS - 1 + (doubling - 6) * 4 + ((pages >>> (doubling - 2)) & 3);
}

const NO_WORDS = new Int32Array(0);
const NO_DOUBLES = new Float64Array(0);
const NO_VIEW = new DataView(new ArrayBuffer(0));

/** Tells the operating system about chunks, where somebody can: how they will be used, and that they are not needed. */
export interface MemoryAdviser {
  /** The chunk is about to be used. */
  added(chunk: Buffer): void;
  /** The chunk's contents are worth nothing: its pages may go. It takes a fraction of a millisecond. */
  discard(chunk: Buffer): void;
}

export class PagePool {
  /** The memory, four views of each chunk. Never replaced, so callers may hold the arrays themselves. */
  readonly chunks: Buffer[] = [];
  readonly words: Int32Array[] = [];
  readonly doubles: Float64Array[] = [];
  readonly views: DataView[] = [];
  /** Bytes of all chunks. */
  reservedBytes = 0;

  /** First page of the first free run in each bin; 0 ends a list. */
  readonly #bins = new Uint32Array(BIN_COUNT);
  readonly #vacantIndexes: number[] = [];
  #emptyChunks = 0;
  #adviser: MemoryAdviser | null = null;
  /** With an adviser: dropped chunks whose pages are still resident. */
  readonly #resident: Buffer[] = [];
  /** Those whose pages were given back: addresses without memory, for chunks to come. */
  readonly #spare: Buffer[] = [];
  /** Chunks are cut from it, from `#reserveUsed` on. */
  #reserve: ArrayBuffer | null = null;
  #reserveUsed = 0;
  #lookAhead: LookAhead | null = null;
  /** Bytes of the dropped memory that nobody but the collector can give back. */
  #droppedBytes = 0;
  readonly lastResort: LastResort;
  readonly #source: MemorySource;

  constructor(source: MemorySource = newMemory) {
    this.#source = source;
    this.lastResort = new LastResort(CHUNK_BYTES, source);
  }

  /** Shows each chunk to an adviser, those to come too. */
  adviseChunks(adviser: MemoryAdviser): void {
    this.#adviser = adviser;
    for (const chunk of this.chunks) if (chunk.length > 0) adviser.added(chunk);
  }

  /**
   * Chunks to come are cut from `reserve` from `start` on: untouched memory, which comes when they are used. Wants an adviser, for the
   * collector will never give back what is dropped of them. V8 collects after each 64 MiB of new ArrayBuffers, and a marking
   * that is under way when the next one comes has to go on for 5 ms and more at once: with all chunks in one ArrayBuffer
   * there was one collection, when that was made.
   * @param announce is told which part is about to be used and may not be resident
   */
  useReserve(reserve: ArrayBuffer, start: number, announce: Announce): void {
    this.#reserve = reserve;
    this.#reserveUsed = start;
    this.#lookAhead = new LookAhead(reserve, announce);
    const first = this.chunks.at(-1);
    if (first !== undefined) this.#lookAhead.enter(first);
  }

  /** @returns the number of the run's first page */
  allocateRun(pages: number): number {
    let bin = binOf(pages);
    let page = 0;
    if (pages > EXACT_BINS) page = this.#firstFit(bin++, pages);
    while (page === 0 && bin < BIN_COUNT) page = this.#bins[bin++];
    if (page === 0) page = this.#addChunk();
    const free = this.payloadOf(page);
    if (free === USABLE_PAGES) this.#emptyChunks--;
    this.#unlink(page, free);
    if (free > pages) this.#link(page + pages, free - pages);
    this.#mark(page + pages - 1, RUN, 0);
    this.#mark(page, RUN, pages);
    if (this.#lookAhead !== null) this.#announceAfter(this.#lookAhead, page + pages - 1);
    return page;
  }

  /** Gives back a run, or a slab's pages. */
  freeRun(page: number, pages: number): void {
    let first = page;
    let length = pages;
    const inChunk = page & PAGE_MASK;
    if (inChunk > HEADER_PAGES && this.kindOf(page - 1) === FREE) {
      const before = this.payloadOf(page - 1);
      first -= before;
      length += before;
      this.#unlink(first, before);
    }
    if (inChunk + pages < CHUNK_PAGES && this.kindOf(page + pages) === FREE) {
      const after = this.payloadOf(page + pages);
      length += after;
      this.#unlink(page + pages, after);
    }
    if (length === USABLE_PAGES && ++this.#emptyChunks > 1) {
      this.#emptyChunks--;
      this.#dropChunk(first >>> CHUNK_PAGE_SHIFT);
    } else {
      this.#link(first, length);
    }
  }

  /** Marks a run's pages as a slab, so that each of its blocks leads to the slab's record. */
  markSlab(page: number, pages: number, classIndex: number): void {
    for (let distance = 0; distance < pages; distance++) {
      this.#mark(page + distance, SLAB, classIndex | (distance << 8));
    }
  }

  /** A block with memory of its own. @returns the number of its first page */
  allocateHuge(bytes: number): number {
    const rounded = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
    const page = this.#addMemory(HEADER_PAGES * PAGE_BYTES + rounded);
    this.#mark(page, HUGE, 0);
    return page;
  }

  freeHuge(page: number): void {
    this.#dropChunk(page >>> CHUNK_PAGE_SHIFT);
  }

  hugeBytes(page: number): number {
    return this.chunks[page >>> CHUNK_PAGE_SHIFT].length - HEADER_PAGES * PAGE_BYTES;
  }

  /** Kind and payload. */
  tagOf(page: number): number {
    return this.words[page >>> CHUNK_PAGE_SHIFT][page & PAGE_MASK];
  }

  kindOf(page: number): number {
    return this.tagOf(page) >>> KIND_SHIFT;
  }

  payloadOf(page: number): number {
    return this.tagOf(page) & PAYLOAD_MASK;
  }

  field(page: number, field: number): number {
    return this.words[page >>> CHUNK_PAGE_SHIFT][RECORDS + (page & PAGE_MASK) * 8 + field] >>> 0;
  }

  setField(page: number, field: number, value: number): void {
    this.words[page >>> CHUNK_PAGE_SHIFT][RECORDS + (page & PAGE_MASK) * 8 + field] = value;
  }

  /**
   * Gives the memory of dropped chunks back to the operating system: with an adviser one chunk at a time, and the
   * collector has no part in it. Without one it has to collect them. It takes its time with external memory that is
   * merely dropped: on an idle server, for ever. An allocation beyond its limit, of memory that is never touched,
   * starts incremental marking; its last pause is milliseconds, so it is done for much memory only.
   * @returns true when nothing is left to give back now
   */
  collectDropped(): boolean {
    const chunk = this.#resident.pop();
    if (chunk !== undefined) {
      this.#adviser?.discard(chunk);
      this.#spare.push(chunk);
    }
    if (this.#droppedBytes >= COLLECT_BYTES_MIN) {
      this.#droppedBytes = 0;
      allocateMemory(COLLECTOR_LIMIT_BYTES);
    }
    return this.#resident.length === 0;
  }

  /**
   * Drops all memory but one chunk, since making one takes milliseconds (zeroing, and a page fault for each page
   * touched again). Every reference is dead.
   */
  clear(): void {
    const kept = this.chunks.length > 0 && this.chunks[0].length === CHUNK_BYTES ? 1 : 0;
    for (let index = kept; index < this.chunks.length; index++) this.#release(this.chunks[index]);
    this.reservedBytes = kept * CHUNK_BYTES;
    this.chunks.length = kept;
    this.words.length = kept;
    this.doubles.length = kept;
    this.views.length = kept;
    this.#vacantIndexes.length = 0;
    this.#bins.fill(0);
    this.#emptyChunks = kept;
    if (kept > 0) this.#link(HEADER_PAGES, USABLE_PAGES);
  }

  /** A page came into use: those to come are announced. */
  #announceAfter(lookAhead: LookAhead, page: number): void {
    const { buffer, byteOffset } = this.chunks[page >>> CHUNK_PAGE_SHIFT];
    const end = byteOffset + ((page & PAGE_MASK) + 1) * PAGE_BYTES;
    lookAhead.used(buffer, end, this.#nextAbsent(lookAhead.claimed));
  }

  /** Where in the claimed memory the chunk starts that would be taken next, if its memory is not there. */
  #nextAbsent(memory: ArrayBuffer): number {
    if (this.#resident.length > 0) return NOWHERE;
    const spare = this.#spare.at(-1);
    if (spare !== undefined) return spare.buffer === memory ? spare.byteOffset : NOWHERE;
    return this.#reserveUsed + CHUNK_BYTES <= memory.byteLength ? this.#reserveUsed : NOWHERE;
  }

  #mark(page: number, kind: number, payload: number): void {
    this.words[page >>> CHUNK_PAGE_SHIFT][page & PAGE_MASK] = (kind << KIND_SHIFT) | payload;
  }

  #link(page: number, pages: number): void {
    this.#mark(page, FREE, pages);
    this.#mark(page + pages - 1, FREE, pages);
    const bin = binOf(pages);
    const head = this.#bins[bin];
    this.setField(page, FIELD_NEXT, head);
    this.setField(page, FIELD_PREVIOUS, 0);
    if (head !== 0) this.setField(head, FIELD_PREVIOUS, page);
    this.#bins[bin] = page;
  }

  #unlink(page: number, pages: number): void {
    const next = this.field(page, FIELD_NEXT);
    const previous = this.field(page, FIELD_PREVIOUS);
    if (previous === 0) this.#bins[binOf(pages)] = next;
    else this.setField(previous, FIELD_NEXT, next);
    if (next !== 0) this.setField(next, FIELD_PREVIOUS, previous);
  }

  #firstFit(bin: number, pages: number): number {
    let page = this.#bins[bin];
    while (page !== 0 && this.payloadOf(page) < pages) page = this.field(page, FIELD_NEXT);
    return page;
  }

  #addChunk(): number {
    const page = this.#addMemory(CHUNK_BYTES);
    this.#emptyChunks++;
    this.#link(page, USABLE_PAGES);
    return page;
  }

  /** @returns the first page behind the header of the new chunk */
  #addMemory(bytes: number): number {
    const index = this.#vacantIndexes.pop() ?? this.chunks.length;
    if (index >= CHUNK_COUNT_MAX) throw new OutOfMemoryError('all 32 GiB of the arena are in use');
    const chunk = this.#takeMemory(bytes);
    const { buffer, byteOffset } = chunk;
    this.chunks[index] = chunk;
    this.words[index] = new Int32Array(buffer, byteOffset, bytes / 4);
    this.doubles[index] = new Float64Array(buffer, byteOffset, bytes / 8);
    this.views[index] = new DataView(buffer, byteOffset, bytes);
    this.reservedBytes += bytes;
    if (buffer !== this.#reserve) this.#adviser?.added(chunk);
    return index * CHUNK_PAGES + HEADER_PAGES;
  }

  /** A dropped chunk before new memory: one that is still resident costs nothing at all. */
  #takeMemory(bytes: number): Buffer {
    if (bytes === CHUNK_BYTES) {
      const dropped = this.#resident.pop();
      if (dropped !== undefined) return dropped;
      const absent = this.#spare.pop() ?? this.#cutReserve();
      if (absent !== null) {
        if (absent.buffer === this.#reserve) {
          this.#lookAhead?.enter(absent);
        }
        return absent;
      }
    }
    return bytes === CHUNK_BYTES ? this.lastResort.take() : this.#source(bytes);
  }

  /** @returns null when the reserve holds no whole chunk any more */
  #cutReserve(): Buffer | null {
    const reserve = this.#reserve;
    if (reserve === null || this.#reserveUsed + CHUNK_BYTES > reserve.byteLength) return null;
    this.#reserveUsed += CHUNK_BYTES;
    return Buffer.from(reserve, this.#reserveUsed - CHUNK_BYTES, CHUNK_BYTES);
  }

  #release(chunk: Buffer): void {
    if (this.#adviser !== null && chunk.length === CHUNK_BYTES) this.#resident.push(chunk);
    else this.#droppedBytes += chunk.length;
  }

  #dropChunk(index: number): void {
    assert(this.chunks[index].length > 0, 'a chunk is dropped once');
    this.reservedBytes -= this.chunks[index].length;
    this.#release(this.chunks[index]);
    this.chunks[index] = EMPTY_BYTES;
    this.words[index] = NO_WORDS;
    this.doubles[index] = NO_DOUBLES;
    this.views[index] = NO_VIEW;
    this.#vacantIndexes.push(index);
  }
}
