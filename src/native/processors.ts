/** Which processors a thread may run on. Linux. */
import { loadKoffi, loadLibrary } from './koffi.js';
import { SystemError } from './system-error.js';

/** Of a cpu_set_t: sched.h, CPU_SETSIZE. */
export const PROCESSORS_MAX = 1024;

/**
 * Keeps the calling thread, and those that it starts from now on, to these processors.
 * @param processors by their numbers, below PROCESSORS_MAX
 * @throws SystemError ENOSYS where there is no such call, EINVAL when the machine has none of them
 */
export async function keepThreadTo(
  processors: readonly number[],
  platform = process.platform,
  architecture = process.arch,
): Promise<void> {
  const koffi = await loadKoffi(platform, architecture);
  const library = loadLibrary(koffi, architecture);
  const setAffinity = library.func('int sched_setaffinity(int pid, size_t byteLength, const uint8_t *mask)');
  // Words of the machine, lowest byte first on both architectures.
  const mask = Buffer.alloc(PROCESSORS_MAX / 8);
  for (const processor of processors) mask[processor >>> 3] |= 1 << (processor & 7);
  const result: number = setAffinity(0, mask.length, mask);
  if (result !== 0) throw new SystemError('sched_setaffinity', koffi.errno(), -1, processors.join(','));
}
