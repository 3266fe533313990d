/** Numbers as a fixed count of decimal digits: keys and values of one length, without a string. */

const DIGIT_0 = 0x30;

/** Writes the low `count` digits of a whole number. @returns the offset after the last one */
export function writeDigits(value: number, count: number, to: Buffer, at: number): number {
  let rest = value | 0;
  for (let index = at + count - 1; index >= at; index--) {
    const quotient = (rest / 10) | 0;
    to[index] = DIGIT_0 + (rest - quotient * 10);
    rest = quotient;
  }
  return at + count;
}
