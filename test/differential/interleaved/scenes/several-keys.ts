/**
 * Clients that wait for several keys, and keys that become ready one at a time and hold what was waited for. Where
 * several are ready at once, or one holds something else, 7.2 differs from 7.0: it runs the request again, which looks
 * at its keys in the order in which they are named.
 */
import { maybe, type Piece, type Shape, shape, times, word } from '../../grammar.js';
import { type Scene, sameFrames } from '../scene.js';
import { element, score, side } from './pieces.js';

const WAITING_LINES = 4;

const listKey: Piece = word('l1', 'l2', 'l3', 'l4');
const zsetKey: Piece = word('z1', 'z2', 'z3', 'z4');
const count = maybe(2, 'COUNT', word('1', '2', '10'));

const makers: readonly Shape[] = [
  shape(4, 'RPUSH', listKey, times(1, 3, element)),
  shape(3, 'LPUSH', listKey, times(1, 6, element)),
  shape(2, 'LMOVE', listKey, listKey, side, side),
  shape(1, 'RENAME', listKey, listKey),
  shape(1, 'COPY', listKey, listKey, maybe(2, 'REPLACE')),
  shape(1, 'SORT', listKey, 'ALPHA', 'STORE', listKey),
  shape(1, 'DEL', listKey),
  shape(4, 'ZADD', zsetKey, times(1, 4, score, element)),
  shape(1, 'ZUNIONSTORE', zsetKey, '2', zsetKey, zsetKey),
  shape(1, 'ZRANGESTORE', zsetKey, zsetKey, '0', '-1'),
  shape(1, 'RENAME', zsetKey, zsetKey),
  shape(1, 'COPY', zsetKey, zsetKey, maybe(2, 'REPLACE')),
  shape(1, 'DEL', zsetKey),
];

const waiters: readonly Shape[] = [
  shape(3, 'BLPOP', times(1, 4, listKey), '0'),
  shape(3, 'BRPOP', times(1, 4, listKey), '1000'),
  shape(3, 'BLMPOP', '0', '2', listKey, listKey, side, count),
  shape(3, 'BZPOPMIN', times(1, 4, zsetKey), '0'),
  shape(2, 'BZPOPMAX', times(1, 4, zsetKey), '0'),
  shape(3, 'BZMPOP', '0', '2', zsetKey, zsetKey, word('MIN', 'MAX'), count),
];

export const severalKeys: Scene = {
  name: 'several keys',
  protocols: [2, 3, 2, 3, 2],
  opening: [],
  shapesOf: (line) => (line < WAITING_LINES ? waiters : makers),
  mayWait: (line) => line < WAITING_LINES,
  isSame: sameFrames,
};
