import { all, either, type Family, maybe, type Piece, shape, times, word } from '../grammar.js';
import { integer, key, member, value } from '../pieces.js';

/** Every conversion between Lua and RESP, both ways, and what scripts are used for. */
const RESULTS: readonly string[] = [
  'return 1',
  'return -3.99',
  'return 1e15',
  "return 'text'",
  'return true',
  'return false',
  'return nil',
  'return',
  'return {}',
  "return {1, 2, {3, 'four'}, 5.5}",
  'return {1, nil, 3}',
  'return {true, false, 1}',
  "return {ok = 'FINE'}",
  "return {err = 'MINE text'}",
  "return redis.status_reply('FINE')",
  "return redis.error_reply('MINE text')",
  "return redis.error_reply('text')",
  // Without setresp(3) the machine takes this for an array: ARCHITECTURE.md, known differences.
  'redis.setresp(3) return {double = 3.5}',
  'return #ARGV',
  'return ARGV',
  'return KEYS',
  'return {KEYS[1], ARGV[1], ARGV[2]}',
  "return redis.sha1hex(ARGV[1] or '')",
  "return tostring(tonumber(ARGV[1] or '1'))",
  'return string.rep(ARGV[1] or "x", 3)',
  'return {string.byte(ARGV[1] or "x", 1, -1)}',
  'return type(redis.call)',
  'return bit.band(255, 15) + bit.lshift(1, 4)',
  'return bit.tohex(255)',
  "return cjson.encode({1, 2, {a = 'b'}})",
  'return cjson.decode("[1, 2.5, null, true, [\\"x\\"]]")[4]',
  'return cmsgpack.unpack(cmsgpack.pack({1, 2, 3}))',
  'return struct.pack(">I2", 258)',
  'return {struct.unpack(">I2", "\\1\\2")}',
  'return table.concat({1, 2, 3}, "-")',
  'local sum = 0 for i = 1, 100 do sum = sum + i end return sum',
  'return math.floor(7 / 2)',
  'return _VERSION',
];

const CALLS: readonly string[] = [
  "return redis.call('GET', KEYS[1])",
  "return redis.call('SET', KEYS[1], ARGV[1])",
  "return redis.call('INCRBY', KEYS[1], ARGV[1])",
  "return redis.pcall('INCRBY', KEYS[1], ARGV[1])",
  "return redis.pcall('INCRBY', KEYS[1], ARGV[1]).err",
  "return redis.call('RPUSH', KEYS[1], ARGV[1])",
  "return redis.call('LRANGE', KEYS[1], 0, -1)",
  "return #redis.call('LRANGE', KEYS[1], 0, -1)",
  "return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])",
  "return redis.call('HGET', KEYS[1], ARGV[1])",
  "return redis.call('MGET', KEYS[1], KEYS[2])",
  "return redis.call('TYPE', KEYS[1])",
  "return redis.call('TYPE', KEYS[1]).ok",
  "return redis.call('EXISTS', KEYS[1]) == 1",
  "redis.call('SET', KEYS[1], 'a') redis.call('APPEND', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])",
  "return redis.call('DEL', KEYS[1])",
  "return redis.call('ECHO', 1.5)",
  "return redis.call('ZADD', KEYS[1], '1.5', ARGV[1])",
  "return redis.call('ZSCORE', KEYS[1], ARGV[1])",
];

const oneOf =
  (scripts: readonly string[]): Piece =>
  (dice) => [dice.pick(scripts)];
const argument = either(member, value, integer);
/** Two keys and two arguments at least, so that no call lacks what it uses. */
const given = all('2', key, key, argument, argument, times(0, 2, argument));

export const scripting: Family = {
  name: 'scripting',
  shapes: [
    shape(6, 'EVAL', oneOf(RESULTS), given),
    shape(8, 'EVAL', oneOf(CALLS), given),
    shape(1, 'EVAL', oneOf(RESULTS), word('0', '-1', 'x', '5', ''), times(0, 3, argument)),
    shape(1, 'EVAL_RO', oneOf(["return redis.call('GET', KEYS[1])", 'return KEYS']), given),
    shape(1, 'EVALSHA', word('ffffffffffffffffffffffffffffffffffffffff', 'x', ''), given),
    shape(1, 'SCRIPT LOAD', oneOf(RESULTS)),
    shape(1, 'SCRIPT EXISTS', times(1, 3, word('x', 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db'))),
    shape(1, 'SCRIPT FLUSH', maybe(2, word('SYNC', 'ASYNC', 'x'))),
    shape(2, 'SET', key, value),
    shape(2, 'RPUSH', key, times(1, 3, member)),
  ],
};
