/**
 * A HyperLogLog is a string, byte for byte the one that Redis keeps:
 *
 *      0      4          5        8                 16
 *     ┌──────┬──────────┬────────┬─────────────────┬───────────────────────────┐
 *     │ HYLL │ encoding │ unused │ cardinality, LE │ 16,384 registers          │
 *     └──────┴──────────┴────────┴─────────────────┴───────────────────────────┘
 *
 *     encoding      0 dense (dense.ts), 1 sparse (sparse.ts)
 *     cardinality   as computed last; its top bit says that registers changed since
 *
 * A register holds the longest run of zeros, plus one, seen in the hashes that fell to it: 0 … 51.
 *
 * Source: the layout is public in that GET shows it and SET takes it.
 */

export const HEADER_BYTES = 16;
export const REGISTER_BITS_LOG = 14;
export const REGISTERS = 1 << REGISTER_BITS_LOG;
/** The largest value of a register that a hash can lead to: all 50 bits zero. */
export const REGISTER_MAX = 51;

export const DENSE = 0;
export const SPARSE = 1;

const ENCODING_AT = 4;
const CARDINALITY_AT = 8;
const STALE_AT = 15;
const STALE = 0x80;
const MAGIC = Buffer.from('HYLL');

/** 6 bits each. */
export const DENSE_BYTES = HEADER_BYTES + (REGISTERS * 6) / 8;

/** True when the string may be a HyperLogLog. A sparse one may still turn out to be corrupt. */
export function isHyperLogLog(bytes: Buffer, start: number, length: number): boolean {
  if (length < HEADER_BYTES) return false;
  for (let index = 0; index < MAGIC.length; index++) {
    if (bytes[start + index] !== MAGIC[index]) return false;
  }
  const encoding = bytes[start + ENCODING_AT];
  return encoding === SPARSE || (encoding === DENSE && length === DENSE_BYTES);
}

export function encodingAt(bytes: Buffer, start: number): number {
  return bytes[start + ENCODING_AT];
}

export function setEncodingAt(bytes: Buffer, start: number, encoding: number): void {
  bytes[start + ENCODING_AT] = encoding;
}

/** Marks the kept cardinality as out of date. */
export function invalidate(bytes: Buffer, start: number): void {
  bytes[start + STALE_AT] |= STALE;
}

/** The kept cardinality, or null when it is out of date. */
export function keptCardinality(bytes: Buffer, start: number): bigint | null {
  if ((bytes[start + STALE_AT] & STALE) !== 0) return null;
  return bytes.readBigUInt64LE(start + CARDINALITY_AT);
}

export function keepCardinality(bytes: Buffer, start: number, cardinality: number): void {
  bytes.writeBigUInt64LE(BigInt(cardinality), start + CARDINALITY_AT);
}

/** Bytes of a HyperLogLog that has seen nothing: a header and one run of zeros. */
export const EMPTY_SKETCH: Buffer = Buffer.concat([
  MAGIC,
  Buffer.from([SPARSE, 0, 0, 0]),
  Buffer.alloc(8),
  // Sparse: a long run of 16,384 zeros.
  Buffer.from([0x40 | ((REGISTERS - 1) >>> 8), (REGISTERS - 1) & 0xff]),
]);
