/**
 * Lua's allocator for small blocks, in place of the binary's malloc, which took a tenth of the CPU of a queue. Lua says how
 * large a block is when it gives it back, so a block needs no header: each size, in steps of eight bytes, has a list of its
 * own, and what isn't on the list is cut from a chunk. Large blocks, and chunks, come from malloc.
 *
 *     lists:   size 8 ─► block ─► block     a free block's first word is the next one's address, or 0
 *              size 16 ─► 0
 *              …
 *     chunk:   │ cut up already │ next → … │ end
 *
 * Small blocks never go back to malloc: who needed much memory for blocks of one size has it for that size. Instances that
 * grew much are given up anyway (runner.ts).
 *
 * It is WebAssembly, as Lua calls it some million times a second: a module of one function, which imports Lua's memory.
 */

import {
  CODE_SECTION,
  EXPORT_SECTION,
  FUNCTION,
  FUNCTION_SECTION,
  FUNCTION_TYPE,
  GLOBAL,
  GLOBAL_SECTION,
  I32,
  IMPORT_SECTION,
  list,
  MAGIC,
  MEMORY,
  name,
  section,
  signed,
  TYPE_SECTION,
  unsigned,
} from './wasm-encoding.js';
import { type WasmMemory, wasm } from './web-assembly.js';

/** Tables, closures, short strings, and arrays of 32 values are small. */
const SMALL_BYTES_MAX = 512;
const CHUNK_BYTES = 32 * 1024;
/** Two 32-bit words: `lists` is indexed by size in steps of eight bytes. */
const STEP_SHIFT = 3;
const STEP_BYTES = 1 << STEP_SHIFT;

/** Bytes of the lists: one word per size. */
export const LISTS_BYTES = (SMALL_BYTES_MAX / STEP_BYTES + 1) * 4;

/** Instructions. */
const IF = [0x04, 0x40];
const LOOP = [0x03, 0x40];
const ELSE = [0x05];
const END = [0x0b];
const REPEAT_IF = [0x0d, 0];
const RETURN = [0x0f];
const DROP = [0x1a];
/** The first of two values when the third is not zero. */
const SELECT = [0x1b];
const call = (index: number): number[] => [0x10, ...unsigned(index)];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const getGlobal = (index: number): number[] => [0x23, index];
const setGlobal = (index: number): number[] => [0x24, index];
/** Of a word at an address. */
const LOAD = [0x28, 2, 0];
const STORE = [0x36, 2, 0];
/** Of eight bytes. */
const LOAD_STEP = [0x29, 3, 0];
const STORE_STEP = [0x37, 3, 0];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const IS_ZERO = [0x45];
const IS_EQUAL = [0x46];
const IS_LESS = [0x49];
const IS_GREATER = [0x4b];
const ADD = [0x6a];
const SUBTRACT = [0x6b];
const AND = [0x71];
const SHIFT_LEFT = [0x74];
const SHIFT_RIGHT = [0x76];

/** What the function below refers to, by number: parameters and locals, globals, functions. */
const USER_DATA = 0;
const BLOCK = 1;
const OLD_BYTES = 2;
const NEW_BYTES = 3;
const RESULT = 4;
const LIST = 5;
const REST = 6;
const LISTS = 0;
const NEXT = 1;
const CHUNK_END = 2;
const LARGE = 0;

/** The bytes that a block of a size takes. */
const roundedUp = (size: number[]): number[] => [
  ...size,
  ...constant(STEP_BYTES - 1),
  ...ADD,
  ...constant(-STEP_BYTES),
  ...AND,
];

/** The address of the list for blocks of a size. */
const listOf = (size: number[]): number[] => [
  ...getGlobal(LISTS),
  ...size,
  ...constant(STEP_BYTES - 1),
  ...ADD,
  ...constant(STEP_SHIFT),
  ...SHIFT_RIGHT,
  ...constant(2),
  ...SHIFT_LEFT,
  ...ADD,
];

/** Puts a block in front of its list. */
const giveBack = (block: number[], size: number[]): number[] => [
  ...listOf(size),
  ...set(LIST),
  ...[...block, ...get(LIST), ...LOAD, ...STORE],
  ...[...get(LIST), ...block, ...STORE],
];

/** Calls what allocates large blocks. */
const large = (block: number[], oldBytes: number[], newBytes: number[]): number[] => [
  ...get(USER_DATA),
  ...block,
  ...oldBytes,
  ...newBytes,
  ...call(LARGE),
];

/** A new chunk; what is left of the last one is a free block. */
const nextChunk = [
  ...[...getGlobal(CHUNK_END), ...getGlobal(NEXT), ...SUBTRACT, ...set(REST)],
  ...[...get(REST), ...IF, ...giveBack(getGlobal(NEXT), get(REST)), ...END],
  ...[...large(constant(0), constant(0), constant(CHUNK_BYTES)), ...tee(RESULT), ...setGlobal(NEXT)],
  ...[...get(RESULT), ...constant(CHUNK_BYTES), ...ADD, ...setGlobal(CHUNK_END)],
  // No memory: an empty chunk, so that the next one who asks asks again.
  ...[...get(RESULT), ...IS_ZERO, ...IF],
  ...[...constant(0), ...setGlobal(CHUNK_END)],
  ...[...constant(0), ...RETURN],
  ...END,
];

/** RESULT: a block of NEW_BYTES, from its list or from the chunk. */
const take = [
  ...[...listOf(get(NEW_BYTES)), ...tee(LIST), ...LOAD, ...tee(RESULT), ...IF],
  ...[...get(LIST), ...get(RESULT), ...LOAD, ...STORE],
  ...ELSE,
  ...[...getGlobal(CHUNK_END), ...getGlobal(NEXT), ...SUBTRACT],
  ...[...roundedUp(get(NEW_BYTES)), ...IS_LESS, ...IF, ...nextChunk, ...END],
  ...[...getGlobal(NEXT), ...tee(RESULT), ...roundedUp(get(NEW_BYTES)), ...ADD, ...setGlobal(NEXT)],
  ...END,
];

/** Copies REST bytes, a positive number of steps, from BLOCK to RESULT, from the end to the beginning. */
const copyRest = [
  ...LOOP,
  ...[...get(REST), ...constant(STEP_BYTES), ...SUBTRACT, ...set(REST)],
  ...[...get(RESULT), ...get(REST), ...ADD],
  ...[...get(BLOCK), ...get(REST), ...ADD, ...LOAD_STEP, ...STORE_STEP],
  ...[...get(REST), ...REPEAT_IF],
  ...END,
];

/** As lua_Alloc: (user data, block, old bytes, new bytes) → block, or 0. */
const allocate = [
  ...[...get(NEW_BYTES), ...constant(SMALL_BYTES_MAX), ...IS_GREATER, ...IF],
  // A large one: small before, or not.
  ...[...get(OLD_BYTES), ...constant(1), ...SUBTRACT, ...constant(SMALL_BYTES_MAX - 1), ...IS_GREATER, ...IF],
  ...[...large(get(BLOCK), get(OLD_BYTES), get(NEW_BYTES)), ...RETURN],
  ...END,
  ...[...large(constant(0), constant(0), get(NEW_BYTES)), ...tee(RESULT), ...IS_ZERO, ...IF],
  ...[...constant(0), ...RETURN],
  ...END,
  ...[...roundedUp(get(OLD_BYTES)), ...set(REST), ...copyRest],
  ...giveBack(get(BLOCK), get(OLD_BYTES)),
  ...[...get(RESULT), ...RETURN],
  ...END,
  // Given back.
  ...[...get(NEW_BYTES), ...IS_ZERO, ...IF],
  ...[...get(OLD_BYTES), ...constant(SMALL_BYTES_MAX), ...IS_GREATER, ...IF],
  ...[...large(get(BLOCK), get(OLD_BYTES), constant(0)), ...RETURN],
  ...END,
  ...[...get(OLD_BYTES), ...IF, ...giveBack(get(BLOCK), get(OLD_BYTES)), ...END],
  ...[...constant(0), ...RETURN],
  ...END,
  // A small one, and one before it that takes as much.
  ...[...get(OLD_BYTES), ...IF],
  ...[...roundedUp(get(OLD_BYTES)), ...roundedUp(get(NEW_BYTES)), ...IS_EQUAL, ...IF],
  ...[...get(BLOCK), ...RETURN],
  ...END,
  ...END,
  ...take,
  ...[...get(OLD_BYTES), ...IS_ZERO, ...IF, ...get(RESULT), ...RETURN, ...END],
  // Its contents move, as far as both reach.
  ...[...get(OLD_BYTES), ...get(NEW_BYTES), ...get(OLD_BYTES), ...get(NEW_BYTES), ...IS_LESS, ...SELECT],
  ...[...set(REST), ...roundedUp(get(REST)), ...set(REST), ...copyRest],
  ...[...get(OLD_BYTES), ...constant(SMALL_BYTES_MAX), ...IS_GREATER, ...IF],
  ...[...large(get(BLOCK), get(OLD_BYTES), constant(0)), ...DROP],
  ...ELSE,
  ...giveBack(get(BLOCK), get(OLD_BYTES)),
  ...END,
  ...get(RESULT),
  ...END,
];

const MODULE = Buffer.from([
  ...MAGIC,
  ...section(TYPE_SECTION, list([[FUNCTION_TYPE, ...list([[I32], [I32], [I32], [I32]]), ...list([[I32]])]])),
  ...section(
    IMPORT_SECTION,
    list([
      [...name('lua'), ...name('large'), FUNCTION, 0],
      [...name('lua'), ...name('memory'), MEMORY, 0, 0],
      [...name('lua'), ...name('lists'), GLOBAL, I32, 0],
    ]),
  ),
  ...section(FUNCTION_SECTION, list([[0]])),
  ...section(
    GLOBAL_SECTION,
    list([
      [I32, 1, ...constant(0), ...END],
      [I32, 1, ...constant(0), ...END],
    ]),
  ),
  ...section(EXPORT_SECTION, list([[...name('allocate'), FUNCTION, 1]])),
  ...section(CODE_SECTION, list([sized([...list([[3, I32]]), ...allocate])])),
]);

function sized(body: readonly number[]): number[] {
  return [...unsigned(body.length), ...body];
}

/**
 * @param large the binary's own allocator
 * @param lists address of LISTS_BYTES zeros
 * @returns a function for Lua's table, in place of that allocator
 */
export function smallBlocks(memory: WasmMemory, large: unknown, lists: number): unknown {
  const instance = new wasm.Instance(new wasm.Module(MODULE), { lua: { memory, large, lists } });
  return instance.exports.allocate;
}
