/** Scripts on Lua: compiled once, called often. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { RequestSpans } from '../../protocol/request-parser.js';
import type { FailedRun, Script, ScriptMachine } from '../machine.js';
import type { ScriptHost } from '../script-host.js';
import { LUA_GLOBALSINDEX, type LuaInstance } from './instance.js';
import { LuaRunner, pushWords } from './runner.js';

export class LuaMachine implements ScriptMachine {
  readonly #runner: LuaRunner;
  /** Addresses of the names `KEYS` and `ARGV`. */
  #keysName = 0;
  #argumentsName = 0;

  constructor(host: ScriptHost) {
    this.#runner = new LuaRunner(host, (lua) => {
      this.#keysName = lua.name('KEYS');
      this.#argumentsName = lua.name('ARGV');
    });
  }

  get memoryBytes(): number {
    return this.#runner.memoryBytes;
  }

  flush(): void {
    this.#runner.drop();
  }

  compile(script: Script): void {
    this.#compiled(script);
  }

  run(
    script: Script,
    request: RequestSpans,
    firstKey: number,
    keyCount: number,
    reply: Reply,
  ): FailedRun | null {
    return this.#runner.guard(script.name, () => {
      const lua = this.#compiled(script);
      const { api, state } = lua;
      const firstArgument = firstKey + keyCount;
      api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 0);
      pushWords(lua, request, firstKey, firstArgument);
      api.lua_setfield(state, LUA_GLOBALSINDEX, this.#keysName);
      pushWords(lua, request, firstArgument, request.count);
      api.lua_setfield(state, LUA_GLOBALSINDEX, this.#argumentsName);
      api.lua_enablereadonlytable(state, LUA_GLOBALSINDEX, 1);
      this.#runner.pushErrorHandler(lua);
      this.#runner.push(lua, script.reference);
      return this.#runner.call(lua, 0, script.name, reply);
    });
  }

  /** @returns the instance that has the script, compiled now or before */
  #compiled(script: Script): LuaInstance {
    const runner = this.#runner;
    const lua = runner.ready();
    if (script.generation === runner.generation) return lua;
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
    script.generation = runner.generation;
    script.reference = runner.keep(lua);
    return lua;
  }
}
