/**
 * The public API: a januskv server in this process.
 *
 *     const server = await createServer({ port: 0, frontend: 'v2' });
 *     const redis = new Redis(server.url);
 *     …
 *     await server.close();
 *
 * This is the composition root: it alone knows both the server and the frontends.
 */

import { systemClock } from './base/clock.js';
import { allCommands } from './commands/all.js';
import { SystemError } from './native/system-error.js';
import type { Frontend, FrontendOptions, ListenAddress } from './server/frontend.js';
import { JanusServer } from './server/server.js';
import { Ticker } from './ticker.js';

export type FrontendName = 'auto' | 'v1' | 'v2';

export interface Listen {
  readonly frontend?: FrontendName;
  readonly host?: string;
  /** 0 asks for a free port. */
  readonly port?: number;
  /** A Unix socket instead of host and port. */
  readonly path?: string;
}

export interface CreateServerOptions extends Listen {
  /** Several addresses, each with its frontend, over the same data; instead of host, port and path. */
  readonly listen?: readonly Listen[];
  /** Connections that may wait to be accepted; 4096 when absent. */
  readonly backlog?: number;
  /** Told of bugs and of the machine's troubles; they go to stderr when absent. */
  readonly report?: (trouble: unknown, where: string) => void;
}

export interface Bound {
  readonly frontend: 'v1' | 'v2';
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

export interface RunningServer {
  /** The first address's port; 0 for a Unix socket. */
  readonly port: number;
  /** The first address as clients take it: `redis://127.0.0.1:6379`. */
  readonly url: string;
  readonly addresses: readonly Bound[];
  /** Stops accepting, sends the replies owed within the deadline, closes all. Safe to call twice. */
  close(deadlineMs?: number): Promise<void>;
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 6379;
/** Redis' 511 drops connections when thousands come at once. */
const DEFAULT_BACKLOG = 4096;
const CLOSE_DEADLINE_MS = 5000;

/** Starts a server. Rejects with the system's error when an address can't be had. */
export async function createServer(options: CreateServerOptions = {}): Promise<RunningServer> {
  const report = options.report ?? reportToStderr;
  const server = new JanusServer({
    declarations: allCommands,
    hasten: (delayMs) => ticker.hasten(delayMs),
    internalError: (error, command) => report(error, command),
  });
  const frontends = new Map<string, Frontend>();
  const addresses: Bound[] = [];
  const ticker = new Ticker(() => server.tick(), systemClock);
  try {
    for (const listen of options.listen ?? [options]) {
      const name = await resolveFrontend(listen.frontend ?? 'auto');
      let frontend = frontends.get(name);
      if (frontend === undefined) {
        frontend = await loadFrontend(name, server, { report: (trouble) => report(trouble, name) });
        frontends.set(name, frontend);
      }
      const host = listen.host ?? DEFAULT_HOST;
      const address: ListenAddress =
        listen.path === undefined ? { host, port: listen.port ?? DEFAULT_PORT } : { path: listen.path };
      const { port } = await frontend.listen(address, options.backlog ?? DEFAULT_BACKLOG);
      addresses.push({ frontend: name, host, port, path: listen.path ?? '' });
    }
  } catch (error) {
    for (const frontend of frontends.values()) await frontend.close(0);
    throw error;
  }
  ticker.start();
  let closing: Promise<void> | null = null;
  return {
    port: addresses[0].port,
    url: urlOf(addresses[0]),
    addresses,
    close(deadlineMs = CLOSE_DEADLINE_MS) {
      closing ??= closeAll([...frontends.values()], ticker, deadlineMs);
      return closing;
    },
  };
}

async function closeAll(frontends: readonly Frontend[], ticker: Ticker, deadlineMs: number): Promise<void> {
  await Promise.all(frontends.map((frontend) => frontend.close(deadlineMs)));
  ticker.stop();
}

/** `auto` is v2 where it runs, v1 elsewhere. */
async function resolveFrontend(name: FrontendName): Promise<'v1' | 'v2'> {
  if (name !== 'auto') return name;
  if (process.platform !== 'linux') return 'v1';
  try {
    const { loadLibc } = await import('./native/libc.js');
    await loadLibc();
    return 'v2';
  } catch (error) {
    if (error instanceof SystemError) return 'v1';
    throw error;
  }
}

/** Loaded when asked for: koffi has to be there only for v2. */
async function loadFrontend(
  name: 'v1' | 'v2',
  server: JanusServer,
  options: FrontendOptions,
): Promise<Frontend> {
  const { createFrontend } =
    name === 'v1' ? await import('../v1/frontend.js') : await import('../v2/frontend.js');
  return createFrontend(server, options);
}

function urlOf(bound: Bound): string {
  if (bound.path !== '') return `redis+unix://${bound.path}`;
  return `redis://${bound.host.includes(':') ? `[${bound.host}]` : bound.host}:${bound.port}`;
}

function reportToStderr(trouble: unknown, where: string): void {
  const text = trouble instanceof Error ? (trouble.stack ?? trouble.message) : String(trouble);
  process.stderr.write(`januskv: ${where}: ${text}\n`);
}
