/**
 * Functions on Lua. They live in an instance of their own, as in Redis: their globals are an empty table that looks
 * names up in one of two others. While a library is loaded that is a table with redis.register_function and redis.log alone;
 * while a function runs, all that scripts have but KEYS and ARGV.
 *
 * Source: redis.io/docs/interact/programmability/functions-intro; error texts as redis-server 7.2.
 */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { RequestSpans } from '../../protocol/request-parser.js';
import type { FunctionEngine, Library, RegisteredFunction } from '../functions.js';
import type { FailedRun } from '../machine.js';
import type { ScriptHost } from '../script-host.js';
import { errorAtTop } from './errors.js';
import { LUA_GLOBALSINDEX, LUA_REGISTRYINDEX, type LuaInstance } from './instance.js';
import type { RedisLibrary } from './redis-library.js';
import { type Registration, readRegistration } from './register-function.js';
import { LuaRunner, pushWords } from './runner.js';

/** What a library may take to register its functions. */
const LOAD_LIMIT_MS = 500;
/** The registry's names of the two tables. */
const LOAD_GLOBALS = 'januskv_load_globals';
const RUN_GLOBALS = 'januskv_run_globals';

/** What a library may read of the table `redis` while it is loaded. */
const LOAD_CONSTANTS = [
  'log',
  'LOG_DEBUG',
  'LOG_VERBOSE',
  'LOG_NOTICE',
  'LOG_WARNING',
  'REDIS_VERSION',
  'REDIS_VERSION_NUM',
];

export class LuaFunctions implements FunctionEngine {
  readonly #host: ScriptHost;
  readonly #runner: LuaRunner;
  /** What is being registered; null while no library is loaded. */
  #registered: (Registration & { readonly reference: number })[] | null = null;

  constructor(host: ScriptHost) {
    this.#host = host;
    this.#runner = new LuaRunner(host, (lua, library) => this.#prepare(lua, library));
  }

  get memoryBytes(): number {
    return this.#runner.memoryBytes;
  }

  flush(): void {
    this.#runner.drop();
  }

  load(library: Library): void {
    const { functions } = library;
    for (const { name, description, flags, reference } of this.#load(library)) {
      functions.push({ name, description, flags, library, reference });
    }
    if (functions.length === 0) throw new ReplyError('ERR No functions registered');
    library.generation = this.#runner.generation;
  }

  unload(library: Library): void {
    if (library.generation !== this.#runner.generation) return;
    for (const { reference } of library.functions) this.#runner.forget(reference);
  }

  run(
    called: RegisteredFunction,
    request: RequestSpans,
    firstKey: number,
    keyCount: number,
    reply: Reply,
  ): FailedRun | null {
    const runner = this.#runner;
    return runner.guard(called.name, () => {
      const lua = runner.ready();
      if (called.library.generation !== runner.generation) this.#loadAgain(called.library);
      runner.pushErrorHandler(lua);
      runner.push(lua, called.reference);
      pushWords(lua, request, firstKey, firstKey + keyCount);
      pushWords(lua, request, firstKey + keyCount, request.count);
      return runner.call(lua, 2, called.name, reply);
    });
  }

  /** The instance was made anew: what the library keeps in its own variables begins anew with it. */
  #loadAgain(library: Library): void {
    const references = new Map(this.#load(library).map(({ name, reference }) => [name, reference]));
    for (const each of library.functions) each.reference = references.get(each.name) ?? 0;
    library.generation = this.#runner.generation;
  }

  #load(library: Library): readonly (Registration & { readonly reference: number })[] {
    const runner = this.#runner;
    const registered: (Registration & { readonly reference: number })[] = [];
    const startedMs = this.#host.monotonicMs();
    const { interrupt } = runner;
    let failed: FailedRun | null = null;
    this.#registered = registered;
    runner.interrupt = () =>
      this.#host.monotonicMs() - startedMs > LOAD_LIMIT_MS ? 'ERR FUNCTION LOAD timeout' : null;
    try {
      failed = runner.guard(library.name, () => this.#execute(runner.ready(), library.body));
    } finally {
      this.#registered = null;
      runner.interrupt = interrupt;
    }
    if (failed !== null) throw failed.error;
    return registered;
  }

  /** Compiles a library and runs it, with the globals of libraries being loaded. */
  #execute(lua: LuaInstance, body: Buffer): FailedRun | null {
    const { api, state } = lua;
    const runner = this.#runner;
    runner.pushErrorHandler(lua);
    const status = lua.withCopy(body, 0, body.length, (address) =>
      api.luaL_loadbuffer(state, address, body.length, lua.name('@user_function')),
    );
    if (status !== 0) {
      const error = new ReplyError(`ERR Error compiling function: ${lua.text(state, -1)}`);
      runner.finish(lua);
      return { error, isCounted: false };
    }
    this.#useGlobals(lua, LOAD_GLOBALS);
    const isLoaded = api.lua_pcall(state, 0, 1) === 0;
    const message = isLoaded ? '' : errorAtTop(lua, state).message;
    this.#useGlobals(lua, RUN_GLOBALS);
    runner.finish(lua);
    if (isLoaded) return null;
    return { error: new ReplyError(`ERR Error registering functions: ${message}`), isCounted: false };
  }

  /** redis.register_function */
  #register(lua: LuaInstance, state: number): number {
    const registration = readRegistration(lua, state, this.#registered);
    // What is left on the stack is the function.
    this.#registered?.push({ ...registration, reference: this.#runner.keep(lua, state) });
    return 0;
  }

  #prepare(lua: LuaInstance, library: RedisLibrary): void {
    const { api, state } = lua;
    library.removeScriptsOwn();
    api.lua_pushvalue(state, LUA_GLOBALSINDEX);
    api.lua_setfield(state, LUA_REGISTRYINDEX, lua.name(RUN_GLOBALS));
    this.#makeLoadGlobals(lua);
    // New globals: an empty table, and a metatable whose __index is one of the two.
    api.lua_createtable(state, 0, 0);
    api.lua_createtable(state, 0, 1);
    api.lua_enablereadonlytable(state, -1, 1);
    api.lua_setmetatable(state, -2);
    api.lua_enablereadonlytable(state, -1, 1);
    api.lua_replace(state, LUA_GLOBALSINDEX);
    this.#useGlobals(lua, RUN_GLOBALS);
  }

  /** `{redis = {register_function = …, log = …}}`; reading anything else is an error. */
  #makeLoadGlobals(lua: LuaInstance): void {
    const { api, state } = lua;
    const [slot] = lua.addFunctions([(caller) => this.#register(lua, caller)]);
    api.lua_createtable(state, 0, 2);
    api.lua_createtable(state, 0, LOAD_CONSTANTS.length + 1);
    api.lua_getfield(state, LUA_GLOBALSINDEX, lua.name('redis'));
    for (const name of LOAD_CONSTANTS) {
      api.lua_getfield(state, -1, lua.name(name));
      api.lua_setfield(state, -3, lua.name(name));
    }
    api.lua_settop(state, 2);
    api.lua_pushcclosure(state, slot, 0);
    api.lua_setfield(state, -2, lua.name('register_function'));
    this.#protect(lua);
    api.lua_pushvalue(state, 2);
    api.lua_setfield(state, 1, lua.name('redis'));
    api.lua_setfield(state, 1, lua.name('server'));
    this.#protect(lua);
    api.lua_setfield(state, LUA_REGISTRYINDEX, lua.name(LOAD_GLOBALS));
  }

  /** The table on top of the stack: unknown names are errors, as among the globals, and nothing can be added. */
  #protect({ api, state }: LuaInstance): void {
    api.lua_getmetatable(state, LUA_GLOBALSINDEX);
    api.lua_setmetatable(state, -2);
    api.lua_enablereadonlytable(state, -1, 1);
  }

  #useGlobals(lua: LuaInstance, which: string): void {
    const { api, state } = lua;
    api.lua_getmetatable(state, LUA_GLOBALSINDEX);
    api.lua_enablereadonlytable(state, -1, 0);
    api.lua_getfield(state, LUA_REGISTRYINDEX, lua.name(which));
    api.lua_setfield(state, -2, lua.name('__index'));
    api.lua_enablereadonlytable(state, -1, 1);
    api.lua_settop(state, -2);
  }
}
