/** A server whose files are in memory, with its append-only file read and open. */
import { Config, type Settings } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer, type MemoryServerOptions } from '../../support/memory-server.js';
import { readable } from '../propagation/leader.js';
import { MemoryDisk } from './memory-disk.js';

export interface AofServer {
  readonly memory: MemoryServer;
  readonly disk: MemoryDisk;
  readonly client: Client;
  readonly logged: string[];
  /** What the server said when it could go on no longer. */
  readonly failures: string[];
  /** Why it couldn't start. */
  readonly startError: Error | null;
}

export function startAof(
  settings: Settings = {},
  disk = new MemoryDisk(),
  options: Pick<MemoryServerOptions, 'defer' | 'connect' | 'internalError'> = {},
): AofServer {
  const config = new Config({
    'enable-debug-command': true,
    dir: '/',
    appendonly: true,
    appendfsync: 'always',
    save: '',
    ...settings,
  });
  const logged: string[] = [];
  const failures: string[] = [];
  const memory = new MemoryServer({
    config,
    disk,
    log: (_level, message) => logged.push(message),
    fail: (message) => failures.push(message),
    ...options,
  });
  let startError: Error | null = null;
  memory.server.persistence.loadAtStart((error) => {
    startError = error;
  });
  memory.tick();
  return { memory, disk, client: memory.connect(), logged, failures, startError };
}

/** The bytes of a file of the append-only directory. @param name without the common beginning: `1.incr.aof` */
export function fileOf(disk: MemoryDisk, name: string): string {
  return disk.files.get(`/appendonlydir/appendonly.aof.${name}`)?.toString('latin1') ?? '(none)';
}

export const MANIFEST = '/appendonlydir/appendonly.aof.manifest';

/** The commands in such a file, as people read them. */
export const commandsOf = (disk: MemoryDisk, name: string): string =>
  readable(Buffer.from(fileOf(disk, name), 'latin1'));

/** A field of INFO persistence. */
export async function infoOf(client: Client, field: string): Promise<string> {
  const text = String(await client.call('INFO', 'persistence'));
  return new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1] ?? '(none)';
}
