/** Values of Lua as the debugger shows them: `{1; "two"; {["x"]=3}}`. Texts are a character each byte. */
import { quoted } from '../../base/quoted.js';
import type { LuaInstance } from './instance.js';
import {
  LUA_TBOOLEAN,
  LUA_TLIGHTUSERDATA,
  LUA_TNIL,
  LUA_TNUMBER,
  LUA_TSTRING,
  LUA_TTABLE,
} from './memory.js';

/** Tables in tables beyond this aren't shown. */
const DEPTH_MAX = 10;
/** What showing a value takes of the stack: a key and an element of each table, and what is done with them. */
export const STACK_SLOTS = 2 * DEPTH_MAX + 4;
/** Of a number. */
const SIGNIFICANT_DIGITS = 6;
/** Below this, and from SIGNIFICANT_DIGITS on, a number's exponent is written. */
const LEAST_EXPONENT = -4;

/** @param index of the value, counted from 1 or from the top down */
export function valueText(lua: LuaInstance, state: number, index: number, depth = 0): string {
  const { api } = lua;
  if (depth === DEPTH_MAX) return '<max recursion level reached! Nested table?>';
  if (depth === 0) api.lua_checkstack(state, STACK_SLOTS);
  const at = index < 0 ? api.lua_gettop(state) + 1 + index : index;
  switch (api.lua_type(state, at)) {
    case LUA_TNIL:
      return 'nil';
    case LUA_TBOOLEAN:
      return api.lua_toboolean(state, at) !== 0 ? 'true' : 'false';
    case LUA_TNUMBER:
      return numberText(api.lua_tonumber(state, at), lua.isNegativeAt(lua.valueAddress(state, at)));
    case LUA_TSTRING:
      return quoted(lua.text(state, at));
    case LUA_TTABLE:
      return tableText(lua, state, at, depth);
    case LUA_TLIGHTUSERDATA:
      return `"light-userdata@${pointerText(lua.objectAddress(state, at))}"`;
    default:
      return `"${lua.typeName(state, at)}@${pointerText(lua.objectAddress(state, at))}"`;
  }
}

/** As C's `%p`. */
function pointerText(address: number): string {
  return address === 0 ? '(nil)' : `0x${address.toString(16)}`;
}

/** @param at counted from 1 */
function tableText(lua: LuaInstance, state: number, at: number, depth: number): string {
  const { api } = lua;
  const pairs: string[] = [];
  const elements: string[] = [];
  let isList = true;
  api.lua_pushnil(state);
  while (api.lua_next(state, at) !== 0) {
    const top = api.lua_gettop(state);
    const key = top - 1;
    isList &&=
      api.lua_type(state, key) === LUA_TNUMBER && api.lua_tonumber(state, key) === elements.length + 1;
    const value = valueText(lua, state, top, depth + 1);
    elements.push(value);
    pairs.push(`[${valueText(lua, state, key, depth + 1)}]=${value}`);
    api.lua_settop(state, key);
  }
  return `{${(isList ? elements : pairs).join('; ')}}`;
}

/** As C's `%g`. */
function numberText(value: number, isNegative: boolean): string {
  if (!Number.isFinite(value)) return `${isNegative ? '-' : ''}${Number.isNaN(value) ? 'nan' : 'inf'}`;
  const sign = isNegative ? '-' : '';
  if (value === 0) return `${sign}0`;
  const [digits, power] = Math.abs(value)
    .toExponential(SIGNIFICANT_DIGITS - 1)
    .split('e');
  const exponent = Number(power);
  if (exponent >= LEAST_EXPONENT && exponent < SIGNIFICANT_DIGITS) {
    return sign + withoutZeros(Math.abs(value).toFixed(SIGNIFICANT_DIGITS - 1 - exponent));
  }
  const places = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${withoutZeros(digits)}e${exponent < 0 ? '-' : '+'}${places}`;
}

/** Without those at the end of a fraction. */
function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
