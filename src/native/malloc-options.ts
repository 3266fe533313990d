/**
 * How malloc treats what was freed. Each of V8's threads has a heap of malloc's own, in which hot functions are compiled.
 * malloc gives the free end of such a heap back when there is more of it than a threshold, which it raises for good, up
 * to 64 MiB, when a large block is freed: then each of those heaps keeps a megabyte and more for ever.
 */
import { loadKoffi, loadLibrary } from './koffi.js';

/** Source: malloc.h of glibc. */
const M_TRIM_THRESHOLD = -1;
/** What it is before anything was freed. Setting it keeps it there. Source: mallopt(3). */
const TRIM_THRESHOLD_BYTES = 128 * 1024;

/**
 * From now on the process gives free memory back.
 * @returns false where libc has no such option (musl), and nothing is different
 * @throws SystemError ENOSYS where libc can't be called
 */
export async function returnFreedMemory(
  platform = process.platform,
  architecture = process.arch,
): Promise<boolean> {
  const library = loadLibrary(await loadKoffi(platform, architecture), architecture);
  const mallopt = lookUp(() => library.func('mallopt', 'int', ['int', 'int']));
  return mallopt?.(M_TRIM_THRESHOLD, TRIM_THRESHOLD_BYTES) === 1;
}

function lookUp<Found>(find: () => Found): Found | null {
  try {
    return find();
  } catch {
    return null;
  }
}
