/**
 * Has the kernel make memory resident before it is used, in one of libuv's threads. Where the machine has to find
 * the memory first, as virtual machines do, the first touch of a page of 2 MiB takes milliseconds.
 */
import { MADV_POPULATE_WRITE } from './constants.js';
import { loadKoffi, loadLibrary } from './koffi.js';

/** `address` is a page's. Nobody hears how it ends: kernels before 5.14 refuse, and then the first touch does it. */
export type Prefault = (address: number, byteLength: number) => void;

/** @throws SystemError ENOSYS where libc can't be called */
export async function loadPrefault(
  platform = process.platform,
  architecture = process.arch,
): Promise<Prefault> {
  const library = loadLibrary(await loadKoffi(platform, architecture), architecture);
  const madvise = library.func('madvise', 'int', ['uint64_t', 'uint64_t', 'int']);
  return (address, byteLength) => madvise.async(address, byteLength, MADV_POPULATE_WRITE, () => {});
}
