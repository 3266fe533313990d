/**
 * What redis.register_function is told, in either form:
 *
 *     redis.register_function('name', callback)
 *     redis.register_function{function_name = 'name', callback = …, flags = {'no-writes'}, description = '…'}
 */
import { BAD_NAME, FUNCTION_FLAGS, type FunctionFlag, isName } from '../functions.js';
import { raise } from './errors.js';
import type { LuaInstance } from './instance.js';
import { LUA_TFUNCTION, LUA_TNIL, LUA_TNUMBER, LUA_TSTRING, LUA_TTABLE } from './memory.js';

export interface Registration {
  readonly name: string;
  readonly description: string | null;
  readonly flags: ReadonlySet<FunctionFlag>;
}

const isFlag = (text: string): text is FunctionFlag => FUNCTION_FLAGS.some((flag) => flag === text);

/**
 * Reads the arguments of the function being called, and leaves the callback alone on the stack.
 * @param earlier what the library has registered; null while no library is loaded
 * @throws what Lua raises for wrong ones
 */
export function readRegistration(
  lua: LuaInstance,
  state: number,
  earlier: readonly Registration[] | null,
): Registration {
  const reader = new RegistrationReader(lua, state);
  if (earlier === null) {
    reader.fail('redis.register_function can only be called on FUNCTION LOAD command');
  }
  const registration = reader.read();
  if (!isName(registration.name)) reader.fail(BAD_NAME);
  if (earlier?.some(({ name }) => name === registration.name)) {
    reader.fail('Function already exists in the library');
  }
  return registration;
}

class RegistrationReader {
  constructor(
    readonly lua: LuaInstance,
    readonly state: number,
  ) {}

  /** Does not return. */
  fail(text: string): never {
    raise(this.lua, this.state, text);
    throw new Error('Lua raised no error');
  }

  read(): Registration {
    const count = this.lua.api.lua_gettop(this.state);
    if (count === 1) return this.#named();
    if (count !== 2) this.fail('wrong number of arguments to redis.register_function');
    return this.#positional();
  }

  #positional(): Registration {
    const { lua, state } = this;
    const name = this.#text(1);
    if (name === null) this.fail('first argument to redis.register_function must be a string');
    if (lua.api.lua_type(state, 2) !== LUA_TFUNCTION) {
      this.fail('second argument to redis.register_function must be a function');
    }
    lua.api.lua_remove(state, 1);
    return { name, description: null, flags: new Set() };
  }

  #named(): Registration {
    const { lua, state } = this;
    const { api } = lua;
    if (api.lua_type(state, 1) !== LUA_TTABLE) {
      const form = 'is only applicable to Lua table (representing named arguments).';
      this.fail(`calling redis.register_function with a single argument ${form}`);
    }
    let name: string | null = null;
    let description: string | null = null;
    let flags: ReadonlySet<FunctionFlag> = new Set();
    let hasCallback = false;
    // The callback's place, below the key and the value of each step.
    api.lua_pushnil(state);
    api.lua_pushnil(state);
    while (api.lua_next(state, 1) !== 0) {
      const key = api.lua_type(state, 3) === LUA_TSTRING ? lua.text(state, 3) : '';
      if (key === 'function_name') {
        name = this.#text(4);
        if (name === null) {
          this.fail('function_name argument given to redis.register_function must be a string');
        }
      } else if (key === 'description') {
        description = this.#text(4);
        if (description === null) {
          this.fail('description argument given to redis.register_function must be a string');
        }
      } else if (key === 'callback') {
        if (api.lua_type(state, 4) !== LUA_TFUNCTION) {
          this.fail('callback argument given to redis.register_function must be a function');
        }
        api.lua_pushvalue(state, 4);
        api.lua_replace(state, 2);
        hasCallback = true;
      } else if (key === 'flags') {
        flags = this.#flags();
      } else {
        this.fail('unknown argument given to redis.register_function');
      }
      api.lua_settop(state, 3);
    }
    if (name === null) this.fail('redis.register_function must get a function name argument');
    if (!hasCallback) this.fail('redis.register_function must get a callback argument');
    api.lua_settop(state, 2);
    api.lua_remove(state, 1);
    return { name, description, flags };
  }

  /** The list at index 4. */
  #flags(): ReadonlySet<FunctionFlag> {
    const { lua, state } = this;
    const { api } = lua;
    if (api.lua_type(state, 4) !== LUA_TTABLE) {
      this.fail('flags argument to redis.register_function must be a table representing function flags');
    }
    const flags = new Set<FunctionFlag>();
    for (let index = 1; ; index++) {
      api.lua_rawgeti(state, 4, index);
      if (api.lua_type(state, 5) === LUA_TNIL) return flags;
      const flag = api.lua_type(state, 5) === LUA_TSTRING ? lua.text(state, 5) : '';
      if (!isFlag(flag)) this.fail('unknown flag given');
      flags.add(flag);
      api.lua_settop(state, 4);
    }
  }

  /** A text, or a number as text; null for anything else. */
  #text(index: number): string | null {
    const { lua, state } = this;
    const type = lua.api.lua_type(state, index);
    return type === LUA_TSTRING || type === LUA_TNUMBER ? lua.text(state, index) : null;
  }
}
