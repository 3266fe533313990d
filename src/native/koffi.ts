/**
 * The foreign function interface, loaded when somebody asks for it and not before: on systems without a
 * prebuilt koffi everything but the native frontends has to work.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type koffi from 'koffi';
import { ENOSYS, SystemError } from './system-error.js';

export type Koffi = typeof koffi;

/**
 * glibc, then musl. koffi finds a library by its name as the dynamic loader does.
 * Source: the loaders' own names for themselves; musl's is the same file for loader and library.
 */
const LIBC_NAMES: Readonly<Record<string, readonly string[]>> = {
  x64: ['libc.so.6', 'libc.musl-x86_64.so.1'],
  arm64: ['libc.so.6', 'libc.musl-aarch64.so.1'],
};

/** @throws SystemError ENOSYS where libc's Linux interface cannot be had; its cause says why. */
export async function loadKoffi(platform: string, architecture: string): Promise<Koffi> {
  const subject = `native calls on ${platform}-${architecture}`;
  if (platform !== 'linux' || !(architecture in LIBC_NAMES)) {
    throw new SystemError('koffi', ENOSYS, -1, subject);
  }
  try {
    // Not by import(): where tests run in contexts of their own, as jest's do, Node refuses it.
    const koffi: Koffi = createRequire(import.meta.url)('koffi');
    if (!isMainThread) keepLoaded(koffi);
    return koffi;
  } catch (error) {
    // Not installed, built for another libc, or forbidden by `node --permission`: whoever asked for v2 wants to know which.
    const reason = error instanceof Error ? error.message : String(error);
    throw new SystemError('koffi', ENOSYS, -1, `${subject}: ${reason}`, { cause: error });
  }
}

// Source: dlfcn.h, of glibc and of musl.
const RTLD_LAZY = 1;
const RTLD_NOLOAD = 4;
const RTLD_NODELETE = 0x1000;

/**
 * Node unloads an addon with the last thread that loaded it. libuv calls koffi once more after that, when it has closed
 * what koffi watched, and the process would end there by SIGSEGV.
 */
function keepLoaded(koffi: Koffi): void {
  const path = /\/.*\/koffi\.node$/m.exec(readFileSync('/proc/self/maps', 'utf8'))?.[0];
  if (path === undefined) return;
  const dlopen = koffi.load(null).func('dlopen', 'uint64_t', ['str', 'int']);
  dlopen(path, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

/** @throws SystemError ENOSYS when none of the names is found. */
export function loadLibrary(koffi: Koffi, architecture: string): ReturnType<Koffi['load']> {
  const names = LIBC_NAMES[architecture];
  let cause: unknown;
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch (error) {
      cause ??= error;
    }
  }
  throw new SystemError('koffi', ENOSYS, -1, names.join(' or '), { cause });
}
