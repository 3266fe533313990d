/** What the scenes draw from: so few keys that everybody meets everybody's. */
import type { Dice } from '../../../support/dice.js';
import { either, maybe, type Piece, type Shape, shape, times, word } from '../../grammar.js';
import { SHORT_LIFE_MS } from '../scene.js';

export const key: Piece = word('k1', 'k2', 'k3', 'k4');
export const element: Piece = (dice: Dice) => [`e${dice.between(0, 9)}`];
export const score: Piece = (dice: Dice) => [dice.between(-9, 9)];
export const side: Piece = word('LEFT', 'RIGHT');
export const database: Piece = word('0', '1');

/** A list of a, b, c; a sorted set of a and b; the string 12: as redis-server 7.0 dumps them. */
export const dump: Piece = word(
  Buffer.from('12010210100000000300816102816202816302ff0a00c818b90c9533529e', 'hex'),
  Buffer.from('111111000000040081610201018162020201ff0a00ba07f224a9d28f55', 'hex'),
  Buffer.from('00c00c0a003c2af8515c04bcd5', 'hex'),
);

/** A key whose time comes right after, though not while the request is run. */
export const shortLife = (weight: number): Shape => ({
  command: 'pexpire',
  weight,
  maySpoil: false,
  draw: (dice) => [['PEXPIRE', ...key(dice), SHORT_LIFE_MS]],
});

/** Commands that make keys, of any type, in any way that they can come into being. */
export const makers: readonly Shape[] = [
  shape(6, 'RPUSH', key, times(1, 3, element)),
  shape(6, 'LPUSH', key, times(1, 3, element)),
  shape(1, 'RPUSHX', key, element),
  shape(1, 'LINSERT', key, 'BEFORE', element, element),
  shape(3, 'LMOVE', key, key, side, side),
  shape(1, 'RPOPLPUSH', key, key),
  shape(6, 'ZADD', key, times(1, 3, score, element)),
  shape(1, 'ZINCRBY', key, score, element),
  shape(2, 'ZUNIONSTORE', key, '2', key, key),
  shape(1, 'ZRANGESTORE', key, key, '0', '-1'),
  shape(2, 'SET', key, element),
  shape(1, 'SADD', key, times(1, 3, score)),
  shape(3, 'RENAME', key, key),
  shape(1, 'RENAMENX', key, key),
  shape(3, 'COPY', key, key, maybe(2, 'REPLACE'), maybe(3, 'DB', database)),
  shape(3, 'MOVE', key, database),
  shape(2, 'RESTORE', key, '0', dump, maybe(2, 'REPLACE')),
  shape(3, 'SORT', key, 'ALPHA', 'STORE', key),
  shape(
    2,
    'EVAL',
    "redis.call('RPUSH', KEYS[1], ARGV[1]) return redis.call('LLEN', KEYS[1])",
    '1',
    key,
    element,
  ),
  shape(
    1,
    'EVAL',
    "redis.call('ZADD', KEYS[1], 1, ARGV[1]) redis.call('LPUSH', KEYS[2], ARGV[1], ARGV[1]) return 1",
    '2',
    key,
    key,
    element,
  ),
];

/** Commands that take something away. */
export const takers: readonly Shape[] = [
  shape(3, 'DEL', times(1, 2, key)),
  shape(1, 'UNLINK', key),
  shape(2, 'LPOP', key),
  shape(1, 'LREM', key, '0', element),
  shape(1, 'ZREM', key, element),
  shape(1, 'ZPOPMIN', key),
  shape(1, 'GETDEL', key),
  shape(1, 'FLUSHDB', maybe(2, 'ASYNC')),
  shape(1, 'FLUSHALL'),
  shape(1, 'EXPIREAT', key, '1'),
  shape(1, 'LTRIM', key, '1', '0'),
];

export const swap = shape(1, 'SWAPDB', '0', '1');

/** What a client waits with, for one key of whatever type. */
export const poppers: readonly Shape[] = [
  shape(3, 'BLPOP', key, either('0', '0', '1000')),
  shape(3, 'BRPOP', key, either('0', '1000.5')),
  shape(3, 'BLMPOP', '0', '1', key, side, maybe(2, 'COUNT', word('1', '2', '10'))),
  shape(3, 'BZPOPMIN', key, '0'),
  shape(2, 'BZPOPMAX', key, '0'),
  shape(3, 'BZMPOP', '0', '1', key, word('MIN', 'MAX'), maybe(2, 'COUNT', word('1', '2', '10'))),
];

/** Who is served makes another key ready. */
export const movers: readonly Shape[] = [
  shape(6, 'BLMOVE', key, key, side, side, '0'),
  shape(3, 'BRPOPLPUSH', key, key, '0'),
];
