/**
 * Which sizes the arena's small blocks come in, and how many pages a slab of each takes.
 *
 * Steps of 8 bytes up to 512, then 8 steps to each doubling: at most 7 bytes or an eighth of a block is lost.
 * Larger blocks are runs of whole pages (see pages.ts) and have no class.
 */

/** The unit in which memory goes from the page pool to slabs and runs. */
export const PAGE_BYTES = 8192;

const FINE_BYTES_MAX = 512;
const FINE_CLASSES = FINE_BYTES_MAX / 8;
/** The largest size with a class. From here on, rounding up to a page loses at most a fifth. */
export const SLAB_BLOCK_BYTES_MAX = 32768;
const COARSE_CLASSES = 8 * Math.log2(SLAB_BLOCK_BYTES_MAX / FINE_BYTES_MAX);

/** Classes are numbered from 1. */
export const CLASS_COUNT = 1 + FINE_CLASSES + COARSE_CLASSES;

const SLAB_PAGES_MIN = 2;
const SLAB_PAGES_MAX = 36;
const SLAB_BLOCKS_MIN = 8;

/** The class of a block of `bytes`, which must be 1 … SLAB_BLOCK_BYTES_MAX. */
export function classOf(bytes: number): number {
  if (bytes <= FINE_BYTES_MAX) return (bytes + 7) >>> 3;
  const doubling = 31 - Math.clz32(bytes - 1);
  return FINE_CLASSES + (doubling - 9) * 8 + ((bytes - 1) >>> (doubling - 3)) - 7;
}

/** Bytes of a block of each class. */
export const BLOCK_BYTES: Uint32Array = new Uint32Array(CLASS_COUNT);
/** Pages of a slab of each class. */
export const SLAB_PAGES: Uint32Array = new Uint32Array(CLASS_COUNT);
/** Blocks in a slab of each class. */
export const SLAB_BLOCKS: Uint32Array = new Uint32Array(CLASS_COUNT);

function slabPagesFor(blockBytes: number): number {
  let best = 0;
  let leastLoss = 1;
  for (let pages = SLAB_PAGES_MIN; pages <= SLAB_PAGES_MAX; pages++) {
    const bytes = pages * PAGE_BYTES;
    if (bytes < SLAB_BLOCKS_MIN * blockBytes) continue;
    const loss = (bytes % blockBytes) / bytes;
    if (loss <= 1 / 64) return pages;
    if (loss < leastLoss) {
      leastLoss = loss;
      best = pages;
    }
  }
  return best;
}

for (let bytes = 8; bytes <= SLAB_BLOCK_BYTES_MAX; bytes += 8) BLOCK_BYTES[classOf(bytes)] = bytes;
for (let index = 1; index < CLASS_COUNT; index++) {
  SLAB_PAGES[index] = slabPagesFor(BLOCK_BYTES[index]);
  SLAB_BLOCKS[index] = Math.floor((SLAB_PAGES[index] * PAGE_BYTES) / BLOCK_BYTES[index]);
}
