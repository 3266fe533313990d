import { exactShape, type Family, shape, times, word } from '../grammar.js';
import { index, key, member } from '../pieces.js';

export const hyperloglog: Family = {
  name: 'hyperloglog',
  shapes: [
    shape(6, 'PFADD', key, times(0, 5, member)),
    // Enough different ones that a sparse representation becomes dense.
    shape(
      4,
      'PFADD',
      key,
      times(20, 60, (dice) => [dice.between(0, 100_000)]),
    ),
    shape(4, 'PFCOUNT', times(1, 3, key)),
    shape(3, 'PFMERGE', key, times(0, 3, key)),
    shape(4, 'GET', key),
    shape(2, 'STRLEN', key),
    // The magic word and the cached cardinality. What follows is not defined once it is overwritten.
    exactShape(1, 'SETRANGE', key, word('0', '3', '8', '14', '15'), word('H', 'X', '\0', '\x80')),
    shape(1, 'GETRANGE', key, index, index),
  ],
};
