import { all, counted, either, type Family, maybe, shape, times, word } from '../grammar.js';
import { count, index, integer, key, member, value } from '../pieces.js';

const element = either(member, member, value);
const side = word('LEFT', 'RIGHT', 'left', 'right', 'LEFT', 'RIGHT', 'x');

export const list: Family = {
  name: 'list',
  shapes: [
    shape(4, 'LPUSH', key, times(1, 5, element)),
    shape(6, 'RPUSH', key, times(1, 5, element)),
    shape(2, 'LPUSHX', key, times(1, 3, element)),
    shape(2, 'RPUSHX', key, times(1, 3, element)),
    shape(3, 'LPOP', key, maybe(2, count)),
    shape(3, 'RPOP', key, maybe(2, count)),
    shape(2, 'LLEN', key),
    shape(3, 'LINDEX', key, integer),
    shape(4, 'LINSERT', key, word('BEFORE', 'AFTER', 'before', 'x'), element, element),
    shape(4, 'LRANGE', key, integer, integer),
    shape(3, 'LREM', key, integer, element),
    shape(3, 'LSET', key, integer, element),
    shape(1, 'LTRIM', key, index, index),
    shape(
      3,
      'LPOS',
      key,
      element,
      times(0, 2, either(all('RANK', integer), all('COUNT', count), all('MAXLEN', count))),
    ),
    shape(3, 'LMOVE', key, key, side, side),
    shape(2, 'RPOPLPUSH', key, key),
    shape(2, 'LMPOP', counted(1, 3, key), side, maybe(2, 'COUNT', count)),
    shape(1, 'SORT', key, maybe(2, 'ALPHA'), maybe(2, 'DESC'), maybe(3, 'LIMIT', index, count)),
    shape(1, 'OBJECT ENCODING', key),
  ],
};
