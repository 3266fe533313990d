/**
 * A real redis-server, where one is installed, for comparing bytes with. It stores nothing and ends
 * with the suite that started it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';

export const REDIS_IS_INSTALLED: boolean = spawnSync('redis-server', ['--version']).status === 0;

export interface ReferenceRedis {
  readonly client: Redis;
  stop(): Promise<void>;
}

/** @param directives further command line, such as ['--hash-max-listpack-value', '100000'] */
export async function startReferenceRedis(directives: readonly string[] = []): Promise<ReferenceRedis> {
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--rdbcompression', 'no', ...directives],
    { cwd: tmpdir(), stdio: 'ignore' },
  );
  const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 20, maxRetriesPerRequest: null });
  // Refused connections are how one learns that it is still starting.
  client.on('error', () => {});
  await client.ping();
  return {
    client,
    stop: async () => {
      client.disconnect();
      await ended(child);
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The first string in a DUMP payload whose type byte is followed by strings: the packed blob of a small value. */
export function blobOfDump(payload: Buffer): Buffer {
  return stringAt(payload, 1).blob;
}

/** The nodes of a dumped list: type byte, number of nodes, then container and string of each. */
export function listNodesOfDump(payload: Buffer): Buffer[] {
  const nodes: Buffer[] = [];
  let { value: left, end } = lengthAt(payload, 1);
  for (; left > 0; left--) {
    const string = stringAt(payload, end + 1);
    nodes.push(string.blob);
    end = string.end;
  }
  return nodes;
}

function stringAt(payload: Buffer, at: number): { blob: Buffer; end: number } {
  const { value, end } = lengthAt(payload, at);
  return { blob: payload.subarray(end, end + value), end: end + value };
}

function lengthAt(payload: Buffer, at: number): { value: number; end: number } {
  const head = payload[at];
  if (head >> 6 === 0) return { value: head & 0x3f, end: at + 1 };
  if (head >> 6 === 1) return { value: ((head & 0x3f) << 8) | payload[at + 1], end: at + 2 };
  return { value: payload.readUInt32BE(at + 1), end: at + 5 };
}
