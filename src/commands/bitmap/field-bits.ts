/** Reading and writing up to 64 bits at any offset of a row of bytes, the highest bit first. */

/**
 * @param start of the row in `bytes`
 * @param length of the row; what lies behind it reads as zeros
 * @param offset of the first bit in the row
 * @param bits 1 … 32
 */
export function readBits(bytes: Buffer, start: number, length: number, offset: number, bits: number): number {
  let value = 0;
  let at = Math.floor(offset / 8);
  let skipped = offset % 8;
  for (let left = bits; left > 0; at++) {
    const taken = Math.min(8 - skipped, left);
    const byte = at < length ? bytes[start + at] : 0;
    const part = (byte >>> (8 - skipped - taken)) & ((1 << taken) - 1);
    value = value * (1 << taken) + part;
    left -= taken;
    skipped = 0;
  }
  return value;
}

/**
 * The row must reach as far as the field.
 * @param value an unsigned number of `bits` bits, 1 … 32
 */
export function writeBits(bytes: Buffer, start: number, offset: number, bits: number, value: number): void {
  let at = start + Math.floor(offset / 8);
  let skipped = offset % 8;
  for (let left = bits; left > 0; at++) {
    const taken = Math.min(8 - skipped, left);
    left -= taken;
    const mask = ((1 << taken) - 1) << (8 - skipped - taken);
    const part = (value >>> left) << (8 - skipped - taken);
    bytes[at] = (bytes[at] & ~mask) | (part & mask);
    skipped = 0;
  }
}

/** As `readBits`, of 33 … 64 bits. */
export function readBigBits(
  bytes: Buffer,
  start: number,
  length: number,
  offset: number,
  bits: number,
): bigint {
  const high = readBits(bytes, start, length, offset, bits - 32);
  const low = readBits(bytes, start, length, offset + bits - 32, 32);
  return (BigInt(high) << 32n) | BigInt(low);
}

/** As `writeBits`, of 33 … 64 bits. */
export function writeBigBits(
  bytes: Buffer,
  start: number,
  offset: number,
  bits: number,
  value: bigint,
): void {
  const unsigned = BigInt.asUintN(bits, value);
  writeBits(bytes, start, offset, bits - 32, Number(unsigned >> 32n));
  writeBits(bytes, start, offset + bits - 32, 32, Number(unsigned & 0xffff_ffffn));
}
