/** What the operating system and the runtime know of this process. Read when asked for; nothing is kept. */
import { closeSync, openSync, readSync } from 'node:fs';
import { endianness, machine, release, totalmem, type } from 'node:os';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** CPU time in µs. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
}

export interface ProcessFacts {
  readonly pid: number;
  /** `Linux 6.1.0 x86_64` */
  readonly operatingSystem: string;
  readonly wordBits: number;
  readonly isLittleEndian: boolean;
  readonly runtime: string;
  readonly executable: string;
  readonly systemMemoryBytes: number;
  /** Bytes resident in memory. */
  residentBytes(): number;
  /** Bytes of the JavaScript heap: in use, and taken from the system. */
  heapBytes(): { readonly used: number; readonly total: number };
  /** Of all threads of the process. */
  processCpu(): CpuTime;
  /** Of the thread that asks, or of the process where the system doesn't tell. */
  threadCpu(): CpuTime;
  /** Turns of libuv's event loop so far. */
  loopTurns(): number;
  /** µs that the thread which asks spent other than waiting: dearer to ask for than the turns. */
  threadBusyUs(): number;
}

const WORD_BITS: Record<string, number> = { arm: 32, ia32: 32, mips: 32, mipsel: 32 };
/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICK_US = 10_000;
/** Fields of /proc/thread-self/stat after the command's name: utime and stime. */
const USER_TICKS_FIELD = 11;

/** More than a line about a thread takes. */
const line = Buffer.alloc(1024);

/**
 * What the kernel says of this thread in a line. An idle server asks ten times a second, and whoever watches a server asks once,
 * so it is code that is never compiled: `readFileSync` costs nearly twice as much there.
 */
function threadLine(file: 'stat' | 'schedstat'): string {
  const fd = openSync(`/proc/thread-self/${file}`, 'r');
  try {
    return line.toString('latin1', 0, readSync(fd, line, 0, line.length, null));
  } finally {
    closeSync(fd);
  }
}

function threadCpu(): CpuTime {
  if (process.platform !== 'linux') return process.cpuUsage();
  const stat = threadLine('stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    user: Number(fields[USER_TICKS_FIELD]) * TICK_US,
    system: Number(fields[USER_TICKS_FIELD + 1]) * TICK_US,
  };
}

/** µs that the thread has run, to the nanosecond; null where the system doesn't tell. Source: proc(5), schedstat. */
function threadRunUs(): number | null {
  if (process.platform !== 'linux') return null;
  try {
    return Number.parseInt(threadLine('schedstat'), 10) / 1000;
  } catch {
    // A kernel without statistics of its scheduler.
    return null;
  }
}

export const processFacts: ProcessFacts = {
  pid: process.pid,
  operatingSystem: `${type()} ${release()} ${machine()}`,
  wordBits: WORD_BITS[process.arch] ?? 64,
  isLittleEndian: endianness() === 'LE',
  runtime: `node ${process.version}`,
  executable: process.argv[1] ?? process.execPath,
  systemMemoryBytes: totalmem(),
  residentBytes: () => process.memoryUsage.rss(),
  heapBytes() {
    const { used_heap_size: used, total_heap_size: total } = getHeapStatistics();
    return { used, total };
  },
  processCpu: () => process.cpuUsage(),
  threadCpu,
  loopTurns: () => performance.nodeTiming.uvMetricsInfo?.loopCount ?? 0,
  // libuv knows nothing of the waiting of who waits in its stead.
  threadBusyUs: () => threadRunUs() ?? performance.eventLoopUtilization().active * 1000,
};
