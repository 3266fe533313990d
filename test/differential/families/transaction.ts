import type { Dice } from '../../support/dice.js';
import { all, type Family, maybe, type Request, type Shape, shape, times, word } from '../grammar.js';
import { count, key, member, value } from '../pieces.js';
import { isExact } from '../rules.js';
import { bitmap } from './bitmap.js';
import { hash } from './hash.js';
import { list } from './list.js';
import { string } from './string.js';

/** What may stand between MULTI and EXEC: replies that are compared byte for byte, one by one. */
const queued: readonly Shape[] = [...string.shapes, ...list.shapes, ...hash.shapes, ...bitmap.shapes].filter(
  ({ command, maySpoil }) => maySpoil && isExact(command),
);

/** Inside of a transaction they don't wait. */
const side = word('LEFT', 'RIGHT');
const blocking: readonly Shape[] = [
  shape(1, 'BLPOP', times(1, 3, key), '0'),
  shape(1, 'BRPOP', times(1, 3, key), word('0', '0.1', '-1', 'x')),
  shape(1, 'BLMOVE', key, key, side, side, '0'),
  shape(1, 'BRPOPLPUSH', key, key, '0'),
  shape(1, 'BLMPOP', '0', '1', key, side, maybe(2, 'COUNT', count)),
  shape(1, 'BZPOPMIN', times(1, 2, key), '0'),
];

/** Refused at once, so that EXEC discards everything. */
const refused: readonly Shape[] = [
  shape(1, 'GET'),
  shape(1, 'NOSUCH', key),
  shape(1, 'MULTI'),
  shape(1, 'WATCH', key),
];

function body(dice: Dice): Request[] {
  return Array.from({ length: dice.between(0, 5) }, () => {
    const shapes = dice.oneIn(40) ? refused : dice.oneIn(6) ? blocking : queued;
    return dice.pick(shapes).draw(dice)[0];
  });
}

/** Whole transactions, so that every step leaves the connection outside of one. */
function transactions(weight: number, before: (dice: Dice) => readonly Request[], end: string): Shape {
  return {
    command: 'multi',
    weight,
    maySpoil: false,
    draw: (dice) => [...before(dice), ['MULTI'], ...body(dice), [end]],
  };
}

export const transaction: Family = {
  name: 'transaction',
  shapes: [
    transactions(10, () => [], 'EXEC'),
    transactions(2, () => [], 'DISCARD'),
    transactions(3, (dice) => [['WATCH', ...key(dice)]], 'EXEC'),
    transactions(
      3,
      (dice) => [
        ['WATCH', ...key(dice), ...key(dice)],
        ['SET', ...key(dice), ...value(dice)],
      ],
      'EXEC',
    ),
    transactions(1, (dice) => [['WATCH', ...key(dice)], ['DEL', ...key(dice)], ['UNWATCH']], 'EXEC'),
    shape(1, 'EXEC'),
    shape(1, 'DISCARD'),
    shape(3, 'RPUSH', key, times(1, 3, member)),
    shape(2, 'HSET', key, all(member, value)),
  ],
};
