/**
 * struct.pack, struct.unpack and struct.size. The binary has them, with integers of 32 bits where C's `long` has 64 on
 * the machines that Redis runs on: sizes, and all larger integers, would differ.
 *
 *     < > ! x b B h H l L T i In I In f d s c0 cn
 *
 * Source: inf.puc-rio.br/~roberto/struct; error texts and limits as in Redis' copy.
 */
import { raiseText } from './errors.js';
import type { LuaInstance } from './instance.js';
import { LUA_TNUMBER, LUA_TSTRING } from './memory.js';

const INT_BYTES = 4;
const LONG_BYTES = 8;
const INTEGER_BYTES_MAX = 32;
const ALIGNMENT_MAX = 8;
const INT_MAX = 0x7fff_ffff;
const INT64_LIMIT = 2 ** 63;
const UINT64_LIMIT = 2 ** 64;

/** Sizes in bytes of what has no number after it. */
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  B: 1,
  h: 2,
  H: 2,
  l: LONG_BYTES,
  L: LONG_BYTES,
  T: LONG_BYTES,
  f: 4,
  d: 8,
  x: 1,
};
const INTEGERS = 'bBhHlLTiI';

/** Reads a format, one option after another. */
class Format {
  isBig = false;
  option = '';
  size = 0;
  #at = 0;
  #alignment = 1;
  readonly #text: string;

  constructor(
    readonly lua: LuaInstance,
    readonly state: number,
  ) {
    const start = lua.checkString(state, 1);
    const text = lua.bytes.toString('latin1', start, start + lua.stringBytes);
    const zero = text.indexOf('\0');
    this.#text = zero < 0 ? text : text.slice(0, zero);
  }

  /** @returns false at the end */
  next(): boolean {
    if (this.#at === this.#text.length) return false;
    this.option = this.#text[this.#at++];
    this.size = this.#optionSize();
    return true;
  }

  get isInteger(): boolean {
    return INTEGERS.includes(this.option);
  }

  /** Bytes to leave out at an offset, so that what follows is aligned. */
  padding(offset: number): number {
    if (this.size === 0 || this.option === 'c') return 0;
    const size = Math.min(this.size, this.#alignment);
    return (size - (offset & (size - 1))) & (size - 1);
  }

  /** An option that is no value. */
  control(): void {
    const { lua, state, option } = this;
    if (option === ' ') return;
    if (option === '<' || option === '>') {
      this.isBig = option === '>';
      return;
    }
    if (option !== '!') {
      lua.api.luaL_argerror(state, 1, lua.name(`invalid format option '${option}'`));
    }
    const alignment = this.#number(ALIGNMENT_MAX);
    if (alignment <= 0 || (alignment & (alignment - 1)) !== 0) {
      raiseText(lua, state, `alignment ${alignment} is not a power of 2`);
    }
    this.#alignment = alignment;
  }

  #optionSize(): number {
    const { option } = this;
    if (option === 'c') return this.#number(1);
    if (option !== 'i' && option !== 'I') return SIZES[option] ?? 0;
    const size = this.#number(INT_BYTES);
    if (size > INTEGER_BYTES_MAX) {
      const text = `integral size ${size} is larger than limit of ${INTEGER_BYTES_MAX}`;
      raiseText(this.lua, this.state, text);
    }
    return size;
  }

  #number(otherwise: number): number {
    let digits = '';
    while (this.#at < this.#text.length && /[0-9]/.test(this.#text[this.#at]))
      digits += this.#text[this.#at++];
    if (digits === '') return otherwise;
    const value = Number(digits);
    if (value > INT_MAX) raiseText(this.lua, this.state, 'integral size overflow');
    return value;
  }
}

export function structPack(lua: LuaInstance, state: number): number {
  const { api } = lua;
  const format = new Format(lua, state);
  // Missing arguments are nil to the checks below.
  api.lua_pushnil(state);
  const parts: Buffer[] = [];
  let total = 0;
  let argument = 2;
  const add = (part: Buffer): void => {
    parts.push(part);
    total += part.length;
  };
  while (format.next()) {
    const { option } = format;
    const padding = format.padding(total);
    if (padding > 0) add(Buffer.alloc(padding));
    if (format.isInteger) {
      add(integerBytes(api.luaL_checknumber(state, argument++), format.size, format.isBig));
    } else if (option === 'x') {
      add(Buffer.alloc(1));
    } else if (option === 'f' || option === 'd') {
      add(floatBytes(api.luaL_checknumber(state, argument++), format.size, format.isBig));
    } else if (option === 'c' || option === 's') {
      const start = lua.checkString(state, argument++);
      const length = lua.stringBytes;
      const size = format.size === 0 ? length : format.size;
      if (length < size) api.luaL_argerror(state, argument, lua.name('string too short'));
      add(Buffer.from(lua.bytes.subarray(start, start + size)));
      if (option === 's') add(Buffer.alloc(1));
    } else {
      format.control();
    }
  }
  const bytes = Buffer.concat(parts, total);
  lua.pushBytes(state, bytes, 0, total);
  return 1;
}

export function structUnpack(lua: LuaInstance, state: number): number {
  const { api } = lua;
  const format = new Format(lua, state);
  const start = lua.checkString(state, 2);
  const length = lua.stringBytes;
  let at = offsetArgument(lua, state);
  const bottom = api.lua_gettop(state);
  const demand = (size: number): void => {
    if (at >= 0 && size <= length && at <= length - size) return;
    api.luaL_argerror(state, 2, lua.name('data string too short'));
  };
  while (format.next()) {
    const { option } = format;
    let { size } = format;
    at += format.padding(at);
    demand(size);
    if (api.lua_checkstack(state, 2) === 0) raiseText(lua, state, 'stack overflow (too many results)');
    const from = start + at;
    if (format.isInteger) {
      const isSigned = option === option.toLowerCase();
      api.lua_pushnumber(state, readNumber(lua.bytes, from, size, format.isBig, isSigned));
    } else if (option === 'f' || option === 'd') {
      api.lua_pushnumber(state, readFloat(lua.bytes, from, size, format.isBig));
    } else if (option === 'c') {
      if (size === 0) {
        size = previousSize(lua, state, bottom);
        demand(size);
      }
      api.lua_pushlstring(state, from, size);
    } else if (option === 's') {
      const zero = lua.bytes.indexOf(0, from);
      if (zero < 0 || zero >= start + length) raiseText(lua, state, 'unfinished string in data');
      size = zero - from + 1;
      api.lua_pushlstring(state, from, size - 1);
    } else if (option !== 'x') {
      format.control();
    }
    at += size;
  }
  api.lua_pushnumber(state, at + 1);
  return api.lua_gettop(state) - bottom;
}

export function structSize(lua: LuaInstance, state: number): number {
  const format = new Format(lua, state);
  let total = 0;
  while (format.next()) {
    const { option, size } = format;
    total += format.padding(total);
    if (option === 's') lua.api.luaL_argerror(state, 1, lua.name("option 's' has no fixed size"));
    if (option === 'c' && size === 0) {
      lua.api.luaL_argerror(state, 1, lua.name("option 'c0' has no fixed size"));
    }
    if (!/[A-Za-z0-9]/.test(option)) format.control();
    total += size;
  }
  lua.api.lua_pushnumber(state, total);
  return 1;
}

/** Argument 3, counted from 0; what is negative is beyond every end, where anything is to be read. */
function offsetArgument(lua: LuaInstance, state: number): number {
  if (lua.api.lua_type(state, 3) <= 0) return 0;
  lua.api.luaL_checkinteger(state, 3);
  const offset = Math.trunc(lua.api.lua_tonumber(state, 3));
  if (offset === 0) lua.api.luaL_argerror(state, 3, lua.name('offset must be 1 or greater'));
  return offset - 1;
}

/** `c0` takes as many bytes as the number before it says. */
function previousSize(lua: LuaInstance, state: number, bottom: number): number {
  const { api } = lua;
  const type = api.lua_gettop(state) === bottom ? 0 : api.lua_type(state, -1);
  if (type !== LUA_TNUMBER && type !== LUA_TSTRING)
    raiseText(lua, state, "format 'c0' needs a previous size");
  const size = Math.trunc(api.lua_tonumber(state, -1));
  api.lua_settop(state, -2);
  return size < 0 ? Number.MAX_SAFE_INTEGER : size;
}

/** A double as C converts it to 64 bits. */
export function toUint64(value: number): bigint {
  const whole = Math.trunc(value);
  if (Number.isNaN(whole) || whole < -INT64_LIMIT) return 1n << 63n;
  if (whole >= UINT64_LIMIT) return 0n;
  return BigInt.asUintN(64, BigInt(whole));
}

function integerBytes(value: number, size: number, isBig: boolean): Buffer {
  const bytes = Buffer.alloc(size);
  let rest = toUint64(value);
  for (let index = 0; index < size && rest !== 0n; index++) {
    bytes[isBig ? size - 1 - index : index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function floatBytes(value: number, size: number, isBig: boolean): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 4) bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return isBig ? bytes.reverse() : bytes;
}

function readFloat(bytes: Buffer, at: number, size: number, isBig: boolean): number {
  if (size === 4) return isBig ? bytes.readFloatBE(at) : bytes.readFloatLE(at);
  return isBig ? bytes.readDoubleBE(at) : bytes.readDoubleLE(at);
}

function readNumber(bytes: Buffer, at: number, size: number, isBig: boolean, isSigned: boolean): number {
  let value = 0n;
  for (let index = 0; index < size; index++) {
    const byte = bytes[isBig ? at + index : at + size - 1 - index];
    value = BigInt.asUintN(64, (value << 8n) | BigInt(byte));
  }
  if (!isSigned) return Number(value);
  const mask = BigInt.asUintN(64, ~0n << (BigInt(size * 8 - 1) & 63n));
  if ((value & mask) !== 0n) value |= mask;
  return Number(BigInt.asIntN(64, value));
}
