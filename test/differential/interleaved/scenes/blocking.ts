/** Clients that wait for a list or a sorted set, and others who make them ready in every way there is. */
import { type Shape, shape, times, word } from '../../grammar.js';
import { type Scene, sameFrames } from '../scene.js';
import { database, element, key, makers, movers, poppers, score, swap, takers } from './pieces.js';

const WAITING_LINES = 4;

const servers: readonly Shape[] = [
  ...makers,
  ...takers,
  shape(3, 'MULTI'),
  shape(6, 'EXEC'),
  shape(1, 'DISCARD'),
  shape(3, 'SELECT', database),
  {
    command: 'client|unblock',
    weight: 2,
    maySpoil: false,
    draw: (dice) => [
      [
        'CLIENT',
        'UNBLOCK',
        dice.pick(['#0', '#1', '#2', '#3', '#4', '#-']),
        ...dice.pick([[], ['TIMEOUT'], ['ERROR']]),
      ],
    ],
  },
  shape(1, 'LPUSH', key, times(4, 6, element)),
  shape(1, 'ZADD', key, 'GT', 'CH', times(1, 2, score, element)),
  shape(1, 'LRANGE', key, '0', '-1'),
];

const between: readonly Shape[] = [
  shape(2, 'SELECT', database),
  shape(1, 'MULTI'),
  shape(2, 'EXEC'),
  shape(1, 'PING'),
  shape(1, 'CLIENT REPLY', word('ON', 'SKIP')),
];

const scene = (name: string, makers: readonly Shape[], waiters: readonly Shape[]): Scene => ({
  name,
  protocols: [2, 3, 2, 3, 2, 3],
  opening: [],
  shapesOf: (line) => (line < WAITING_LINES ? [...waiters, ...waiters, ...between] : makers),
  mayWait: (line) => line < WAITING_LINES,
  isSame: sameFrames,
});

export const blocking = scene('blocking', servers, [...poppers, ...movers]);

/** SWAPDB makes several keys ready at once, in the hash table's order: that shows where one served makes another ready. */
export const swapping = scene('swapping', [...servers, swap, swap, swap, swap], poppers);
