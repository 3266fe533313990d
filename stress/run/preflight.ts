/** Looks, before anything runs, whether this machine can carry the load, and says what to change. */
import { readFileSync } from 'node:fs';
import { CLIENTS_PER_SOURCE } from '../load/connector.js';
import { openFilesMax } from './machine.js';
import { hasTaskset, type Pinning } from './pinning.js';

/** Descriptors a server or the generator uses beside its connections; Redis itself asks for 32. */
const SPARE_FILES = 128;
/** What `CLIENTS_PER_SOURCE` connections from one address need, with room for those that linger. */
const SPARE_PORTS = 2_000;

export interface Preflight {
  /** The run cannot work; each says what to change. */
  readonly obstacles: readonly string[];
  /** The run works and means less; they go into the report. */
  readonly caveats: readonly string[];
}

/** @param clients of the largest rung @param generators processes that share them */
export function preflight(clients: number, generators: number, pinning: Pinning): Preflight {
  if (process.platform !== 'linux') {
    return { obstacles: ['the stress lab needs Linux: epoll, /proc and taskset'], caveats: [] };
  }
  return {
    obstacles: [...checkFiles(clients, generators), ...checkPorts(clients), ...checkBacklog(clients)],
    caveats: checkCores(generators, pinning),
  };
}

function checkFiles(clients: number, generators: number): string[] {
  const needed = clients + SPARE_FILES;
  const limit = openFilesMax();
  if (limit >= needed) return [];
  const share = Math.ceil(clients / generators);
  return [
    `open files: the server needs ${needed}, a generator ${share + SPARE_FILES}, the hard limit is ${limit}; ` +
      `raise it (ulimit -Hn ${needed} as root, or LimitNOFILE=/limits.conf) or take at most ${limit - SPARE_FILES} clients`,
  ];
}

function checkPorts(clients: number): string[] {
  const range = readNumbers('/proc/sys/net/ipv4/ip_local_port_range');
  const ports = range[1] - range[0] + 1;
  const needed = Math.min(clients, CLIENTS_PER_SOURCE) + SPARE_PORTS;
  if (ports >= needed) return [];
  return [
    `local ports: ${needed} are needed for each source address, the range has ${ports}; ` +
      `sysctl -w net.ipv4.ip_local_port_range="16384 65000"`,
  ];
}

function checkBacklog(clients: number): string[] {
  const [somaxconn] = readNumbers('/proc/sys/net/core/somaxconn');
  const needed = Math.min(clients, 1024);
  if (somaxconn >= needed) return [];
  return [
    `listen backlog: net.core.somaxconn is ${somaxconn}, connections that come at once would be dropped; ` +
      'sysctl -w net.core.somaxconn=4096',
  ];
}

function checkCores(generators: number, pinning: Pinning): string[] {
  if (!hasTaskset()) {
    return [
      'taskset is missing (package util-linux): nothing was pinned, servers and generator may have shared cores',
    ];
  }
  if (pinning.serverCores.length === 0) {
    return [
      'there is one core: server and generator shared it, so neither throughput nor latency means much',
    ];
  }
  if (pinning.loadCores.length < generators) {
    const { length } = pinning.loadCores;
    return [`${generators} generator processes shared ${length} core(s): fewer would have been as fast`];
  }
  return [];
}

function readNumbers(path: string): number[] {
  return readFileSync(path, 'latin1').trim().split(/\s+/).map(Number);
}
