import { type Family, shape, times } from '../grammar.js';
import { index, key, member, size, value } from '../pieces.js';

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
    shape(1, 'SETRANGE', key, size, value),
    shape(1, 'GETRANGE', key, index, index),
  ],
};
