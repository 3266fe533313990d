/**
 * A machine that runs Lua scripts. It knows no keyspace and no client: what a script calls goes to the host.
 * The one implementation is lua-machine.ts; another takes its place here.
 */
import type { ScriptValue } from './value.js';

export interface ScriptHost {
  /** redis.call and redis.pcall. Returns errors; never throws for a script's mistake. */
  call(args: Buffer[]): ScriptValue;
  log(level: number, message: Buffer): void;
  /** redis.setresp */
  setProtocol(version: 2 | 3): void;
}

export interface ScriptMachine {
  /** Runs a script to its end. An error that ended it is a value with `meta`. */
  run(script: Buffer, keys: readonly Buffer[], args: readonly Buffer[]): ScriptValue;
  /** @returns why the script is no Lua, or null */
  compileError(script: Buffer): string | null;
}

export type LoadMachine = (host: ScriptHost) => Promise<ScriptMachine>;
