/**
 * The listpack: a sequence of strings and integers in one run of bytes, identical to Redis' format so
 * that DUMP, RDB and AOF copy it and size thresholds count what Redis counts. This file walks one;
 * `listpack-value.ts` encodes and compares, `listpack-edit.ts` changes, `listpack-validate.ts` distrusts.
 *
 *     | total bytes u32 | count u16 | entry … entry | 0xFF |
 *
 *     entry = | encoding (and inline data) | data | back length |        payload = encoding + data
 *
 *     0xxxxxxx                     integer 0 … 127
 *     10llllll                     string of l bytes, l < 64
 *     110xxxxx xxxxxxxx            integer of 13 bits, two's complement
 *     1110llll llllllll            string of l bytes, l < 4096
 *     11110000 + u32               string of up to 4 GiB
 *     11110001 … 11110100          integer of 16, 24, 32, 64 bits
 *
 * Numbers are little-endian. The back length is the payload's length in 7-bit groups, most significant
 * first, every byte but the first with its top bit set: it is read from its end. A count of 65535
 * means "count them". Source: listpack specification, github.com/antirez/listpack.
 *
 * `at` is the offset of a listpack in `bytes`, `entry` the absolute offset of one of its entries.
 * Everything here trusts the listpack: bytes from outside pass `validateListpack` first.
 */

export const LISTPACK_HEADER_BYTES = 6;
export const LISTPACK_EMPTY_BYTES = 7;
/** The byte where the next entry's encoding would stand, after the last entry. */
export const LISTPACK_END = 0xff;
/** What the header says when there are more entries than it can count. */
export const LISTPACK_COUNT_UNKNOWN = 0xffff;
/** Redis refuses to let a listpack grow beyond this, whatever the directives say. */
export const LISTPACK_BYTES_MAX = 1 << 30;

export const NO_ENTRY = -1;

export const STRING_32_BITS = 0xf0;
export const INTEGER_16_BITS = 0xf1;
export const INTEGER_24_BITS = 0xf2;
export const INTEGER_32_BITS = 0xf3;
export const INTEGER_64_BITS = 0xf4;

export function readUint32(bytes: Buffer, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

export function writeUint32(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Makes an empty listpack of LISTPACK_EMPTY_BYTES. */
export function initializeListpack(bytes: Buffer, at: number): void {
  writeHeader(bytes, at, LISTPACK_EMPTY_BYTES, 0);
  bytes[at + LISTPACK_HEADER_BYTES] = LISTPACK_END;
}

/** Its length in bytes, header and end mark included. */
export function listpackBytes(bytes: Buffer, at: number): number {
  return readUint32(bytes, at);
}

export function writeHeader(bytes: Buffer, at: number, totalBytes: number, count: number): void {
  writeUint32(bytes, at, totalBytes);
  bytes[at + 4] = count;
  bytes[at + 5] = count >>> 8;
}

/** The header's count, LISTPACK_COUNT_UNKNOWN included. */
export function headerCount(bytes: Buffer, at: number): number {
  return bytes[at + 4] | (bytes[at + 5] << 8);
}

/** How many entries it has; O(N) only beyond 65534 of them. */
export function listpackCount(bytes: Buffer, at: number): number {
  const count = headerCount(bytes, at);
  if (count !== LISTPACK_COUNT_UNKNOWN) return count;
  let counted = 0;
  for (let entry = firstEntry(at); bytes[entry] !== LISTPACK_END; entry = nextEntry(bytes, entry)) counted++;
  if (counted < LISTPACK_COUNT_UNKNOWN) writeHeader(bytes, at, listpackBytes(bytes, at), counted);
  return counted;
}

export function backLengthBytes(payloadBytes: number): number {
  if (payloadBytes <= 127) return 1;
  if (payloadBytes < 16383) return 2;
  if (payloadBytes < 2097151) return 3;
  if (payloadBytes < 268435455) return 4;
  return 5;
}

/** Bytes of the entry's encoding and data; 1 for the end mark. */
export function payloadBytes(bytes: Buffer, entry: number): number {
  const head = bytes[entry];
  if (head < 0x80) return 1;
  if (head < 0xc0) return 1 + (head & 0x3f);
  if (head < 0xe0) return 2;
  if (head < 0xf0) return 2 + (((head & 0x0f) << 8) | bytes[entry + 1]);
  if (head === STRING_32_BITS) return 5 + readUint32(bytes, entry + 1);
  if (head === INTEGER_16_BITS) return 3;
  if (head === INTEGER_24_BITS) return 4;
  if (head === INTEGER_32_BITS) return 5;
  if (head === INTEGER_64_BITS) return 9;
  return 1;
}

/** Bytes of the whole entry, back length included. */
export function entryBytes(bytes: Buffer, entry: number): number {
  const payload = payloadBytes(bytes, entry);
  return payload + backLengthBytes(payload);
}

/** Where the first entry stands, or the end mark. */
export function firstEntry(at: number): number {
  return at + LISTPACK_HEADER_BYTES;
}

/** Where the end mark stands: the place to insert at in order to append. */
export function endEntry(bytes: Buffer, at: number): number {
  return at + listpackBytes(bytes, at) - 1;
}

/** The following entry, or the end mark: `bytes[entry] === LISTPACK_END`. */
export function nextEntry(bytes: Buffer, entry: number): number {
  const head = bytes[entry];
  if (head < 0x80) return entry + 2;
  if (head < 0xc0) return entry + 2 + (head & 0x3f);
  const payload = payloadBytes(bytes, entry);
  return entry + payload + backLengthBytes(payload);
}

/** The entry before `entry` (which may be the end mark), or NO_ENTRY. */
export function previousEntry(bytes: Buffer, at: number, entry: number): number {
  if (entry === at + LISTPACK_HEADER_BYTES) return NO_ENTRY;
  let index = entry - 1;
  let payload = bytes[index] & 0x7f;
  for (let weight = 128; bytes[index] & 0x80; weight *= 128) {
    index--;
    payload += (bytes[index] & 0x7f) * weight;
  }
  return index - payload;
}

/** The last entry, or NO_ENTRY. */
export function lastEntry(bytes: Buffer, at: number): number {
  return previousEntry(bytes, at, endEntry(bytes, at));
}

/**
 * The entry at `index`, walked to from the nearer end.
 * @param index from 0, or from −1 backwards from the last entry
 * @returns NO_ENTRY when it lies outside
 */
export function seekEntry(bytes: Buffer, at: number, index: number): number {
  const count = listpackCount(bytes, at);
  const target = index < 0 ? index + count : index;
  if (target < 0 || target >= count) return NO_ENTRY;
  if (target <= count >>> 1) {
    let entry = firstEntry(at);
    for (let skip = target; skip > 0; skip--) entry = nextEntry(bytes, entry);
    return entry;
  }
  let entry = endEntry(bytes, at);
  for (let skip = count - target; skip > 0; skip--) entry = previousEntry(bytes, at, entry);
  return entry;
}
