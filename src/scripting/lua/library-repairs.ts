/** Puts functions of ours in the place of those of the binary that differ from Redis' on a 64-bit machine. */
import { randomBytes } from 'node:crypto';
import {
  finiteExponent,
  intArguments,
  nullToString,
  sameNan,
  secondFirst,
  unsignedNan,
  wideExponent,
} from './c-library.js';
import type { CFunction } from './host-functions.js';
import { LUA_GLOBALSINDEX, type LuaInstance } from './instance.js';
import { MessagePack } from './message-pack.js';
import { LuaRandom } from './random.js';
import { structPack, structSize, structUnpack } from './struct-library.js';
import { boundedRep, wideFormat, wideToNumber } from './wide-integers.js';

type LuaFunction = (lua: LuaInstance, state: number) => number;
/** Makes a function of the one that is there. */
type Repair = (original: CFunction) => LuaFunction;

/** On an empty stack. */
export function repairLibraries(lua: LuaInstance): void {
  const { api, state } = lua;
  const random = new LuaRandom();
  random.seed(randomBytes(4).readUInt32LE());
  const replace =
    (replacement: LuaFunction): Repair =>
    () =>
      replacement;
  repair(lua, 'math', {
    random: replace((each, caller) => random.random(each, caller)),
    randomseed: replace((each, caller) => random.randomseed(each, caller)),
    acos: unsignedNan,
    asin: unsignedNan,
    log10: unsignedNan,
    sinh: sameNan,
    cosh: sameNan,
    frexp: finiteExponent,
    ldexp: wideExponent,
    atan2: secondFirst,
    fmod: secondFirst,
    mod: secondFirst,
    pow: secondFirst,
  });
  repair(lua, 'struct', {
    pack: replace(structPack),
    unpack: replace(structUnpack),
    size: replace(structSize),
  });
  const messages = new MessagePack(lua);
  repair(lua, 'cmsgpack', { pack: replace((_lua, caller) => messages.pack(caller)) });
  repair(lua, 'string', {
    format: wideFormat,
    rep: boundedRep,
    char: intArguments(1, Number.POSITIVE_INFINITY),
  });
  // Of a later release of cjson than Redis 7.2 has.
  remove(lua, 'cjson', 'decode_array_with_array_mt');
  api.lua_pushvalue(state, LUA_GLOBALSINDEX);
  repairTable(lua, { tonumber: wideToNumber, tostring: nullToString, error: intArguments(2) });
}

function repair(lua: LuaInstance, library: string, repairs: Readonly<Record<string, Repair>>): void {
  lua.api.lua_getfield(lua.state, LUA_GLOBALSINDEX, lua.name(library));
  repairTable(lua, repairs);
}

/** On an empty stack, as it is afterwards. */
function remove(lua: LuaInstance, library: string, name: string): void {
  const { api, state } = lua;
  api.lua_getfield(state, LUA_GLOBALSINDEX, lua.name(library));
  api.lua_enablereadonlytable(state, 1, 0);
  api.lua_pushnil(state);
  api.lua_setfield(state, 1, lua.name(name));
  api.lua_enablereadonlytable(state, 1, 1);
  api.lua_settop(state, 0);
}

/** The table at index 1, which is locked before and after; it is taken off the stack. */
function repairTable(lua: LuaInstance, repairs: Readonly<Record<string, Repair>>): void {
  const { api, state } = lua;
  const functions = Object.entries(repairs).map(([name, make]): CFunction => {
    api.lua_getfield(state, 1, lua.name(name));
    const replacement = make(lua.functionAt(state, 2));
    api.lua_settop(state, 1);
    return (caller) => replacement(lua, caller);
  });
  const slots = lua.addFunctions(functions);
  api.lua_enablereadonlytable(state, 1, 0);
  for (const [index, name] of Object.keys(repairs).entries()) {
    api.lua_pushcclosure(state, slots[index], 0);
    api.lua_setfield(state, 1, lua.name(name));
  }
  api.lua_enablereadonlytable(state, 1, 1);
  api.lua_settop(state, 0);
}
