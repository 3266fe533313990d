import { all, chanceShape, either, exactShape, type Family, maybe, shape, times, word } from '../grammar.js';
import { float, globPattern, integer, key, member, sampleCount, value } from '../pieces.js';

const field = either(member, member, member, value);

export const hash: Family = {
  name: 'hash',
  shapes: [
    shape(6, 'HSET', key, times(1, 4, field, value)),
    shape(2, 'HMSET', key, times(1, 3, field, value)),
    shape(2, 'HSETNX', key, field, value),
    shape(4, 'HGET', key, field),
    shape(3, 'HMGET', key, times(1, 4, field)),
    shape(3, 'HGETALL', key),
    shape(2, 'HKEYS', key),
    shape(2, 'HVALS', key),
    shape(2, 'HLEN', key),
    shape(2, 'HSTRLEN', key, field),
    shape(2, 'HEXISTS', key, field),
    shape(4, 'HDEL', key, times(1, 4, field)),
    shape(4, 'HINCRBY', key, field, integer),
    shape(4, 'HINCRBYFLOAT', key, field, float),
    shape(2, 'HRANDFIELD', key, maybe(2, sampleCount, maybe(2, word('WITHVALUES', 'withvalues', 'x')))),
    exactShape(2, 'HSCAN', key, '0', 'COUNT', '100000', maybe(2, all('MATCH', globPattern))),
    chanceShape(1, 'HRANDFIELD', key),
    shape(1, 'OBJECT ENCODING', key),
  ],
};
