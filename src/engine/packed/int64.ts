/**
 * Exact 64-bit integers as two 32-bit words, for the packed formats that store them. A Number holds
 * whole numbers up to 2^53 only, and a BigInt costs an allocation per operation; ids of 18 and 19
 * digits are common members, so neither will do. Knows text and words, no format.
 */
import { parseInteger, writeInteger } from '../../base/bytes.js';

const TWO_32 = 0x1_0000_0000;
const TWO_16 = 0x1_0000;
const BILLION = 1_000_000_000;
const DIGIT_0 = 0x30;
const MINUS = 0x2d;

/** "-9223372036854775808" */
export const INT64_TEXT_BYTES_MAX = 20;

/** A reused signed 64-bit integer: value = hi × 2^32 + lo, with `hi` signed and `lo` unsigned. */
export class Int64 {
  hi = 0;
  lo = 0;
  /** The value while it lies within ±(2^53 − 1), else NaN: then only the words are exact. */
  number = 0;

  /** @param value a whole number within 64 bits */
  setNumber(value: number): void {
    this.number = Number.isSafeInteger(value) ? value : Number.NaN;
    this.lo = value >>> 0;
    this.hi = Math.floor(value / TWO_32) | 0;
  }

  setWords(hi: number, lo: number): void {
    this.hi = hi | 0;
    this.lo = lo >>> 0;
    const value = this.hi * TWO_32 + this.lo;
    this.number = Number.isSafeInteger(value) ? value : Number.NaN;
  }

  /**
   * Reads a whole number in its one canonical form (no plus, no leading zero, no "-0").
   * @returns false, with the value undefined, when the span is none or exceeds 64 bits
   */
  parse(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (length < 1 || length > INT64_TEXT_BYTES_MAX) return false;
    // Most members are words, not numbers: leave on the first byte.
    const first = bytes[start];
    if (first > 0x39 || (first < DIGIT_0 && first !== MINUS)) return false;
    const value = parseInteger(bytes, start, end);
    if (!Number.isNaN(value)) {
      this.setNumber(value);
      return true;
    }
    return length >= 16 && this.#parseLong(bytes, start, end);
  }

  /** 16 to 19 digits, as (upper digits) × 10^9 + (lower nine digits), multiplied out in 16-bit steps. */
  #parseLong(bytes: Buffer, start: number, end: number): boolean {
    const negative = bytes[start] === MINUS;
    const from = negative ? start + 1 : start;
    const digits = end - from;
    if (digits < 16 || digits > 19 || bytes[from] === DIGIT_0) return false;
    let upper = 0;
    let lower = 0;
    for (let index = from; index < end; index++) {
      const digit = bytes[index] - DIGIT_0;
      if (digit < 0 || digit > 9) return false;
      if (index < end - 9) upper = upper * 10 + digit;
      else lower = lower * 10 + digit;
    }
    const high = Math.floor(upper / TWO_16) * BILLION;
    const low = (upper % TWO_16) * BILLION + lower + (high % TWO_16) * TWO_16;
    const lo = low % TWO_32;
    const hi = Math.floor(high / TWO_16) + Math.floor(low / TWO_32);
    if (hi >= 0x8000_0000 && !(negative && hi === 0x8000_0000 && lo === 0)) return false;
    if (!negative) this.setWords(hi, lo);
    else this.setWords(lo === 0 ? -hi : ~hi, -lo);
    return true;
  }
}

/** Less than, equal to or greater than zero as a is to b. High words are signed; low words may be either. */
export function compareWords(aHi: number, aLo: number, bHi: number, bLo: number): number {
  if (aHi !== bHi) return aHi < bHi ? -1 : 1;
  const low = aLo >>> 0;
  if (low === bLo >>> 0) return 0;
  return low < bLo >>> 0 ? -1 : 1;
}

/**
 * Writes hi × 2^32 + lo as decimal text; `to` must have INT64_TEXT_BYTES_MAX bytes of room.
 * @returns the offset after its last byte
 */
export function writeInt64(hi: number, lo: number, to: Buffer, at: number): number {
  const value = hi * TWO_32 + (lo >>> 0);
  if (Number.isSafeInteger(value)) return writeInteger(value, to, at);
  let index = at;
  let high = hi >>> 0;
  let low = lo >>> 0;
  if (hi < 0) {
    to[index++] = MINUS;
    high = (low === 0 ? -hi : ~hi) >>> 0;
    low = -lo >>> 0;
  }
  // Long division by 10^9 in 16-bit limbs: each step stays below 2^46.
  let quotient = Math.floor(high / BILLION);
  let rest = high - quotient * BILLION;
  for (let shift = 16; shift >= 0; shift -= 16) {
    const step = rest * TWO_16 + ((low >>> shift) & 0xffff);
    const digit = Math.floor(step / BILLION);
    rest = step - digit * BILLION;
    quotient = quotient * TWO_16 + digit;
  }
  const end = writeInteger(quotient, to, index) + 9;
  for (let target = end - 1; target >= end - 9; target--) {
    const next = Math.floor(rest / 10);
    to[target] = DIGIT_0 + (rest - next * 10);
    rest = next;
  }
  return end;
}
