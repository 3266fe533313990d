/** MULTI, EXEC and WATCH of three clients against each other, and against all that changes keys. */
import { type Shape, shape, times, word } from '../../grammar.js';
import { type Scene, sameFrames } from '../scene.js';
import { database, dump, element, key, makers, score, shortLife, swap, takers } from './pieces.js';

const shapes: readonly Shape[] = [
  shape(16, 'MULTI'),
  shape(22, 'EXEC'),
  shape(3, 'DISCARD'),
  shape(16, 'WATCH', times(1, 2, key)),
  shape(3, 'UNWATCH'),
  shape(1, 'RESET'),
  shape(8, 'SELECT', database),
  shape(4, 'GET', key),
  shape(2, 'INCR', key),
  shape(1, 'APPEND', key, ''),
  shape(1, 'SETRANGE', key, '0', ''),
  shape(1, 'SETBIT', key, '1', word('0', '1')),
  shape(2, 'SET', key, element, word('PX', 'EX'), '100000000'),
  shape(1, 'SET', key, element, word('NX', 'XX')),
  shape(2, 'EXPIRE', key, '1000000'),
  shape(1, 'PERSIST', key),
  shape(1, 'GETEX', key, 'PERSIST'),
  shape(1, 'HSET', key, 'f', 'v'),
  shape(1, 'HDEL', key, 'f'),
  shape(1, 'SREM', key, score),
  shape(1, 'SMOVE', key, key, score),
  shape(1, 'SUNIONSTORE', key, key),
  shape(1, 'PFADD', key, element),
  shape(1, 'BITOP', 'NOT', key, key),
  shape(1, 'LSET', key, '0', element),
  shape(1, 'RESTORE', key, word('0', '100000000'), dump, 'REPLACE'),
  shape(1, 'TOUCH', key),
  shape(1, 'BLPOP', key, '0'),
  shape(1, 'BZPOPMIN', key, '0'),
  // Refused: what is being queued is discarded with it.
  shape(1, 'GET'),
  shape(1, 'NOSUCH'),
  shape(1, 'SUBSCRIBE', 'channel'),
  shortLife(6),
  ...makers,
  ...takers,
  swap,
];

export const transactions: Scene = {
  name: 'transactions',
  protocols: [2, 3, 2],
  opening: [],
  // Two that don't wait: somebody has to go on.
  shapesOf: (line) =>
    line === 2 ? shapes : shapes.filter(({ command }) => !isWaiting(command) || line === 2),
  mayWait: (line) => line === 2,
  isSame: sameFrames,
};

function isWaiting(command: string): boolean {
  return command === 'blpop' || command === 'bzpopmin' || command === 'subscribe';
}
