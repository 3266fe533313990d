/**
 * What the kernel's scheduler is told about a thread of this process: how urgent it is, and how long it wants to run at a
 * stretch. Older kernels than 6.12 take no notice of the stretch.
 * Source: sched_setattr(2); Documentation/scheduler/sched-eevdf.rst; include/uapi/linux/sched/types.h.
 *
 *     struct sched_attr   0 size │ 4 policy │ 8 flags (64 bits) │ 16 nice │ 20 priority │ 24 slice in ns (64 bits) │ … 48
 */
import { loadKoffi, loadLibrary } from './koffi.js';

const ATTRIBUTES_BYTES = 48;
const OFFSET_POLICY = 4;
const OFFSET_NICENESS = 16;
const OFFSET_SLICE = 24;
const SCHED_OTHER = 0;
const SCHED_BATCH = 3;
const NS_PER_MS = 1_000_000;
/** libc had no name for it before glibc 2.41. Source: syscalls(2). */
const SYS_SCHED_SETATTR: Readonly<Record<string, number>> = { x64: 314, arm64: 274 };

export interface Schedule {
  /** It takes the core from nobody when it wakes: SCHED_BATCH. */
  readonly isPatient: boolean;
  /** -20 to 19; what is less than the thread's takes a privilege. */
  readonly niceness: number;
  /** 0.1 to 100. */
  readonly sliceMs: number;
}

export class Scheduler {
  readonly #policyOf: (thread: number) => number;
  readonly #call: (number: number, thread: number, attributes: Buffer, flags: number) => number | bigint;
  readonly #number: number;
  readonly #attributes = Buffer.alloc(ATTRIBUTES_BYTES);

  /** @throws SystemError ENOSYS where libc can't be called */
  static async load(platform = process.platform, architecture = process.arch): Promise<Scheduler> {
    return new Scheduler(loadLibrary(await loadKoffi(platform, architecture), architecture), architecture);
  }

  private constructor(library: ReturnType<typeof loadLibrary>, architecture: string) {
    this.#policyOf = library.func('sched_getscheduler', 'int', ['int']);
    this.#call = library.func('syscall', 'long', ['long', 'int', 'void *', 'uint']);
    this.#number = SYS_SCHED_SETATTR[architecture];
  }

  /** Nobody has given the thread another way of scheduling than threads have. @param thread its number, 0 for the caller's */
  isOrdinary(thread: number): boolean {
    return this.#policyOf(thread) === SCHED_OTHER;
  }

  /** @returns false where it is refused; nothing is different then */
  set(thread: number, { isPatient, niceness, sliceMs }: Schedule): boolean {
    const attributes = this.#attributes;
    attributes.writeUInt32LE(ATTRIBUTES_BYTES);
    attributes.writeUInt32LE(isPatient ? SCHED_BATCH : SCHED_OTHER, OFFSET_POLICY);
    attributes.writeInt32LE(niceness, OFFSET_NICENESS);
    attributes.writeBigUInt64LE(BigInt(Math.round(sliceMs * NS_PER_MS)), OFFSET_SLICE);
    return Number(this.#call(this.#number, thread, attributes, 0)) === 0;
  }
}
