/**
 * Which cores the server and the load generator get, and how a process is kept on them. Without taskset or
 * with one core the scheduler decides, and the report says so.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export interface Pinning {
  /** Core numbers; empty when nothing is pinned. */
  readonly serverCores: readonly number[];
  readonly loadCores: readonly number[];
}

export function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version']).status === 0;
}

/** The first core for the server; for each generator one that shares no physical core with it, where there are such. */
export function choosePinning(generators: number): Pinning {
  const allowed = allowedCores();
  if (!hasTaskset() || allowed.length < 2) return { serverCores: [], loadCores: [] };
  const [server, ...others] = allowed;
  const siblings = siblingsOf(server);
  const apart = others.filter((core) => !siblings.includes(core));
  return { serverCores: [server], loadCores: (apart.length > 0 ? apart : others).slice(0, generators) };
}

/** The command that runs `command` on the cores, as spawn takes it. */
export function pinned(
  cores: readonly number[],
  command: readonly string[],
): { file: string; args: string[] } {
  const [file, ...args] = cores.length === 0 ? command : ['taskset', '-c', cores.join(','), ...command];
  return { file, args };
}

/** Moves this process, so that its own little work doesn't happen on the server's core. */
export function pinSelf(cores: readonly number[]): void {
  if (cores.length > 0) spawnSync('taskset', ['-a', '-p', '-c', cores.join(','), `${process.pid}`]);
}

/** The cores this process may use: a container or cpuset may allow fewer than there are. */
function allowedCores(): number[] {
  const status = readFileSync('/proc/self/status', 'latin1');
  const list = /^Cpus_allowed_list:\s+(\S+)/m.exec(status)?.[1] ?? `0-${availableParallelism() - 1}`;
  return parseCoreList(list);
}

/** Hardware threads of the same physical core, itself included. */
function siblingsOf(core: number): number[] {
  try {
    const path = `/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`;
    return parseCoreList(readFileSync(path, 'latin1').trim());
  } catch (error) {
    // Virtual machines and containers may not show their topology.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [core];
    throw error;
  }
}

/** `0-3,8` as the kernel writes it. */
export function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  });
}
