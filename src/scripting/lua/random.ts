/**
 * math.random and math.randomseed as Redis has them: the generator of POSIX' rand48 family, the same on every
 * machine, of which a seed gives the same numbers as in redis-server.
 *
 * Source: POSIX, lrand48: X' = (0x5DEECE66D X + 0xB) mod 2^48; the result is its upper 31 bits.
 */
import { raiseText } from './errors.js';
import type { LuaInstance } from './instance.js';

const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const MASK = (1n << 48n) - 1n;
const SEED_LOW = 0x330en;
const RESULT_MAX = 0x7fff_ffff;

export class LuaRandom {
  #state = SEED_LOW;

  /** As srand48. */
  seed(value: number): void {
    this.#state = (BigInt(value >>> 0) << 16n) | SEED_LOW;
  }

  /** From 0 on, below 1. */
  next(): number {
    this.#state = (this.#state * MULTIPLIER + INCREMENT) & MASK;
    return (Number(this.#state >> 17n) % RESULT_MAX) / RESULT_MAX;
  }

  /** math.random, of no argument, of one or of two. */
  random(lua: LuaInstance, state: number): number {
    const { api } = lua;
    const fraction = this.next();
    const count = api.lua_gettop(state);
    if (count === 0) {
      api.lua_pushnumber(state, fraction);
      return 1;
    }
    const low = count === 1 ? 1 : int(lua, state, 1);
    const high = int(lua, state, count === 1 ? 1 : 2);
    if (count > 2) return raiseText(lua, state, 'wrong number of arguments');
    if (low > high) return api.luaL_argerror(state, count, lua.name('interval is empty'));
    api.lua_pushnumber(state, Math.floor(fraction * (high - low + 1)) + low);
    return 1;
  }

  randomseed(lua: LuaInstance, state: number): number {
    this.seed(int(lua, state, 1));
    return 0;
  }
}

/** An argument as a C int: wrapped, where the binary's own conversion would stop at the limits. */
function int(lua: LuaInstance, state: number, index: number): number {
  lua.api.luaL_checkinteger(state, index);
  return lua.api.lua_tonumber(state, index) | 0;
}
