/**
 * What the kernel takes a while for with memory, done in one of libuv's threads: to make it resident before it is used, to put
 * small pages together. Where the machine has to find the memory first, as virtual machines do, the first touch of a page
 * of 2 MiB takes milliseconds.
 */
import { type Koffi, loadKoffi, loadLibrary } from './koffi.js';

export interface AdviseBeside {
  /** `address` is a page's. Nobody hears how it ends: older kernels refuse, and then nothing is different. */
  advise(address: number, byteLength: number, advice: number): void;
  /**
   * Makes the page resident that `address`, a multiple of four, is in: adds nothing to what is there, atomically, so that whoever uses it meanwhile
   * loses nothing. While the kernel follows advice, the process can't map or unmap anything, as the garbage collector does; while
   * it follows a touch, it can. Null without libstdc++.
   * @param done afterwards
   */
  readonly touch: ((address: number, done: () => void) => void) | null;
}

/** @throws SystemError ENOSYS where libc can't be called */
export async function loadAdviseBeside(
  platform = process.platform,
  architecture = process.arch,
): Promise<AdviseBeside> {
  const koffi = await loadKoffi(platform, architecture);
  const madvise = loadLibrary(koffi, architecture).func('madvise', 'int', ['uint64_t', 'uint64_t', 'int']);
  const add = loadAtomicAdd(koffi);
  return {
    advise: (address, byteLength, advice) => madvise.async(address, byteLength, advice, () => {}),
    touch: add === null ? null : (address, done) => add.async(address, 0, () => done()),
  };
}

/**
 * `void __gnu_cxx::__atomic_add(volatile int *, int)`, which Node's runtime library brings; musl's and other builds of Node may do without.
 * Source: libstdc++ manual, "Atomics"; Itanium C++ ABI for the name.
 */
function loadAtomicAdd(koffi: Koffi): ReturnType<ReturnType<Koffi['load']>['func']> | null {
  try {
    return koffi.load(null).func('_ZN9__gnu_cxx12__atomic_addEPVii', 'void', ['uint64_t', 'int']);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Cannot find function')) return null;
    throw error;
  }
}
