/**
 * Scripts on a Lua instance: compiled once, called often. The instance is made at the first script, and made anew when
 * a script broke it or filled its memory; scripts are then compiled again as they are called.
 */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { RequestSpans } from '../../protocol/request-parser.js';
import type { FailedRun, Script, ScriptMachine } from '../machine.js';
import type { ScriptHost } from '../script-host.js';
import { errorAtTop, pushErrorTable, replyOf } from './errors.js';
import { LUA_GLOBALSINDEX, LUA_REGISTRYINDEX, LuaBroken, LuaInstance } from './instance.js';
import { RedisLibrary } from './redis-library.js';
import { ReplyFromLua } from './reply-from-lua.js';
import { wasm } from './web-assembly.js';

/** An instance that grew beyond this is given up after the script: WebAssembly's memory never shrinks. */
const KEPT_MEMORY_BYTES = 64 * 1024 * 1024;
/** Lua's status of a call that memory was lacking for. */
const LUA_ERRMEM = 4;

export class LuaMachine implements ScriptMachine {
  readonly #host: ScriptHost;
  #lua: LuaInstance | null = null;
  #library: RedisLibrary | null = null;
  #results: ReplyFromLua | null = null;
  #handlerSlot = 0;
  /** Counts instances: what was compiled in another one is gone. */
  #generation = 0;
  #referenceCount = 0;

  constructor(host: ScriptHost) {
    this.#host = host;
  }

  get memoryBytes(): number {
    return this.#lua?.memoryBytes ?? 0;
  }

  flush(): void {
    this.#lua = null;
  }

  compile(script: Script): void {
    const lua = this.#ready();
    if (script.generation === this.#generation) return;
    const { api, state } = lua;
    const { body } = script;
    const status = lua.withCopy(body, 0, body.length, (address) =>
      api.luaL_loadbuffer(state, address, body.length, lua.name('@user_script')),
    );
    if (status !== 0) {
      const text = lua.text(state, -1);
      api.lua_settop(state, 0);
      throw new ReplyError(`ERR Error compiling script (new function): ${text}`);
    }
    script.generation = this.#generation;
    script.reference = ++this.#referenceCount;
    api.lua_rawseti(state, LUA_REGISTRYINDEX, script.reference);
  }

  run(
    script: Script,
    request: RequestSpans,
    firstKey: number,
    keyCount: number,
    reply: Reply,
  ): FailedRun | null {
    try {
      this.compile(script);
      return this.#call(this.#ready(), script, request, firstKey, keyCount, reply);
    } catch (thrown) {
      // Half a script is left behind: nothing can run beside it.
      this.#lua = null;
      const error = brokenBy(thrown, script.name);
      if (error === null) throw thrown;
      return { error, isCounted: false };
    }
  }

  #call(
    lua: LuaInstance,
    script: Script,
    request: RequestSpans,
    firstKey: number,
    keyCount: number,
    reply: Reply,
  ): FailedRun | null {
    const { api, state } = lua;
    const firstArgument = firstKey + keyCount;
    this.#library?.reset();
    api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 0);
    pushWords(lua, request, firstKey, firstArgument);
    api.lua_setfield(state, LUA_GLOBALSINDEX, lua.name('KEYS'));
    pushWords(lua, request, firstArgument, request.count);
    api.lua_setfield(state, LUA_GLOBALSINDEX, lua.name('ARGV'));
    api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 1);
    api.lua_pushcclosure(state, this.#handlerSlot, 0);
    api.lua_rawgeti(state, LUA_REGISTRYINDEX, script.reference);
    const status = api.lua_pcall(state, 0, 1);
    let failure: FailedRun | null = null;
    if (status === 0) {
      // The first result, or nil.
      api.lua_settop(state, 2);
      this.#results?.write(state, 2, reply);
    } else if (status === LUA_ERRMEM) {
      failure = { error: outOfMemory(script.name), isCounted: false };
    } else {
      const error = errorAtTop(lua, state);
      failure = { error: replyOf(error, script.name), isCounted: error.isCounted };
    }
    api.lua_settop(state, 0);
    if (lua.isHookedEachInstruction) lua.restoreHook();
    if (lua.memoryBytes > KEPT_MEMORY_BYTES) this.#lua = null;
    return failure;
  }

  #ready(): LuaInstance {
    if (this.#lua !== null) return this.#lua;
    const host = this.#host;
    const lua: LuaInstance = new LuaInstance(
      (state) => {
        const reason = host.interrupt();
        if (reason === null) return;
        lua.hookEachInstruction(state);
        pushErrorTable(lua, state, reason, false);
        lua.api.lua_error(state);
      },
      () => host.monotonicMs(),
    );
    this.#results = new ReplyFromLua(lua);
    this.#library = new RedisLibrary(lua, host, this.#results);
    this.#handlerSlot = this.#library.install();
    this.#lua = lua;
    this.#generation++;
    this.#referenceCount = 0;
    return lua;
  }
}

/** Pushes a table of the words from one to another. */
function pushWords(lua: LuaInstance, { bytes, starts, ends }: RequestSpans, from: number, to: number): void {
  const { api, state } = lua;
  api.lua_createtable(state, to - from, 0);
  for (let index = from; index < to; index++) {
    lua.pushBytes(state, bytes, starts[index], ends[index]);
    api.lua_rawseti(state, -2, index - from + 1);
  }
}

const outOfMemory = (name: string): ReplyError =>
  new ReplyError(`ERR Error running script ${name}, not enough memory`);

/** What a client is told of a script that broke the instance; null: it wasn't the script. */
function brokenBy(thrown: unknown, name: string): ReplyError | null {
  if (thrown instanceof ReplyError) return thrown;
  if (thrown instanceof LuaBroken) return outOfMemory(name);
  // JavaScript's stack: a pattern or a structure that C would need as much of.
  if (thrown instanceof RangeError) return new ReplyError(`ERR Error running script ${name}, stack overflow`);
  if (thrown instanceof wasm.RuntimeError) {
    return new ReplyError(`ERR Error running script ${name}, ${thrown.message}`);
  }
  return null;
}
