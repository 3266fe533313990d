/**
 * Streams and their groups. Ids are never the clock's own, and idle times are none or decades, so that both servers
 * see the same.
 *
 * 7.2 creates a consumer that reads or claims nothing, 7.0 doesn't: it is there already when a step has it do so.
 */
import type { Dice } from '../../support/dice.js';
import type { Word } from '../../support/words.js';
import {
  all,
  either,
  exactShape,
  type Family,
  maybe,
  type Piece,
  type Shape,
  shape,
  times,
  word,
} from '../grammar.js';
import { count, integer, key, member, value } from '../pieces.js';

/** Ids that grow slowly, so that some are too small. */
const id: Piece = (dice) => [`${dice.between(0, 40)}-${dice.between(0, 3)}`];
const noId = word(
  'x',
  '1-x',
  '-1',
  '1-',
  '',
  '-',
  '+',
  '1-1-1',
  ' 1',
  '18446744073709551616',
  '1-*',
  '*',
  '$',
);
const anyId: Piece = (dice) => (dice.oneIn(25) ? noId(dice) : id(dice));
const newId: Piece = either(
  id,
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
  (dice) => [`(${dice.between(0, 40)}-${dice.between(0, 3)}`],
  word('-', '+', '(-', '(+', '5', 'x', '(', '(18446744073709551615-18446744073709551615', '(0-0'),
);
const trim = all(
  either(
    all('MAXLEN', maybe(2, word('=', '~')), count),
    all('MINID', maybe(2, word('=', '~')), id),
    all('MAXLEN', '~', count, 'LIMIT', count),
    all('MINID', '~', id, 'LIMIT', count),
  ),
  maybe(8, 'LIMIT', integer),
);
const group = word('g1', 'g2', 'g1', 'g2', 'none');
const consumer = word('alice', 'bob', 'alice', 'bob', '', 'b\xffb');
const fields = times(1, 3, member, value);
const wrongIdle = word('9223372036854775807', '-9223372036854775808', '9223372036854775808', '1.5', '', 'x');
const idleMin = either('0', '0', '0', '100000000', '100000000', '-1', wrongIdle);
const groupId = either(id, id, '$', '0', anyId);

/**
 * A command of a consumer, which exists: words before the key, between group and consumer, and so on, are the
 * command's own.
 */
function ofConsumer(
  weight: number,
  name: string,
  words: (dice: Dice, named: Named) => readonly Word[],
): Shape {
  return {
    command: name.toLowerCase(),
    weight,
    maySpoil: false,
    draw: (dice) => {
      const named = { key: key(dice)[0], group: group(dice)[0], consumer: consumer(dice)[0] };
      const create = ['XGROUP', 'CREATECONSUMER', named.key, named.group, named.consumer];
      return [create, [name, ...words(dice, named)]];
    },
  };
}

interface Named {
  readonly key: Word;
  readonly group: Word;
  readonly consumer: Word;
}

const readOptions = all(maybe(2, 'COUNT', count), maybe(4, 'NOACK'), maybe(30, 'BLOCK', '-1'));
const history = either('>', '>', '>', anyId, '0', '0-0');
const claimOptions = all(
  maybe(3, 'FORCE'),
  maybe(
    3,
    either(all('TIME', integer), all('IDLE', word('100000001', '0', '-1', '9223372036854775807', 'x'))),
  ),
  maybe(4, 'RETRYCOUNT', integer),
  maybe(3, 'JUSTID'),
  maybe(5, 'LASTID', anyId),
  maybe(30, word('COUNT', 'FORC', '')),
);

/** Behind all that are added by hand. */
const lateId: Piece = (dice) => [`${dice.between(50, 70)}-${dice.between(0, 3)}`];

/** 7.2 refuses ids before the last that was deleted, 7.0 doesn't: nothing was deleted here. */
const setIdOfNewStream: Shape = {
  command: 'xsetid',
  weight: 2,
  maySpoil: false,
  draw: (dice) => {
    const named = key(dice);
    const options = all(
      maybe(3, 'ENTRIESADDED', integer),
      maybe(3, 'MAXDELETEDID', anyId),
      maybe(20, word('ENTRIESADDED', 'MAXDELETEDID', 'x')),
    );
    return [
      ['DEL', ...named],
      ['XADD', ...named, ...id(dice), ...fields(dice)],
      ['XADD', ...named, ...id(dice), ...fields(dice)],
      ['XSETID', ...named, ...anyId(dice), ...options(dice)],
    ];
  },
};

export const stream: Family = {
  name: 'stream',
  shapes: [
    // Never with the clock's own id.
    exactShape(14, 'XADD', key, maybe(6, 'NOMKSTREAM'), maybe(5, trim), newId, fields),
    shape(2, 'XLEN', key),
    shape(3, 'XRANGE', key, rangeId, rangeId, maybe(3, 'COUNT', integer)),
    shape(3, 'XREVRANGE', key, rangeId, rangeId, maybe(3, 'COUNT', integer)),
    shape(
      3,
      'XREAD',
      maybe(2, 'COUNT', count),
      'STREAMS',
      either(all(key, anyId), all(key, key, id, anyId), all(key, '$')),
    ),
    shape(3, 'XDEL', key, times(1, 3, anyId)),
    shape(2, 'XTRIM', key, trim),
    exactShape(1, 'XSETID', key, lateId, maybe(3, 'ENTRIESADDED', integer), maybe(3, 'MAXDELETEDID', anyId)),
    setIdOfNewStream,
    shape(4, 'XGROUP CREATE', key, group, groupId, maybe(3, 'MKSTREAM'), maybe(4, 'ENTRIESREAD', integer)),
    shape(1, 'XGROUP SETID', key, group, groupId, maybe(4, 'ENTRIESREAD', integer)),
    shape(1, 'XGROUP DESTROY', key, group),
    shape(2, 'XGROUP CREATECONSUMER', key, group, consumer),
    shape(1, 'XGROUP DELCONSUMER', key, group, consumer),
    ofConsumer(7, 'XREADGROUP', (dice, named) => [
      ...['GROUP', named.group, named.consumer, ...readOptions(dice), 'STREAMS'],
      ...[named.key, ...history(dice)],
    ]),
    ofConsumer(1, 'XREADGROUP', (dice, named) => [
      ...['GROUP', named.group, named.consumer, ...readOptions(dice), 'STREAMS'],
      ...[named.key, named.key, ...history(dice), ...history(dice)],
    ]),
    shape(4, 'XACK', key, group, times(1, 3, anyId)),
    shape(2, 'XPENDING', key, group),
    shape(
      3,
      'XPENDING',
      key,
      group,
      maybe(3, 'IDLE', idleMin),
      rangeId,
      rangeId,
      either(count, '10'),
      maybe(2, consumer),
    ),
    ofConsumer(5, 'XCLAIM', (dice, named) => [
      ...[named.key, named.group, named.consumer, ...idleMin(dice), ...times(1, 3, id)(dice)],
      ...claimOptions(dice),
    ]),
    ofConsumer(3, 'XAUTOCLAIM', (dice, named) => [
      ...[named.key, named.group, named.consumer, ...idleMin(dice), ...either('0', '-', rangeId)(dice)],
      ...all(maybe(2, 'COUNT', count), maybe(3, 'JUSTID'), maybe(30, 'FORCE'))(dice),
    ]),
    shape(2, 'XINFO STREAM', key, maybe(2, 'FULL', maybe(2, 'COUNT', count))),
    shape(2, 'XINFO GROUPS', key),
    shape(1, 'XINFO CONSUMERS', key, group),
    shape(1, 'OBJECT ENCODING', key),
    shape(1, 'COPY', key, key, maybe(2, 'REPLACE')),
    shape(1, 'RENAME', key, key),
    shape(1, 'DEBUG DIGEST-VALUE', key),
  ],
};
