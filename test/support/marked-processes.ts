/** Processes found by a mark that their ancestor left in its environment, which all that it starts inherit. Needs /proc. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** tsx keeps its compiler running. */
const COMPILER = /\/esbuild --service=/;

/** From here on what this process starts has the mark, and what that starts. */
export function mark(name: string): void {
  process.env[name] = `${process.pid}`;
}

/** Those that run, but not this one. Zombies have no environment, and don't count. */
export function markedProcesses(name: string): MarkedProcess[] {
  if (!existsSync('/proc/self/environ')) return [];
  const wanted = `${name}=${process.env[name]}`;
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => read(pid, 'environ').split('\0').includes(wanted))
    .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== '' && !COMPILER.test(command));
}

/** SIGKILL to all of them. */
export function killAll(processes: readonly MarkedProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** @returns nothing of a process that has ended, or is another user's */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
