/**
 * The foreign function interface, loaded when somebody asks for it and not before: on systems without a
 * prebuilt koffi everything but the native frontends has to work.
 */

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
    return (await import('koffi')).default;
  } catch (error) {
    // Not installed, or built for another libc.
    throw new SystemError('koffi', ENOSYS, -1, subject, { cause: error });
  }
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
