/**
 * The words that commands are drawn from. The key space is small, so that commands meet each other's keys, and
 * the edges of every number's range are in the dictionaries.
 */
import type { Word } from '../support/words.js';
import { either, type Piece, word } from './grammar.js';

const often = (count: number, words: readonly Word[]): Word[] =>
  Array.from({ length: count }, () => words).flat();

const KEYS: readonly Word[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', '{h}', '', 'k\0\xff\r\n'];
export const key: Piece = word(...KEYS);

/** A key that was never set. */
export const missingKey: Piece = word('never');

const INTEGER_EDGES: readonly Word[] = [
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551615',
  '9007199254740991',
  '9007199254740993',
  '4611686018427387904',
  '4294967295',
  '4294967296',
  '2147483647',
  '2147483648',
  '-2147483648',
  '-2147483649',
];

/** Text that a careless parser takes for an integer. */
export const NOT_INTEGERS: readonly Word[] = [
  '',
  ' 1',
  '1 ',
  '+1',
  '01',
  '-0',
  '0x10',
  '1e3',
  '1.0',
  'abc',
  '-',
  '1\0',
];

/** Small, and around zero: offsets, counts, indexes. */
export const index: Piece = (dice) => [dice.between(-12, 12)];

export const integer: Piece = (dice) => {
  if (dice.oneIn(8)) return [dice.pick(INTEGER_EDGES)];
  if (dice.oneIn(12)) return [dice.pick(NOT_INTEGERS)];
  return index(dice);
};

/** A size of something that is made: never large enough to take the machine. */
export const size: Piece = (dice) => {
  if (dice.oneIn(30)) return [dice.pick(NOT_INTEGERS)];
  if (dice.oneIn(30)) return [dice.pick(['-1', '9223372036854775807', '536870912', '4294967296'])];
  return [dice.oneIn(4) ? dice.between(0, 3000) : dice.between(0, 30)];
};

export const count: Piece = (dice) => (dice.oneIn(20) ? integer(dice) : [dice.between(0, 6)]);

/** How many by chance: a large number below zero asks for as many elements, with repetition, and takes for ever. */
export const sampleCount: Piece = (dice) =>
  dice.oneIn(20) ? [dice.pick(NOT_INTEGERS)] : [dice.between(-6, 9)];

export const FLOATS: readonly Word[] = [
  '0',
  '-0',
  '1.5',
  '-1.5',
  '3.0',
  '0.1',
  '0.2',
  '1e3',
  '1E3',
  '.5',
  '5.',
  '123456789.123456789',
  '1e17',
  '1e-7',
  '1e-10',
  '3.14159265358979',
  '1e21',
  '9007199254740993',
  '1e308',
  '-1e308',
  '5e-324',
  '1e400',
  '1e-400',
  'inf',
  '-inf',
  '+inf',
  'infinity',
  'nan',
  '-nan',
  '0x1p3',
  '0x1.8',
  '1e',
  'e1',
  '1..5',
  '--1',
  ' 1',
  '1 ',
  '',
  'abc',
];

export const float: Piece = (dice) => (dice.oneIn(3) ? [dice.pick(FLOATS)] : [dice.between(-40, 40) / 4]);

/** Around the lengths where encodings change: 20 digits, 44 (embstr), 64 (listpack values), and long. */
const TEXTS: readonly Word[] = [
  '',
  'hello',
  'foobar',
  'Foobar',
  '\0\x01\x02\xff\xfe',
  'a\r\nb',
  'x'.repeat(20),
  'y'.repeat(44),
  'y'.repeat(45),
  'z'.repeat(64),
  'z'.repeat(65),
  'long '.repeat(300),
];

export const value: Piece = either(
  word(...TEXTS),
  integer,
  float,
  (dice) => [String.fromCharCode(dice.between(97, 122))],
  (dice) => [dice.bytes(dice.between(0, 12))],
);

/** Few and short: they meet again. */
export const member: Piece = (dice) => {
  if (dice.oneIn(10)) return value(dice);
  return [dice.oneIn(3) ? dice.between(-5, 25) : `m${dice.between(0, 25)}`];
};

/** Integers mostly, so that sets stay intsets. */
export const integerMember: Piece = (dice) => [
  dice.oneIn(10) ? dice.pick([...INTEGER_EDGES, ...NOT_INTEGERS]) : dice.between(-200, 200),
];

/**
 * Relative expiry far enough away that no key expires while two servers are compared, and never drawn twice, so
 * that the order of two expiries doesn't depend on a millisecond.
 */
export const seconds: Piece = (dice) =>
  dice.oneIn(12)
    ? [dice.pick([0, -1, '9223372036854775807', '9223372036854775', '-9223372036854775808', ...NOT_INTEGERS])]
    : [dice.between(100_000, 2_000_000_000)];

export const milliseconds: Piece = (dice) =>
  dice.oneIn(12)
    ? [dice.pick([0, -1, '9223372036854775807', '-9223372036854775808', ...NOT_INTEGERS])]
    : [dice.between(100_000_000, 4_000_000_000)];

/** In the past, or after the year 2100. */
export const unixSeconds: Piece = (dice) =>
  dice.oneIn(12)
    ? [dice.pick([0, -1, 1, '9223372036854775807', '9223372036854776', ...NOT_INTEGERS])]
    : [4_102_444_800 + dice.between(0, 5)];

export const unixMilliseconds: Piece = (dice) =>
  dice.oneIn(12)
    ? [dice.pick([0, -1, 1, '9223372036854775807', ...NOT_INTEGERS])]
    : [4_102_444_800_000 + dice.between(0, 5)];

export const globPattern: Piece = word(
  ...often(3, ['*']),
  'm*',
  'm?',
  '[a-d]',
  '[^a]',
  '[^a-c]*',
  'm1[0-5]',
  '\\*',
  'h*llo',
  '',
  '[',
  '[a',
  'a]',
  '**',
  'k\0*',
  '[z-a]',
  '[\\]]',
  '*\\',
);
