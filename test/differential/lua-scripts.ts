/**
 * Random Lua scripts: values of every kind, what the libraries make of them, calls, errors, and how a script may end.
 * They avoid what two servers can't agree on: addresses (`tostring({})`), the clock, random numbers.
 */
import type { Dice } from '../support/dice.js';
import {
  FORMATS,
  JSON_TEXTS,
  NUMBER_FORMATS,
  NUMBERS,
  PATTERNS,
  REPLACEMENTS,
  STRINGS,
} from './lua-words.js';

type Draw = (dice: Dice, depth: number) => string;

const pick =
  (...draws: readonly Draw[]): Draw =>
  (dice, depth) =>
    dice.pick(draws)(dice, depth - 1);
const literal =
  (choices: readonly string[]): Draw =>
  (dice) =>
    dice.pick(choices);
const quoted = (text: string): string =>
  `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n').replace(/\t/g, '\\t')}'`;

const number: Draw = (dice, depth) => (depth <= 0 ? literal(NUMBERS)(dice, 0) : numberOf(dice, depth));
const text: Draw = (dice, depth) => (depth <= 0 ? literal(STRINGS)(dice, 0) : textOf(dice, depth));
const table: Draw = (dice, depth) => (depth <= 0 ? '{}' : tableOf(dice, depth));

const operated =
  (...operators: readonly string[]): Draw =>
  (dice, depth) =>
    `(${number(dice, depth)} ${dice.pick(operators)} ${number(dice, depth)})`;
const called =
  (name: string, ...args: readonly Draw[]): Draw =>
  (dice, depth) =>
    `${name}(${args.map((each) => each(dice, depth)).join(', ')})`;
const small: Draw = (dice) => String(dice.between(-4, 12));

const numberOf = pick(
  literal(NUMBERS),
  literal(NUMBERS),
  operated('+', '-', '*', '/', '%'),
  (dice) => `(${dice.between(-9, 9)} ^ ${dice.between(0, 9)})`,
  called('math.floor', number),
  called('math.ceil', number),
  called('math.abs', number),
  called('math.max', number, number),
  called('math.min', number, number),
  // Of two wrong arguments C compilers tell of either.
  called('math.fmod', literal(NUMBERS), literal(NUMBERS)),
  called('bit.band', number, number),
  called('bit.bor', number, number),
  called('bit.bxor', number, number),
  called('bit.bnot', number),
  called('bit.lshift', number, small),
  called('bit.rshift', number, small),
  called('bit.arshift', number, small),
  called('bit.rol', number, small),
  called('bit.bswap', number),
  called('bit.tobit', number),
  called('tonumber', text),
  // Not among the texts: glibc and musl disagree about what a cut `0x` is.
  literal(["tonumber('0x1F')", "('0xff' + 1)"]),
  (dice, depth) => `tonumber(${text(dice, depth)}, ${dice.pick([2, 8, 10, 16, 36, 37])})`,
  called('string.len', text),
  called('string.byte', text, small),
  (dice, depth) => `#${table(dice, depth)}`,
  (dice, depth) => `(${text(dice, depth)} + ${number(dice, depth)})`,
  (dice, depth) => `select('#', ${value(dice, depth)}, nil)`,
  (dice) => `struct.size('${dice.pick(FORMATS)}${dice.pick(FORMATS)}')`,
  (dice, depth) => {
    const format = dice.pick(FORMATS);
    return `(struct.unpack('${format}', struct.pack('${format}', ${number(dice, depth)})))`;
  },
);

const textOf = pick(
  literal(STRINGS),
  literal(STRINGS),
  (dice, depth) => `(${text(dice, depth)} .. ${text(dice, depth)})`,
  (dice, depth) => `(${number(dice, depth)} .. '')`,
  called('tostring', number),
  called('string.rep', text, small),
  called('string.sub', text, small, small),
  called('string.upper', text),
  called('string.lower', text),
  called('string.reverse', text),
  (dice, depth) => `string.format('${dice.pick(NUMBER_FORMATS)}', ${number(dice, depth)})`,
  (dice, depth) => `string.format('%s|%q', ${text(dice, depth)}, ${text(dice, depth)})`,
  (dice, depth) =>
    `(string.gsub(${text(dice, depth)}, '${dice.pick(PATTERNS)}', ${dice.pick(REPLACEMENTS)}))`,
  (dice, depth) => `(string.match(${text(dice, depth)}, '${dice.pick(PATTERNS)}') or 'none')`,
  (dice, depth) => `type(${value(dice, depth)})`,
  (dice, depth) => `table.concat(${table(dice, depth)}, ',')`,
  called('redis.sha1hex', text),
  called('cjson.encode', (dice, depth) => value(dice, depth)),
  called('cjson.encode', table),
  called('cmsgpack.pack', (dice, depth) => value(dice, depth)),
  (dice, depth) => `struct.pack('${dice.pick(FORMATS)}', ${number(dice, depth)})`,
  (dice, depth) => `struct.pack('${dice.pick(['s', 'c0', 'c2', 'c9', 'z'])}', ${text(dice, depth)})`,
  (dice, depth) => `bit.tohex(${number(dice, depth)}, ${dice.between(-9, 9)})`,
  (dice) => `string.char(${dice.between(-1, 256)}, ${dice.between(0, 255)})`,
);

const tableOf = pick(
  (dice, depth) => `{${value(dice, depth)}, ${value(dice, depth)}}`,
  (dice, depth) => `{${value(dice, depth)}, nil, ${value(dice, depth)}}`,
  (dice, depth) => `{a = ${value(dice, depth)}}`,
  (dice, depth) => `{${number(dice, depth)}, b = ${value(dice, depth)}}`,
  (dice, depth) => `{[${dice.between(1, 12)}] = ${value(dice, depth)}}`,
  (dice) => `cjson.decode(${quoted(dice.pick(JSON_TEXTS))})`,
  (dice, depth) => `cjson.decode(cjson.encode(${value(dice, depth)}))`,
  (dice, depth) => `{cmsgpack.unpack(cmsgpack.pack(${value(dice, depth)}, ${value(dice, depth)}))}`,
  (dice, depth) => `{cmsgpack.unpack(${text(dice, depth)})}`,
  (dice, depth) => `{ok = ${text(dice, depth)}}`,
  (dice, depth) => `{err = ${text(dice, depth)}}`,
  (dice, depth) => `{double = ${number(dice, depth)}}`,
  (dice, depth) => `{big_number = ${text(dice, depth)}}`,
  (dice, depth) => `{map = {k = ${value(dice, depth)}}}`,
  (dice, depth) => `{set = {[${text(dice, depth)}] = true}}`,
  (dice, depth) => `{verbatim_string = {format = ${text(dice, depth)}, string = ${text(dice, depth)}}}`,
  (dice, depth) => `{string.find(${text(dice, depth)}, '${dice.pick(PATTERNS)}')}`,
  (dice, depth) => `{string.byte(${text(dice, depth)}, 1, -1)}`,
  (dice, depth) => `{unpack(${table(dice, depth)})}`,
  (dice, depth) => `{struct.unpack('${dice.pick(FORMATS)}${dice.pick(FORMATS)}', ${text(dice, depth)})}`,
  (dice, depth) => `{pcall(function() return ${value(dice, depth)} end)}`,
  (dice) => dice.pick(['KEYS', 'ARGV', '{}', '{{}, {}}', '{{{1}, 2}, 3}']),
);

const call: Draw = (dice, depth) => {
  const how = dice.pick(['call', 'pcall']);
  // Whole numbers: 7.0 writes 17 digits of the others, 7.2 the shortest form.
  const whole = String(dice.between(-5, 100_000));
  const words = dice.pick<readonly string[]>([
    ["'GET'", 'KEYS[1]'],
    ["'SET'", 'KEYS[1]', text(dice, depth)],
    ["'SET'", 'KEYS[1]', whole],
    ["'INCRBY'", 'KEYS[1]', whole],
    ["'RPUSH'", 'KEYS[2]', text(dice, depth), whole],
    ["'LRANGE'", 'KEYS[2]', '0', '-1'],
    ["'HSET'", 'KEYS[2]', "'f'", text(dice, depth)],
    ["'HGETALL'", 'KEYS[2]'],
    ["'SADD'", 'KEYS[2]', "'m'"],
    // With one member, whose order is no question.
    ["'SINTERCARD'", '1', 'KEYS[2]'],
    ["'ZADD'", 'KEYS[2]', '1.5', "'m'"],
    ["'ZSCORE'", 'KEYS[2]', "'m'"],
    ["'ZRANGE'", 'KEYS[2]', '0', '-1', "'WITHSCORES'"],
    ["'DEL'", 'KEYS[1]', 'KEYS[2]'],
    ["'TYPE'", 'KEYS[1]'],
    ["'EXISTS'", 'KEYS[1]'],
    ["'MGET'", 'KEYS[1]', 'KEYS[2]'],
    ["'ECHO'", text(dice, depth)],
    ["'PING'"],
    ["'NOSUCH'", "'x'"],
    ["'GET'"],
    ["'MULTI'"],
    ["'GET'", table(dice, 1)],
    [],
  ]);
  return `redis.${how}(${words.join(', ')})`;
};

const value: Draw = (dice, depth) =>
  pick(
    number,
    number,
    text,
    text,
    table,
    table,
    literal([
      'nil',
      'true',
      'false',
      'cjson.null',
      'not nil',
      '_VERSION',
      'print',
      'nothing',
      '#ARGV',
      'redis.LOG_NOTICE',
    ]),
    call,
    (each, level) => `redis.error_reply(${text(each, level)})`,
    (each, level) => `redis.status_reply(${text(each, level)})`,
  )(dice, depth);

const comparison: Draw = (dice, depth) =>
  `(${value(dice, depth)} ${dice.pick(['==', '~=', '<', '<=', '>'])} ${value(dice, depth)})`;

/** How scripts end. */
const SCRIPTS: readonly Draw[] = [
  (dice, depth) => `return ${value(dice, depth)}`,
  (dice, depth) => `return ${value(dice, depth)}`,
  (dice, depth) => `return {${value(dice, depth)}, ${value(dice, depth)}, ${value(dice, depth)}}`,
  (dice, depth) => `redis.setresp(3) return ${value(dice, depth)}`,
  (dice, depth) => `redis.setresp(3) return {${call(dice, depth)}, true, false}`,
  (dice, depth) => `local v = ${value(dice, depth)}\nreturn {type(v), v}`,
  (dice, depth) => `local ok, e = pcall(function() return ${value(dice, depth)} end) return {ok, e}`,
  (dice, depth) => `local ok, e = pcall(error, ${value(dice, depth)}) return {ok, e}`,
  (dice, depth) => `error(${text(dice, depth)}${dice.pick(['', ', 0', ', 1', ', 2'])})`,
  (dice, depth) => `error({err = ${text(dice, depth)}})`,
  (dice, depth) => `\n\nlocal t = ${table(dice, depth)}\nreturn t.a.b`,
  (dice, depth) => `return ${comparison(dice, depth)}`,
  (dice, depth) => `if ${comparison(dice, depth)} then return 'yes' else return ${value(dice, depth)} end`,
  (dice, depth) => `local r = ${call(dice, depth)} return {type(r), r}`,
  (dice, depth) => `${call(dice, depth)} return ${call(dice, depth)}`,
  (dice, depth) => `local t = {${number(dice, depth)}, ${number(dice, depth)}, 5} table.sort(t) return t`,
  (dice, depth) => `local t = ${table(dice, depth)} table.insert(t, ${value(dice, depth)}) return t`,
  (dice, depth) =>
    `local t = {} for w in string.gmatch(${text(dice, depth)}, '${dice.pick(PATTERNS)}') do t[#t + 1] = w if #t > 50 then break end end return t`,
  (dice, depth) => `local t = {} for k in pairs(${table(dice, depth)}) do t[#t + 1] = type(k) end return t`,
  (dice) => `return loadstring(${quoted(`return ${number(dice, 1)}`)})()`,
  (dice) =>
    `local f, e = loadstring(${quoted(`return ${dice.pick(['(', '1 1', "'x", '}', 'end'])}`)}) return {type(f), e}`,
  (dice, depth) => `return coroutine.wrap(function(...) return ${value(dice, depth)} end)()`,
  (dice, depth) =>
    `return xpcall(function() return ${value(dice, depth)} end, function(e) return 'handled' end)`,
  (dice) => `return setmetatable({}, {__index = function() return ${value(dice, 1)} end})[1]`,
  (dice) =>
    dice.pick([
      'foo = 1',
      'return foo',
      'string.x = 1',
      'KEYS[1] = 5 return KEYS[1]',
      'rawset(_G, "x", 1)',
      'return _G.redis == redis',
    ]),
  (dice) =>
    dice.pick([
      'return',
      'return return',
      'x y',
      "return 'unfinished",
      'for',
      'return 1 +',
      'local function f() return f() end return 5',
      'goto x',
    ]),
  (dice, depth) => `assert(${value(dice, depth)}, ${text(dice, depth)})`,
  (dice, depth) => `return math.modf(${number(dice, depth)})`,
  (dice, depth) => `return {math.modf(${number(dice, depth)})}`,
  (dice, depth) => `return tostring(${number(dice, depth)})`,
];

const DEPTH = 4;

export const luaScript = (dice: Dice): readonly string[] => [dice.pick(SCRIPTS)(dice, DEPTH)];
