/** Users with random rules, and commands run as them. */
import type { Dice } from '../../support/dice.js';
import {
  all,
  either,
  exactShape,
  type Family,
  maybe,
  type Piece,
  type Request,
  type Shape,
  shape,
  times,
  word,
} from '../grammar.js';
import { value } from '../pieces.js';
import { isExact } from '../rules.js';
import { bitmap } from './bitmap.js';
import { hash } from './hash.js';
import { list } from './list.js';
import { set } from './set.js';
import { string } from './string.js';
import { zset } from './zset.js';

const user = word('alice', 'bob');

const joined =
  (...parts: readonly (string | Piece)[]): Piece =>
  (dice) => [all(...parts)(dice).join('')];

const pattern = word('*', 'a', 'b*', '[cd]', '?', '{h}', '', 'k*', 'never');
const command = word(
  ...['get', 'set', 'mget', 'mset', 'lpush', 'hset', 'sadd', 'zadd', 'copy', 'sort', 'del', 'exists', 'incr'],
  ...[
    'config',
    'config|get',
    'CONFIG|SET',
    'select',
    'publish',
    'subscribe',
    'multi',
    'exec',
    'object|encoding',
  ],
  ...['nosuch', 'config|nosuch', 'get|a'],
);
const category = word(
  'all',
  'read',
  'write',
  'keyspace',
  'string',
  'list',
  'hash',
  'fast',
  'dangerous',
  'nosuch',
);

/** Rules that may stand in a selector, too. Never a `%` without R or W before the tilde: 7.0 keeps it, and dies of it. */
const selectorRule = either(
  joined(word('+', '-'), command),
  joined(word('+', '-'), command),
  joined(word('+@', '-@'), category),
  joined('~', pattern),
  joined(word('%R~', '%W~', '%rw~', '%RR~'), pattern),
  joined('&', pattern),
  word('allkeys', 'resetkeys', 'allchannels', 'resetchannels', 'ALLCOMMANDS', 'nocommands'),
  word('+select|0', '+select|1', '+config|', '+config|get|x', '%x'),
);
const selector: Piece = (dice) => [`(${times(0, 4, selectorRule)(dice).join(' ')})`];
const rule = either(
  selectorRule,
  selectorRule,
  selectorRule,
  selector,
  all('(+get', '~a', '&c)'),
  word('on', 'off', 'nopass', '>x', '>y', '<x', 'resetpass', 'clearselectors', 'reset', 'bla', '(', ')', ''),
  word(`#${'0'.repeat(64)}`, `!${'0'.repeat(64)}`, '#abc', 'SANITIZE-payload'),
);

/** Commands on data, whose replies say whether the user reached it. */
const data: readonly Shape[] = [string, list, hash, set, zset, bitmap].flatMap(({ shapes }) =>
  shapes.filter(({ maySpoil }) => maySpoil),
);
const others: readonly Shape[] = [
  shape(1, 'ACL WHOAMI'),
  shape(1, 'CONFIG GET', word('hz', 'nothing')),
  shape(1, 'SELECT', '0'),
  shape(1, 'PUBLISH', word('a', 'b', 'bb', 'c'), value),
  shape(1, 'ACL LIST', 'x'),
];

/** Some requests as a user, and the default user again. */
function asUser(
  weight: number,
  shapes: readonly Shape[],
  before: readonly Request[] = [],
  after: readonly Request[] = [],
): Shape {
  return {
    command: 'auth',
    weight,
    maySpoil: false,
    draw: (dice) => {
      const requests = Array.from(
        { length: dice.between(1, 6) },
        () => dice.pick(dice.oneIn(5) ? others : shapes).draw(dice)[0],
      );
      return [['AUTH', ...user(dice), 'x'], ...before, ...requests, ...after, ['AUTH', 'default', '']];
    },
  };
}

const request: Piece = (dice: Dice) =>
  dice
    .pick(data)
    .draw(dice)[0]
    .map((each, index) => (index === 0 ? String(each).toLowerCase() : each));

export const acl: Family = {
  name: 'acl',
  shapes: [
    shape(6, 'ACL SETUSER', user, times(0, 5, rule)),
    exactShape(4, 'ACL SETUSER', user, 'reset', 'on', word('nopass', '>x'), times(0, 6, selectorRule)),
    exactShape(
      2,
      'ACL SETUSER',
      user,
      'on',
      'nopass',
      word('+@all', '+@read'),
      word('~*', '%R~*', '~a', '~b'),
    ),
    shape(3, 'ACL GETUSER', word('alice', 'bob', 'nobody', 'default')),
    exactShape(2, 'ACL LIST'),
    shape(1, 'ACL USERS'),
    shape(1, 'ACL DELUSER', times(1, 2, word('bob', 'nobody'))),
    shape(1, 'ACL CAT', maybe(1, word('nosuch', ''))),
    exactShape(8, 'ACL DRYRUN', user, request),
    shape(
      2,
      'ACL DRYRUN',
      user,
      word('subscribe', 'PSUBSCRIBE', 'publish', 'ssubscribe'),
      times(1, 3, pattern),
    ),
    shape(
      2,
      'ACL DRYRUN',
      user,
      word('config', 'select', 'nosuch'),
      times(0, 2, word('get', '0', 'x', 'set')),
    ),
    exactShape(1, 'ACL GENPASS', word('0', '-1', '4097', 'x')),
    shape(1, 'ACL LOG', maybe(3, word('x', 'RESET', '3', '-1', '100'))),
    asUser(10, data),
    asUser(
      4,
      data.filter(({ command }) => isExact(command)),
      [['MULTI']],
      [['EXEC']],
    ),
  ],
};
