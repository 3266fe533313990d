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
import { totalmem } from 'node:os';
import type { Arena } from './engine/arena.js';
import { MADV_COLLAPSE, MADV_DONTNEED, MADV_HUGEPAGE } from './native/constants.js';
import { type Libc, loadLibc } from './native/libc.js';
import { loadPrefault } from './native/prefault.js';

/** Of the system's small pages, on which advice begins and ends; 64 KiB is a multiple of every size there is. */
const PAGE_BYTES = 64 * 1024;
const HUGE_PAGE_BYTES = 2 * 1024 * 1024;

/** @throws SystemError ENOSYS where libc can't be called */
export async function useHugePages(arena: Arena): Promise<void> {
  const libc = await loadLibc();
  // A kernel built without large pages says EINVAL: then the pages stay small, and nothing else is different.
  const advise = (chunk: Buffer, advice: number): void => {
    const [first, bytes] = wholePages(libc.addressOf(chunk), chunk.length);
    if (bytes > 0) libc.madvise(first, bytes, advice);
  };
  for (const chunk of arena.chunks) collapseStart(libc, chunk);
  arena.adviseChunks({
    added: (chunk) => advise(chunk, MADV_HUGEPAGE),
    discard: (chunk) => advise(chunk, MADV_DONTNEED),
  });
}

/**
 * A chunk's own book-keeping has touched its start, in small pages, and so they would stay: with 100,000 keys for a third
 * of the data. Kernels before 6.1 say EINVAL.
 */
function collapseStart(libc: Libc, chunk: Buffer): void {
  const address = libc.addressOf(chunk);
  const first = Math.ceil(address / HUGE_PAGE_BYTES) * HUGE_PAGE_BYTES;
  if (first + HUGE_PAGE_BYTES > address + chunk.length) return;
  libc.madvise(first, HUGE_PAGE_BYTES, MADV_COLLAPSE);
}

/**
 * Claims addresses, not memory, for all the data that the machine can hold, after `useHugePages`. It costs one collection
 * of the garbage collector, so it is for a process that has just started and does nothing else. From then on the arena's
 * growth costs none, and memory is made resident a little ahead, in another thread. Loading 10 million keys, pauses were
 * 16 ms for collections and 6 to 12 ms for the first touch of pages.
 */
export async function claimAddresses(arena: Arena): Promise<void> {
  const libc = await loadLibc();
  const prefault = await loadPrefault();
  const startOf = (memory: ArrayBufferLike): number => libc.addressOf(Buffer.from(memory, 0, PAGE_BYTES));
  const limit = process.constrainedMemory();
  const total = totalmem();
  const claimed = arena.claim(limit > 0 ? Math.min(limit, total) : total, (memory, start, end) => {
    const [first, bytes] = wholePages(startOf(memory) + start, end - start);
    if (bytes > 0) prefault(first, bytes);
  });
  if (claimed !== null) libc.madvise(...wholePages(startOf(claimed), claimed.byteLength), MADV_HUGEPAGE);
}

/** @returns the first whole page's address, and the bytes of all of them */
function wholePages(start: number, byteLength: number): [address: number, byteLength: number] {
  const first = Math.ceil(start / PAGE_BYTES) * PAGE_BYTES;
  return [first, Math.floor((start + byteLength) / PAGE_BYTES) * PAGE_BYTES - first];
}
