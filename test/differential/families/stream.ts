import { all, either, exactShape, type Family, maybe, type Piece, shape, times, word } from '../grammar.js';
import { count, integer, key, member, value } from '../pieces.js';

/** Ids that grow slowly, so that some are too small; the clock's own ids would differ. */
const id: Piece = (dice) => [`${dice.between(0, 40)}-${dice.between(0, 3)}`];
const newId: Piece = either(
  id,
  (dice) => [`${dice.between(0, 60)}-*`],
  (dice) => [dice.between(0, 60)],
  word(
    '0-0',
    '18446744073709551615-18446744073709551615',
    '18446744073709551615-*',
    'x',
    '1-x',
    '-1',
    '1-',
    '',
  ),
);
const rangeId: Piece = either(
  id,
  (dice) => [`(${dice.between(0, 40)}`],
  word('-', '+', '(-', '(+', '5', 'x', '('),
);
const trim = all(
  either(all('MAXLEN', maybe(2, word('=', '~')), count), all('MINID', maybe(2, word('=', '~')), id)),
  maybe(5, 'LIMIT', integer),
);
const group = word('g1', 'g2', 'none');
const consumer = word('alice', 'bob');
const fields = times(1, 3, member, value);

export const stream: Family = {
  name: 'stream',
  shapes: [
    // Never with the clock's own id.
    exactShape(10, 'XADD', key, maybe(6, 'NOMKSTREAM'), maybe(6, trim), newId, fields),
    shape(2, 'XLEN', key),
    shape(4, 'XRANGE', key, rangeId, rangeId, maybe(3, 'COUNT', integer)),
    shape(4, 'XREVRANGE', key, rangeId, rangeId, maybe(3, 'COUNT', integer)),
    shape(3, 'XREAD', maybe(2, 'COUNT', count), 'STREAMS', either(all(key, id), all(key, key, id, id))),
    shape(3, 'XDEL', key, times(1, 3, id)),
    shape(2, 'XTRIM', key, trim),
    shape(1, 'XSETID', key, id, maybe(3, 'ENTRIESADDED', count), maybe(3, 'MAXDELETEDID', id)),
    shape(
      4,
      'XGROUP CREATE',
      key,
      group,
      either(id, '$', '0'),
      maybe(3, 'MKSTREAM'),
      maybe(4, 'ENTRIESREAD', integer),
    ),
    shape(1, 'XGROUP SETID', key, group, either(id, '$'), maybe(4, 'ENTRIESREAD', integer)),
    shape(1, 'XGROUP DESTROY', key, group),
    shape(2, 'XGROUP CREATECONSUMER', key, group, consumer),
    shape(1, 'XGROUP DELCONSUMER', key, group, consumer),
    shape(
      6,
      'XREADGROUP',
      'GROUP',
      group,
      consumer,
      maybe(2, 'COUNT', count),
      maybe(4, 'NOACK'),
      'STREAMS',
      either(all(key, '>'), all(key, '>'), all(key, id), all(key, key, '>', '>')),
    ),
    shape(4, 'XACK', key, group, times(1, 3, id)),
    shape(3, 'XPENDING', key, group),
    shape(2, 'XCLAIM', key, group, consumer, '0', times(1, 3, id), maybe(3, 'JUSTID'), maybe(3, 'FORCE')),
    shape(2, 'XAUTOCLAIM', key, group, consumer, '0', rangeId, maybe(2, 'COUNT', count), maybe(2, 'JUSTID')),
    shape(1, 'XINFO STREAM', key),
    shape(1, 'XINFO GROUPS', key),
    shape(1, 'OBJECT ENCODING', key),
  ],
};
