/**
 * Reading and writing 32 bits at a time at any offset of a Buffer.
 *
 * A DataView does in one instruction what takes four checked byte accesses (hashing 16 bytes: 16 ns instead of
 * 32), but making one costs 70 ns. So the view of the last Buffer is kept: the receive buffer of a loop is used
 * for request after request. Others, which come once and go, are handled byte by byte.
 */

/** Uses in a row after which a Buffer's view is worth making. */
const USES_MIN = 4;
/** A Buffer above this size is not kept alive for the sake of its view. */
const KEPT_BYTES_MAX = 1 << 20;

let keptBytes: Buffer | null = null;
let keptView: DataView | null = null;
let candidate: Buffer | null = null;
let candidateUses = 0;

/**
 * The view of a Buffer that is used time and again, or null: then access it byte by byte. Offsets into the view
 * are those into the Buffer.
 */
export function viewOf(bytes: Buffer): DataView | null {
  return bytes === keptBytes ? keptView : considerKeeping(bytes);
}

/** The same, but the use does not count. */
export function keptViewOf(bytes: Buffer): DataView | null {
  return bytes === keptBytes ? keptView : null;
}

function considerKeeping(bytes: Buffer): DataView | null {
  if (bytes !== candidate) {
    candidate = bytes;
    candidateUses = 0;
  }
  if (++candidateUses < USES_MIN || bytes.length > KEPT_BYTES_MAX) return null;
  candidate = null;
  keptBytes = bytes;
  keptView = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return keptView;
}

/** True when two spans of the same length hold the same bytes. */
export function equalViews(
  a: DataView,
  aStart: number,
  b: DataView,
  bStart: number,
  length: number,
): boolean {
  const whole = length & ~3;
  for (let offset = 0; offset < whole; offset += 4) {
    if (a.getInt32(aStart + offset, true) !== b.getInt32(bStart + offset, true)) return false;
  }
  for (let offset = whole; offset < length; offset++) {
    if (a.getUint8(aStart + offset) !== b.getUint8(bStart + offset)) return false;
  }
  return true;
}

/** Copies `length` bytes; the spans must not overlap. Takes a third of `copyBytes`' time, up to about 150 bytes. */
export function copyView(from: DataView, start: number, to: DataView, at: number, length: number): void {
  const end = start + length;
  let source = start;
  let target = at;
  for (; source + 16 <= end; source += 16, target += 16) {
    to.setInt32(target, from.getInt32(source, true), true);
    to.setInt32(target + 4, from.getInt32(source + 4, true), true);
    to.setInt32(target + 8, from.getInt32(source + 8, true), true);
    to.setInt32(target + 12, from.getInt32(source + 12, true), true);
  }
  for (; source + 4 <= end; source += 4, target += 4) to.setInt32(target, from.getInt32(source, true), true);
  for (; source < end; source++) to.setUint8(target++, from.getUint8(source));
}
