/**
 * A compressed node's block:
 *
 *     | bytes of LZF u32 | LZF |
 *
 * Redis leaves alone what is small and what would hardly become smaller, and so does this.
 */

import { assert } from '../../../base/assert.js';
import { copyBytes } from '../../../base/bytes.js';
import { packed, packLzf, unpackLzfInto } from '../../../base/lzf.js';
import { type Arena, NONE } from '../../arena.js';

/** Where in the block the LZF begins. */
export const COMPRESSED_START = 4;

/** Contents of fewer bytes are not compressed; source: Redis' quicklist. */
const CONTENT_BYTES_MIN = 48;
/** Compression has to save more than this; source as above. */
const SAVED_BYTES_MIN = 8;

/** The largest node that list-max-listpack-size allows; larger contents get memory of their own to be read in. */
const SCRATCH_BYTES = 64 << 10;
/** What was unpacked last, until something else is. Scratch of one reading; not a server's. */
const scratch: Buffer = Buffer.from(new ArrayBuffer(SCRATCH_BYTES));

/** Bytes of LZF in a compressed node's block. */
export function compressedBytes(arena: Arena, ref: number): number {
  return arena.word(ref, 0);
}

/** @returns a block with the `length` bytes at `at` compressed, or NONE when that isn't worth it */
export function createCompressed(arena: Arena, bytes: Buffer, at: number, length: number): number {
  if (length < CONTENT_BYTES_MIN) return NONE;
  const packedBytes = packLzf(bytes, at, at + length);
  if (packedBytes === 0 || packedBytes + SAVED_BYTES_MIN >= length) return NONE;
  const ref = arena.allocate(COMPRESSED_START + packedBytes);
  arena.setWord(ref, 0, packedBytes);
  copyBytes(packed, 0, packedBytes, arena.bytesOf(ref), arena.offsetOf(ref) + COMPRESSED_START);
  return ref;
}

/**
 * Unpacks a block.
 * @returns memory that starts with the `length` bytes of contents; until the next call
 */
export function unpackCompressed(arena: Arena, ref: number, length: number): Buffer {
  const start = arena.offsetOf(ref) + COMPRESSED_START;
  const target = length > SCRATCH_BYTES ? Buffer.from(new ArrayBuffer(length)) : scratch;
  const isWhole = unpackLzfInto(
    target,
    arena.bytesOf(ref),
    start,
    start + compressedBytes(arena, ref),
    length,
  );
  assert(isWhole, 'what was compressed can be unpacked');
  return target;
}
