/**
 * The memory of keys and values: blocks of any size, off the JavaScript heap, found by a 32-bit reference.
 *
 * Blocks up to 32 KiB lie in slabs: runs of pages cut into blocks of one size class, each slab with a free list
 * and a count of its own. A slab without blocks gives its pages back, so memory freed at one size serves another.
 * Larger blocks are runs of pages, and above 4 MiB an ArrayBuffer each.
 *
 * Invariants: a block's bytes do not move while it lives; a fresh block holds old bytes, not zeros; a slab is
 * in the list of its class exactly while it has a free block.
 */
import { assert } from '../base/assert.js';
import { copyBytes } from '../base/bytes.js';
import { copyView, keptViewOf } from '../base/views.js';
import type { MemorySource } from './chunk-memory.js';
import type { Announce } from './look-ahead.js';
import {
  CHUNK_MASK,
  CHUNK_SHIFT,
  FIELD_BUMP,
  FIELD_FREE,
  FIELD_NEXT,
  FIELD_PREVIOUS,
  FIELD_USED,
  HUGE,
  KIND_SHIFT,
  type MemoryAdviser,
  PAGE_SHIFT,
  PAYLOAD_MASK,
  PagePool,
  RUN,
  RUN_PAGES_MAX,
  SLAB,
} from './pages.js';
import {
  BLOCK_BYTES,
  CLASS_COUNT,
  classOf,
  PAGE_BYTES,
  SLAB_BLOCK_BYTES_MAX,
  SLAB_BLOCKS,
  SLAB_PAGES,
} from './size-classes.js';

export type { Announce } from './look-ahead.js';
export { CHUNK_MASK, CHUNK_SHIFT, type MemoryAdviser } from './pages.js';

/** No block. */
export const NONE = 0;

/** Up to this many bytes a loop beats Buffer's `copy` (measured: 55 ns whatever the length). */
const VIEW_COPY_BYTES_MAX = 160;

const CLASS_MASK = 0xff;
const DISTANCE_SHIFT = 8;

export class Arena {
  /**
   * The memory, the same bytes seen four ways. Index it with `ref >>> CHUNK_SHIFT`; within the chunk the block
   * starts at byte `(ref & CHUNK_MASK) << 3` of chunk and view, at word `<< 1`, at double `<< 0`. Chunks come and
   * go: take one from here after each allocation or release rather than keep it.
   */
  readonly chunks: Buffer[];
  readonly words: Int32Array[];
  readonly doubles: Float64Array[];
  readonly views: DataView[];

  readonly #pages: PagePool;
  /** First page of the first slab of each class that has a free block. */
  readonly #slabs = new Uint32Array(CLASS_COUNT);
  /** First page of the slab that emptied last; 0 = none. It may be in use again. */
  #idleSlab = 0;
  /** One element, because a field holding a double would be boxed. */
  readonly #usedBytes = new Float64Array(1);

  /** @param source of its memory, the machine when absent */
  constructor(source?: MemorySource) {
    this.#pages = new PagePool(source);
    this.chunks = this.#pages.chunks;
    this.words = this.#pages.words;
    this.doubles = this.#pages.doubles;
    this.views = this.#pages.views;
  }

  /** Bytes handed out: the capacities of all live blocks. */
  get usedBytes(): number {
    return this.#usedBytes[0];
  }

  /** Shows each chunk to an adviser, those to come too. */
  adviseChunks(adviser: MemoryAdviser): void {
    this.#pages.adviseChunks(adviser);
  }

  /** Grows into `reserve` from now on, once and before there is any load: see PagePool. Only with an adviser. */
  useReserve(reserve: ArrayBuffer, start: number, announce: Announce): void {
    this.#pages.useReserve(reserve, start, announce);
  }

  /** The machine refused a chunk, and the one kept for that is in use: nothing should be added. */
  get isExhausted(): boolean {
    return this.#pages.lastResort.isUsed;
  }

  set onExhausted(listener: () => void) {
    this.#pages.lastResort.onUsed = listener;
  }

  /** @returns true when the machine has memory again */
  recover(): boolean {
    return this.#pages.lastResort.recover();
  }

  /** Bytes of all chunks; those never touched are not resident. */
  get reservedBytes(): number {
    return this.#pages.reservedBytes;
  }

  /** The chunk that holds a block; the block starts at `offsetOf(ref)`. */
  bytesOf(ref: number): Buffer {
    return this.chunks[ref >>> CHUNK_SHIFT];
  }

  /** As `bytesOf`, for unaligned access to wider numbers. */
  viewOf(ref: number): DataView {
    return this.views[ref >>> CHUNK_SHIFT];
  }

  offsetOf(ref: number): number {
    return (ref & CHUNK_MASK) << 3;
  }

  /** The block's `index`th 32-bit word, unsigned. */
  word(ref: number, index: number): number {
    return this.words[ref >>> CHUNK_SHIFT][((ref & CHUNK_MASK) << 1) + index] >>> 0;
  }

  setWord(ref: number, index: number, value: number): void {
    this.words[ref >>> CHUNK_SHIFT][((ref & CHUNK_MASK) << 1) + index] = value;
  }

  /**
   * @param bytes at least 1
   * @throws OutOfMemoryError
   */
  allocate(bytes: number): number {
    if (bytes > SLAB_BLOCK_BYTES_MAX) return this.#allocateLarge(bytes);
    const classIndex = classOf(bytes);
    let page = this.#slabs[classIndex];
    if (page === 0) page = this.#addSlab(classIndex);
    const pages = this.#pages;
    this.#usedBytes[0] += BLOCK_BYTES[classIndex];
    const used = pages.field(page, FIELD_USED) + 1;
    pages.setField(page, FIELD_USED, used);
    if (used === SLAB_BLOCKS[classIndex]) this.#unlinkSlab(page, classIndex);
    const ref = pages.field(page, FIELD_FREE);
    if (ref !== NONE) {
      pages.setField(page, FIELD_FREE, this.word(ref, 0));
      return ref;
    }
    const bump = pages.field(page, FIELD_BUMP);
    pages.setField(page, FIELD_BUMP, bump + 1);
    return ((page << PAGE_SHIFT) + bump * (BLOCK_BYTES[classIndex] >>> 3)) >>> 0;
  }

  free(ref: number): void {
    const pages = this.#pages;
    const page = ref >>> PAGE_SHIFT;
    const tag = pages.tagOf(page);
    if (tag >>> KIND_SHIFT !== SLAB) {
      this.#freeLarge(ref);
      return;
    }
    const classIndex = tag & CLASS_MASK;
    const slab = page - ((tag & PAYLOAD_MASK) >>> DISTANCE_SHIFT);
    this.#usedBytes[0] -= BLOCK_BYTES[classIndex];
    this.setWord(ref, 0, pages.field(slab, FIELD_FREE));
    pages.setField(slab, FIELD_FREE, ref);
    const used = pages.field(slab, FIELD_USED) - 1;
    pages.setField(slab, FIELD_USED, used);
    if (used === SLAB_BLOCKS[classIndex] - 1) this.#linkSlab(slab, classIndex);
    else if (used === 0) this.#retireSlab(slab);
  }

  /** Bytes the block can hold: what was asked for, rounded up to its size class or to pages. */
  capacity(ref: number): number {
    const tag = this.#pages.tagOf(ref >>> PAGE_SHIFT);
    return tag >>> KIND_SHIFT === SLAB ? BLOCK_BYTES[tag & CLASS_MASK] : this.#largeCapacity(ref);
  }

  /** What `capacity` of a new block of `bytes` would be. */
  capacityFor(bytes: number): number {
    if (bytes <= SLAB_BLOCK_BYTES_MAX) return BLOCK_BYTES[classOf(bytes)];
    return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
  }

  /**
   * True when a block of `capacity` bytes suits contents of `bytes`: it fits and leaves at most an eighth
   * unused, so that rewriting a value of about the same length stays in place and a much shorter one does not.
   */
  suits(capacity: number, bytes: number): boolean {
    return bytes <= capacity && capacity - bytes <= Math.max(7, capacity >>> 3);
  }

  /**
   * Makes room for `bytes` and keeps the contents as far as they fit.
   * @returns the same reference while the block suits, else a new one (the old is then free)
   */
  resize(ref: number, bytes: number): number {
    const capacity = this.capacity(ref);
    if (this.suits(capacity, bytes)) return ref;
    if (capacity === this.capacityFor(bytes)) return ref;
    const moved = this.allocate(bytes);
    this.copy(ref, moved, Math.min(capacity, bytes));
    this.free(ref);
    return moved;
  }

  /** Copies the first `bytes` of one block to another. */
  copy(from: number, to: number, bytes: number): void {
    const start = this.offsetOf(from);
    const at = this.offsetOf(to);
    if (bytes > VIEW_COPY_BYTES_MAX) this.bytesOf(from).copy(this.bytesOf(to), at, start, start + bytes);
    else copyView(this.viewOf(from), start, this.viewOf(to), at, bytes);
  }

  /** @returns a new block with the first `bytes` of another */
  clone(ref: number, bytes: number): number {
    const clone = this.allocate(bytes);
    this.copy(ref, clone, bytes);
    return clone;
  }

  /**
   * Copies a span from anywhere into a block, `offset` bytes from its start.
   * @param view of `bytes`, if the caller has one
   */
  write(
    ref: number,
    offset: number,
    bytes: Buffer,
    start: number,
    end: number,
    view: DataView | null = keptViewOf(bytes),
  ): void {
    const at = this.offsetOf(ref) + offset;
    if (view === null || end - start > VIEW_COPY_BYTES_MAX)
      copyBytes(bytes, start, end, this.bytesOf(ref), at);
    else copyView(view, start, this.viewOf(ref), at, end - start);
  }

  /**
   * Sees to it that the memory of dropped chunks goes back to the operating system. Cheap when there is none.
   * @returns true when nothing is left to do
   */
  collectDropped(): boolean {
    return this.#pages.collectDropped();
  }

  /** Drops everything at once. Every reference is dead. */
  clear(): void {
    this.#pages.clear();
    this.#slabs.fill(0);
    this.#idleSlab = 0;
    this.#usedBytes[0] = 0;
  }

  #addSlab(classIndex: number): number {
    const pages = this.#pages;
    const page = pages.allocateRun(SLAB_PAGES[classIndex]);
    pages.markSlab(page, SLAB_PAGES[classIndex], classIndex);
    pages.setField(page, FIELD_FREE, NONE);
    pages.setField(page, FIELD_USED, 0);
    pages.setField(page, FIELD_BUMP, 0);
    this.#linkSlab(page, classIndex);
    return page;
  }

  /** Gives an empty slab back, but only when another one empties: this one may be needed again at once. */
  #retireSlab(page: number): void {
    const idle = this.#idleSlab;
    this.#idleSlab = page;
    if (idle === 0 || idle === page || this.#pages.field(idle, FIELD_USED) > 0) return;
    const idleClass = this.#pages.payloadOf(idle) & CLASS_MASK;
    this.#unlinkSlab(idle, idleClass);
    this.#pages.freeRun(idle, SLAB_PAGES[idleClass]);
  }

  #linkSlab(page: number, classIndex: number): void {
    const head = this.#slabs[classIndex];
    this.#pages.setField(page, FIELD_NEXT, head);
    this.#pages.setField(page, FIELD_PREVIOUS, 0);
    if (head !== 0) this.#pages.setField(head, FIELD_PREVIOUS, page);
    this.#slabs[classIndex] = page;
  }

  #unlinkSlab(page: number, classIndex: number): void {
    const next = this.#pages.field(page, FIELD_NEXT);
    const previous = this.#pages.field(page, FIELD_PREVIOUS);
    if (previous === 0) this.#slabs[classIndex] = next;
    else this.#pages.setField(previous, FIELD_NEXT, next);
    if (next !== 0) this.#pages.setField(next, FIELD_PREVIOUS, previous);
  }

  #allocateLarge(bytes: number): number {
    const count = Math.ceil(bytes / PAGE_BYTES);
    const page = count <= RUN_PAGES_MAX ? this.#pages.allocateRun(count) : this.#pages.allocateHuge(bytes);
    const ref = (page << PAGE_SHIFT) >>> 0;
    this.#usedBytes[0] += this.capacity(ref);
    return ref;
  }

  #freeLarge(ref: number): void {
    const page = ref >>> PAGE_SHIFT;
    this.#usedBytes[0] -= this.#largeCapacity(ref);
    if (this.#pages.kindOf(page) === HUGE) this.#pages.freeHuge(page);
    else this.#pages.freeRun(page, this.#pages.payloadOf(page));
  }

  #largeCapacity(ref: number): number {
    const page = ref >>> PAGE_SHIFT;
    const kind = this.#pages.kindOf(page);
    if (kind === RUN) return this.#pages.payloadOf(page) * PAGE_BYTES;
    assert(kind === HUGE, 'a reference names a live block');
    return this.#pages.hugeBytes(page);
  }
}
