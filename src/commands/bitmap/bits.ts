/**
 * Bits in rows of bytes, numbered as Redis numbers them: bit 0 is the highest of the first byte. A row is a span of
 * a chunk of the arena, seen as bytes and as 32-bit words; where words are whole, they are taken at once.
 * Offsets of bits exceed 32 bits: they are divided, never shifted.
 */

/** Set bits of a 32-bit word. */
function countWord(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Bits of `byte` at `first` … `last`, 0 the highest; the others cleared. */
const within = (byte: number, first: number, last: number): number =>
  byte & (0xff >>> first) & (0xff << (7 - last));

/** Set bits in the bytes [start, end). @param words the same memory as `bytes` */
function countBits(bytes: Buffer, words: Int32Array, start: number, end: number): number {
  let count = 0;
  let at = start;
  while (at < end && (at & 3) !== 0) count += countWord(bytes[at++]);
  const first = at >>> 2;
  const last = end >>> 2;
  if (last > first) {
    // Whole eights of words are added up with less work each.
    const afterEights = first + ((last - first) & ~7);
    count += countEights(words, first, afterEights);
    for (let index = afterEights; index < last; index++) count += countWord(words[index]);
    at = last << 2;
  }
  for (; at < end; at++) count += countWord(bytes[at]);
  return count;
}

/**
 * Set bits in words [start, end), a multiple of eight: carry-save adders put eight words together before bits are
 * counted, 7 operations a word instead of 12 (Robert Harley and David Seal; Warren, "Hacker's Delight", 5-1).
 * `ones`, `twos` and `fours` hold 32 counters side by side, one in each bit.
 */
function countEights(words: Int32Array, start: number, end: number): number {
  let eights = 0;
  let ones = 0;
  let twos = 0;
  let fours = 0;
  for (let index = start; index < end; index += 8) {
    let a = words[index];
    let b = words[index + 1];
    let half = ones ^ a;
    const twos0 = (ones & a) | (half & b);
    ones = half ^ b;
    a = words[index + 2];
    b = words[index + 3];
    half = ones ^ a;
    const twos1 = (ones & a) | (half & b);
    ones = half ^ b;
    half = twos ^ twos0;
    const fours0 = (twos & twos0) | (half & twos1);
    twos = half ^ twos1;
    a = words[index + 4];
    b = words[index + 5];
    half = ones ^ a;
    const twos2 = (ones & a) | (half & b);
    ones = half ^ b;
    a = words[index + 6];
    b = words[index + 7];
    half = ones ^ a;
    const twos3 = (ones & a) | (half & b);
    ones = half ^ b;
    half = twos ^ twos2;
    const fours1 = (twos & twos2) | (half & twos3);
    twos = half ^ twos3;
    half = fours ^ fours0;
    eights += countWord((fours & fours0) | (half & fours1));
    fours = half ^ fours1;
  }
  return eights * 8 + countWord(fours) * 4 + countWord(twos) * 2 + countWord(ones);
}

/** Set bits among bits `first` … `last` of the row that starts at byte `start`. */
export function countBitsIn(
  bytes: Buffer,
  words: Int32Array,
  start: number,
  first: number,
  last: number,
): number {
  const firstByte = start + Math.floor(first / 8);
  const lastByte = start + Math.floor(last / 8);
  if (firstByte === lastByte) return countWord(within(bytes[firstByte], first % 8, last % 8));
  return (
    countWord(within(bytes[firstByte], first % 8, 7)) +
    countBits(bytes, words, firstByte + 1, lastByte) +
    countWord(within(bytes[lastByte], 0, last % 8))
  );
}

/**
 * The first bit equal to `bit` among bits `first` … `last` of the row that starts at byte `start`.
 * @returns its number, or -1
 */
export function findBit(
  bytes: Buffer,
  words: Int32Array,
  start: number,
  first: number,
  last: number,
  bit: number,
): number {
  // Looking for a 0 is looking for a 1 in the complement.
  const flip = bit === 1 ? 0 : 0xff;
  const firstByte = start + Math.floor(first / 8);
  const lastByte = start + Math.floor(last / 8);
  let found = within(bytes[firstByte] ^ flip, first % 8, firstByte === lastByte ? last % 8 : 7);
  let at = firstByte;
  if (found === 0 && firstByte < lastByte) {
    at = skipBytes(bytes, words, firstByte + 1, lastByte, flip);
    found = within(bytes[at] ^ flip, 0, at === lastByte ? last % 8 : 7);
  }
  return found === 0 ? -1 : (at - start) * 8 + Math.clz32(found) - 24;
}

/** Words after which comparing whole blocks, a call each, pays. */
const NEAR_WORDS = 64;
const BLOCK_WORDS = 1024;
const ZEROS = Buffer.alloc(BLOCK_WORDS * 4);
const ONES = Buffer.alloc(BLOCK_WORDS * 4, 0xff);

const isBlock = (bytes: Buffer, at: number, block: Buffer): boolean =>
  block.compare(bytes, at, at + block.length) === 0;

/** The first byte of [start, end) that isn't `value`, which is 0 or 0xff; or `end`. */
function skipBytes(bytes: Buffer, words: Int32Array, start: number, end: number, value: number): number {
  let at = start;
  while (at < end && (at & 3) !== 0) {
    if (bytes[at] !== value) return at;
    at++;
  }
  const word = value === 0 ? 0 : -1;
  const wordEnd = end >>> 2;
  let index = at >>> 2;
  const near = Math.min(wordEnd, index + NEAR_WORDS);
  while (index < near && words[index] === word) index++;
  if (index === near && near < wordEnd) {
    const block = value === 0 ? ZEROS : ONES;
    while (index + BLOCK_WORDS <= wordEnd && isBlock(bytes, index << 2, block)) index += BLOCK_WORDS;
    while (index < wordEnd && words[index] === word) index++;
  }
  at = Math.max(at, index << 2);
  while (at < end && bytes[at] === value) at++;
  return at;
}
