/**
 * The cursors of SCAN: places in an order of buckets that growing and shrinking does not change.
 *
 * A bucket's number is the last bits of its elements' hashes. Read from the lowest bit up, the numbers are the
 * leaves of a binary tree, whose branches differ in depth by one at most. Splitting and merging buckets changes how
 * finely the leaves are cut, never their order; so what lies behind a cursor in this order has been visited and
 * what lies before it has not. A cursor counts up from its highest bit: in reverse binary.
 */

/** The cursor behind the bucket that `cursor & mask` names. @returns 0 behind the last one */
export function nextCursor(cursor: number, mask: number): number {
  return reverseBits(reverseBits(cursor | ~mask) + 1) >>> 0;
}

/** Whether a scan that goes on at `cursor`, which is not 0, has passed the place of a hash. */
export function isPassed(hash: number, cursor: number): boolean {
  return reverseBits(hash) >>> 0 < reverseBits(cursor) >>> 0;
}

function reverseBits(value: number): number {
  let bits = value;
  bits = ((bits >>> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  bits = ((bits >>> 8) & 0x00ff00ff) | ((bits & 0x00ff00ff) << 8);
  return (bits >>> 16) | (bits << 16);
}
