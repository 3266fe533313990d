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
import { count, index, integer, key, member, value } from '../pieces.js';

const element = either(member, member, value);
const side = word('LEFT', 'RIGHT', 'left', 'right', 'LEFT', 'RIGHT', 'x');

const sortKey = word('sort1', 'sort2', 'sort3');
const sortable: Piece = (dice) => [dice.oneIn(4) ? `m${dice.between(0, 9)}` : dice.between(-50, 50) / 4];
const limit = all('LIMIT', index, count);

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
    // Of words without NUL, at which the collation of redis-server stops.
    shape(2, 'RPUSH', sortKey, times(1, 4, sortable)),
    exactShape(2, 'SORT', sortKey, times(0, 4, either('ALPHA', 'DESC', 'ASC', limit, all('BY', 'nothing')))),
    exactShape(1, 'SORT', sortKey, 'STORE', sortKey),
    shape(1, 'OBJECT ENCODING', key),
  ],
};
