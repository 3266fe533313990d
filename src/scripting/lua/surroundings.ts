/** What the binary asks of its surroundings: memory, a clock, jumps, and nothing else. It finds no file and no process. */
import type { WasmImports } from './web-assembly.js';

/** Lua's longjmp. */
export const LUA_JUMP = { name: 'an error of Lua on its way to pcall' };

/** Lua can't go on, and can't say so itself: it has no memory left, mostly. */
export class LuaBroken extends Error {}

export interface Surroundings {
  monotonicMs(): number;
  /** Writes 64 bits. */
  writeWords(address: number, low: number, high: number): void;
  /** Calls a function of the table, which a LUA_JUMP may end. */
  invoke(slot: number, first: number, second: number): void;
  /** @returns 0 when there is no more memory */
  grow(bytes: number): number;
}

/** "No such system call", negative as the kernel answers. */
const ENOSYS = -52;
const NANOSECONDS_PER_MS = 1e6;

const isMissing = (): number => ENOSYS;

/** @throws LuaBroken */
const breaks = (reason: string) => (): never => {
  throw new LuaBroken(reason);
};

export function importsOf(surroundings: Surroundings): WasmImports {
  // The package's own interface.
  const unused = breaks('the machine was called by another way');
  return {
    env: {
      host_redis_props: (result: number) => surroundings.writeWords(result, 0, 0),
      host_redis_log: unused,
      host_sha1hex: unused,
      host_redis_setresp: unused,
      host_redis_call: unused,
      host_redis_pcall: unused,
      // What Lua does about an error outside of any pcall.
      exit: breaks('not enough memory'),
      __assert_fail: breaks('an assertion of the machine failed'),
      _abort_js: breaks('the machine gave up'),
      invoke_vii: (slot: number, first: number, second: number) => surroundings.invoke(slot, first, second),
      _emscripten_throw_longjmp: () => {
        throw LUA_JUMP;
      },
      emscripten_resize_heap: (bytes: number) => surroundings.grow(bytes >>> 0),
      __syscall_openat: isMissing,
      __syscall_fcntl64: isMissing,
      __syscall_ioctl: isMissing,
      __syscall_dup3: isMissing,
    },
    wasi_snapshot_preview1: {
      clock_time_get: (_clock: number, _precision: bigint, result: number) => {
        const nanoseconds = BigInt(Math.round(surroundings.monotonicMs() * NANOSECONDS_PER_MS));
        surroundings.writeWords(result, Number(BigInt.asIntN(32, nanoseconds)), Number(nanoseconds >> 32n));
        return 0;
      },
      fd_write: isMissing,
      fd_read: isMissing,
      fd_close: isMissing,
      fd_seek: isMissing,
    },
  };
}
