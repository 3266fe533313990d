/**
 * A Lua instance for scripts, made when it is first needed, and made anew when a script broke it or filled its memory.
 * What was compiled in an earlier one is gone: whoever keeps references compares `generation`.
 */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { RequestSpans } from '../../protocol/request-parser.js';
import type { FailedRun } from '../machine.js';
import type { ScriptHost } from '../script-host.js';
import { errorAtTop, pushErrorTable, replyOf } from './errors.js';
import { LUA_REGISTRYINDEX, LuaInstance } from './instance.js';
import { repairLibraries } from './library-repairs.js';
import type { LuaDebugger } from './lua-debugger.js';
import { RedisLibrary } from './redis-library.js';
import { ReplyFromLua } from './reply-from-lua.js';
import { LuaBroken } from './surroundings.js';
import { wasm } from './web-assembly.js';

/** An instance that grew beyond this is given up after the script: WebAssembly's memory never shrinks. */
const KEPT_MEMORY_BYTES = 64 * 1024 * 1024;
/** Lua's status of a call that memory was lacking for. */
const LUA_ERRMEM = 4;
/** In the registry: the error handler, scripts' words, and after them what was compiled. */
const ERROR_HANDLER = 1;
export const KEYS = 2;
export const ARGV = 3;
const LAST_RESERVED = ARGV;

/** Why the script at hand has to end, asked every thousand instructions; or null. */
export type Interrupt = () => string | null;

export class LuaRunner {
  /** Counts instances. */
  generation = 0;
  interrupt: Interrupt;

  readonly #host: ScriptHost;
  readonly #prepare: (lua: LuaInstance, library: RedisLibrary) => void;
  readonly #debugger: LuaDebugger | null;
  #lua: LuaInstance | null = null;
  #library: RedisLibrary | null = null;
  #results: ReplyFromLua | null = null;
  #referenceCount = 0;

  /**
   * @param prepare completes an instance's globals, with the library `redis` in them
   * @param debug watches what runs; then nothing else interrupts it
   */
  constructor(
    host: ScriptHost,
    prepare: (lua: LuaInstance, library: RedisLibrary) => void,
    debug: LuaDebugger | null = null,
  ) {
    this.#host = host;
    this.#prepare = prepare;
    this.#debugger = debug;
    this.interrupt = () => host.interrupt();
  }

  get memoryBytes(): number {
    return this.#lua?.memoryBytes ?? 0;
  }

  /** Gives everything up. */
  drop(): void {
    this.#lua = null;
  }

  ready(): LuaInstance {
    if (this.#lua !== null) return this.#lua;
    const debug = this.#debugger;
    const lua: LuaInstance = new LuaInstance(
      debug === null
        ? (state) => this.#interrupted(lua, state)
        : (state, record) => debug.hooked(state, record),
      () => this.#host.monotonicMs(),
    );
    this.#results = new ReplyFromLua(lua);
    repairLibraries(lua);
    this.#library = new RedisLibrary(lua, this.#host, this.#results);
    lua.api.lua_pushcclosure(lua.state, this.#library.install(), 0);
    lua.api.lua_rawseti(lua.state, LUA_REGISTRYINDEX, ERROR_HANDLER);
    this.#prepare(lua, this.#library);
    this.#lua = lua;
    this.generation++;
    this.#referenceCount = LAST_RESERVED;
    debug?.watch(lua);
    return lua;
  }

  /** Takes the value on top of the stack into the registry. @returns what brings it back */
  keep(lua: LuaInstance, state = lua.state): number {
    const reference = ++this.#referenceCount;
    lua.api.lua_rawseti(state, LUA_REGISTRYINDEX, reference);
    return reference;
  }

  push(lua: LuaInstance, reference: number): void {
    lua.api.lua_rawgeti(lua.state, LUA_REGISTRYINDEX, reference);
  }

  forget(reference: number): void {
    const lua = this.#lua;
    if (lua === null) return;
    lua.api.lua_pushnil(lua.state);
    lua.api.lua_rawseti(lua.state, LUA_REGISTRYINDEX, reference);
  }

  /** On an empty stack: what the next function's errors go to. */
  pushErrorHandler(lua: LuaInstance): void {
    this.#library?.reset();
    lua.api.lua_rawgeti(lua.state, LUA_REGISTRYINDEX, ERROR_HANDLER);
  }

  /**
   * Calls the function on the stack, above the error handler and below its arguments, and writes what it returns.
   * @param name what errors call it
   */
  call(lua: LuaInstance, argumentCount: number, name: string, reply: Reply): FailedRun | null {
    const { api, state } = lua;
    const status = api.lua_pcall(state, argumentCount, 1);
    let failure: FailedRun | null = null;
    if (status === 0) {
      // The first result, or nil.
      api.lua_settop(state, 2);
      this.#results?.write(state, 2, reply);
    } else if (status === LUA_ERRMEM) {
      failure = { error: outOfMemory(name), isCounted: false };
    } else {
      const error = errorAtTop(lua, state);
      failure = { error: replyOf(error, name), isCounted: error.isCounted };
    }
    this.finish(lua);
    return failure;
  }

  /** After a call: an empty stack, and no more memory than is reasonable. */
  finish(lua: LuaInstance): void {
    lua.api.lua_settop(lua.state, 0);
    if (lua.isHookedEachInstruction) lua.restoreHook();
    if (lua.memoryBytes > KEPT_MEMORY_BYTES) this.#lua = null;
  }

  /** Runs what may break the instance. */
  guard(name: string, run: () => FailedRun | null): FailedRun | null {
    try {
      return run();
    } catch (thrown) {
      if (thrown instanceof ReplyError) throw thrown;
      // Half a script is left behind: nothing can run beside it.
      this.#lua = null;
      const error = brokenBy(thrown, name);
      if (error === null) throw thrown;
      return { error, isCounted: false };
    }
  }

  #interrupted(lua: LuaInstance, state: number): void {
    const reason = this.interrupt();
    if (reason === null) return;
    lua.hookEachInstruction(state);
    pushErrorTable(lua, state, reason, false);
    lua.api.lua_error(state);
  }
}

/** Pushes a table of the words from one to another. */
export function pushWords(
  lua: LuaInstance,
  { bytes, starts, ends }: RequestSpans,
  from: number,
  to: number,
): void {
  const { api, state } = lua;
  api.lua_createtable(state, to - from, 0);
  for (let index = from; index < to; index++) {
    lua.pushBytes(state, bytes, starts[index], ends[index]);
    api.lua_rawseti(state, -2, index - from + 1);
  }
}

const outOfMemory = (name: string): ReplyError =>
  new ReplyError(`ERR Error running script ${name}, not enough memory`);

const messageOf = (thrown: unknown): string | null =>
  thrown instanceof LuaBroken || thrown instanceof wasm.RuntimeError ? thrown.message : null;

/** What a client is told of a script that broke the instance; null: it wasn't the script. */
function brokenBy(thrown: unknown, name: string): ReplyError | null {
  // A RangeError is JavaScript's stack: a pattern or a structure that C would need as much of.
  const reason = thrown instanceof RangeError ? 'stack overflow' : messageOf(thrown);
  return reason === null ? null : new ReplyError(`ERR Error running script ${name}, ${reason}`);
}
