/**
 * Byte spans: copying, comparing, and numbers to and from ASCII.
 *
 * A span is always (bytes, start, end) with end exclusive. `bytes` is always a Buffer: a plain
 * Uint8Array has another hidden class, and mixing the two makes every access site on the hot path
 * polymorphic.
 */

/** Up to this many bytes a loop beats `copy`'s call into C++ (measured: 48 on Node 20). */
const LOOP_BYTES_MAX = 48;

const DIGIT_0 = 0x30;
const MINUS = 0x2d;

export const EMPTY_BYTES: Buffer = Buffer.alloc(0);

/** Copies [start, end) of `from` to `to` at `at`; the spans must not overlap when they share memory. */
export function copyBytes(from: Buffer, start: number, end: number, to: Buffer, at: number): void {
  if (end - start <= LOOP_BYTES_MAX) {
    let target = at;
    for (let index = start; index < end; index++) to[target++] = from[index];
  } else {
    from.copy(to, at, start, end);
  }
}

/** Sets [start, end) to zeros. */
export function clearBytes(bytes: Buffer, start: number, end: number): void {
  if (end - start <= LOOP_BYTES_MAX) {
    for (let index = start; index < end; index++) bytes[index] = 0;
  } else {
    bytes.fill(0, start, end);
  }
}

/** True when the two spans hold the same bytes. */
export function equalBytes(
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
): boolean {
  const length = aEnd - aStart;
  if (length !== bEnd - bStart) return false;
  if (length > LOOP_BYTES_MAX) return a.compare(b, bStart, bEnd, aStart, aEnd) === 0;
  for (let offset = 0; offset < length; offset++) {
    if (a[aStart + offset] !== b[bStart + offset]) return false;
  }
  return true;
}

/** memcmp's order, then the shorter first. */
export function compareBytes(
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  if (length > LOOP_BYTES_MAX) return a.compare(b, bStart, bEnd, aStart, aEnd);
  for (let offset = 0; offset < length; offset++) {
    const difference = a[aStart + offset] - b[bStart + offset];
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/**
 * True when the span is `upper`, letters compared without case.
 * @param upper ASCII in upper case
 */
export function equalsFolded(bytes: Buffer, start: number, end: number, upper: string): boolean {
  if (end - start !== upper.length) return false;
  for (let offset = 0; offset < upper.length; offset++) {
    let byte = bytes[start + offset];
    if (byte >= 0x61 && byte <= 0x7a) byte -= 0x20;
    if (byte !== upper.charCodeAt(offset)) return false;
  }
  return true;
}

/**
 * A whole number in its one canonical form: no sign but a minus, no leading zero, no space.
 * @returns NaN when it is none, or lies outside ±(2^53 − 1): then `parseBigInteger` decides.
 */
export function parseInteger(bytes: Buffer, start: number, end: number): number {
  let index = start;
  const negative = end - start > 1 && bytes[start] === MINUS;
  if (negative) index++;
  const digits = end - index;
  if (digits < 1 || digits > 16) return Number.NaN;
  let value = bytes[index] - DIGIT_0;
  if (value < 0 || value > 9) return Number.NaN;
  if (value === 0) return digits === 1 && !negative ? 0 : Number.NaN;
  for (index++; index < end; index++) {
    const digit = bytes[index] - DIGIT_0;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative ? -value : value;
}

export const INT64_MAX = 0x7fff_ffff_ffff_ffffn;
export const INT64_MIN = -0x8000_0000_0000_0000n;

/** The slow companion of `parseInteger`: any 64-bit integer in canonical form, or null. */
export function parseBigInteger(bytes: Buffer, start: number, end: number): bigint | null {
  if (end - start < 1 || end - start > 20) return null;
  const text = bytes.toString('latin1', start, end);
  if (!/^(0|-?[1-9][0-9]*)$/.test(text)) return null;
  const value = BigInt(text);
  return value >= INT64_MIN && value <= INT64_MAX ? value : null;
}

/** Digits of a whole number of at most 2^53, without the sign. */
export function countDigits(value: number): number {
  let digits = 1;
  for (let bound = 10; bound <= value; bound *= 10) digits++;
  return digits;
}

/**
 * Writes a whole number within ±(2^53 − 1) as ASCII.
 * @returns the offset after its last byte; `to` must have 17 bytes of room
 */
export function writeInteger(value: number, to: Buffer, at: number): number {
  let rest = value;
  let index = at;
  if (rest < 0) {
    to[index++] = MINUS;
    rest = -rest;
  }
  if (rest < 10) {
    to[index] = DIGIT_0 + rest;
    return index + 1;
  }
  const end = index + countDigits(rest);
  let target = end;
  while (rest > 0x7fff_ffff) {
    const quotient = Math.floor(rest / 10);
    to[--target] = DIGIT_0 + (rest - quotient * 10);
    rest = quotient;
  }
  let small = rest | 0;
  while (target > index) {
    const quotient = (small / 10) | 0;
    to[--target] = DIGIT_0 + (small - quotient * 10);
    small = quotient;
  }
  return end;
}
