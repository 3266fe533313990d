/**
 * Doubles as Redis writes and reads them.
 *
 * Source: redis-server 7.2 writes the shortest form (7.0 wrote `%.17g`) and reads with strtod: the
 * whole text must be a number, no spaces around it, no NaN.
 */
import { writeInteger } from './bytes.js';

/** The longest text of a double: a whole number below 2^62, or 17 digits with sign, point and exponent. */
export const DOUBLE_BYTES_MAX = 32;

/** A double that is a whole number up to here is written as one (double2ll: half of the 64-bit range). */
export const WHOLE_MAX = 2 ** 62;

/** The shortest text that reads back as the same double: `3`, `1.5`, `1e+20`, `inf`, `-inf`, `nan`. */
export function formatDouble(value: number): string {
  if (Number.isInteger(value)) {
    if (Object.is(value, -0)) return '-0';
    if (Number.isSafeInteger(value)) return String(value);
    if (Math.abs(value) <= WHOLE_MAX) return BigInt(value).toString();
  } else if (!Number.isFinite(value)) {
    if (Number.isNaN(value)) return 'nan';
    return value > 0 ? 'inf' : '-inf';
  }
  const text = String(value);
  return isPlainDecimal(text, Math.abs(value)) ? text : formatShortest(value);
}

/** Digits behind the point that `writeDouble` tries for; prices, seconds and coordinates have no more. */
const DECIMALS_MAX = 4;
/** With so many digits before it they are well below 15. */
const DECIMAL_MAX = 1e9;

/**
 * Writes `formatDouble`'s text, which takes DOUBLE_BYTES_MAX at most; that of whole numbers and short decimals, which
 * nearly all are, without making a string. At most 15 digits that read back as the value are its shortest text: no two such texts
 * have a double in common.
 * @returns where it ends
 */
export function writeDouble(value: number, to: Buffer, at: number): number {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return writeInteger(value, to, at);
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) || magnitude >= DECIMAL_MAX)
    return at + to.write(formatDouble(value), at, 'latin1');
  for (let decimals = 1; decimals <= DECIMALS_MAX; decimals++) {
    let digits = magnitude * POWERS_OF_TEN[decimals];
    if (digits < 1 || digits !== Math.floor(digits)) continue;
    if (digits / POWERS_OF_TEN[decimals] !== magnitude) break;
    // The product with a lower power may have been rounded away from a whole number: then this ends in zeros.
    let behind = decimals;
    for (; digits % 10 === 0; digits /= 10) behind--;
    return writeDecimal(value < 0, digits, behind, to, at);
  }
  return at + to.write(formatDouble(value), at, 'latin1');
}

/** @param digits as a whole number, the last `decimals` of which stand behind the point */
function writeDecimal(isNegative: boolean, digits: number, decimals: number, to: Buffer, at: number): number {
  let start = at;
  if (isNegative) to[start++] = MINUS;
  const power = POWERS_OF_TEN[decimals];
  const whole = Math.floor(digits / power);
  const point = writeInteger(whole, to, start);
  to[point] = POINT;
  let rest = digits - whole * power;
  for (let index = point + decimals; index > point; index--) {
    to[index] = DIGIT_0 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return point + decimals + 1;
}

/**
 * True where JavaScript and fpconv write the same: digits around a point, few of them behind it. That
 * is nearly every double that is not whole, and saves two thirds of the time.
 */
function isPlainDecimal(text: string, magnitude: number): boolean {
  if (magnitude < 1e-6 || magnitude >= 1e21) return false;
  if (magnitude >= 1e-3 && magnitude < 1e4) return true;
  const point = text.indexOf('.');
  return point >= 0 && text.length - point - 1 < 7;
}

/**
 * The shortest digits, laid out as fpconv lays them out: plain while few zeros have to be added,
 * with an exponent otherwise. JavaScript's own rule differs.
 */
function formatShortest(value: number): string {
  const [mantissa, exponentText] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  const sign = value < 0 ? '-' : '';
  const scale = exponent - digits.length + 1;
  // fpconv counts the sign among the zeros that it is willing to add.
  if (scale >= 0 && exponent < digits.length + 7 - sign.length) return sign + digits + '0'.repeat(scale);
  if (scale < 0 && (scale > -7 || Math.abs(exponent) < 4)) {
    const whole = digits.length + scale;
    if (whole <= 0) return `${sign}0.${'0'.repeat(-whole)}${digits}`;
    return `${sign}${digits.slice(0, whole)}.${digits.slice(whole)}`;
  }
  return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

/** strtod's grammar but for hexadecimal floats, which `parseHexFloat` takes. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/i;
const INFINITE = /^([+-]?)inf(inity)?$/i;

function parseHexFloat(text: string): number {
  const match = HEXADECIMAL.exec(text);
  if (match === null || (match[2] === '' && match[3] === '')) return Number.NaN;
  const whole = Number.parseInt(`0${match[2]}`, 16);
  const fraction = match[3] ? Number.parseInt(match[3], 16) / 16 ** match[3].length : 0;
  const value = (whole + fraction) * 2 ** Number(match[4] ?? 0);
  return match[1] === '-' ? -value : value;
}

/** @returns NaN when the text is no double: NaN itself is refused everywhere. */
export function parseDouble(text: string): number {
  if (DECIMAL.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return parseHexFloat(text);
}

const DIGIT_0 = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
/** Whole numbers up to 10^15 and powers of ten up to 10^22 are exact, so one division rounds correctly. */
const EXACT_DIGITS_MAX = 15;
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS_MAX + 1 }, (_, exponent) => 10 ** exponent);

/** As `parseDouble`, of bytes; short decimals, which nearly all are, without making a string. */
export function readDouble(bytes: Buffer, start: number, end: number): number {
  const value = readShortDecimal(bytes, start, end);
  return Number.isNaN(value) ? parseDouble(bytes.toString('latin1', start, end)) : value;
}

/**
 * Up to 15 digits, with a minus and a point maybe; NaN for anything else.
 * Source: William Clinger, "How to read floating point numbers accurately" (1990), the exact case.
 */
export function readShortDecimal(bytes: Buffer, start: number, end: number): number {
  const from = bytes[start] === MINUS ? start + 1 : start;
  let digits = 0;
  let mantissa = 0;
  let decimals = -1;
  for (let index = from; index < end; index++) {
    const digit = bytes[index] - DIGIT_0;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (bytes[index] === POINT && decimals < 0) {
      decimals = 0;
    } else {
      return Number.NaN;
    }
  }
  if (digits === 0 || digits > EXACT_DIGITS_MAX) return Number.NaN;
  const value = decimals > 0 ? mantissa / POWERS_OF_TEN[decimals] : mantissa;
  return from === start ? value : -value;
}

/** What `%.17g` writes without an exponent. */
const PLAIN_17_MIN = 1e-4;
const PLAIN_17_END = 1e17;

/** Whether `%.17g` writes what `formatDouble` does, as far as that is told at once: sixteenths have four decimals. */
export function isShortDouble(value: number): boolean {
  return Number.isSafeInteger(value) || (Math.abs(value) < DECIMAL_MAX && Number.isInteger(value * 16));
}

/** A decimal as short as it can be written with its digits. */
export function withoutEndingZeros(text: string): string {
  if (!text.includes('.')) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === DIGIT_0) end--;
  if (text.charCodeAt(end - 1) === POINT) end--;
  return text.slice(0, end);
}

/** C's `%.17g`: 17 digits, trailing zeros dropped. */
export function formatDouble17(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatDouble(value);
  const size = Math.abs(value);
  if (size >= PLAIN_17_MIN && size < PLAIN_17_END) return withoutEndingZeros(value.toPrecision(17));
  const [mantissa, exponentText] = value.toExponential(16).split('e');
  const exponent = Number(exponentText);
  const digits = mantissa.replace(/\.?0+$/, '');
  const magnitude = Math.abs(exponent);
  return `${digits}e${exponent < 0 ? '-' : '+'}${magnitude < 10 ? '0' : ''}${magnitude}`;
}
