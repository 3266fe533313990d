/**
 * Functions of Lua's libraries in which C's `long` shows: WebAssembly's has 32 bits, that of the machines that Redis runs
 * on 64. Timestamps in ms have 41. What fits 32 bits goes to the binary's own functions.
 */

import { textToNumber } from './c-library.js';
import type { CFunction } from './host-functions.js';
import type { LuaInstance } from './instance.js';
import { LUA_TNUMBER, LUA_TSTRING } from './memory.js';
import { toUint64 } from './struct-library.js';

const INT32_LIMIT = 2 ** 31;
const UINT32_LIMIT = 2 ** 32;
/** string.rep doesn't begin what can't be finished. */
const STRING_BYTES_MAX = 256 * 1024 * 1024;
const ULONG_MAX = 2n ** 64n - 1n;
const BASE_MIN = 2;
const BASE_MAX = 36;

/** A directive of string.format, as far as it is one. */
const DIRECTIVE = /%(?:%|([-+ #0]*)(\d{0,2})(\.\d{0,2})?([a-zA-Z]?))/g;

/** string.format: whole numbers beyond 32 bits become texts before the binary's function sees them. */
export function wideFormat(original: CFunction): (lua: LuaInstance, state: number) => number {
  return (lua, state) => {
    const { api } = lua;
    if (api.lua_type(state, 1) !== LUA_TSTRING) return original(state);
    const count = api.lua_gettop(state);
    if (!hasWideNumber(lua, state, count)) return original(state);
    let argument = 1;
    const format = lua.text(state, 1).replace(DIRECTIVE, (directive, flags, width, precision, conversion) => {
      if (directive === '%%') return directive;
      argument++;
      if (!'cdiouxX'.includes(conversion) || conversion === '' || argument > count) return directive;
      if (!isNumber(lua, state, argument)) return directive;
      const value = api.lua_tonumber(state, argument);
      if (fits(value, conversion)) return directive;
      const text = formatInteger(value, conversion, flags, Number(width), precision);
      lua.pushText(state, text);
      api.lua_replace(state, argument);
      return '%s';
    });
    lua.pushText(state, format);
    api.lua_replace(state, 1);
    return original(state);
  };
}

function hasWideNumber(lua: LuaInstance, state: number, count: number): boolean {
  for (let index = 2; index <= count; index++) {
    if (isNumber(lua, state, index) && !fits(lua.api.lua_tonumber(state, index), 'u')) return true;
    if (isNumber(lua, state, index) && !fits(lua.api.lua_tonumber(state, index), 'd')) return true;
  }
  return false;
}

function isNumber(lua: LuaInstance, state: number, index: number): boolean {
  const type = lua.api.lua_type(state, index);
  if (type === LUA_TNUMBER) return true;
  return type === LUA_TSTRING && lua.api.lua_tonumber(state, index) !== 0;
}

function fits(value: number, conversion: string): boolean {
  if (conversion === 'c' || conversion === 'd' || conversion === 'i')
    return value > -INT32_LIMIT - 1 && value < INT32_LIMIT;
  return value > -1 && value < UINT32_LIMIT;
}

/** As C's printf with a `long`. @param precision with its point, or undefined */
function formatInteger(
  value: number,
  conversion: string,
  flags: string,
  width: number,
  precision: string | undefined,
): string {
  // Out of range is the lowest value, whose last byte is zero, which ends a C string.
  if (conversion === 'c') return flags.includes('-') ? '' : ' '.repeat(Math.max(0, width - 1));
  const isSigned = conversion === 'd' || conversion === 'i';
  const bits = isSigned ? BigInt.asIntN(64, toInt64(value)) : toUint64(value);
  const magnitude = bits < 0n ? -bits : bits;
  const base = conversion === 'o' ? 8 : conversion.toLowerCase() === 'x' ? 16 : 10;
  let digits = magnitude.toString(base);
  if (conversion === 'X') digits = digits.toUpperCase();
  const digitsMin = precision === undefined ? 1 : Number(precision.slice(1));
  if (digitsMin === 0 && magnitude === 0n) digits = '';
  digits = digits.padStart(digitsMin, '0');
  if (flags.includes('#') && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  let prefix = '';
  if (flags.includes('#') && base === 16 && magnitude !== 0n) prefix = `0${conversion}`;
  if (isSigned) prefix = bits < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if (flags.includes('-')) return (prefix + digits).padEnd(width);
  if (flags.includes('0') && precision === undefined) {
    return prefix + digits.padStart(width - prefix.length, '0');
  }
  return (prefix + digits).padStart(width);
}

/** Out of range is the lowest value, as on x86-64. */
function toInt64(value: number): bigint {
  const whole = Math.trunc(value);
  return whole >= -(2 ** 63) && whole < 2 ** 63 ? BigInt(whole) : -(2n ** 63n);
}

/** string.rep: the count is a C int, and nothing is begun that memory won't do for. */
export function boundedRep(original: CFunction): (lua: LuaInstance, state: number) => number {
  return (lua, state) => {
    const { api } = lua;
    if (api.lua_type(state, 1) !== LUA_TSTRING || api.lua_type(state, 2) !== LUA_TNUMBER)
      return original(state);
    lua.checkString(state, 1);
    const length = lua.stringBytes;
    const count = api.lua_tonumber(state, 2);
    const wrapped = count | 0;
    if (length * wrapped > STRING_BYTES_MAX) {
      lua.pushText(state, 'not enough memory');
      return api.lua_error(state);
    }
    if (length === 0 || wrapped !== count) {
      api.lua_pushnumber(state, length === 0 ? 0 : wrapped);
      api.lua_replace(state, 2);
    }
    return original(state);
  };
}

/** tonumber with a base: C's strtoul. */
export function wideToNumber(original: CFunction): (lua: LuaInstance, state: number) => number {
  const plain = textToNumber(original);
  return (lua, state) => {
    const { api } = lua;
    if (lua.valueCount(state) < 2 || !isNumber(lua, state, 2)) return plain(lua, state);
    const base = api.lua_tonumber(state, 2) | 0;
    const type = api.lua_type(state, 1);
    if (base === 10) return plain(lua, state);
    if (base < BASE_MIN || base > BASE_MAX || (type !== LUA_TSTRING && type !== LUA_TNUMBER)) {
      return original(state);
    }
    const value = unsignedLong(lua.text(state, 1), base);
    if (value === null) api.lua_pushnil(state);
    else api.lua_pushnumber(state, value);
    return 1;
  };
}

/** @returns null when the text, up to a zero byte, isn't a number and spaces around it */
function unsignedLong(text: string, base: number): number | null {
  const [visible] = text.split('\0', 1);
  const match = /^[ \t\n\v\f\r]*([+-]?)([0-9a-z]*)[ \t\n\v\f\r]*$/i.exec(visible);
  if (match === null) return null;
  const [, sign] = match;
  let digits = match[2].toLowerCase();
  if (base === 16 && /^0x[0-9a-f]/.test(digits)) digits = digits.slice(2);
  if (digits === '') return null;
  let value = 0n;
  for (const digit of digits) {
    const number = Number.parseInt(digit, BASE_MAX);
    if (number >= base) return null;
    value = value * BigInt(base) + BigInt(number);
  }
  if (value > ULONG_MAX) return Number(ULONG_MAX);
  return Number(sign === '-' ? BigInt.asUintN(64, -value) : value);
}
