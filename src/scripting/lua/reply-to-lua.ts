/**
 * A command's reply as values of Lua, read straight from the reply's bytes.
 *
 * Source: redis.io/docs/interact/programmability/lua-api, "Data type conversion".
 */
import { parseDouble } from '../../base/double.js';
import { pushErrorTable } from './errors.js';
import type { LuaInstance } from './instance.js';

const CR = 13;
const MINUS = 0x2d;
const DIGIT_0 = 48;
/** As many digits always make a safe integer. */
const SAFE_DIGITS = 15;
/** A level takes three slots of Lua's stack. */
const LEVEL_SLOTS = 3;

export class ReplyToLua {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Address of the name of a status's field. */
  readonly #ok: number;

  constructor(readonly lua: LuaInstance) {
    this.#ok = lua.name('ok');
  }

  /** Pushes the one reply that begins at `start`. */
  push(state: number, bytes: Buffer, start: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#value(state);
  }

  #value(state: number): void {
    const { lua } = this;
    const { api } = lua;
    switch (this.#bytes[this.#at++]) {
      case 0x24: // $
        this.#bulk(state);
        break;
      case 0x3a: // :
        this.#integer(state);
        break;
      case 0x2b: // +
        api.lua_createtable(state, 0, 1);
        this.#line(state);
        api.lua_setfield(state, -2, this.#ok);
        break;
      case MINUS:
        this.#error(state);
        break;
      case 0x2a: // *
        this.#array(state);
        break;
      case 0x5f: // _
        this.#skipLine();
        api.lua_pushnil(state);
        break;
      case 0x23: // #
        api.lua_pushboolean(state, this.#bytes[this.#at] === 0x74 ? 1 : 0);
        this.#skipLine();
        break;
      case 0x2c: // ,
        this.#wrapped(state, 'double', () => api.lua_pushnumber(state, parseDouble(this.#lineText())));
        break;
      case 0x28: // (
        this.#wrapped(state, 'big_number', () => this.#line(state));
        break;
      case 0x3d: // =
        this.#verbatim(state);
        break;
      case 0x25: // %
        this.#wrapped(state, 'map', () => this.#pairs(state));
        break;
      case 0x7e: // ~
        this.#wrapped(state, 'set', () => this.#members(state));
        break;
      case 0x3e: // >
        this.#array(state);
        break;
      default:
        api.lua_pushnil(state);
    }
  }

  #bulk(state: number): void {
    const size = this.#count();
    if (size < 0) {
      this.lua.api.lua_pushboolean(state, 0);
      return;
    }
    this.lua.pushBytes(state, this.#bytes, this.#at, this.#at + size);
    this.#at += size + 2;
  }

  #integer(state: number): void {
    const bytes = this.#bytes;
    const isNegative = bytes[this.#at] === MINUS;
    const first = isNegative ? this.#at + 1 : this.#at;
    let value = 0;
    let at = first;
    for (; bytes[at] !== CR; at++) value = value * 10 + (bytes[at] - DIGIT_0);
    if (at - first > SAFE_DIGITS) value = Number(bytes.toString('latin1', first, at));
    this.lua.api.lua_pushnumber(state, isNegative ? -value : value);
    this.#at = at + 2;
  }

  #error(state: number): void {
    pushErrorTable(this.lua, state, this.#lineText(), true);
  }

  #array(state: number): void {
    const count = this.#count();
    const { api } = this.lua;
    if (count < 0) {
      api.lua_pushboolean(state, 0);
      return;
    }
    this.#descend(state);
    api.lua_createtable(state, count, 0);
    for (let index = 1; index <= count; index++) {
      this.#value(state);
      api.lua_rawseti(state, -2, index);
    }
  }

  /** `{name = value}` */
  #wrapped(state: number, name: string, push: () => void): void {
    const { api } = this.lua;
    this.#descend(state);
    api.lua_createtable(state, 0, 1);
    push();
    api.lua_setfield(state, -2, this.lua.name(name));
  }

  #pairs(state: number): void {
    const count = this.#count();
    const { api } = this.lua;
    // Without room for fields: a table that has grown lists them in another order, Redis' own.
    api.lua_createtable(state, 0, 0);
    for (let index = 0; index < count; index++) {
      this.#value(state);
      this.#value(state);
      api.lua_rawset(state, -3);
    }
  }

  #members(state: number): void {
    const count = this.#count();
    const { api } = this.lua;
    // Without room for fields: a table that has grown lists them in another order, Redis' own.
    api.lua_createtable(state, 0, 0);
    for (let index = 0; index < count; index++) {
      this.#value(state);
      api.lua_pushboolean(state, 1);
      api.lua_rawset(state, -3);
    }
  }

  /** `{verbatim_string = {format = 'txt', string = …}}` */
  #verbatim(state: number): void {
    const { lua } = this;
    const size = this.#count();
    const start = this.#at;
    this.#wrapped(state, 'verbatim_string', () => {
      lua.api.lua_createtable(state, 0, 2);
      lua.pushBytes(state, this.#bytes, start + 4, start + size);
      lua.api.lua_setfield(state, -2, lua.name('string'));
      lua.pushBytes(state, this.#bytes, start, start + 3);
      lua.api.lua_setfield(state, -2, lua.name('format'));
    });
    this.#at = start + size + 2;
  }

  /** Makes room for a level more. */
  #descend(state: number): void {
    this.lua.api.lua_checkstack(state, LEVEL_SLOTS);
  }

  #line(state: number): void {
    const bytes = this.#bytes;
    let end = this.#at;
    // A loop: what is shorter than a call into C++ takes, mostly.
    while (bytes[end] !== CR) end++;
    this.lua.pushBytes(state, bytes, this.#at, end);
    this.#at = end + 2;
  }

  #lineText(): string {
    const end = this.#bytes.indexOf(CR, this.#at);
    const text = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end + 2;
    return text;
  }

  #skipLine(): void {
    this.#at = this.#bytes.indexOf(CR, this.#at) + 2;
  }

  #count(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    let count = 0;
    for (; bytes[at] !== CR; at++) count = count * 10 + (bytes[at] - DIGIT_0);
    this.#at = at + 2;
    return isNegative ? -count : count;
  }
}
