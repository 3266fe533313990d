/**
 * The id of an entry: two unsigned 64-bit numbers, a time in milliseconds and a sequence, compared in that
 * order. Held as four 32-bit words, because ids reach 2^64 − 1 and a Number does not. Mutable, to be reused.
 *
 * Words are unsigned to everybody else and signed in here: V8 keeps a field that goes beyond 2^31 in an object of its
 * own, and a stream has a dozen of them, each a cache miss.
 */
import { writeInteger } from '../../../base/bytes.js';

const TWO_32 = 0x1_0000_0000;
const WORD_MAX = 0xffff_ffff;
const DIGIT_0 = 0x30;
const TEN_MILLIONS = 10_000_000;
/** Numbers below are exact, and their part above the last seven digits has 31 bits at most. */
const SPLIT_MAX = 2 ** 53;
/** 18446744073709551615-18446744073709551615 */
export const ID_TEXT_BYTES_MAX = 41;

export class StreamId {
  #msHi = 0;
  #msLo = 0;
  #seqHi = 0;
  #seqLo = 0;

  get msHi(): number {
    return this.#msHi >>> 0;
  }

  get msLo(): number {
    return this.#msLo >>> 0;
  }

  get seqHi(): number {
    return this.#seqHi >>> 0;
  }

  get seqLo(): number {
    return this.#seqLo >>> 0;
  }

  set(msHi: number, msLo: number, seqHi: number, seqLo: number): this {
    this.#msHi = msHi | 0;
    this.#msLo = msLo | 0;
    this.#seqHi = seqHi | 0;
    this.#seqLo = seqLo | 0;
    return this;
  }

  setTimeWords(hi: number, lo: number): this {
    this.#msHi = hi | 0;
    this.#msLo = lo | 0;
    return this;
  }

  setSequenceWords(hi: number, lo: number): this {
    this.#seqHi = hi | 0;
    this.#seqLo = lo | 0;
    return this;
  }

  setZero(): this {
    return this.set(0, 0, 0, 0);
  }

  setMax(): this {
    return this.set(WORD_MAX, WORD_MAX, WORD_MAX, WORD_MAX);
  }

  /** The first id of a time. @param ms a whole number, at least 0 */
  setTime(ms: number): this {
    return this.set(Math.floor(ms / TWO_32), ms, 0, 0);
  }

  copyFrom(id: StreamId): this {
    return this.set(id.#msHi, id.#msLo, id.#seqHi, id.#seqLo);
  }

  clone(): StreamId {
    return new StreamId().copyFrom(this);
  }

  get isZero(): boolean {
    return (this.#msHi | this.#msLo | this.#seqHi | this.#seqLo) === 0;
  }

  get isMax(): boolean {
    return (this.#msHi & this.#msLo & this.#seqHi & this.#seqLo) === -1;
  }

  get isSequenceMax(): boolean {
    return (this.#seqHi & this.#seqLo) === -1;
  }

  hasTimeOf(id: StreamId): boolean {
    return this.#msHi === id.#msHi && this.#msLo === id.#msLo;
  }

  /** Less than, equal to or greater than zero as this id is to the other. */
  compare(id: StreamId): number {
    if (this.#msHi !== id.#msHi) return this.#msHi >>> 0 < id.#msHi >>> 0 ? -1 : 1;
    if (this.#msLo !== id.#msLo) return this.#msLo >>> 0 < id.#msLo >>> 0 ? -1 : 1;
    if (this.#seqHi !== id.#seqHi) return this.#seqHi >>> 0 < id.#seqHi >>> 0 ? -1 : 1;
    if (this.#seqLo !== id.#seqLo) return this.#seqLo >>> 0 < id.#seqLo >>> 0 ? -1 : 1;
    return 0;
  }

  /** To the next id. @returns false, and changes nothing, when this is the last one */
  increment(): boolean {
    if (this.isMax) return false;
    this.#seqLo = (this.#seqLo + 1) | 0;
    if (this.#seqLo !== 0) return true;
    this.#seqHi = (this.#seqHi + 1) | 0;
    if (this.#seqHi !== 0) return true;
    this.#msLo = (this.#msLo + 1) | 0;
    if (this.#msLo === 0) this.#msHi = (this.#msHi + 1) | 0;
    return true;
  }

  /** To the id before. @returns false, and changes nothing, when this is the first one */
  decrement(): boolean {
    if (this.isZero) return false;
    this.#seqLo = (this.#seqLo - 1) | 0;
    if (this.#seqLo !== -1) return true;
    this.#seqHi = (this.#seqHi - 1) | 0;
    if (this.#seqHi !== -1) return true;
    this.#msLo = (this.#msLo - 1) | 0;
    if (this.#msLo === -1) this.#msHi = (this.#msHi - 1) | 0;
    return true;
  }

  /** Writes `ms-sequence`; there must be ID_TEXT_BYTES_MAX bytes. @returns the offset after it */
  write(to: Buffer, at: number): number {
    const end = writeUint64(this.#msHi, this.#msLo, to, at);
    to[end] = 0x2d;
    return writeUint64(this.#seqHi, this.#seqLo, to, end + 1);
  }

  toString(): string {
    const text = Buffer.alloc(ID_TEXT_BYTES_MAX);
    return text.toString('latin1', 0, this.write(text, 0));
  }
}

export const MAX_ID: StreamId = new StreamId().setMax();

/**
 * In two parts of less than 31 bits while there are no more than 16 digits, as times have: quotients of larger numbers
 * take longer, and a Number beyond 31 bits that is handed to a function may be an object of its own.
 */
function writeUint64(hi: number, lo: number, to: Buffer, at: number): number {
  if (hi === 0 && lo >= 0) return writeInteger(lo, to, at);
  const value = (hi >>> 0) * TWO_32 + (lo >>> 0);
  if (value < SPLIT_MAX) {
    const upper = Math.floor(value / TEN_MILLIONS) | 0;
    return writeSevenDigits((value - upper * TEN_MILLIONS) | 0, to, writeInteger(upper, to, at));
  }
  const text = ((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString();
  return at + to.write(text, at, 'latin1');
}

function writeSevenDigits(value: number, to: Buffer, at: number): number {
  let rest = value;
  for (let target = at + 6; target >= at; target--) {
    const quotient = (rest / 10) | 0;
    to[target] = DIGIT_0 + (rest - quotient * 10);
    rest = quotient;
  }
  return at + 7;
}
