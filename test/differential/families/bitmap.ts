import { all, either, type Family, maybe, type Piece, shape, times, word } from '../grammar.js';
import { index, integer, key, NOT_INTEGERS, value } from '../pieces.js';

/** Never near the largest legal offset: that is a string of 512 MB. */
const bitOffset: Piece = (dice) => {
  if (dice.oneIn(25)) return [dice.pick(['-1', '4294967296', '9223372036854775807', ...NOT_INTEGERS])];
  return [dice.oneIn(5) ? dice.between(0, 20_000) : dice.between(0, 70)];
};
const bit = word('0', '1', '0', '1', '2', '-1', 'x');
const type = word(
  'i5',
  'u5',
  'i8',
  'u8',
  'u1',
  'i1',
  'i16',
  'u32',
  'i64',
  'u63',
  'u64',
  'i65',
  'i0',
  'x8',
  'u',
  '',
);
const fieldOffset = either(bitOffset, (dice) => [`#${dice.between(0, 9)}`], word('#', '#-1', '##1'));
const operation = either(
  all('GET', type, fieldOffset),
  all('SET', type, fieldOffset, integer),
  all('INCRBY', type, fieldOffset, integer),
  all('OVERFLOW', word('WRAP', 'SAT', 'FAIL', 'sat', 'x')),
);
const range = all(integer, integer, maybe(2, word('BYTE', 'BIT', 'bit', 'x')));

export const bitmap: Family = {
  name: 'bitmap',
  shapes: [
    shape(3, 'SET', key, value),
    shape(5, 'SETBIT', key, bitOffset, bit),
    shape(4, 'GETBIT', key, bitOffset),
    shape(4, 'BITCOUNT', key, maybe(2, either(range, index))),
    shape(5, 'BITPOS', key, bit, maybe(2, either(index, range))),
    shape(4, 'BITOP', word('AND', 'OR', 'XOR', 'NOT', 'and', 'x'), key, times(1, 4, key)),
    shape(6, 'BITFIELD', key, times(0, 4, operation)),
    shape(2, 'BITFIELD_RO', key, times(0, 3, either(all('GET', type, fieldOffset), operation))),
    shape(2, 'GET', key),
  ],
};
