/** Scripts on Lua: compiled once, called often. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { RequestSpans } from '../../protocol/request-parser.js';
import type { DebugSession } from '../debugger/debug-session.js';
import type { FailedRun, Script, ScriptMachine } from '../machine.js';
import type { ScriptHost } from '../script-host.js';
import type { LuaInstance } from './instance.js';
import { LuaDebugger } from './lua-debugger.js';
import { ARGV, KEYS, LuaRunner } from './runner.js';
import { WordTable } from './word-table.js';

export class LuaMachine implements ScriptMachine {
  readonly #runner: LuaRunner;
  /** Of the instance at hand. */
  #keys: WordTable | null = null;
  #arguments: WordTable | null = null;

  /** @param session debugs what it runs: one script */
  constructor(host: ScriptHost, session: DebugSession | null = null) {
    const prepare = (lua: LuaInstance): void => {
      this.#keys = new WordTable(lua, 'KEYS', KEYS);
      this.#arguments = new WordTable(lua, 'ARGV', ARGV);
    };
    this.#runner = new LuaRunner(host, prepare, session && new LuaDebugger(session));
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
      const firstArgument = firstKey + keyCount;
      this.#keys?.set(request, firstKey, firstArgument);
      this.#arguments?.set(request, firstArgument, request.count);
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
