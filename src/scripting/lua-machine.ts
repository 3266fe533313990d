/**
 * The Lua machine: PUC Lua 5.1 as WebAssembly, with Redis' libraries (cjson, cmsgpack, struct, bit), from the package
 * lua-redis-wasm. A script has no way to files, to the process or to JavaScript; its instructions, memory and
 * replies are bounded.
 */
import { LuaWasmEngine, type RedisHost, type ReplyValue } from 'lua-redis-wasm';
import type { LoadMachine } from './machine.js';
import { isFailure, type ScriptValue } from './value.js';

/**
 * Instructions before a script is taken for one that never ends: some seconds. Nothing else can be served
 * meanwhile, and nothing could end it from outside.
 */
const INSTRUCTIONS_MAX = 500_000_000;
/** A table of a few million entries, or strings of as much. */
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
const REPLY_BYTES_MAX = 512 * 1024 * 1024;

/** Compiles the script under the name that error messages show. */
const COMPILE = Buffer.from(
  "local f, message = loadstring(ARGV[1], '@user_script') if f then return false end return message",
);

export const REDIS_VERSION = '7.2.4';
const REDIS_VERSION_NUMBER = 0x00070204;

export const loadLuaMachine: LoadMachine = async (host) => {
  const redisHost: RedisHost = {
    redisCall: (args) => host.call(args) as ReplyValue,
    redisPcall: (args) => host.call(args) as ReplyValue,
    log: (level, message) => host.log(level, message),
    onSetResp: (version) => host.setProtocol(version),
  };
  const engine = await LuaWasmEngine.create({
    host: redisHost,
    limits: {
      maxFuel: INSTRUCTIONS_MAX,
      maxMemoryBytes: MEMORY_BYTES_MAX,
      maxReplyBytes: REPLY_BYTES_MAX,
    },
    redisProps: {
      REDIS_VERSION: { value: REDIS_VERSION },
      REDIS_VERSION_NUM: { value: REDIS_VERSION_NUMBER },
      LOG_DEBUG: { value: 0 },
      LOG_VERBOSE: { value: 1 },
      LOG_NOTICE: { value: 2 },
      LOG_WARNING: { value: 3 },
      REPL_NONE: { value: 0 },
      REPL_AOF: { value: 1 },
      REPL_SLAVE: { value: 2 },
      REPL_REPLICA: { value: 2 },
      REPL_ALL: { value: 3 },
      replicate_commands: { returns: true },
      set_repl: { returns: null },
      breakpoint: { returns: false },
      debug: { returns: null },
    },
  });
  return {
    run: (script, keys, args) => engine.evalWithArgs(script, [...keys], [...args]) as ScriptValue,
    compileError(script) {
      const result = engine.evalWithArgs(COMPILE, [], [script]) as ScriptValue;
      if (result === null) return null;
      if (isFailure(result)) return result.err.toString('latin1');
      return Buffer.isBuffer(result) ? result.toString('latin1') : String(result);
    },
  };
};
