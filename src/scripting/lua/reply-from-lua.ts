/**
 * A script's result as a reply.
 *
 * Source: redis.io/docs/interact/programmability/lua-api, "Data type conversion".
 */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { cString } from './errors.js';
import type { LuaInstance } from './instance.js';
import { LUA_TBOOLEAN, LUA_TNIL, LUA_TNUMBER, LUA_TSTRING, LUA_TTABLE } from './memory.js';

/** A conversion of C: what doesn't fit 64 bits becomes their lowest value, as on x86-64. */
const INT64_MIN = -(2n ** 63n);
const INT64_LIMIT = 2 ** 63;
/** A level takes up to four slots of Lua's stack. */
const LEVEL_SLOTS = 4;
/** Lua's stack ends Redis' replies at about 8,000 slots; ours end before JavaScript's does. */
const DEPTH_MAX = 1000;

const STACK_LIMIT = new ReplyError('ERR reached lua stack limit');

export class ReplyFromLua {
  /** What the script chose with redis.setresp: booleans are themselves from 3 on. */
  protocol = 2;

  constructor(readonly lua: LuaInstance) {}

  /** Writes the value at an index, counted from 1. @param depth of tables around it */
  write(state: number, index: number, reply: Reply, depth = 0): void {
    const { lua } = this;
    if (this.#scalar(lua.valueAddress(state, index), reply)) return;
    if (depth >= DEPTH_MAX || lua.api.lua_checkstack(state, LEVEL_SLOTS) === 0) reply.error(STACK_LIMIT);
    else if (!lua.hasFields(state, index) || !this.#typed(state, index, reply, depth)) {
      this.#array(state, index, reply, depth);
    }
  }

  /** Writes what is at an address, straight from Lua's memory. @returns false for a table */
  #scalar(value: number, reply: Reply): boolean {
    const { lua } = this;
    switch (lua.typeAt(value)) {
      case LUA_TSTRING: {
        const start = lua.stringAt(value);
        reply.bulk(lua.bytes, start, start + lua.stringBytesAt(value));
        return true;
      }
      case LUA_TNUMBER:
        writeNumber(reply, lua.numberAt(value));
        return true;
      case LUA_TBOOLEAN:
        this.#boolean(reply, lua.booleanAt(value));
        return true;
      case LUA_TTABLE:
        return false;
      default:
        reply.null();
        return true;
    }
  }

  #boolean(reply: Reply, value: boolean): void {
    if (this.protocol === 3) reply.boolean(value);
    else if (value) reply.integer(1);
    else reply.null();
  }

  /** The elements up to the first nil: those in the table's array are read where they lie, unless they are tables. */
  #array(state: number, index: number, reply: Reply, depth: number): void {
    const { lua } = this;
    const { api } = lua;
    const mark = reply.beginDeferred();
    const table = lua.objectAddress(state, index);
    const capacity = lua.arrayCapacity(table);
    const element = lua.valueCount(state) + 1;
    let count = 0;
    for (;;) {
      if (count < capacity) {
        const value = lua.elementAddress(table, count);
        if (lua.typeAt(value) === LUA_TNIL) break;
        if (this.#scalar(value, reply)) {
          count++;
          continue;
        }
      }
      api.lua_rawgeti(state, index, count + 1);
      if (lua.typeAt(lua.valueAddress(state, element)) === LUA_TNIL) break;
      this.write(state, element, reply, depth + 1);
      api.lua_settop(state, element - 1);
      count++;
    }
    api.lua_settop(state, element - 1);
    reply.endDeferredArray(mark, count);
  }

  /** `{ok = …}`, `{err = …}`, `{double = …}` … @returns false when it is none of them */
  #typed(state: number, index: number, reply: Reply, depth: number): boolean {
    const { lua } = this;
    const { api } = lua;
    const top = api.lua_gettop(state);
    const has = (name: string, type: number): boolean => {
      api.lua_settop(state, top);
      lua.pushText(state, name);
      api.lua_rawget(state, index);
      return api.lua_type(state, -1) === type;
    };
    if (has('err', LUA_TSTRING)) this.#error(state, index, reply);
    else if (has('ok', LUA_TSTRING)) reply.simple(oneLine(cString(lua.text(state, -1))));
    else if (has('double', LUA_TNUMBER)) reply.double(api.lua_tonumber(state, -1));
    else if (has('big_number', LUA_TSTRING)) reply.bigNumber(oneLine(lua.text(state, -1)));
    else if (has('verbatim_string', LUA_TTABLE) && this.#verbatim(state, top + 1, reply)) {
      // Written.
    } else if (has('map', LUA_TTABLE)) this.#pairs(state, top + 1, reply, depth, true);
    else if (has('set', LUA_TTABLE)) this.#pairs(state, top + 1, reply, depth, false);
    else {
      api.lua_settop(state, top);
      return false;
    }
    api.lua_settop(state, top);
    return true;
  }

  /** An error that a command gave was counted with the command. */
  #error(state: number, index: number, reply: Reply): void {
    const { lua } = this;
    const error = new ReplyError(cString(lua.text(state, -1)).replace(/[\r\n]+$/, ''));
    lua.pushText(state, 'ignore_error_stats_update');
    lua.api.lua_rawget(state, index);
    if (lua.api.lua_toboolean(state, -1) !== 0) reply.passedError(error);
    else reply.error(error);
  }

  #verbatim(state: number, index: number, reply: Reply): boolean {
    const { lua } = this;
    lua.pushText(state, 'format');
    lua.api.lua_rawget(state, index);
    lua.pushText(state, 'string');
    lua.api.lua_rawget(state, index);
    const isWhole =
      lua.api.lua_type(state, index + 1) === LUA_TSTRING &&
      lua.api.lua_type(state, index + 2) === LUA_TSTRING;
    if (!isWhole) return false;
    const format = cString(lua.text(state, index + 1))
      .slice(0, 3)
      .padEnd(3);
    const start = lua.stringAddress(state, index + 2);
    const end = start + lua.stringBytes;
    reply.verbatimBytes(lua.bytes, start, end, format);
    return true;
  }

  /** Keys and values of a table, or its keys. */
  #pairs(state: number, index: number, reply: Reply, depth: number, isMap: boolean): void {
    const { api } = this.lua;
    const mark = reply.beginDeferred();
    let count = 0;
    api.lua_pushnil(state);
    while (api.lua_next(state, index) !== 0) {
      // A copy of the key: as a string it would change under lua_next.
      api.lua_pushvalue(state, index + 1);
      this.write(state, index + 3, reply, depth + 1);
      if (isMap) this.write(state, index + 2, reply, depth + 1);
      api.lua_settop(state, index + 1);
      count++;
    }
    if (isMap) reply.endDeferredMap(mark, count);
    else reply.endDeferredSet(mark, count);
  }
}

function writeNumber(reply: Reply, value: number): void {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) reply.integer(whole);
  else if (whole >= -INT64_LIMIT && whole < INT64_LIMIT) reply.bigInteger(BigInt(whole));
  else reply.bigInteger(INT64_MIN);
}

const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ');
