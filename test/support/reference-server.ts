/**
 * A real redis-server, where one is installed, for comparing bytes with. What it stores on disk goes with it, and it ends with
 * the suite that started it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOf } from './child-process.js';
import { connect, type SocketClient } from './socket-client.js';

export const REFERENCE_PROGRAM = 'redis-server';

/** `7.0.15`, or null where there is no such program. */
export function versionOf(program: string): string | null {
  const probe = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return probe.status === 0 ? (/v=([\d.]+)/.exec(probe.stdout)?.[1] ?? null) : null;
}

export const REFERENCE_VERSION: string | null = versionOf(REFERENCE_PROGRAM);

/** @param version major and minor, '7.2' @returns whether the redis-server that is installed is an earlier one */
export function isReferenceBefore(version: string): boolean {
  if (REFERENCE_VERSION === null) return false;
  const [major, minor] = version.split('.').map(Number);
  const [ownMajor, ownMinor] = REFERENCE_VERSION.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

export interface ReferenceServer {
  readonly port: number;
  connect(): Promise<SocketClient>;
  stop(): Promise<void>;
}

/** As `describe`, of tests that need a real redis-server: skipped, with the reason, where there is none. */
export function describeWithReference(title: string, body: () => void): void {
  if (REFERENCE_VERSION === null)
    describe.skip(`${title} (needs redis-server, which is not installed)`, body);
  else describe(title, body);
}

/**
 * @param directives further command line, such as ['--hash-max-listpack-value', '100000']
 * @param program another version, or a server that descends from Redis
 */
export async function startReference(
  directives: readonly string[] = [],
  program = REFERENCE_PROGRAM,
): Promise<ReferenceServer> {
  const port = await freePort();
  // Of its own: a dump file that is there would be loaded.
  const directory = mkdtempSync(join(tmpdir(), 'januskv-reference-'));
  const child = spawn(
    program,
    [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--enable-debug-command',
      'yes',
      ...directives,
    ],
    { cwd: directory, stdio: 'ignore' },
  );
  // Whatever ends this process ends the child too.
  const kill = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', kill);
  await ready(program, port, child);
  return {
    port,
    connect: () => connect(port),
    stop: async () => {
      child.kill();
      await endOf(child);
      process.off('exit', kill);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Connects until it answers. */
async function ready(program: string, port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode} at its start`);
    try {
      const client = await connect(port);
      const answer = await client.raw('PING');
      await client.quit();
      if (/^(\+PONG|-NOAUTH)/.test(answer.toString())) return;
    } catch {
      // Refused: it is still starting.
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function freePort(): Promise<number> {
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
