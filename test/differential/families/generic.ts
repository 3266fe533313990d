import { all, either, exactShape, type Family, maybe, shape, times, word } from '../grammar.js';
import {
  globPattern,
  index,
  key,
  milliseconds,
  missingKey,
  seconds,
  unixMilliseconds,
  unixSeconds,
  value,
} from '../pieces.js';

const condition = times(0, 2, word('NX', 'XX', 'GT', 'LT', 'nx', 'gt'));
/** Two servers disagree about which of two relative expiries is greater only when they are drawn equal. */
const anyKey = either(key, key, key, key, missingKey);
const database = word('0', '1', '2', '15', '16', '-1', 'x', '1.5', '99999999999999999999');

/** SCAN in one go: its cursors are the hash table's own. */
const scanOption = either(
  all('MATCH', globPattern),
  all('TYPE', word('string', 'list', 'set', 'zset', 'hash', 'stream', 'STRING', 'nothing', '')),
);

/** Of ALPHA only: redis-server 7.0 takes an earlier number's range error for the next one's. */
const sortOption = either(
  'ASC',
  'DESC',
  'desc',
  all('LIMIT', index, index),
  all('GET', word('#', 'a', '*', 'k*->f')),
);

export const generic: Family = {
  name: 'generic',
  shapes: [
    shape(6, 'SET', key, value),
    shape(3, 'GET', key),
    shape(3, 'DEL', times(1, 3, anyKey)),
    shape(2, 'UNLINK', times(1, 3, anyKey)),
    shape(2, 'EXISTS', times(1, 3, anyKey)),
    shape(1, 'TOUCH', times(1, 3, anyKey)),
    shape(3, 'EXPIRE', anyKey, seconds, condition),
    shape(2, 'PEXPIRE', anyKey, milliseconds, condition),
    shape(3, 'EXPIREAT', anyKey, unixSeconds, condition),
    shape(2, 'PEXPIREAT', anyKey, unixMilliseconds, condition),
    shape(2, 'TTL', anyKey),
    shape(2, 'PTTL', anyKey),
    shape(2, 'EXPIRETIME', anyKey),
    shape(2, 'PEXPIRETIME', anyKey),
    shape(2, 'PERSIST', anyKey),
    shape(2, 'TYPE', anyKey),
    shape(2, 'KEYS', globPattern),
    exactShape(2, 'SCAN', '0', 'COUNT', '100000', times(0, 2, scanOption)),
    // Cursors that no server gave out mean something else to each.
    exactShape(1, 'SCAN', word('x', '-', '1x', ' 0', '18446744073709551616')),
    exactShape(1, 'SCAN', '0', 'COUNT', word('0', '-1', 'x', '')),
    shape(3, 'RENAME', anyKey, key),
    shape(3, 'RENAMENX', anyKey, key),
    shape(3, 'COPY', anyKey, key, times(0, 2, either('REPLACE', all('DB', database)))),
    shape(3, 'MOVE', anyKey, database),
    shape(1, 'SWAPDB', database, database),
    shape(3, 'SELECT', database),
    shape(1, 'RANDOMKEY'),
    shape(1, 'DBSIZE'),
    shape(1, 'FLUSHDB', maybe(2, word('ASYNC', 'SYNC', 'async', 'x'))),
    shape(2, 'SORT', anyKey, 'ALPHA', times(0, 3, sortOption)),
    shape(1, 'SORT', anyKey, 'ALPHA', times(0, 2, sortOption), 'STORE', key),
    shape(1, 'SORT_RO', anyKey, times(0, 2, sortOption), 'alpha'),
    shape(2, 'OBJECT ENCODING', anyKey),
    shape(1, 'OBJECT IDLETIME', anyKey),
    shape(1, 'OBJECT FREQ', anyKey),
  ],
};
