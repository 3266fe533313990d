/** What the figures were taken on. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, version } from 'node:os';

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly distribution: string;
  readonly architecture: string;
  readonly node: string;
  readonly openFilesMax: number;
}

export function machineFacts(): MachineFacts {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `${release()} ${version()}`,
    distribution: distribution(),
    architecture: process.arch,
    node: process.version,
    openFilesMax: openFilesMax(),
  };
}

/** The hard limit: Node raises its own soft limit to it, and servers are started with it. */
export function openFilesMax(): number {
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? '0';
  return hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard);
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'unknown';
    throw error;
  }
}
