/**
 * What the kernel's scheduler is told about the calling thread: how long it wants to run at a stretch. The thread with
 * the shorter slice comes first when it wakes, and gets no more of the core for that. Older kernels than 6.12 take no notice.
 * Source: sched_setattr(2); Documentation/scheduler/sched-eevdf.rst; include/uapi/linux/sched/types.h.
 *
 *     struct sched_attr   0 size │ 4 policy │ 8 flags (64 bits) │ 16 nice │ 20 priority │ 24 slice in ns (64 bits) │ … 48
 */
import { getPriority } from 'node:os';
import { loadKoffi, loadLibrary } from './koffi.js';

const ATTRIBUTES_BYTES = 48;
const OFFSET_NICENESS = 16;
const OFFSET_SLICE = 24;
const SCHED_OTHER = 0;
/** libc had no name for it before glibc 2.41. Source: syscalls(2). */
const SYS_SCHED_SETATTR: Readonly<Record<string, number>> = { x64: 314, arm64: 274 };
/** The least there is. */
const SLICE_NS = 100_000n;

/**
 * For the thread that serves, in a process with others that have time.
 * @returns false where it is refused, or somebody gave this process another way of scheduling: nothing is different then
 * @throws SystemError ENOSYS where libc can't be called
 */
export async function askForShortSlices(
  platform = process.platform,
  architecture = process.arch,
): Promise<boolean> {
  const library = loadLibrary(await loadKoffi(platform, architecture), architecture);
  if (library.func('sched_getscheduler', 'int', ['int'])(0) !== SCHED_OTHER) return false;
  const call = library.func('syscall', 'long', ['long', 'int', 'void *', 'uint']);
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  attributes.writeUInt32LE(ATTRIBUTES_BYTES);
  attributes.writeInt32LE(getPriority(process.pid), OFFSET_NICENESS);
  attributes.writeBigUInt64LE(SLICE_NS, OFFSET_SLICE);
  return Number(call(SYS_SCHED_SETATTR[architecture], 0, attributes, 0)) === 0;
}
