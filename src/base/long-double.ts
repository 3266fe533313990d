/**
 * The 80-bit floating point numbers of x87, exactly: 64 bits of mantissa, rounded to the nearest, ties to
 * even. INCRBYFLOAT and HINCRBYFLOAT compute with them, and their rounding shows in the 17 decimals they
 * print. A value is an exact fraction of BigInts here; only rounding makes it a long double.
 *
 * Source: Intel SDM volume 1, 4.2.2; ISO C's strtold and `%Lf`.
 */

/** mantissa × 2^exponent, |mantissa| < 2^64; an infinity has the exponent Infinity. */
export interface LongDouble {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const MANTISSA_BITS = 64;
/** Exponent of the last bit of the smallest (subnormal) value. */
const EXPONENT_MIN = -16445;
/** Exponent of the last bit of the largest value. */
const EXPONENT_MAX = 16320;
/** A decimal whose first digit stands higher than this overflows … */
const DECIMAL_EXPONENT_MAX = 4950;
/** … and lower than this is less than half of the smallest value. */
const DECIMAL_EXPONENT_MIN = -4970;
/** The longest text that Redis reads as a long double. */
const TEXT_BYTES_MAX = 5 * 1024 - 1;
/** Decimals between these scales are far from both ends, however many digits they have … */
const PLAIN_SCALE_MAX = 64;
/** … and their powers of ten are at hand. */
const POWERS_OF_TEN = Array.from({ length: PLAIN_SCALE_MAX + 1 }, (_, exponent) => 10n ** BigInt(exponent));

const DECIMALS = 17;
const DECIMAL_SCALE = 10n ** BigInt(DECIMALS);

const ZERO: LongDouble = { mantissa: 0n, exponent: 0 };

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;
const HEXADECIMAL = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

const infinity = (isNegative: boolean): LongDouble => ({
  mantissa: isNegative ? -1n : 1n,
  exponent: Number.POSITIVE_INFINITY,
});

export function isFiniteLongDouble(value: LongDouble): boolean {
  return value.exponent !== Number.POSITIVE_INFINITY;
}

/**
 * Reads a number as strtold does when the whole text has to be one.
 * @returns null for anything else, for NaN, and for what is out of range
 */
export function parseLongDouble(text: string): LongDouble | null {
  if (text.length > TEXT_BYTES_MAX) return null;
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) {
    const [, sign, whole, fraction = '', exponent = '0'] = decimal;
    return whole + fraction === '' ? null : fromDecimal(sign === '-', whole, fraction, Number(exponent));
  }
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinity(infinite[1] === '-');
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal === null) return null;
  const [, sign, whole, fraction = '', exponent = '0'] = hexadecimal;
  return whole + fraction === '' ? null : fromHexadecimal(sign === '-', whole + fraction, fraction, exponent);
}

function fromDecimal(
  isNegative: boolean,
  whole: string,
  fraction: string,
  exponent: number,
): LongDouble | null {
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return ZERO;
  const scale = exponent - fraction.length;
  if (scale > PLAIN_SCALE_MAX || scale < -PLAIN_SCALE_MAX) {
    const first = scale + digits.toString().length;
    if (first > DECIMAL_EXPONENT_MAX || first < DECIMAL_EXPONENT_MIN) return null;
  }
  if (scale >= 0) return inRange(rounded(isNegative, digits * powerOfTen(scale), 0));
  // Two bits more than the mantissa has, the last of them set when the quotient isn't exact: that is
  // enough to round once and rightly.
  const divisor = powerOfTen(-scale);
  const shift = Math.max(0, MANTISSA_BITS + 2 + bitLength(divisor) - bitLength(digits));
  const dividend = digits << BigInt(shift);
  const quotient = dividend / divisor;
  const isExact = quotient * divisor === dividend;
  return inRange(rounded(isNegative, (quotient << 1n) | (isExact ? 0n : 1n), -shift - 1));
}

function fromHexadecimal(
  isNegative: boolean,
  digits: string,
  fraction: string,
  exponent: string,
): LongDouble | null {
  const mantissa = BigInt(`0x${digits}`);
  if (mantissa === 0n) return ZERO;
  // Beyond these every mantissa of TEXT_BYTES_MAX over- or underflows.
  const power = Math.max(-100_000, Math.min(100_000, Number(exponent)));
  return inRange(rounded(isNegative, mantissa, power - 4 * fraction.length));
}

/** Null for what strtold reports as out of range. */
function inRange(value: LongDouble): LongDouble | null {
  return isFiniteLongDouble(value) && value.mantissa !== 0n ? value : null;
}

/** The sum; null when it is no number (an infinity less itself). */
export function addLongDoubles(a: LongDouble, b: LongDouble): LongDouble | null {
  if (!isFiniteLongDouble(a)) return isFiniteLongDouble(b) || a.mantissa === b.mantissa ? a : null;
  if (!isFiniteLongDouble(b)) return b;
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  return sum < 0n ? rounded(true, -sum, exponent) : rounded(false, sum, exponent);
}

/** `%.17Lf` without the zeros at its end, and without the sign of a zero. */
export function formatLongDouble(value: LongDouble): string {
  if (!isFiniteLongDouble(value)) return value.mantissa < 0n ? '-inf' : 'inf';
  const isNegative = value.mantissa < 0n;
  const mantissa = isNegative ? -value.mantissa : value.mantissa;
  if (value.exponent >= 0) return `${isNegative ? '-' : ''}${mantissa << BigInt(value.exponent)}`;
  const scaled = shiftedRight(mantissa * DECIMAL_SCALE, -value.exponent);
  if (scaled === 0n) return '0';
  const digits = scaled.toString().padStart(DECIMALS + 1, '0');
  const whole = digits.slice(0, -DECIMALS);
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${isNegative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The long double nearest to magnitude × 2^exponent. */
function rounded(isNegative: boolean, magnitude: bigint, exponent: number): LongDouble {
  const excess = Math.max(bitLength(magnitude) - MANTISSA_BITS, EXPONENT_MIN - exponent, 0);
  let mantissa = shiftedRight(magnitude, excess);
  let scale = exponent + excess;
  // Rounded up to 2^64.
  if (bitLength(mantissa) > MANTISSA_BITS) {
    mantissa >>= 1n;
    scale++;
  }
  if (scale + bitLength(mantissa) > EXPONENT_MAX + MANTISSA_BITS) return infinity(isNegative);
  return { mantissa: isNegative ? -mantissa : mantissa, exponent: scale };
}

/** magnitude / 2^count, to the nearest, ties to even. */
function shiftedRight(magnitude: bigint, count: number): bigint {
  if (count === 0) return magnitude;
  const bits = BigInt(count);
  const quotient = magnitude >> bits;
  const rest = magnitude - (quotient << bits);
  const half = 1n << (bits - 1n);
  const isUp = rest > half || (rest === half && (quotient & 1n) === 1n);
  return isUp ? quotient + 1n : quotient;
}

function powerOfTen(exponent: number): bigint {
  return exponent <= PLAIN_SCALE_MAX ? POWERS_OF_TEN[exponent] : 10n ** BigInt(exponent);
}

const double = new Float64Array(1);
/** The two halves of `double`, the upper one second. */
const halves = new Uint32Array(double.buffer);

function bitLength(magnitude: bigint): number {
  if (magnitude === 0n) return 0;
  double[0] = Number(magnitude);
  if (double[0] === Number.POSITIVE_INFINITY) {
    const hexadecimal = magnitude.toString(16);
    return (hexadecimal.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hexadecimal[0], 16)));
  }
  // The exponent, unless the conversion rounded up to the next power of two.
  const length = (halves[1] >>> 20) - 1022;
  const isPower = halves[0] === 0 && (halves[1] & 0xf_ffff) === 0;
  return isPower && magnitude < 1n << BigInt(length - 1) ? length - 1 : length;
}
