/**
 * How many system calls processes make, counted by perf where it is installed and allowed. strace could tell as
 * well, but slows what it watches many times over: the loop would batch as it never does.
 */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const EVENT = 'raw_syscalls:sys_enter';
const SECONDS = 0.4;
const DEADLINE_MS = 5_000;

export function canCountSystemCalls(): boolean {
  const { status, stderr } = spawnSync('perf', ['stat', '-x', ',', '-e', EVENT, 'true'], {
    encoding: 'utf8',
  });
  return status === 0 && countOf(stderr) !== null;
}

/** @returns system calls per second, null when perf could not tell */
export async function countSystemCalls(pids: readonly number[]): Promise<number | null> {
  const options = ['stat', '-x', ',', '-e', EVENT, '-p', pids.join(','), '--', 'sleep', `${SECONDS}`];
  try {
    const { stderr } = await promisify(execFile)('perf', options, { timeout: DEADLINE_MS });
    const count = countOf(stderr);
    return count === null ? null : count / SECONDS;
  } catch {
    // A process has ended, or perf's rights have: the report shows no figure.
    return null;
  }
}

/** perf's line is `count,unit,event,…`; the count may be `<not supported>`. */
function countOf(output: string): number | null {
  const count = new RegExp(`^(\\d+),[^,]*,${EVENT}`, 'm').exec(output)?.[1];
  return count === undefined ? null : Number(count);
}
