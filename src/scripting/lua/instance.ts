/**
 * One Lua: an instance of the binary with a memory of its own, and Lua's C interface on it. It knows nothing of Redis.
 *
 * Errors of Lua travel as a thrown LUA_JUMP, through JavaScript's frames too: whoever calls a function of the
 * interface that may fail has to expect it. Anything else thrown leaves Lua's state half done: the instance is broken
 * and must not be used again.
 */
import { assert } from '../../base/assert.js';
import { copyBytes } from '../../base/bytes.js';
import { LISTS_BYTES, smallBlocks } from './allocator.js';
import { ALLOCATOR_SLOT, HOOK_SLOT, luaBinary, STATE_ADDRESS } from './binary.js';
import type { LuaInterface } from './c-interface.js';
import { type CFunction, callable, type Hook } from './host-functions.js';
import { LUA_TNUMBER, LUA_TSTRING, LuaMemory, VALUE_BYTES } from './memory.js';
import { importsOf, LUA_JUMP, LuaBroken } from './surroundings.js';
import { type WasmModule, type WasmTable, wasm } from './web-assembly.js';

export const LUA_REGISTRYINDEX = -10000;
export const LUA_GLOBALSINDEX = -10002;

/** A script may use this much; the rest of the server isn't touched by what it takes. */
const MEMORY_BYTES_MAX = 512 * 1024 * 1024;
/**
 * C's stack. The binary's own has 64 KiB, and its data below: cjson's thousand levels, or two hundred of string.gsub in
 * one another, would write over it. JavaScript's stack ends before this one does.
 */
const STACK_BYTES = 2 * 1024 * 1024;
const STACK_ALIGNMENT = 16;
/** Strings up to this length pass through one buffer. */
const SCRATCH_BYTES = 64 * 1024;
/** Room for a length, and for lua_Debug. */
const FRAME_BYTES = 128;
/** Fields of lua_Debug in bytes from its start. */
const DEBUG_WHAT = 12;
const DEBUG_SOURCE = 16;
const DEBUG_LINE = 20;
const DEBUG_SHORT_SOURCE = 36;
/** Fields of lua_State: instructions between two calls of the hook, and until the next. */
const STATE_HOOK_INTERVAL = 60;
const STATE_HOOK_COUNT = 64;
/** And which events it is called for: bits of a byte. */
const STATE_HOOK_MASK = 56;
const LINE_EVENTS = 1 << 2;
const COUNT_EVENTS = 1 << 3;
/** Beside lines: a line may be a loop. */
const DEBUGGED_HOOK_INTERVAL = 100_000;
/** Of a closure: its function's slot in the table. */
const CLOSURE_FUNCTION = 16;

/** Where in a script something happens. */
export interface SourceLine {
  readonly source: string;
  readonly line: number;
}

/** `os` is there, as in 7.4, and `server` as in Valkey. */
const COMPATIBILITY = 2 | 4;

let compiled: WasmModule | null = null;

/** Compiled at the first use: 205 KB, some 10 ms. Code, not state: the servers of a process share it. */
function luaModule(): WasmModule {
  compiled ??= new wasm.Module(luaBinary(MEMORY_BYTES_MAX));
  return compiled;
}

export class LuaInstance extends LuaMemory {
  /** The main state: where scripts begin. Coroutines have states of their own. */
  readonly state: number;
  readonly api: LuaInterface;
  /** Told of each error of Redis that comes about: its text, up to the first zero byte. Only the debugger asks for it. */
  onError: (text: string) => void = () => {};
  readonly #table: WasmTable;
  readonly #called: ((first: number, second: number) => void)[] = [];
  readonly #names = new Map<string, number>();
  readonly #frame: number;
  readonly #scratch: number;
  #hookInterval = 0;

  /** @param hook called every HOOK_INSTRUCTIONS instructions */
  constructor(hook: Hook, monotonicMs: () => number) {
    super();
    const instance = new wasm.Instance(
      luaModule(),
      importsOf({
        monotonicMs,
        writeWords: (address, low, high) => this.#writeWords(address, low, high),
        invoke: (slot, first, second) => this.#invoke(slot, first, second),
        grow: (bytes) => this.#grow(bytes),
      }),
    );
    // One object with properties of its own: reading an exports object is slow.
    this.api = { ...(instance.exports as unknown as LuaInterface) };
    this.#table = this.api.__indirect_function_table;
    this.view(this.api.memory.buffer);
    this.#table.set(HOOK_SLOT, callable([], hook).hook);
    this.api.__wasm_call_ctors();
    const stackEnd = this.api.alloc(STACK_BYTES) + STACK_BYTES;
    this.api._emscripten_stack_restore(stackEnd - (stackEnd % STACK_ALIGNMENT));
    this.#replaceAllocator();
    this.api.set_compat(COMPATIBILITY);
    assert(this.api.init() === 0, 'Lua has memory to begin with');
    this.state = this.words[STATE_ADDRESS >> 2];
    this.#frame = this.api.alloc(FRAME_BYTES);
    this.#scratch = this.api.alloc(SCRATCH_BYTES);
    this.#hookInterval = this.words[(this.state + STATE_HOOK_INTERVAL) >> 2];
    this.#checkLayout();
  }

  /** Before Lua has its first block. */
  #replaceAllocator(): void {
    const lists = this.api.alloc(LISTS_BYTES);
    this.bytes.fill(0, lists, lists + LISTS_BYTES);
    const original = this.#table.get(ALLOCATOR_SLOT);
    this.#table.set(ALLOCATOR_SLOT, smallBlocks(this.api.memory, original, lists));
  }

  /** What is read past the interface lies where we think. */
  #checkLayout(): void {
    const { api, state } = this;
    api.lua_pushnumber(state, 0.5);
    this.pushText(state, 'layout');
    api.lua_createtable(state, 3, 0);
    this.learnNoNodes(state, 3);
    api.lua_pushvalue(state, 1);
    api.lua_rawseti(state, 3, 2);
    const number = this.valueAddress(state, 1);
    const string = this.valueAddress(state, 2);
    const table = this.objectAddress(state, 3);
    assert(this.valueCount(state) === 3, 'the stack lies between base and top');
    assert(this.typeAt(number) === LUA_TNUMBER && this.numberAt(number) === 0.5, 'a number is in its value');
    assert(this.typeAt(string) === LUA_TSTRING, 'a value has its type');
    assert(this.stringAt(string) === this.stringAddress(state, 2), 'a string follows its fields');
    assert(this.stringBytesAt(string) === this.stringBytes, 'a string has its length');
    assert(this.arrayCapacity(table) === 3, 'a table has room for its elements');
    assert(this.numberAt(this.elementAddress(table, 1)) === 0.5, 'elements follow each other');
    api.lua_pushvalue(state, 3);
    api.lua_setmetatable(state, 3);
    assert(this.arrayCapacity(table) === -1, 'a table knows its metatable');
    api.lua_settop(state, 0);
  }

  /** Bytes of the whole instance. */
  get memoryBytes(): number {
    return this.api.memory.buffer.byteLength;
  }

  /** The address of a C string with this text, kept for ever: for names that stand in our code. */
  name(text: string): number {
    let address = this.#names.get(text);
    if (address === undefined) {
      const bytes = Buffer.from(`${text}\0`, 'latin1');
      address = this.api.alloc(bytes.length);
      this.bytes.set(bytes, address);
      this.#names.set(text, address);
    }
    return address;
  }

  /** Puts JavaScript functions into Lua's table. @returns their slots, for `lua_pushcclosure` */
  addFunctions(functions: readonly CFunction[]): number[] {
    const { functions: wrapped } = callable(functions, () => {});
    const first = this.#table.grow(functions.length);
    return wrapped.map((each, index) => {
      this.#table.set(first + index, each);
      return first + index;
    });
  }

  /** Pushes bytes as a string. */
  pushBytes(state: number, from: Buffer, start: number, end: number): void {
    const size = end - start;
    if (size <= SCRATCH_BYTES) {
      copyBytes(from, start, end, this.bytes, this.#scratch);
      this.api.lua_pushlstring(state, this.#scratch, size);
      return;
    }
    this.withCopy(from, start, end, (address) => this.api.lua_pushlstring(state, address, size));
  }

  /** @param text a byte each character */
  pushText(state: number, text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.pushBytes(state, bytes, 0, bytes.length);
  }

  /** Pushes the value that lies at an address, such as another function's variable. */
  pushCopy(state: number, address: number): void {
    this.api.lua_pushnil(state);
    const slot = this.valueAddress(state, this.api.lua_gettop(state));
    this.bytes.copyWithin(slot, address, address + VALUE_BYTES);
  }

  /** Lends Lua's memory a copy of bytes of any length. */
  withCopy<T>(from: Buffer, start: number, end: number, use: (address: number) => T): T {
    const address = this.api.alloc(end - start);
    if (address === 0) throw new LuaBroken('not enough memory');
    try {
      from.copy(this.bytes, address, start, end);
      return use(address);
    } finally {
      this.api.free_mem(address);
    }
  }

  /** A string's or a number's address; numbers on the stack become strings. Its length is `stringBytes`. */
  stringAddress(state: number, index: number): number {
    return this.api.lua_tolstring(state, index, this.#frame);
  }

  /** Length of the string whose address was asked last. */
  get stringBytes(): number {
    return this.words[this.#frame >> 2];
  }

  /** A string as text, a character each byte. */
  text(state: number, index: number): string {
    const address = this.stringAddress(state, index);
    return this.bytes.toString('latin1', address, address + this.stringBytes);
  }

  /** The bytes at an address, up to the first zero. */
  cText(address: number): string {
    return this.bytes.toString('latin1', address, this.bytes.indexOf(0, address));
  }

  /** What Lua calls the type of a value: `nil`, `table` … */
  typeName(state: number, index: number): string {
    return this.cText(this.api.lua_typename(this.api.lua_type(state, index)));
  }

  /**
   * The C function at an index, counted from 1, as a function of the binary. Called in place of another it finds its
   * arguments where that one does, and its errors name that one.
   */
  functionAt(state: number, index: number): CFunction {
    const slot = this.words[(this.objectAddress(state, index) + CLOSURE_FUNCTION) >> 2];
    return this.#table.get(slot) as CFunction;
  }

  /** A string argument, or what Lua raises when it is none. Its length is `stringBytes`. */
  checkString(state: number, index: number): number {
    return this.api.luaL_checklstring(state, index, this.#frame);
  }

  /** Where the function at a level of the call stack is. @returns null above the first; line -1: not in Lua */
  sourceLine(state: number, level: number): (SourceLine & { readonly isC: boolean }) | null {
    const record = this.#frame;
    if (this.api.lua_getstack(state, level, record) === 0) return null;
    this.api.lua_getinfo(state, this.name('nSl'), record);
    const { words } = this;
    return {
      source: this.cText(words[(record + DEBUG_SOURCE) >> 2]),
      line: words[(record + DEBUG_LINE) >> 2],
      isC: this.cText(words[(record + DEBUG_WHAT) >> 2]) === 'C',
    };
  }

  /** `user_script:3: ` for the function at a level of the call stack; empty when it isn't Lua. */
  where(state: number, level: number): string {
    const place = this.sourceLine(state, level);
    if (place === null || place.line <= 0) return '';
    return `${this.cText(this.#frame + DEBUG_SHORT_SOURCE)}:${place.line}: `;
  }

  get isHookedEachInstruction(): boolean {
    return this.words[(this.state + STATE_HOOK_INTERVAL) >> 2] !== this.#hookInterval;
  }

  /** From now on the hook is called after each instruction of this state: nothing it runs goes on. */
  hookEachInstruction(state: number): void {
    this.words[(state + STATE_HOOK_INTERVAL) >> 2] = 1;
    this.words[(state + STATE_HOOK_COUNT) >> 2] = 1;
  }

  /** From now on the hook is called at each line, too. */
  hookEachLine(): void {
    this.bytes[this.state + STATE_HOOK_MASK] = LINE_EVENTS | COUNT_EVENTS;
    this.words[(this.state + STATE_HOOK_INTERVAL) >> 2] = DEBUGGED_HOOK_INTERVAL;
    this.words[(this.state + STATE_HOOK_COUNT) >> 2] = DEBUGGED_HOOK_INTERVAL;
  }

  restoreHook(): void {
    this.words[(this.state + STATE_HOOK_INTERVAL) >> 2] = this.#hookInterval;
    this.words[(this.state + STATE_HOOK_COUNT) >> 2] = this.#hookInterval;
  }

  #writeWords(address: number, low: number, high: number): void {
    this.words[address >> 2] = low;
    this.words[(address >> 2) + 1] = high;
  }

  /** A call that a longjmp may end: setjmp, as emscripten compiles it. */
  #invoke(slot: number, first: number, second: number): void {
    const stack = this.api.emscripten_stack_get_current();
    this.#called[slot] ??= this.#table.get(slot) as (first: number, second: number) => void;
    try {
      this.#called[slot](first, second);
    } catch (thrown) {
      if (thrown !== LUA_JUMP) throw thrown;
      this.api._emscripten_stack_restore(stack);
      this.api.setThrew(1, 0);
    }
  }

  /** A quarter more than asked for, so that it isn't asked often. @returns 0 when there is no more */
  #grow(bytes: number): number {
    const { memory } = this.api;
    const pageBytes = 64 * 1024;
    const wanted = Math.min(MEMORY_BYTES_MAX, Math.max(bytes, Math.floor(memory.buffer.byteLength * 1.25)));
    if (wanted < bytes) return 0;
    try {
      memory.grow(Math.ceil((wanted - memory.buffer.byteLength) / pageBytes));
    } catch (error) {
      // The machine has no more: Lua says so to its script.
      if (error instanceof RangeError) return 0;
      throw error;
    }
    this.view(memory.buffer);
    return 1;
  }
}
