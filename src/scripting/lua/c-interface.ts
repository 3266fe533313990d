/**
 * What we call of the binary: Lua's C interface, and what emscripten adds to it. States and addresses are numbers, as are
 * indexes of the stack: from 1 on for a function's arguments, from -1 down from the top.
 *
 * Source: lua.org/manual/5.1, chapter 3.
 */
import type { WasmMemory, WasmTable } from './web-assembly.js';

export interface LuaInterface {
  readonly memory: WasmMemory;
  readonly __indirect_function_table: WasmTable;
  __wasm_call_ctors(): void;
  init(): number;
  set_compat(flags: number): void;
  alloc(bytes: number): number;
  free_mem(address: number): void;
  setThrew(threw: number, value: number): void;
  _emscripten_stack_restore(pointer: number): void;
  emscripten_stack_get_current(): number;
  lua_checkstack(state: number, slots: number): number;
  lua_gettop(state: number): number;
  lua_settop(state: number, index: number): void;
  lua_remove(state: number, index: number): void;
  lua_insert(state: number, index: number): void;
  lua_replace(state: number, index: number): void;
  lua_pushvalue(state: number, index: number): void;
  /** Raises `bad argument #1 to …` for what is no number. */
  luaL_checkinteger(state: number, index: number): number;
  luaL_checknumber(state: number, index: number): number;
  luaL_checklstring(state: number, index: number, lengthAddress: number): number;
  luaL_argerror(state: number, index: number, textAddress: number): number;
  lua_type(state: number, index: number): number;
  /** Without a state: the binary's compiler saw that it isn't used. */
  lua_typename(type: number): number;
  lua_tonumber(state: number, index: number): number;
  lua_toboolean(state: number, index: number): number;
  lua_tolstring(state: number, index: number, lengthAddress: number): number;
  lua_pushnil(state: number): void;
  lua_pushnumber(state: number, value: number): void;
  lua_pushlstring(state: number, address: number, bytes: number): void;
  lua_pushcclosure(state: number, slot: number, upvalues: number): void;
  lua_pushboolean(state: number, value: number): void;
  lua_getfield(state: number, index: number, nameAddress: number): void;
  lua_rawget(state: number, index: number): void;
  lua_rawgeti(state: number, index: number, key: number): void;
  lua_createtable(state: number, arraySlots: number, hashSlots: number): void;
  lua_getmetatable(state: number, index: number): number;
  lua_setfield(state: number, index: number, nameAddress: number): void;
  lua_rawset(state: number, index: number): void;
  lua_rawseti(state: number, index: number, key: number): void;
  lua_setmetatable(state: number, index: number): void;
  lua_call(state: number, argumentCount: number, resultCount: number): void;
  /** All results: the binary has this one constant built in. */
  lua_pcall(state: number, argumentCount: number, handlerIndex: number): number;
  lua_error(state: number): number;
  lua_next(state: number, index: number): number;
  lua_enablereadonlytable(state: number, index: number, isReadOnly: number): void;
  lua_getstack(state: number, level: number, recordAddress: number): number;
  lua_getinfo(state: number, whatAddress: number, recordAddress: number): number;
  luaL_loadbuffer(state: number, address: number, bytes: number, nameAddress: number): number;
}
