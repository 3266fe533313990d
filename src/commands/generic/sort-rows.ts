/** The elements that SORT sorts, copied into one buffer, and the order it brings them into. */
import { compareBytes, copyBytes, EMPTY_BYTES, parseInteger } from '../../base/bytes.js';
import { parseDouble } from '../../base/double.js';

const INITIAL_BYTES = 256;

/** Byte strings one behind the other. */
export class Rows {
  bytes: Buffer = EMPTY_BYTES;
  /** Where each begins, and where the last one ends. */
  readonly #bounds: number[] = [0];

  get count(): number {
    return this.#bounds.length - 1;
  }

  start(row: number): number {
    return this.#bounds[row];
  }

  end(row: number): number {
    return this.#bounds[row + 1];
  }

  add(bytes: Buffer, start: number, end: number): void {
    const at = this.#bounds[this.count];
    const newEnd = at + end - start;
    if (newEnd > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(INITIAL_BYTES, newEnd, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, at);
      this.bytes = grown;
    }
    copyBytes(bytes, start, end, this.bytes, at);
    this.#bounds.push(newEnd);
  }

  compare(a: number, b: number): number {
    const { bytes } = this;
    return compareBytes(bytes, this.start(a), this.end(a), bytes, this.start(b), this.end(b));
  }
}

/**
 * The number that a row is sorted by, as strtod reads it: spaces may stand before it, nothing behind it, and no
 * text at all is 0.
 * @returns NaN when it is none, or out of range
 */
export function scoreOf(bytes: Buffer, start: number, end: number): number {
  const whole = parseInteger(bytes, start, end);
  if (!Number.isNaN(whole)) return whole;
  const zero = bytes.indexOf(0, start);
  // C strings end with a zero byte.
  const text = bytes.toString('latin1', start, zero >= 0 && zero < end ? zero : end);
  if (text === '') return 0;
  const value = parseDouble(text.replace(/^[ \t\n\v\f\r]+/, ''));
  return isInRange(value, text) ? value : Number.NaN;
}

const SMALLEST_NORMAL = 2 ** -1022;

/** strtod reports what overflows and what underflows. */
function isInRange(value: number, text: string): boolean {
  if (!Number.isFinite(value)) return /inf/i.test(text);
  if (value === 0) return !/^[^ep]*[1-9]/i.test(text);
  return Math.abs(value) >= SMALLEST_NORMAL;
}
