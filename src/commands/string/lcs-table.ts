/**
 * How long the longest common subsequences of all prefixes of two strings are, as bits: 31 cells of the table of dynamic
 * programming at once. A row stands for a prefix of `a`; where its bit for a byte of `b` is 0, the prefix of `b` that ends with
 * this byte has a subsequence longer by one than the prefix before it.
 *
 *     a row to the next, with `matches` 1 where b has the byte of a:    row = (row + (row & matches)) | (row & ~matches)
 *
 * Source: Heikki Hyyrö, "Bit-parallel LCS-length computation revisited" (2004). Words have 31 bits, so that the carry of an addition
 * is the sign.
 */

const WORD_BITS = 31;
const WORD_MASK = 0x7fffffff;
const BYTE_VALUES = 256;
/** Of bytes that `a` hasn't. */
const NO_MATCHES = -1;

export class LcsTable {
  /** Of the longest common subsequence. */
  readonly length: number;

  readonly #words: number;
  readonly #rows: Int32Array;

  /** @param keepsRows whether `isBackInA` will be asked; else a row takes the place of the one before */
  constructor(a: Buffer, b: Buffer, keepsRows: boolean) {
    const words = Math.ceil(b.length / WORD_BITS);
    const rows = new Int32Array(words * (keepsRows ? a.length + 1 : 1)).fill(WORD_MASK, 0, words);
    const matchesAt = new Int32Array(BYTE_VALUES).fill(NO_MATCHES);
    const matches = matchesOf(a, b, words, matchesAt);
    const step = keepsRows ? words : 0;
    let row = 0;
    for (let index = 0; index < a.length; index++, row += step) {
      addRow(rows, row, row + step, matches, matchesAt[a[index]], words);
    }
    this.#words = words;
    this.#rows = rows;
    this.length = countZeros(rows, row, b.length);
  }

  /** Of prefixes of so many bytes, which end with different ones: whether the one of `a`, not that of `b`, has to become shorter. */
  isBackInA(aLength: number, bLength: number): boolean {
    const bit = bLength - 1;
    const word = this.#rows[aLength * this.#words + Math.floor(bit / WORD_BITS)];
    return ((word >>> (bit % WORD_BITS)) & 1) === 0;
  }
}

/**
 * For each byte value of `a`, where `b` has it.
 * @param matchesAt is filled in: where the bits of a byte value begin
 */
function matchesOf(a: Buffer, b: Buffer, words: number, matchesAt: Int32Array): Int32Array {
  let length = 0;
  for (let index = 0; index < a.length; index++) {
    if (matchesAt[a[index]] !== NO_MATCHES) continue;
    matchesAt[a[index]] = length;
    length += words;
  }
  const matches = new Int32Array(length);
  for (let index = 0; index < b.length; index++) {
    const at = matchesAt[b[index]];
    if (at !== NO_MATCHES) matches[at + Math.floor(index / WORD_BITS)] |= 1 << (index % WORD_BITS);
  }
  return matches;
}

function addRow(
  rows: Int32Array,
  from: number,
  to: number,
  matches: Int32Array,
  matchesAt: number,
  words: number,
): void {
  let carry = 0;
  for (let word = 0; word < words; word++) {
    const bits = rows[from + word];
    const matching = bits & matches[matchesAt + word];
    const sum = (((bits + matching) | 0) + carry) | 0;
    carry = sum >>> WORD_BITS;
    rows[to + word] = (sum | (bits ^ matching)) & WORD_MASK;
  }
}

/** Among the first `bits` bits of a row. */
function countZeros(rows: Int32Array, row: number, bits: number): number {
  let zeros = 0;
  for (let bit = 0; bit < bits; bit++) {
    if (((rows[row + Math.floor(bit / WORD_BITS)] >>> (bit % WORD_BITS)) & 1) === 0) zeros++;
  }
  return zeros;
}
