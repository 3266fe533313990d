/**
 * Lua's values as they lie in its memory. Calls into the binary cost more than what most of them do, so arguments, words and
 * tables are looked at here; what changes them goes through Lua's interface, for its collector has to know.
 *
 * Addresses are bytes from the memory's start. The layout is that of Redis' Lua 5.1 on a 32-bit machine:
 *
 *     value   │ number, or address of an object (8) │ type (4) │ 4 │
 *     string  │ … (12) │ length (4) │ bytes, 0
 *     table   │ … (16) │ metatable (4) │ array (4) │ nodes (4) │ … (8) │ array's capacity (4) │
 */

export const LUA_TNIL = 0;
export const LUA_TBOOLEAN = 1;
export const LUA_TLIGHTUSERDATA = 2;
export const LUA_TNUMBER = 3;
export const LUA_TSTRING = 4;
export const LUA_TTABLE = 5;
export const LUA_TFUNCTION = 6;

/** Fields of lua_State, of a table, of a string and of a value, in bytes from their start; a string's bytes follow its fields. */
const STATE_TOP = 8;
const STATE_BASE = 12;
const TABLE_METATABLE = 16;
const TABLE_ARRAY = 20;
const TABLE_NODES = 24;
const TABLE_CAPACITY = 36;
const STRING_LENGTH = 12;
export const STRING_BYTES = 16;
const VALUE_TYPE = 8;
export const VALUE_BYTES = 16;
/** Of a number's upper word. */
const SIGN_BIT = 0x8000_0000;

/** Strings up to this length are worth comparing with what is to take their place. */
const COMPARED_BYTES_MAX = 256;

export class LuaMemory {
  /** All memory; another Buffer after it grew. */
  bytes: Buffer = Buffer.alloc(0);
  words: Int32Array = new Int32Array(0);
  #doubles: Float64Array = new Float64Array(0);
  /** The node array that all tables without fields share. */
  #noNodes = 0;

  /** To be called again when it grew. */
  protected view(memory: ArrayBuffer): void {
    this.bytes = Buffer.from(memory);
    this.words = new Int32Array(memory);
    this.#doubles = new Float64Array(memory);
  }

  /** @param table one without fields, at this index of the stack */
  protected learnNoNodes(state: number, index: number): void {
    this.#noNodes = this.words[(this.objectAddress(state, index) + TABLE_NODES) >> 2];
  }

  /** Values on the stack of the function being called: its arguments, when it begins. */
  valueCount(state: number): number {
    return (this.words[(state + STATE_TOP) >> 2] - this.words[(state + STATE_BASE) >> 2]) / VALUE_BYTES;
  }

  /** The address of the value at an index, counted from 1, until the stack grows. */
  valueAddress(state: number, index: number): number {
    return this.words[(state + STATE_BASE) >> 2] + (index - 1) * VALUE_BYTES;
  }

  typeAt(value: number): number {
    return this.words[(value + VALUE_TYPE) >> 2];
  }

  numberAt(value: number): number {
    return this.#doubles[value >> 3];
  }

  booleanAt(value: number): boolean {
    return this.words[value >> 2] !== 0;
  }

  /** Whether a number has its sign bit set, as NaN may. */
  isNegativeAt(value: number): boolean {
    return this.words[(value >> 2) + 1] < 0;
  }

  /** Sets the sign bit of a number: JavaScript doesn't keep that of NaN. */
  setSign(value: number, isNegative: boolean): void {
    if (isNegative) this.words[(value >> 2) + 1] |= SIGN_BIT;
    else this.words[(value >> 2) + 1] &= ~SIGN_BIT;
  }

  /** The address of a string's bytes. */
  stringAt(value: number): number {
    return this.words[value >> 2] + STRING_BYTES;
  }

  stringBytesAt(value: number): number {
    return this.words[(this.words[value >> 2] + STRING_LENGTH) >> 2];
  }

  /** Whether a value is a string of these bytes. Long ones are not compared: they are hardly ever the same. */
  isString(value: number, from: Buffer, start: number, end: number): boolean {
    const size = end - start;
    if (
      this.typeAt(value) !== LUA_TSTRING ||
      size > COMPARED_BYTES_MAX ||
      this.stringBytesAt(value) !== size
    ) {
      return false;
    }
    const { bytes } = this;
    // What differs mostly differs at the end.
    for (let at = this.stringAt(value) + size - 1, index = end - 1; index >= start; at--, index--) {
      if (bytes[at] !== from[index]) return false;
    }
    return true;
  }

  /** The address of the object at an index of the stack, counted from 1: of a table, as long as something refers to it. */
  objectAddress(state: number, index: number): number {
    return this.words[this.valueAddress(state, index) >> 2];
  }

  /** How many array elements a table has room for; -1 when it has fields or a metatable as well. */
  arrayCapacity(table: number): number {
    const { words } = this;
    const isPlain =
      words[(table + TABLE_METATABLE) >> 2] === 0 && words[(table + TABLE_NODES) >> 2] === this.#noNodes;
    return isPlain ? words[(table + TABLE_CAPACITY) >> 2] : -1;
  }

  /** The address of an array element, counted from 0, until the table grows. */
  elementAddress(table: number, index: number): number {
    return this.words[(table + TABLE_ARRAY) >> 2] + index * VALUE_BYTES;
  }

  /** False when the table at an index, counted from 1, surely has no field but array elements. */
  hasFields(state: number, index: number): boolean {
    return this.words[(this.objectAddress(state, index) + TABLE_NODES) >> 2] !== this.#noNodes;
  }
}
