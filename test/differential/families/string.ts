import { all, either, type Family, maybe, shape, times, word } from '../grammar.js';
import {
  count,
  float,
  index,
  integer,
  key,
  milliseconds,
  seconds,
  size,
  unixMilliseconds,
  unixSeconds,
  value,
} from '../pieces.js';

const expiry = either(
  all('EX', seconds),
  all('PX', milliseconds),
  all('EXAT', unixSeconds),
  all('pxat', unixMilliseconds),
);

const setOption = either('NX', 'XX', 'GET', 'KEEPTTL', 'nx', 'keepttl', expiry);

const lcsOption = either('LEN', 'IDX', 'WITHMATCHLEN', all('MINMATCHLEN', count));

export const string: Family = {
  name: 'string',
  shapes: [
    shape(8, 'SET', key, value),
    shape(6, 'SET', key, value, times(1, 3, setOption)),
    shape(6, 'GET', key),
    shape(2, 'SETNX', key, value),
    shape(2, 'SETEX', key, seconds, value),
    shape(2, 'PSETEX', key, milliseconds, value),
    shape(2, 'GETSET', key, value),
    shape(2, 'GETDEL', key),
    shape(3, 'GETEX', key, maybe(2, either('PERSIST', expiry, all(expiry, 'PERSIST')))),
    shape(2, 'MGET', times(1, 4, key)),
    shape(2, 'MSET', times(1, 3, key, value)),
    shape(2, 'MSETNX', times(1, 3, key, value)),
    shape(3, 'INCR', key),
    shape(3, 'DECR', key),
    shape(3, 'INCRBY', key, integer),
    shape(3, 'DECRBY', key, integer),
    shape(4, 'INCRBYFLOAT', key, float),
    shape(4, 'APPEND', key, value),
    shape(2, 'STRLEN', key),
    shape(4, 'GETRANGE', key, integer, integer),
    shape(1, 'SUBSTR', key, index, index),
    shape(4, 'SETRANGE', key, size, value),
    shape(3, 'LCS', key, key, times(0, 3, lcsOption)),
    shape(2, 'OBJECT ENCODING', key),
    shape(1, 'PTTL', key),
    shape(1, 'EXPIRE', key, seconds, maybe(2, word('NX', 'XX'))),
  ],
};
