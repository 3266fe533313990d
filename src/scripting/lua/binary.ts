/**
 * The WebAssembly binary of lua-redis-wasm, with Lua's own C interface exported.
 *
 * The package's interface compiles a script at each call and copies every value three times; underneath it is PUC
 * Lua 5.1 with Redis' libraries, and Lua's C interface is made for what we need: a function compiled once and called
 * often, arguments read where they lie, a hook every so many instructions. So the names below are added to the
 * binary's export section, and its table and memory may grow. Not one instruction is changed.
 *
 * The numbers are the functions' places in the binary of version 1.5.0, which the package's sources put in the order
 * of lapi.c, ldebug.c and lauxlib.c. They hold for that binary alone: its digest is checked. For another version,
 * find the functions again by that order and let the tests say whether they are the right ones.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { assert } from '../../base/assert.js';
import { EXPORT_SECTION, FUNCTION, MEMORY_SECTION, TABLE_SECTION, unsigned } from './wasm-encoding.js';

const DIGEST = 'c95b450f963b03479fe34da98bfecff67f277708dff89893ce2e40f898a0b42a';

/** Lua's function, and its index in the binary. */
const FUNCTIONS = {
  lua_checkstack: 53,
  lua_gettop: 56,
  lua_settop: 57,
  lua_remove: 58,
  lua_insert: 59,
  lua_replace: 60,
  lua_pushvalue: 61,
  lua_type: 62,
  lua_typename: 63,
  lua_tonumber: 67,
  lua_toboolean: 69,
  lua_tolstring: 70,
  lua_pushnil: 74,
  lua_pushnumber: 75,
  lua_pushlstring: 77,
  lua_pushcclosure: 80,
  lua_pushboolean: 81,
  lua_getfield: 85,
  lua_rawget: 86,
  lua_rawgeti: 87,
  lua_createtable: 88,
  lua_getmetatable: 89,
  lua_setfield: 91,
  lua_rawset: 92,
  lua_rawseti: 93,
  lua_setmetatable: 94,
  lua_call: 96,
  lua_pcall: 97,
  lua_error: 101,
  lua_next: 102,
  lua_enablereadonlytable: 106,
  lua_getstack: 137,
  lua_getinfo: 138,
  luaL_argerror: 241,
  luaL_checklstring: 246,
  luaL_checknumber: 251,
  luaL_checkinteger: 252,
  luaL_loadbuffer: 264,
} as const;

/** Where the binary keeps the state that `init` made. */
export const STATE_ADDRESS = 28472;
/** The table's slot of the function that is called every HOOK_INSTRUCTIONS instructions. */
export const HOOK_SLOT = 6;
export const HOOK_INSTRUCTIONS = 1000;
/** The table's slot of the function that Lua gets its memory from. */
export const ALLOCATOR_SLOT = 24;

const PAGE_BYTES = 64 * 1024;
/** What the binary's data and the first scripts need; the package reserves 64 MiB. */
const INITIAL_BYTES = 4 * 1024 * 1024;

const FUNCREF = 0x70;
const HEADER_BYTES = 8;

/** @throws SystemError when the package's binary can't be read; asserts that it is the one we know */
export function luaBinary(memoryBytesMax: number): Buffer {
  const require = createRequire(import.meta.url);
  const file = join(dirname(require.resolve('lua-redis-wasm')), 'redis_lua.wasm');
  const original = readFileSync(file);
  const digest = createHash('sha256').update(original).digest('hex');
  assert(digest === DIGEST, `${file} is not the binary of lua-redis-wasm 1.5.0`);
  return withInterface(original, memoryBytesMax);
}

/** Copies the binary's sections, three of them rewritten. */
function withInterface(original: Buffer, memoryBytesMax: number): Buffer {
  const parts: Buffer[] = [original.subarray(0, HEADER_BYTES)];
  let at = HEADER_BYTES;
  while (at < original.length) {
    const id = original[at];
    const [size, start] = readUnsigned(original, at + 1);
    const body = original.subarray(start, start + size);
    if (id === TABLE_SECTION) parts.push(section(id, growableTable(body)));
    else if (id === MEMORY_SECTION) parts.push(section(id, memoryLimits(memoryBytesMax)));
    else if (id === EXPORT_SECTION) parts.push(section(id, withExports(body)));
    else parts.push(original.subarray(at, start + size));
    at = start + size;
  }
  return Buffer.concat(parts);
}

/** One table of functions, its least size as it was, without a greatest. */
function growableTable(body: Buffer): Buffer {
  const [slots] = readUnsigned(body, 3);
  return Buffer.from([1, FUNCREF, 0, ...unsigned(slots)]);
}

function memoryLimits(bytesMax: number): Buffer {
  return Buffer.from([1, 1, ...unsigned(INITIAL_BYTES / PAGE_BYTES), ...unsigned(bytesMax / PAGE_BYTES)]);
}

function withExports(body: Buffer): Buffer {
  const [count, start] = readUnsigned(body, 0);
  const entries = Object.entries(FUNCTIONS);
  const added = entries.map(([name, index]) =>
    Buffer.from([name.length, ...Buffer.from(name), FUNCTION, ...unsigned(index)]),
  );
  return Buffer.concat([Buffer.from(unsigned(count + entries.length)), body.subarray(start), ...added]);
}

function section(id: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([id, ...unsigned(body.length)]), body]);
}

/** @returns the number, and where it ends */
function readUnsigned(bytes: Buffer, start: number): [value: number, end: number] {
  let value = 0;
  let shift = 0;
  let at = start;
  for (;;) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) return [value, at];
    shift += 7;
  }
}
