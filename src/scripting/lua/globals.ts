/** Globals that Redis makes its own: pcall, and what happens when a name isn't there. */
import { raiseText } from './errors.js';
import type { LuaInstance } from './instance.js';
import { LUA_TNUMBER, LUA_TSTRING, LUA_TTABLE } from './memory.js';

/** Lua's pcall, but an error of Redis comes back as its text: what scripts before Redis 7 expect. */
export function protectedCall(lua: LuaInstance, state: number): number {
  const { api } = lua;
  const count = api.lua_gettop(state);
  if (count === 0) return raiseText(lua, state, "bad argument #1 to 'pcall' (value expected)");
  api.lua_pushboolean(state, 1);
  api.lua_insert(state, 1);
  if (api.lua_pcall(state, count - 1, 0) === 0) return api.lua_gettop(state);
  api.lua_remove(state, 1);
  if (api.lua_type(state, -1) === LUA_TTABLE) {
    api.lua_getfield(state, -1, lua.name('err'));
    const type = api.lua_type(state, -1);
    if (type === LUA_TSTRING || type === LUA_TNUMBER) api.lua_remove(state, -2);
  }
  api.lua_pushboolean(state, 0);
  api.lua_insert(state, 1);
  return api.lua_gettop(state);
}

/** Reads of globals that aren't there. */
export function unknownGlobal(lua: LuaInstance, state: number): number {
  const type = lua.api.lua_type(state, 2);
  if (type !== LUA_TSTRING && type !== LUA_TNUMBER) {
    return raiseText(lua, state, 'Second argument to luaProtectedTableError must be a string or number');
  }
  const name = lua.text(state, 2);
  return raiseText(lua, state, `Script attempted to access nonexistent global variable '${name}'`);
}
