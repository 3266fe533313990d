/**
 * Functions of Lua's libraries in which the C library, the compiler or the processor of redis-server shows: how a number
 * becomes a C int, which argument is looked at first, the sign of a NaN. Those of the binary differ in that.
 *
 * Source: redis-server 7.0.15 as Debian builds it for x86-64, function by function.
 */
import type { CFunction } from './host-functions.js';
import type { LuaInstance } from './instance.js';
import { LUA_TNIL, LUA_TNUMBER, LUA_TSTRING } from './memory.js';

type Repair = (original: CFunction) => (lua: LuaInstance, state: number) => number;

const INT32_LIMIT = 2 ** 31;
const INT64_LIMIT = 2 ** 63;
const LUA_TLIGHTUSERDATA = 2;

/** The lowest 32 bits of the 64 that the processor makes of it: of all that doesn't fit them, zero. */
function toInt(value: number): number {
  return Math.abs(value) < INT64_LIMIT ? value | 0 : 0;
}

/** C ints are cut off, where the binary's conversion stops at the limits. @param last Infinity: all that there are */
export function intArguments(first: number, last = first): Repair {
  return (original) => (lua, state) => {
    const { api } = lua;
    const end = Math.min(last, lua.valueCount(state));
    for (let index = first; index <= end; index++) {
      // Zero of anything that is no number, too: the function itself says what is wrong with it.
      const value = api.lua_tonumber(state, index);
      if (Math.abs(value) < INT32_LIMIT) continue;
      api.lua_pushnumber(state, toInt(value));
      api.lua_replace(state, index);
    }
    return original(state);
  };
}

/** Both arguments are numbers, and the second is looked at first: gcc pushes arguments from the right. */
export function secondFirst(original: CFunction): (lua: LuaInstance, state: number) => number {
  return (lua, state) => {
    lua.api.luaL_checknumber(state, 2);
    return original(state);
  };
}

/** math.ldexp: the exponent is a C int, and looked at first. */
export function wideExponent(original: CFunction): (lua: LuaInstance, state: number) => number {
  const wrapped = intArguments(2)(original);
  return (lua, state) => {
    lua.api.luaL_checknumber(state, 2);
    return wrapped(lua, state);
  };
}

/** What has no result here is NaN without a sign. */
export function unsignedNan(original: CFunction): (lua: LuaInstance, state: number) => number {
  return (lua, state) => {
    const isNan = Number.isNaN(lua.api.lua_tonumber(state, 1));
    const count = original(state);
    const result = lua.valueAddress(state, lua.valueCount(state));
    if (!isNan && Number.isNaN(lua.numberAt(result))) lua.setSign(result, false);
    return count;
  };
}

/** A NaN comes out as it came in. */
export function sameNan(original: CFunction): (lua: LuaInstance, state: number) => number {
  return (lua, state) => {
    const argument = lua.valueAddress(state, 1);
    const isNan = lua.valueCount(state) > 0 && lua.typeAt(argument) === LUA_TNUMBER;
    const isNegative = lua.isNegativeAt(argument);
    const count = original(state);
    const result = lua.valueAddress(state, lua.valueCount(state));
    if (isNan && Number.isNaN(lua.numberAt(result))) lua.setSign(result, isNegative);
    return count;
  };
}

/** math.frexp: the exponent of what is not finite is 0. */
export function finiteExponent(original: CFunction): (lua: LuaInstance, state: number) => number {
  return (lua, state) => {
    const value = lua.api.luaL_checknumber(state, 1);
    const count = original(state);
    if (Number.isFinite(value)) return count;
    lua.api.lua_settop(state, -2);
    lua.api.lua_pushnumber(state, 0);
    return count;
  };
}

/** tonumber of a text: `0x` without digits is no number, and `-nan` keeps its sign. */
export function textToNumber(original: CFunction): (lua: LuaInstance, state: number) => number {
  return (lua, state) => {
    const { api } = lua;
    if (lua.valueCount(state) === 0 || lua.typeAt(lua.valueAddress(state, 1)) !== LUA_TSTRING) {
      return original(state);
    }
    const count = original(state);
    const result = lua.valueAddress(state, lua.valueCount(state));
    if (lua.typeAt(result) === LUA_TNIL) return count;
    const value = lua.numberAt(result);
    if (value === 0 && lua.stringBytesAt(lua.valueAddress(state, 1)) > 1) {
      if (!/^\s*[+-]?0x\s*$/i.test(lua.text(state, 1))) return count;
      api.lua_pushnil(state);
    } else if (Number.isNaN(value)) {
      lua.setSign(result, lua.text(state, 1).includes('-'));
    }
    return count;
  };
}

/** tostring of cjson.null: how C writes an address that is none. */
export function nullToString(original: CFunction): (lua: LuaInstance, state: number) => number {
  return (lua, state) => {
    const argument = lua.valueAddress(state, 1);
    const isPointer = lua.valueCount(state) > 0 && lua.typeAt(argument) === LUA_TLIGHTUSERDATA;
    if (!isPointer || lua.words[argument >> 2] !== 0) return original(state);
    lua.pushText(state, 'userdata: (nil)');
    return 1;
  };
}
