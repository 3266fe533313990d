import {
  all,
  counted,
  either,
  exactShape,
  type Family,
  maybe,
  type Piece,
  shape,
  times,
  word,
} from '../grammar.js';
import { count, FLOATS, float, globPattern, index, integer, key, member, sampleCount } from '../pieces.js';

const score = either(float, float, (dice) => [dice.between(-3, 3)]);
const option = word('NX', 'XX', 'GT', 'LT', 'CH', 'INCR', 'nx', 'ch');
/** Scores as limits of a range: open, closed, infinite. */
const scoreLimit: Piece = either(
  score,
  (dice) => [`(${dice.between(-10, 10)}`],
  word('-inf', '+inf', '(inf', '(-inf'),
  (dice) => [`(${String(dice.pick(FLOATS))}`],
);
const lexLimit: Piece = either(
  word('-', '+'),
  (dice) => [`[m${dice.between(0, 25)}`],
  (dice) => [`(m${dice.between(0, 25)}`],
  word('[', '(', '', 'm1', '[m', '-x'),
);
/** Sets of one score: where scores differ, a range by text means nothing. */
const lexKey = word('lex1', 'lex2', 'lex3');
const limit = all('LIMIT', index, index);
const withScores = word('WITHSCORES', 'withscores');
const aggregation = times(
  0,
  2,
  either(all('WEIGHTS', times(1, 3, score)), all('AGGREGATE', word('SUM', 'MIN', 'MAX', 'min', 'x'))),
);
const scoreRange = all(scoreLimit, scoreLimit);
const lexRange = all(lexLimit, lexLimit);
const rangeOption = either('BYSCORE', 'BYLEX', 'REV', limit, withScores);

export const zset: Family = {
  name: 'zset',
  shapes: [
    shape(8, 'ZADD', key, times(1, 5, score, member)),
    exactShape(5, 'ZADD', lexKey, times(1, 5, '0', member)),
    exactShape(1, 'ZREM', lexKey, times(1, 3, member)),
    exactShape(1, 'DEL', lexKey),
    shape(5, 'ZADD', key, times(1, 3, option), times(1, 3, score, member)),
    shape(3, 'ZINCRBY', key, score, member),
    shape(3, 'ZREM', key, times(1, 3, member)),
    shape(1, 'ZCARD', key),
    shape(3, 'ZCOUNT', key, scoreRange),
    exactShape(3, 'ZLEXCOUNT', lexKey, lexRange),
    shape(3, 'ZSCORE', key, member),
    shape(2, 'ZMSCORE', key, times(1, 3, member)),
    shape(3, 'ZRANK', key, member),
    shape(3, 'ZREVRANK', key, member),
    shape(4, 'ZRANGE', key, integer, integer, maybe(2, withScores)),
    shape(3, 'ZRANGE', key, scoreRange, 'BYSCORE', times(0, 2, rangeOption)),
    exactShape(4, 'ZRANGE', lexKey, lexRange, 'BYLEX', times(0, 2, rangeOption)),
    exactShape(3, 'ZRANGE', lexKey, either(integer, scoreLimit, lexLimit), integer, times(1, 3, rangeOption)),
    shape(
      2,
      'ZRANGESTORE',
      key,
      key,
      either(all(index, index), all(scoreRange, 'BYSCORE')),
      maybe(2, rangeOption),
    ),
    shape(2, 'ZREVRANGE', key, integer, integer, maybe(2, withScores)),
    shape(3, 'ZRANGEBYSCORE', key, scoreRange, maybe(2, withScores), maybe(2, limit)),
    shape(2, 'ZREVRANGEBYSCORE', key, scoreRange, maybe(2, withScores), maybe(2, limit)),
    exactShape(2, 'ZRANGEBYLEX', lexKey, lexRange, maybe(2, limit)),
    exactShape(2, 'ZREVRANGEBYLEX', lexKey, lexRange, maybe(2, limit)),
    shape(1, 'ZREMRANGEBYRANK', key, index, index),
    shape(1, 'ZREMRANGEBYSCORE', key, scoreRange),
    exactShape(1, 'ZREMRANGEBYLEX', lexKey, lexRange),
    shape(2, 'ZPOPMIN', key, maybe(2, count)),
    shape(2, 'ZPOPMAX', key, maybe(2, count)),
    shape(2, 'ZMPOP', counted(1, 3, key), word('MIN', 'MAX', 'min', 'x'), maybe(2, 'COUNT', count)),
    shape(2, 'ZRANDMEMBER', key, maybe(2, sampleCount, maybe(2, withScores))),
    shape(3, 'ZUNION', counted(1, 3, key), aggregation, maybe(2, withScores)),
    shape(3, 'ZINTER', counted(1, 3, key), aggregation, maybe(2, withScores)),
    shape(2, 'ZDIFF', counted(1, 3, key), maybe(2, withScores)),
    shape(2, 'ZUNIONSTORE', key, counted(1, 3, key), aggregation),
    shape(2, 'ZINTERSTORE', key, counted(1, 3, key), aggregation),
    shape(2, 'ZDIFFSTORE', key, counted(1, 3, key)),
    shape(2, 'ZINTERCARD', counted(1, 3, key), maybe(2, 'LIMIT', count)),
    exactShape(2, 'ZSCAN', key, '0', 'COUNT', '100000', maybe(2, all('MATCH', globPattern))),
    shape(2, 'SADD', key, times(1, 4, member)),
    shape(1, 'OBJECT ENCODING', key),
  ],
};
