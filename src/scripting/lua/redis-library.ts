/**
 * The table `redis` of scripts: redis.call and its companions, on Lua's C interface.
 *
 * Source: redis.io/docs/interact/programmability/lua-api; error texts as redis-server 7.2.
 */
import { createHash } from 'node:crypto';
import { writeInteger } from '../../base/bytes.js';
import { formatDouble } from '../../base/double.js';
import { REDIS_VERSION, REDIS_VERSION_NUMBER } from '../../base/version.js';
import type { ScriptHost } from '../script-host.js';
import { cString, locateError, pushError, pushErrorTable, raise } from './errors.js';
import { protectedCall, unknownGlobal } from './globals.js';
import { LUA_GLOBALSINDEX, type LuaInstance } from './instance.js';
import { LUA_TNUMBER, LUA_TSTRING } from './memory.js';
import type { ReplyFromLua } from './reply-from-lua.js';
import { ReplyToLua } from './reply-to-lua.js';
import { valueText } from './value-text.js';

const CONSTANTS: Readonly<Record<string, number>> = {
  LOG_DEBUG: 0,
  LOG_VERBOSE: 1,
  LOG_NOTICE: 2,
  LOG_WARNING: 3,
  REPL_NONE: 0,
  REPL_AOF: 1,
  REPL_SLAVE: 2,
  REPL_REPLICA: 2,
  REPL_ALL: 3,
  REDIS_VERSION_NUM: REDIS_VERSION_NUMBER,
};

const NO_ARGUMENTS = 'Please specify at least one argument for this redis lib call';
const BAD_ARGUMENT = 'Lua redis lib command arguments must be strings or integers';
const LOG_LEVEL_MAX = 3;
const REPLICATION_MAX = 3;
/** The longest text of a number: sign, 17 digits, point, exponent; or 22 plain digits. */
const NUMBER_BYTES = 32;

export class RedisLibrary {
  readonly #toLua: ReplyToLua;
  #numbers = 0;
  #numbersBytes = 0;

  /** @param results converts what scripts return: redis.setresp chooses its protocol too */
  constructor(
    readonly lua: LuaInstance,
    readonly host: ScriptHost,
    readonly results: ReplyFromLua,
  ) {
    this.#toLua = new ReplyToLua(lua);
  }

  /** Puts everything into the globals, and locks them again. @returns the slot of the error handler */
  install(): number {
    const { lua } = this;
    const { api, state } = lua;
    const functions = this.#functions();
    const names = Object.keys(functions);
    const slots = lua.addFunctions([
      ...Object.values(functions),
      (caller) => unknownGlobal(lua, caller),
      (caller) => locateError(lua, caller),
      (caller) => protectedCall(lua, caller),
    ]);
    api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 0);
    api.lua_getfield(state, LUA_GLOBALSINDEX, lua.name('redis'));
    api.lua_enablereadonlytable(state, -1, 0);
    for (const [name, value] of Object.entries(CONSTANTS)) {
      api.lua_pushnumber(state, value);
      api.lua_setfield(state, -2, lua.name(name));
    }
    lua.pushText(state, REDIS_VERSION);
    api.lua_setfield(state, -2, lua.name('REDIS_VERSION'));
    for (const [index, name] of names.entries()) {
      api.lua_pushcclosure(state, slots[index], 0);
      api.lua_setfield(state, -2, lua.name(name));
    }
    api.lua_enablereadonlytable(state, -1, 1);
    const [indexSlot, errorHandler, pcallSlot] = slots.slice(names.length);
    this.#setGlobal('pcall', pcallSlot);
    this.#setGlobal('__redis__err__handler', errorHandler);
    api.lua_getmetatable(state, LUA_GLOBALSINDEX);
    api.lua_enablereadonlytable(state, -1, 0);
    api.lua_pushcclosure(state, indexSlot, 0);
    api.lua_setfield(state, -2, lua.name('__index'));
    api.lua_enablereadonlytable(state, -1, 1);
    api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 1);
    api.lua_settop(state, 0);
    return errorHandler;
  }

  /** Takes away what functions don't have. */
  removeScriptsOwn(): void {
    const { lua } = this;
    const { api, state } = lua;
    api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 0);
    api.lua_pushnil(state);
    api.lua_setfield(state, LUA_GLOBALSINDEX, lua.name('__redis__err__handler'));
    api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 1);
    api.lua_getfield(state, LUA_GLOBALSINDEX, lua.name('redis'));
    api.lua_enablereadonlytable(state, -1, 0);
    for (const name of ['replicate_commands', 'breakpoint', 'debug']) {
      api.lua_pushnil(state);
      api.lua_setfield(state, -2, lua.name(name));
    }
    api.lua_enablereadonlytable(state, -1, 1);
    api.lua_settop(state, 0);
  }

  /** What each script begins with. */
  reset(): void {
    this.#setProtocol(2);
  }

  #setGlobal(name: string, slot: number): void {
    const { api, state } = this.lua;
    api.lua_pushcclosure(state, slot, 0);
    api.lua_setfield(state, LUA_GLOBALSINDEX, this.lua.name(name));
  }

  #functions(): Record<string, (state: number) => number> {
    return {
      call: (state) => this.#call(state, true),
      pcall: (state) => this.#call(state, false),
      log: (state) => this.#log(state),
      sha1hex: (state) => this.#sha1hex(state),
      error_reply: (state) => this.#errorReply(state),
      status_reply: (state) => this.#statusReply(state),
      setresp: (state) => this.#setresp(state),
      set_repl: (state) => this.#setReplication(state),
      acl_check_cmd: (state) => this.#aclCheck(state),
      // Effects are all that is ever replicated.
      replicate_commands: (state) => this.#pushBoolean(state, true),
      breakpoint: (state) => this.#breakpoint(state),
      debug: (state) => this.#debug(state),
    };
  }

  #call(state: number, raises: boolean): number {
    const { lua, host } = this;
    const mistake = this.#readRequest(state);
    if (mistake !== null) {
      pushError(lua, state, mistake);
      return raises ? lua.api.lua_error(state) : 1;
    }
    const refusal = host.call();
    if (refusal !== null) {
      pushErrorTable(lua, state, refusal.message, true);
      return raises ? lua.api.lua_error(state) : 1;
    }
    const { bytes } = host.reply;
    this.#toLua.push(state, bytes, 0);
    return raises && bytes[0] === 0x2d ? lua.api.lua_error(state) : 1;
  }

  /** The arguments of the function being called, as spans of Lua's memory. @returns what is wrong with them */
  #readRequest(state: number): string | null {
    const { lua } = this;
    const { request } = this.host;
    const count = lua.valueCount(state);
    if (count === 0) return NO_ARGUMENTS;
    request.count = 0;
    for (let index = 1; index <= count; index++) {
      const value = lua.valueAddress(state, index);
      const type = lua.typeAt(value);
      if (type === LUA_TSTRING) {
        const start = lua.stringAt(value);
        request.push(start, start + lua.stringBytesAt(value));
      } else if (type === LUA_TNUMBER) {
        const start = this.#numberAddress(index, count);
        request.push(start, this.#writeNumber(value, start));
      } else {
        return BAD_ARGUMENT;
      }
    }
    request.bytes = lua.bytes;
    return null;
  }

  /** Where the text of the number at an index goes. */
  #numberAddress(index: number, count: number): number {
    const { api } = this.lua;
    const bytes = (count + 1) * NUMBER_BYTES;
    if (bytes > this.#numbersBytes) {
      if (this.#numbers !== 0) api.free_mem(this.#numbers);
      this.#numbers = api.alloc(bytes);
      this.#numbersBytes = bytes;
    }
    return this.#numbers + index * NUMBER_BYTES;
  }

  /** @param address of the number @returns where the text ends */
  #writeNumber(address: number, at: number): number {
    const { lua } = this;
    const { bytes } = lua;
    const value = lua.numberAt(address);
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return writeInteger(value, bytes, at);
    if (Number.isNaN(value) && lua.isNegativeAt(address)) return at + bytes.write('-nan', at, 'latin1');
    return at + bytes.write(formatDouble(value), at, 'latin1');
  }

  #log(state: number): number {
    const { lua, host } = this;
    const { api } = lua;
    const count = api.lua_gettop(state);
    if (count < 2) return raise(lua, state, 'redis.log() requires two arguments or more.');
    if (!this.#isNumber(state, 1)) return raise(lua, state, 'First argument must be a number (log level).');
    const level = Math.trunc(api.lua_tonumber(state, 1));
    if (!(level >= 0 && level <= LOG_LEVEL_MAX)) return raise(lua, state, 'Invalid debug level.');
    const parts: Buffer[] = [];
    for (let index = 2; index <= count; index++) {
      const start = lua.stringAddress(state, index);
      if (start !== 0) parts.push(Buffer.from(lua.bytes.subarray(start, start + lua.stringBytes)));
    }
    const separated = parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(' '), part]));
    host.log(level, Buffer.concat(separated));
    return 0;
  }

  /** A number, or a text that is one. */
  #isNumber(state: number, index: number): boolean {
    const { api } = this.lua;
    const type = api.lua_type(state, index);
    if (type !== LUA_TSTRING) return type === LUA_TNUMBER;
    return api.lua_tonumber(state, index) !== 0 || /^\s*[+-]?0/.test(this.lua.text(state, index));
  }

  #sha1hex(state: number): number {
    const { lua } = this;
    if (lua.api.lua_gettop(state) !== 1) return raise(lua, state, 'wrong number of arguments');
    const start = lua.stringAddress(state, 1);
    const bytes = lua.bytes.subarray(start, start === 0 ? 0 : start + lua.stringBytes);
    lua.pushText(state, createHash('sha1').update(bytes).digest('hex'));
    return 1;
  }

  #errorReply(state: number): number {
    const { lua } = this;
    if (!this.#hasOneText(state)) return this.#wrongArguments(state);
    const text = cString(lua.text(state, 1));
    pushError(lua, state, text.startsWith('-') ? text : `-${text}`);
    return 1;
  }

  #statusReply(state: number): number {
    const { lua } = this;
    if (!this.#hasOneText(state)) return this.#wrongArguments(state);
    lua.api.lua_createtable(state, 0, 1);
    lua.api.lua_pushvalue(state, 1);
    lua.api.lua_setfield(state, -2, lua.name('ok'));
    return 1;
  }

  #hasOneText(state: number): boolean {
    const { api } = this.lua;
    return api.lua_gettop(state) === 1 && api.lua_type(state, 1) === LUA_TSTRING;
  }

  /** Returned and not raised, as Redis does. */
  #wrongArguments(state: number): number {
    pushError(this.lua, state, 'wrong number or type of arguments');
    return 1;
  }

  #setresp(state: number): number {
    const { lua } = this;
    if (lua.api.lua_gettop(state) !== 1) return raise(lua, state, 'redis.setresp() requires one argument.');
    const version = Math.trunc(lua.api.lua_tonumber(state, 1));
    if (version !== 2 && version !== 3) return raise(lua, state, 'RESP version must be 2 or 3.');
    this.#setProtocol(version);
    return 0;
  }

  #setProtocol(version: number): void {
    this.host.reply.resp = version;
    this.results.protocol = version;
  }

  #setReplication(state: number): number {
    const { lua } = this;
    if (lua.api.lua_gettop(state) !== 1) return raise(lua, state, 'redis.set_repl() requires two arguments.');
    const flags = Math.trunc(lua.api.lua_tonumber(state, 1));
    if (flags < 0 || flags > REPLICATION_MAX) {
      const known = 'Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.';
      return raise(lua, state, `Invalid replication flags. ${known}`);
    }
    return 0;
  }

  #aclCheck(state: number): number {
    const { lua, host } = this;
    const mistake = this.#readRequest(state);
    if (mistake !== null) return raise(lua, state, mistake);
    const mayCall = host.mayCall();
    if (mayCall === null) return raise(lua, state, 'Invalid command passed to redis.acl_check_cmd()');
    return this.#pushBoolean(state, mayCall);
  }

  /** Without a debugger it does nothing. */
  #breakpoint(state: number): number {
    const session = this.host.debugSession;
    if (session !== null) session.stopsNext = true;
    return this.#pushBoolean(state, session !== null);
  }

  #debug(state: number): number {
    const { lua, host } = this;
    const count = lua.api.lua_gettop(state);
    host.debugSession?.told(Array.from({ length: count }, (_, index) => valueText(lua, state, index + 1)));
    return 0;
  }

  #pushBoolean(state: number, value: boolean): number {
    this.lua.api.lua_pushboolean(state, value ? 1 : 0);
    return 1;
  }
}
