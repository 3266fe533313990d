/**
 * Lua's side of the debugger: its line hook, and what the stopped script looks like. It belongs to one instance, in which one
 * script runs: scripts that nobody debugs run in another, without any of this.
 */
import type { DebugSession } from '../debugger/debug-session.js';
import type { Evaluated, Frame, StoppedScript } from '../debugger/stopped-script.js';
import { CallStack } from './call-stack.js';
import { pushErrorTable } from './errors.js';
import { LUA_GLOBALSINDEX, type LuaInstance } from './instance.js';
import { LUA_TSTRING } from './memory.js';
import { STACK_SLOTS, valueText } from './value-text.js';

/** Of lua_Debug. */
const RECORD_EVENT = 0;
const EVENT_COUNT = 3;
const SCRIPT_SOURCE = 'user_script';
const SHARED_TABLES = new Set(['KEYS', 'ARGV']);

export class LuaDebugger {
  readonly session: DebugSession;
  #lua: LuaInstance | null = null;
  #stack: CallStack | null = null;

  constructor(session: DebugSession) {
    this.session = session;
  }

  /** From now on the script is watched line by line. */
  watch(lua: LuaInstance): void {
    this.#lua = lua;
    this.#stack = new CallStack(lua);
    lua.onError = (text) => this.session.failed(text);
    lua.hookEachLine();
  }

  /** The hook. @param record a lua_Debug */
  hooked(state: number, record: number): void {
    const lua = this.#lua;
    const stack = this.#stack;
    if (lua === null || stack === null) return;
    const isCount = lua.words[(record + RECORD_EVENT) >> 2] === EVENT_COUNT;
    const { shortSource, line } = stack.describe(state, record);
    this.session.source.currentLine = line;
    if (!shortSource.includes(SCRIPT_SOURCE)) return;
    const stopped = new StoppedState(lua, stack, state);
    if (isCount) this.session.ranOn(stopped);
    else this.session.reachedLine(stopped);
  }
}

class StoppedState implements StoppedScript {
  readonly #lua: LuaInstance;
  readonly #stack: CallStack;
  readonly #state: number;

  constructor(lua: LuaInstance, stack: CallStack, state: number) {
    this.#lua = lua;
    this.#stack = stack;
    this.#state = state;
    // Once, so that the stack stays where it is while addresses of variables are known.
    lua.api.lua_checkstack(state, STACK_SLOTS + 1);
  }

  locals(): readonly (readonly [string, string])[] {
    const locals = this.#stack.locals(this.#state, 0) ?? [];
    return locals.map(({ name, address }) => [name, this.#textAt(address)]);
  }

  variable(name: string): string | null {
    for (let level = 0; ; level++) {
      const locals = this.#stack.locals(this.#state, level);
      if (locals === null) break;
      const local = locals.find((each) => each.name === name);
      if (local !== undefined) return this.#textAt(local.address);
    }
    if (!SHARED_TABLES.has(name)) return null;
    const { api } = this.#lua;
    api.lua_getfield(this.#state, LUA_GLOBALSINDEX, this.#lua.name(name));
    return this.#takeText();
  }

  frames(): readonly Frame[] {
    const frames: Frame[] = [];
    for (let level = 0; ; level++) {
      const call = this.#stack.call(this.#state, level);
      if (call === null) return frames;
      if (call.shortSource.includes(SCRIPT_SOURCE)) frames.push(call);
    }
  }

  evaluate(code: string): Evaluated {
    const { api } = this.#lua;
    const top = api.lua_gettop(this.#state);
    // An expression, or else statements.
    let isFine = this.#load(`return ${code}`);
    if (!isFine) {
      api.lua_settop(this.#state, top);
      isFine = this.#load(code);
    }
    isFine &&= api.lua_pcall(this.#state, 0, 0) === 0;
    // The first result, or nil.
    if (isFine) api.lua_settop(this.#state, top + 1);
    const result = isFine
      ? { value: valueText(this.#lua, this.#state, top + 1) }
      : { error: this.#errorText(top + 1) };
    api.lua_settop(this.#state, top);
    return result;
  }

  call(words: readonly string[]): void {
    const lua = this.#lua;
    const { api } = lua;
    const top = api.lua_gettop(this.#state);
    if (api.lua_checkstack(this.#state, words.length + 2) === 0) this.fail('stack overflow');
    api.lua_getfield(this.#state, LUA_GLOBALSINDEX, lua.name('redis'));
    api.lua_getfield(this.#state, -1, lua.name('call'));
    for (const word of words) lua.pushText(this.#state, word);
    // What it gives, or what is wrong, has been told by then.
    api.lua_pcall(this.#state, words.length, 0);
    api.lua_settop(this.#state, top);
  }

  fail(message: string): never {
    const lua = this.#lua;
    pushErrorTable(lua, this.#state, `ERR ${message}`, false);
    lua.api.lua_error(this.#state);
    throw new Error('lua_error does not return');
  }

  #load(code: string): boolean {
    const lua = this.#lua;
    const bytes = Buffer.from(code, 'latin1');
    const status = lua.withCopy(bytes, 0, bytes.length, (address) =>
      lua.api.luaL_loadbuffer(this.#state, address, bytes.length, lua.name('@ldb_eval')),
    );
    return status === 0;
  }

  /** What an error says: one of Redis is a table. */
  #errorText(index: number): string {
    const lua = this.#lua;
    if (lua.api.lua_type(this.#state, index) === LUA_TSTRING) return lua.text(this.#state, index);
    return valueText(lua, this.#state, index);
  }

  /** Of a value that lies anywhere in Lua's memory. */
  #textAt(address: number): string {
    this.#lua.pushCopy(this.#state, address);
    return this.#takeText();
  }

  #takeText(): string {
    const { api } = this.#lua;
    const text = valueText(this.#lua, this.#state, -1);
    api.lua_settop(this.#state, -2);
    return text;
  }
}
