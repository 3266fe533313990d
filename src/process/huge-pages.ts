/**
 * What the kernel is told about the arena's memory.
 *
 * It is asked for pages of 2 MiB: the index and the entries are met at random, and with pages of 4 KiB most of those
 * accesses miss the translation look-aside buffer as well as the cache. At 1 million keys it saves 10 % of a pipelined
 * request's CPU, at 100,000 keys 4 % of a SET's.
 *
 * Redis turns such pages off because of fork(): one written byte then copies 2 MiB. Nothing forks here.
 *
 * And it is told which memory is no longer needed. Otherwise the garbage collector would have to find that out, with a
 * pause of milliseconds for every 64 MiB while millions of keys expire.
 */

import type { Arena } from '../engine/arena.js';
import { type AdviseBeside, loadAdviseBeside } from '../native/advise-beside.js';
import { MADV_COLLAPSE, MADV_DONTNEED, MADV_HUGEPAGE, MADV_POPULATE_WRITE } from '../native/constants.js';
import { type Libc, loadLibc } from '../native/libc.js';
import type { AddressReserve } from './address-reserve.js';

/** Of the system's small pages, on which advice begins and ends; 64 KiB is a multiple of every size there is. */
const PAGE_BYTES = 64 * 1024;
const HUGE_PAGE_BYTES = 2 * 1024 * 1024;

/**
 * @param reserve what the arena is to grow into
 * @param hand is given what keeps another thread busy for milliseconds, and does it when that is welcome
 * @throws SystemError ENOSYS where libc can't be called
 */
export async function useHugePages(
  arena: Arena,
  reserve: AddressReserve | null = null,
  hand = (work: () => void): void => work(),
): Promise<void> {
  const libc = await loadLibc();
  // A kernel built without large pages says EINVAL: then the pages stay small, and nothing else is different.
  const advise = (chunk: Buffer, advice: number): void => {
    const [first, bytes] = wholePages(libc.addressOf(chunk), chunk.length);
    if (bytes > 0) libc.madvise(first, bytes, advice);
  };
  const beside = await loadAdviseBeside();
  for (const chunk of arena.chunks) collapseStart(libc, beside, chunk);
  arena.adviseChunks({
    added: (chunk) => advise(chunk, MADV_HUGEPAGE),
    discard: (chunk) => advise(chunk, MADV_DONTNEED),
  });
  if (reserve === null) return;
  const residence = new Residence(beside, hand);
  growInto(reserve, arena, libc, (first, bytes) => residence.prepare(first, bytes));
}

/**
 * A chunk's own book-keeping has touched its start, in small pages, and so they would stay: with 100,000 keys for a third
 * of the data. Putting them together takes 3 ms, in another thread. Kernels before 6.1 say EINVAL.
 */
function collapseStart(libc: Libc, beside: AdviseBeside, chunk: Buffer): void {
  const address = libc.addressOf(chunk);
  const first = Math.ceil(address / HUGE_PAGE_BYTES) * HUGE_PAGE_BYTES;
  if (first + HUGE_PAGE_BYTES > address + chunk.length) return;
  beside.advise(first, HUGE_PAGE_BYTES, MADV_COLLAPSE);
}

/**
 * That the arena grows costs no collection of the garbage collector from now on, and memory is made resident a little
 * ahead, in another thread. Loading 10 million keys, pauses were 16 to 46 ms for collections and 6 to 12 ms for the first touch
 * of pages.
 */
function growInto(
  reserve: AddressReserve,
  arena: Arena,
  libc: Libc,
  prepare: (first: number, byteLength: number) => void,
): void {
  const startOf = (memory: ArrayBufferLike): number => libc.addressOf(Buffer.from(memory, 0, PAGE_BYTES));
  arena.useReserve(reserve.memory, reserve.takeRest(), (memory, start, end) => {
    const [first, bytes] = wholePages(startOf(memory) + start, end - start);
    if (bytes > 0) prepare(first, bytes);
  });
  libc.madvise(...wholePages(startOf(reserve.memory), reserve.memory.byteLength), MADV_HUGEPAGE);
}

/** Makes parts of memory resident, one after the other: two threads of libuv's would have the core for twice as long. */
class Residence {
  readonly #beside: AdviseBeside;
  readonly #hand: (work: () => void) => void;
  readonly #parts: (readonly [first: number, byteLength: number])[] = [];

  constructor(beside: AdviseBeside, hand: (work: () => void) => void) {
    this.#beside = beside;
    this.#hand = hand;
  }

  prepare(first: number, byteLength: number): void {
    if (this.#parts.push([first, byteLength]) === 1) this.#hand(this.#next);
  }

  /**
   * Touches the large page that begins in the part, which is as long as one: advice about it would have the garbage collector wait
   * for as long as the machine needs to find it. Where pages are small, the touch makes one resident, and the advice the others.
   */
  readonly #next = (): void => {
    const [first, byteLength] = this.#parts[0];
    const { touch, advise } = this.#beside;
    const start = Math.ceil(first / HUGE_PAGE_BYTES) * HUGE_PAGE_BYTES;
    const finish = (): void => {
      advise(first, byteLength, MADV_POPULATE_WRITE);
      this.#parts.shift();
      if (this.#parts.length > 0) this.#hand(this.#next);
    };
    if (touch === null || start >= first + byteLength) finish();
    else touch(start, finish);
  };
}

/** @returns the first whole page's address, and the bytes of all of them */
function wholePages(start: number, byteLength: number): [address: number, byteLength: number] {
  const first = Math.ceil(start / PAGE_BYTES) * PAGE_BYTES;
  return [first, Math.floor((start + byteLength) / PAGE_BYTES) * PAGE_BYTES - first];
}
