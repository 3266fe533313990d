/**
 * Advice about memory that takes the kernel a while to follow, given in one of libuv's threads: to make it resident before it is
 * used, to put small pages together. Where the machine has to find the memory first, as virtual machines do, the first
 * touch of a page of 2 MiB takes milliseconds.
 */
import { loadKoffi, loadLibrary } from './koffi.js';

/** `address` is a page's. Nobody hears how it ends: older kernels refuse, and then nothing is different. */
export type AdviseBeside = (address: number, byteLength: number, advice: number) => void;

/** @throws SystemError ENOSYS where libc can't be called */
export async function loadAdviseBeside(
  platform = process.platform,
  architecture = process.arch,
): Promise<AdviseBeside> {
  const library = loadLibrary(await loadKoffi(platform, architecture), architecture);
  const madvise = library.func('madvise', 'int', ['uint64_t', 'uint64_t', 'int']);
  return (address, byteLength, advice) => madvise.async(address, byteLength, advice, () => {});
}
