/**
 * A global table of a request's words: KEYS or ARGV. Most words of a call are those of the call before it (the keys of a queue,
 * its prefix), so the table stays and only what differs is set: a string of Lua's costs a hash, a block and a collection.
 *
 * A script may have changed the table. Whatever it put beside the words goes; where it has left more than array elements
 * (fields, a metatable) the next call gets another table. That a script keeps the table for later can't be: it has no variable that
 * outlives it.
 */
import type { RequestSpans } from '../../protocol/request-parser.js';
import { LUA_GLOBALSINDEX, LUA_REGISTRYINDEX, type LuaInstance } from './instance.js';
import { LUA_TNIL } from './memory.js';
import { pushWords } from './runner.js';

/** A table that has room for so many words more than there are is too large to be gone through. */
const SPARE_WORDS_MAX = 16;

export class WordTable {
  readonly #lua: LuaInstance;
  /** Address of the global's name. */
  readonly #name: number;
  /** Where the registry keeps the table, too. */
  readonly #reference: number;
  /** Address of the table; 0 before the first call. */
  #table = 0;

  constructor(lua: LuaInstance, name: string, reference: number) {
    this.#lua = lua;
    this.#name = lua.name(name);
    this.#reference = reference;
  }

  /** The words from one to another, for the script that is about to run. On an empty stack. */
  set(request: RequestSpans, from: number, to: number): void {
    const capacity = this.#table === 0 ? -1 : this.#lua.arrayCapacity(this.#table);
    const count = to - from;
    if (capacity >= count && capacity <= count + SPARE_WORDS_MAX)
      this.#update(request, from, count, capacity);
    else this.#renew(request, from, to);
  }

  #update({ bytes, starts, ends }: RequestSpans, from: number, count: number, capacity: number): void {
    const lua = this.#lua;
    const { api, state } = lua;
    let isPushed = false;
    for (let index = 0; index < capacity; index++) {
      const element = lua.elementAddress(this.#table, index);
      const isWord = index < count;
      const word = from + index;
      if (isWord ? lua.isString(element, bytes, starts[word], ends[word]) : lua.typeAt(element) === LUA_TNIL)
        continue;
      if (!isPushed) api.lua_rawgeti(state, LUA_REGISTRYINDEX, this.#reference);
      isPushed = true;
      if (isWord) lua.pushBytes(state, bytes, starts[word], ends[word]);
      else api.lua_pushnil(state);
      api.lua_rawseti(state, 1, index + 1);
    }
    if (isPushed) api.lua_settop(state, 0);
  }

  #renew(request: RequestSpans, from: number, to: number): void {
    const lua = this.#lua;
    const { api, state } = lua;
    pushWords(lua, request, from, to);
    this.#table = lua.objectAddress(state, 1);
    api.lua_pushvalue(state, 1);
    api.lua_rawseti(state, LUA_REGISTRYINDEX, this.#reference);
    api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 0);
    api.lua_setfield(state, LUA_GLOBALSINDEX, this.#name);
    api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 1);
  }
}
