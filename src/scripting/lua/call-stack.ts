/**
 * The calls of a Lua state that haven't returned, and their local variables, for the debugger. The binary has no lua_getlocal, so
 * this reads what it would read, on a 32-bit machine:
 *
 *     lua_State  │ … (20) │ call (4) │ next instruction (4) │ … (12) │ calls (4) │
 *     CallInfo   │ base (4) │ function (4) │ top (4) │ next instruction (4) │ … (8) │
 *     Closure    │ … (6) │ is C (1) │ … (9) │ prototype (4) │
 *     Proto      │ … (12) │ code (4) │ … (8) │ locals (4) │ … (28) │ count of locals (4) │
 *     LocVar     │ name (4) │ from (4) │ to (4) │        counted in instructions
 *
 * Source: lstate.h, lobject.h and ldebug.c of Lua 5.1.
 */
import type { LuaInstance } from './instance.js';
import { LUA_TFUNCTION, STRING_BYTES, VALUE_BYTES } from './memory.js';

const STATE_CALL = 20;
const STATE_NEXT = 24;
const STATE_CALLS = 40;
const CALL_BYTES = 24;
const CALL_FUNCTION = 4;
const CALL_NEXT = 12;
const CLOSURE_IS_C = 6;
const CLOSURE_PROTOTYPE = 16;
const PROTOTYPE_CODE = 12;
const PROTOTYPE_LOCALS = 24;
const PROTOTYPE_LOCAL_COUNT = 56;
const LOCAL_BYTES = 12;
const LOCAL_FROM = 4;
const LOCAL_TO = 8;
const INSTRUCTION_BYTES = 4;

/** Fields of lua_Debug in bytes from its start, and its size. */
const RECORD_NAME = 4;
const RECORD_LINE = 20;
const RECORD_SHORT_SOURCE = 36;
const RECORD_CALL = 96;
const RECORD_BYTES = 100;

export interface Call {
  /** What it was called by, or null. */
  readonly name: string | null;
  /** `user_script`, as errors say it. */
  readonly shortSource: string;
  readonly line: number;
}

export interface Local {
  readonly name: string;
  /** Of its value, until the stack grows. */
  readonly address: number;
}

export class CallStack {
  readonly #lua: LuaInstance;
  readonly #record: number;

  constructor(lua: LuaInstance) {
    this.#lua = lua;
    this.#record = lua.api.alloc(RECORD_BYTES);
  }

  /** The call at a level, the innermost being 0. @returns null beyond the outermost */
  call(state: number, level: number): Call | null {
    return this.#find(state, level) ? this.describe(state, this.#record) : null;
  }

  /** @param record of an activation: a lua_Debug */
  describe(state: number, record: number): Call {
    const lua = this.#lua;
    lua.api.lua_getinfo(state, lua.name('nSl'), record);
    const name = lua.words[(record + RECORD_NAME) >> 2];
    return {
      name: name === 0 ? null : lua.cText(name),
      shortSource: lua.cText(record + RECORD_SHORT_SOURCE),
      line: lua.words[(record + RECORD_LINE) >> 2],
    };
  }

  /** The local variables in sight at a level, in the order in which they were declared. @returns null beyond the outermost */
  locals(state: number, level: number): readonly Local[] | null {
    if (!this.#find(state, level)) return null;
    const { words } = this.#lua;
    const index = words[(this.#record + RECORD_CALL) >> 2];
    // The call that a tail call took the place of has left nothing.
    if (index === 0) return [];
    return this.#localsOf(state, words[(state + STATE_CALLS) >> 2] + index * CALL_BYTES);
  }

  #find(state: number, level: number): boolean {
    return this.#lua.api.lua_getstack(state, level, this.#record) !== 0;
  }

  #localsOf(state: number, call: number): readonly Local[] {
    const lua = this.#lua;
    const { words } = lua;
    const value = words[(call + CALL_FUNCTION) >> 2];
    if (lua.typeAt(value) !== LUA_TFUNCTION) return [];
    const closure = words[value >> 2];
    if (lua.bytes[closure + CLOSURE_IS_C] !== 0) return [];
    const prototype = words[(closure + CLOSURE_PROTOTYPE) >> 2];
    const isRunning = call === words[(state + STATE_CALL) >> 2];
    const next = isRunning ? words[(state + STATE_NEXT) >> 2] : words[(call + CALL_NEXT) >> 2];
    const instruction = (next - words[(prototype + PROTOTYPE_CODE) >> 2]) / INSTRUCTION_BYTES - 1;
    return this.#inSight(prototype, instruction, words[call >> 2]);
  }

  #inSight(prototype: number, instruction: number, base: number): readonly Local[] {
    const lua = this.#lua;
    const { words } = lua;
    const first = words[(prototype + PROTOTYPE_LOCALS) >> 2];
    const end = first + words[(prototype + PROTOTYPE_LOCAL_COUNT) >> 2] * LOCAL_BYTES;
    const found: Local[] = [];
    for (let local = first; local < end; local += LOCAL_BYTES) {
      if (words[(local + LOCAL_FROM) >> 2] > instruction) break;
      if (instruction >= words[(local + LOCAL_TO) >> 2]) continue;
      const name = lua.cText(words[local >> 2] + STRING_BYTES);
      found.push({ name, address: base + found.length * VALUE_BYTES });
    }
    return found;
  }
}
