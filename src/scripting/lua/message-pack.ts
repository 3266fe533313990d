/**
 * cmsgpack.pack. The binary's own writes doubles beyond 64 bits as integers: 1e100 came back as another number.
 *
 * Source: msgpack.org's specification; which of its forms are chosen, as lua-cmsgpack chooses them.
 */
import { copyBytes } from '../../base/bytes.js';
import { raiseText } from './errors.js';
import type { LuaInstance } from './instance.js';
import { LUA_TBOOLEAN, LUA_TNUMBER, LUA_TSTRING, LUA_TTABLE } from './memory.js';

/** Deeper tables become nil, which also ends those that contain themselves. */
const DEPTH_MAX = 16;
const INITIAL_BYTES = 256;
const INT64_LIMIT = 2 ** 63;
const UINT32_LIMIT = 2 ** 32;
/** A key, its copy and its value. */
const LEVEL_SLOTS = 4;

export class MessagePack {
  #bytes = Buffer.alloc(INITIAL_BYTES);
  #length = 0;

  constructor(readonly lua: LuaInstance) {}

  /** All arguments, one after another. */
  pack(state: number): number {
    const { lua } = this;
    const count = lua.api.lua_gettop(state);
    if (count === 0) return lua.api.luaL_argerror(state, 0, lua.name('MessagePack pack needs input.'));
    this.#length = 0;
    for (let index = 1; index <= count; index++) this.#value(state, index, 0);
    lua.pushBytes(state, this.#bytes, 0, this.#length);
    if (this.#bytes.length > INITIAL_BYTES * INITIAL_BYTES) this.#bytes = Buffer.alloc(INITIAL_BYTES);
    return 1;
  }

  /** @param index counted from 1 @param depth of tables around it */
  #value(state: number, index: number, depth: number): void {
    const { api } = this.lua;
    switch (api.lua_type(state, index)) {
      case LUA_TNUMBER:
        this.#number(api.lua_tonumber(state, index));
        break;
      case LUA_TSTRING:
        this.#string(state, index);
        break;
      case LUA_TBOOLEAN:
        this.#byte(api.lua_toboolean(state, index) !== 0 ? 0xc3 : 0xc2);
        break;
      case LUA_TTABLE:
        if (depth === DEPTH_MAX) this.#byte(0xc0);
        else this.#table(state, index, depth);
        break;
      default:
        this.#byte(0xc0);
    }
  }

  #number(value: number): void {
    const isInteger = Number.isInteger(value) && value >= -INT64_LIMIT && value < INT64_LIMIT;
    if (!isInteger) this.#double(value);
    else if (value >= 0) this.#positive(value);
    else this.#negative(value);
  }

  #positive(value: number): void {
    if (value < 0x80) this.#byte(value);
    else if (value < UINT32_LIMIT) this.#sized(0xcc, value);
    else {
      this.#byte(0xcf);
      this.#reserve(8);
      this.#length = this.#bytes.writeBigUInt64BE(BigInt(value), this.#length);
    }
  }

  #negative(value: number): void {
    if (value >= -0x20) {
      this.#byte(value & 0xff);
    } else if (value >= -0x80) {
      this.#byte(0xd0);
      this.#byte(value & 0xff);
    } else if (value >= -0x8000) {
      this.#byte(0xd1);
      this.#reserve(2);
      this.#length = this.#bytes.writeInt16BE(value, this.#length);
    } else if (value >= -0x8000_0000) {
      this.#byte(0xd2);
      this.#reserve(4);
      this.#length = this.#bytes.writeInt32BE(value, this.#length);
    } else {
      this.#byte(0xd3);
      this.#reserve(8);
      this.#length = this.#bytes.writeBigInt64BE(BigInt(value), this.#length);
    }
  }

  /** As a float where that loses nothing. */
  #double(value: number): void {
    const isFloat = Math.fround(value) === value;
    this.#byte(isFloat ? 0xca : 0xcb);
    this.#reserve(8);
    if (isFloat) this.#length = this.#bytes.writeFloatBE(value, this.#length);
    else this.#length = this.#bytes.writeDoubleBE(value, this.#length);
  }

  #string(state: number, index: number): void {
    const { lua } = this;
    const start = lua.stringAddress(state, index);
    const size = lua.stringBytes;
    if (size < 32) this.#byte(0xa0 | size);
    else this.#sized(0xd9, size);
    this.#reserve(size);
    copyBytes(lua.bytes, start, start + size, this.#bytes, this.#length);
    this.#length += size;
  }

  #table(state: number, index: number, depth: number): void {
    const { lua } = this;
    if (lua.api.lua_checkstack(state, LEVEL_SLOTS) === 0) {
      raiseText(lua, state, 'stack overflow (in function mp_encode_lua_table_as_map)');
    }
    const count = this.#arrayCount(state, index);
    if (count >= 0) this.#array(state, index, count, depth);
    else this.#map(state, index, depth);
  }

  /** @returns how many elements an array has, or -1 when a key says that the table is none */
  #arrayCount(state: number, index: number): number {
    const { api } = this.lua;
    const key = api.lua_gettop(state) + 1;
    let count = 0;
    let highest = 0;
    api.lua_pushnil(state);
    while (api.lua_next(state, index) !== 0) {
      api.lua_settop(state, key);
      const number = api.lua_type(state, key) === LUA_TNUMBER ? api.lua_tonumber(state, key) : 0;
      if (number <= 0 || number !== (number | 0)) {
        api.lua_settop(state, key - 1);
        return -1;
      }
      highest = Math.max(highest, number);
      count++;
    }
    return highest === count ? count : -1;
  }

  #array(state: number, index: number, count: number, depth: number): void {
    const { api } = this.lua;
    this.#header(0x90, 0xdc, count);
    const element = api.lua_gettop(state) + 1;
    for (let at = 1; at <= count; at++) {
      api.lua_rawgeti(state, index, at);
      this.#value(state, element, depth + 1);
      api.lua_settop(state, element - 1);
    }
  }

  #map(state: number, index: number, depth: number): void {
    const { api } = this.lua;
    const key = api.lua_gettop(state) + 1;
    let count = 0;
    api.lua_pushnil(state);
    while (api.lua_next(state, index) !== 0) {
      api.lua_settop(state, key);
      count++;
    }
    this.#header(0x80, 0xde, count);
    api.lua_pushnil(state);
    while (api.lua_next(state, index) !== 0) {
      this.#value(state, key, depth + 1);
      this.#value(state, key + 1, depth + 1);
      api.lua_settop(state, key);
    }
  }

  /** Of an array or a map: up to 15 in the byte itself, else 16 or 32 bits after it. */
  #header(small: number, wide: number, count: number): void {
    if (count < 16) this.#byte(small | count);
    else if (count < 0x1_0000) this.#wide(wide, count, 2);
    else this.#wide(wide + 1, count, 4);
  }

  /** A number of 8, 16 or 32 bits after the first, second or third of three types. */
  #sized(type: number, value: number): void {
    if (value < 0x100) this.#wide(type, value, 1);
    else if (value < 0x1_0000) this.#wide(type + 1, value, 2);
    else this.#wide(type + 2, value, 4);
  }

  #wide(type: number, value: number, bytes: number): void {
    this.#byte(type);
    this.#reserve(bytes);
    this.#length = this.#bytes.writeUIntBE(value, this.#length, bytes);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
