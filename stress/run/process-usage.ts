/**
 * What processes have used, as Linux accounts it in /proc. Sums over a process and its descendants, all
 * threads included. A process that ended meanwhile counts nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** /proc counts CPU time in ticks of 1/100 s on every Linux. Source: USER_HZ, proc(5). */
const TICK_US = 10_000;

export interface Usage {
  readonly userUs: number;
  readonly systemUs: number;
  /** Context switches because it waited, and because it was made to. */
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

export interface Memory {
  readonly rssBytes: number;
  /** The most that was ever resident. */
  readonly peakBytes: number;
}

/** The process and all that descend from it. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statFields(Number(name))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (let index = 0; index < tree.length; index++) tree.push(...(children.get(tree[index]) ?? []));
  return tree;
}

export function readUsage(pids: readonly number[]): Usage {
  const sum = { userUs: 0, systemUs: 0, voluntarySwitches: 0, involuntarySwitches: 0 };
  for (const pid of pids) {
    const fields = statFields(pid);
    if (fields === null) continue;
    sum.userUs += Number(fields[11]) * TICK_US;
    sum.systemUs += Number(fields[12]) * TICK_US;
    for (const thread of list(`/proc/${pid}/task`)) {
      const status = read(`/proc/${pid}/task/${thread}/status`);
      sum.voluntarySwitches += numberAfter(status, 'voluntary_ctxt_switches');
      sum.involuntarySwitches += numberAfter(status, 'nonvoluntary_ctxt_switches');
    }
  }
  return sum;
}

export function subtractUsage(later: Usage, earlier: Usage): Usage {
  return {
    userUs: later.userUs - earlier.userUs,
    systemUs: later.systemUs - earlier.systemUs,
    voluntarySwitches: later.voluntarySwitches - earlier.voluntarySwitches,
    involuntarySwitches: later.involuntarySwitches - earlier.involuntarySwitches,
  };
}

export function readMemory(pids: readonly number[]): Memory {
  let rssBytes = 0;
  let peakBytes = 0;
  for (const pid of pids) {
    const status = read(`/proc/${pid}/status`);
    rssBytes += numberAfter(status, 'VmRSS') * 1024;
    peakBytes += numberAfter(status, 'VmHWM') * 1024;
  }
  return { rssBytes, peakBytes };
}

/** How long a process' threads have run, to the nanosecond; threads that ended are forgotten. Source: sched-stats.rst of the kernel. */
export function threadTimeNs(pid: number): number {
  let ns = 0;
  for (const thread of list(`/proc/${pid}/task`)) {
    ns += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]);
  }
  return ns;
}

/** Of /proc/PID/stat, from the state on: field 3 of proc(5) is the first. Null when there is no such process. */
function statFields(pid: number): string[] | null {
  const stat = read(`/proc/${pid}/stat`);
  // The name before it may hold blanks and parentheses.
  return stat === '' ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function numberAfter(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

function read(path: string): string {
  return ifThere(() => readFileSync(path, 'latin1'), '');
}

function list(path: string): string[] {
  return ifThere(() => readdirSync(path), []);
}

/** Processes and threads end between two looks. */
function ifThere<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return otherwise;
    throw error;
  }
}
