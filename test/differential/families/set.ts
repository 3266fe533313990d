import {
  all,
  chanceShape,
  counted,
  either,
  exactShape,
  type Family,
  maybe,
  shape,
  times,
} from '../grammar.js';
import { count, globPattern, integerMember, key, member, sampleCount } from '../pieces.js';

const element = either(member, integerMember);

export const set: Family = {
  name: 'set',
  shapes: [
    shape(5, 'SADD', key, times(1, 5, element)),
    shape(5, 'SADD', key, times(1, 5, integerMember)),
    shape(4, 'SREM', key, times(1, 4, element)),
    shape(2, 'SCARD', key),
    shape(3, 'SISMEMBER', key, element),
    shape(3, 'SMISMEMBER', key, times(1, 4, element)),
    shape(3, 'SMEMBERS', key),
    chanceShape(2, 'SPOP', key, maybe(2, count)),
    shape(2, 'SRANDMEMBER', key, maybe(2, sampleCount)),
    shape(3, 'SMOVE', key, key, element),
    shape(3, 'SINTER', times(1, 3, key)),
    shape(3, 'SUNION', times(1, 3, key)),
    shape(3, 'SDIFF', times(1, 3, key)),
    shape(2, 'SINTERSTORE', key, times(1, 3, key)),
    shape(2, 'SUNIONSTORE', key, times(1, 3, key)),
    shape(2, 'SDIFFSTORE', key, times(1, 3, key)),
    shape(3, 'SINTERCARD', counted(1, 3, key), maybe(2, 'LIMIT', count)),
    exactShape(2, 'SSCAN', key, '0', 'COUNT', '100000', maybe(2, all('MATCH', globPattern))),
    shape(1, 'OBJECT ENCODING', key),
  ],
};
