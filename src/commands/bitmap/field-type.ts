/**
 * The integers of BITFIELD: of 1 to 64 bits, signed or not. Values up to 32 bits are Numbers, longer ones BigInts;
 * each kind of value has its own two methods, and the rest of a command is the same for both.
 */
import { INT64_MAX, parseInteger } from '../../base/bytes.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';

const NOT_A_TYPE = new ReplyError(
  'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.',
);

const LETTER_I = 0x69;
const LETTER_U = 0x75;
const SIGNED_BITS_MAX = 64;
const UNSIGNED_BITS_MAX = 63;
/** Fields up to here are handled as Numbers. */
const SHORT_BITS_MAX = 32;

/** What becomes of a value that a field can't hold. */
export const WRAP = 0;
export const SATURATE = 1;
export const FAIL = 2;

export class FieldType {
  readonly isShort: boolean;
  readonly #min: number;
  readonly #max: number;
  readonly #minBig: bigint;
  readonly #maxBig: bigint;

  constructor(
    readonly isSigned: boolean,
    readonly bits: number,
  ) {
    const count = 1n << BigInt(bits);
    this.isShort = bits <= SHORT_BITS_MAX;
    this.#minBig = isSigned ? -count / 2n : 0n;
    this.#maxBig = this.#minBig + count - 1n;
    this.#min = Number(this.#minBig);
    this.#max = Number(this.#maxBig);
  }

  /** The value of a short field. @param bits read from it, an unsigned number */
  valueOf(bits: number): number {
    return bits > this.#max ? bits - 2 ** this.bits : bits;
  }

  valueOfBig(bits: bigint): bigint {
    return bits > this.#maxBig ? BigInt.asIntN(this.bits, bits) : bits;
  }

  /**
   * What a short field will hold.
   * @param value a whole number within ±(2^53 − 1)
   * @returns NaN when it overflows and that is a failure
   */
  fit(value: number, overflow: number): number {
    if (value >= this.#min && value <= this.#max) return value;
    if (overflow === FAIL) return Number.NaN;
    if (overflow === SATURATE) return value < this.#min ? this.#min : this.#max;
    const count = 2 ** this.bits;
    return this.valueOf(((value % count) + count) % count);
  }

  /**
   * What SET wants to set, to be fitted. An unsigned field takes a negative number for the large one with the same
   * 64 bits. For a signed one of less than 64 bits Redis subtracts the number from the field's maximum: where that
   * overflows 64 bits, the number counts as too large.
   */
  setBig(value: bigint, overflow: number): bigint {
    if (!this.isSigned) return BigInt.asUintN(64, value);
    const overflows = this.bits < SIGNED_BITS_MAX && this.#maxBig - value > INT64_MAX;
    return overflows && overflow === SATURATE ? INT64_MAX : value;
  }

  /** As `fit`. @returns null for a failure */
  fitBig(value: bigint, overflow: number): bigint | null {
    if (value >= this.#minBig && value <= this.#maxBig) return value;
    if (overflow === FAIL) return null;
    if (overflow === SATURATE) return value < this.#minBig ? this.#minBig : this.#maxBig;
    return this.valueOfBig(BigInt.asUintN(this.bits, value));
  }
}

const typesOf = (isSigned: boolean, bitsMax: number): readonly FieldType[] =>
  Array.from({ length: bitsMax + 1 }, (_, bits) => new FieldType(isSigned, bits));
/** By bits. */
const SIGNED = typesOf(true, SIGNED_BITS_MAX);
const UNSIGNED = typesOf(false, UNSIGNED_BITS_MAX);

/** `i8`, `u63` … @throws NOT_A_TYPE */
export function fieldType(argv: Argv, index: number): FieldType {
  const start = argv.starts[index];
  const letter = argv.byteLength(index) > 1 ? argv.bytes[start] : 0;
  const bits = parseInteger(argv.bytes, start + 1, argv.ends[index]);
  const types = letter === LETTER_I ? SIGNED : UNSIGNED;
  if ((letter !== LETTER_I && letter !== LETTER_U) || !(bits >= 1 && bits < types.length)) throw NOT_A_TYPE;
  return types[bits];
}
