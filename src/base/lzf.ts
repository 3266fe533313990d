/**
 * LZF, the compression of strings in RDB and of the inner nodes of lists.
 *
 *     000LLLLL                     L + 1 bytes follow as they are
 *     LLLooooo oooooooo            L + 2 bytes from o + 1 bytes back; L = 7: another byte is added to L first
 *
 * Source: Marc Lehmann's description of liblzf's format.
 */
import { copyBytes } from './bytes.js';

const LITERAL_BYTES_MAX = 32;
const DISTANCE_MAX = 1 << 13;
const MATCH_BYTES_MIN = 3;
/** 7 + 255 + 2. */
const MATCH_BYTES_MAX = 264;

const TABLE_BITS = 14;
/**
 * Where three bytes of this hash stood last: `base` plus their offset. Strings take ranges of numbers one
 * after the other, so nothing has to be cleared between two of them. Scratch of one call; not a server's.
 */
const table = new Float64Array(1 << TABLE_BITS);
let base = 1;

/** What `packLzf` packed. One for all, because every caller copies it at once. */
export let packed: Buffer = Buffer.from(new ArrayBuffer(1024));

/**
 * Packs [start, end) into `packed`.
 * @returns how many bytes; 0 when that wouldn't save four at least
 */
export function packLzf(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  const packedBytesMax = length - 4;
  if (packedBytesMax <= 0) return 0;
  // Before the last bytes are checked, a run of literals, its head and a match may overshoot.
  if (packed.length < length + 64) packed = Buffer.from(new ArrayBuffer((length + 64) * 2));
  const out = packed;
  const last = end - MATCH_BYTES_MIN;
  let at = 0;
  let literals = start;
  let index = start;
  while (index <= last) {
    const slot = slotOf(bytes, index);
    const from = table[slot] - base + start;
    table[slot] = base + index - start;
    const distance = index - from;
    if (
      from < start ||
      distance > DISTANCE_MAX ||
      bytes[from] !== bytes[index] ||
      bytes[from + 1] !== bytes[index + 1] ||
      bytes[from + 2] !== bytes[index + 2]
    ) {
      index++;
      continue;
    }
    let matched = MATCH_BYTES_MIN;
    const matchedMax = Math.min(MATCH_BYTES_MAX, end - index);
    while (matched < matchedMax && bytes[from + matched] === bytes[index + matched]) matched++;
    at = writeLiterals(bytes, literals, index, at);
    if (at + 3 > packedBytesMax) break;
    const code = matched - 2;
    const back = distance - 1;
    if (code < 7) {
      out[at++] = (code << 5) | (back >>> 8);
    } else {
      out[at++] = (7 << 5) | (back >>> 8);
      out[at++] = code - 7;
    }
    out[at++] = back & 0xff;
    index += matched;
    literals = index;
    // Two of the places passed are enough to find what comes again.
    for (let place = index - 2; place < index && place <= last; place++) {
      table[slotOf(bytes, place)] = base + place - start;
    }
  }
  base += length;
  if (at > packedBytesMax) return 0;
  at = writeLiterals(bytes, literals, end, at);
  return at <= packedBytesMax ? at : 0;
}

function slotOf(bytes: Buffer, index: number): number {
  const three = bytes[index] | (bytes[index + 1] << 8) | (bytes[index + 2] << 16);
  return Math.imul(three, 0x9e3779b1) >>> (32 - TABLE_BITS);
}

/** Writes what matched nothing, as far as `packed` has room. @returns where it ends */
function writeLiterals(bytes: Buffer, start: number, end: number, at: number): number {
  let to = at;
  for (let from = start; from < end; from += LITERAL_BYTES_MAX) {
    const length = Math.min(LITERAL_BYTES_MAX, end - from);
    if (to + length + 1 > packed.length) return packed.length;
    packed[to++] = length - 1;
    copyBytes(bytes, from, from + length, packed, to);
    to += length;
  }
  return to;
}

/** Trusts nothing: any input gives the wanted bytes or null. */
export function unpackLzf(bytes: Buffer, start: number, end: number, unpackedBytes: number): Buffer | null {
  const unpacked = Buffer.from(new ArrayBuffer(unpackedBytes));
  return unpackLzfInto(unpacked, bytes, start, end, unpackedBytes) ? unpacked : null;
}

/**
 * Unpacks to the first `unpackedBytes` of a buffer, which must have as many.
 * @returns false when the input is nothing that makes just so many
 */
export function unpackLzfInto(
  unpacked: Buffer,
  bytes: Buffer,
  start: number,
  end: number,
  unpackedBytes: number,
): boolean {
  let at = 0;
  let index = start;
  while (index < end) {
    const control = bytes[index++];
    if (control < LITERAL_BYTES_MAX) {
      const length = control + 1;
      if (index + length > end || at + length > unpackedBytes) return false;
      copyBytes(bytes, index, index + length, unpacked, at);
      index += length;
      at += length;
      continue;
    }
    let length = control >>> 5;
    if (length === 7) {
      if (index >= end) return false;
      length += bytes[index++];
    }
    length += 2;
    if (index >= end) return false;
    let from = at - ((control & 31) << 8) - bytes[index++] - 1;
    if (from < 0 || at + length > unpackedBytes) return false;
    // Source and target may overlap: that is how a run of one byte is packed.
    for (; length > 0; length--) unpacked[at++] = unpacked[from++];
  }
  return at === unpackedBytes;
}
