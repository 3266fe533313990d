/**
 * Errors of scripts. To a script an error of Redis is a table, `{err = 'CODE text'}`; when it ends the script, a handler
 * adds where that was: `{err = …, source = '@user_script', line = 3}`.
 *
 * Source: redis.io/docs/interact/programmability/lua-api, "Runtime errors"; texts as redis-server 7.2.
 */
import { ReplyError } from '../../protocol/reply-error.js';
import type { LuaInstance } from './instance.js';
import { LUA_TBOOLEAN, LUA_TNIL, LUA_TTABLE } from './memory.js';

/** What ended a script. */
export interface ScriptError {
  /** `CODE text`. */
  readonly message: string;
  readonly source: string;
  readonly line: string;
  /** A command's error, that was counted when the command was run. */
  readonly isCounted: boolean;
}

/** `-CODE text` stays, without its dash; anything else is a text without a code. */
function messageWithCode(text: string): string {
  const space = text.startsWith('-') ? text.indexOf(' ') : -1;
  const code = space < 0 ? 'ERR' : text.slice(1, space);
  const message = space < 0 ? text.replace(/^-/, '') : text.slice(space + 1);
  return `${code} ${message.replace(/^[\r\n]+|[\r\n]+$/g, '')}`;
}

/** Pushes the table that scripts know an error by. @param message `CODE text` */
export function pushErrorTable(lua: LuaInstance, state: number, message: string, isCounted: boolean): void {
  const { api } = lua;
  api.lua_createtable(state, 0, 2);
  lua.pushText(state, message);
  api.lua_setfield(state, -2, lua.name('err'));
  if (!isCounted) return;
  api.lua_pushboolean(state, 1);
  api.lua_setfield(state, -2, lua.name('ignore_error_stats_update'));
}

/** As `pushErrorTable`, of a text as Redis has it: `-CODE text`, or a text without a code. */
export function pushError(lua: LuaInstance, state: number, text: string): void {
  lua.onError(cString(text));
  pushErrorTable(lua, state, messageWithCode(text), false);
}

/** As luaL_error: the text with the place in the script before it. Does not return. */
export function raiseText(lua: LuaInstance, state: number, text: string): number {
  lua.pushText(state, `${lua.where(state, 1)}${text}`);
  return lua.api.lua_error(state);
}

/** An error table without a place of its own. Does not return. */
export function raise(lua: LuaInstance, state: number, text: string): number {
  pushError(lua, state, text);
  return lua.api.lua_error(state);
}

/** The message handler of scripts: makes a table of any error and notes where it happened. */
export function locateError(lua: LuaInstance, state: number): number {
  const { api } = lua;
  let place = lua.sourceLine(state, 1);
  if (place?.isC) place = lua.sourceLine(state, 2);
  if (api.lua_type(state, 1) !== LUA_TTABLE) {
    const text = plainText(lua, state, 1);
    api.lua_settop(state, 0);
    pushErrorTable(lua, state, `ERR ${text}`, false);
  }
  if (place !== null) {
    lua.pushText(state, place.source);
    api.lua_setfield(state, 1, lua.name('source'));
    api.lua_pushnumber(state, place.line);
    api.lua_setfield(state, 1, lua.name('line'));
  }
  return 1;
}

/** `tostring` without metamethods. @param index counted from 1 */
function plainText(lua: LuaInstance, state: number, index: number): string {
  const type = lua.api.lua_type(state, index);
  if (type === LUA_TNIL) return 'nil';
  if (type === LUA_TBOOLEAN) return lua.api.lua_toboolean(state, index) !== 0 ? 'true' : 'false';
  if (lua.stringAddress(state, index) !== 0) return lua.text(state, index);
  const address = lua.objectAddress(state, index);
  return `${lua.typeName(state, index)}: ${address === 0 ? '(nil)' : `0x${address.toString(16)}`}`;
}

/** Reads the error on top of the stack. */
export function errorAtTop(lua: LuaInstance, state: number): ScriptError {
  const { api } = lua;
  const index = api.lua_gettop(state);
  if (api.lua_type(state, index) !== LUA_TTABLE) {
    return { message: `ERR ${plainText(lua, state, index)}`, source: '', line: '', isCounted: false };
  }
  const field = (name: string): string | null => {
    lua.pushText(state, name);
    api.lua_rawget(state, index);
    const text = lua.stringAddress(state, -1) === 0 ? null : lua.text(state, -1);
    api.lua_settop(state, index);
    return text;
  };
  lua.pushText(state, 'ignore_error_stats_update');
  api.lua_rawget(state, index);
  const isCounted = api.lua_toboolean(state, -1) !== 0;
  api.lua_settop(state, index);
  return {
    message: cString(field('err') ?? 'ERR unknown error'),
    source: field('source') ?? '',
    line: field('line') ?? '',
    isCounted,
  };
}

/** Up to the first zero byte: Redis keeps these texts as C strings. */
export function cString(text: string): string {
  const zero = text.indexOf('\0');
  return zero < 0 ? text : text.slice(0, zero);
}

/** What the client is told. @param script the SHA1 of a script, or the name of a function */
export function replyOf({ message, source, line }: ScriptError, script: string): ReplyError {
  const place = source === '' || line === '' ? '' : ` script: ${script}, on ${source}:${line}.`;
  return new ReplyError(`${message}${place}`);
}
