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

import type { EpollOptions } from '../v2/frontend-options.js';
import { systemClock } from './base/clock.js';
import { allCommands } from './commands/all.js';
import type { ShutdownRequest } from './commands/services/persistence.js';
import { descriptorsMax, heedDescriptorLimit } from './descriptor-limit.js';
import { type Bound, Listening } from './listening.js';
import { connectOverTcp } from './replication-link.js';
import { Config, type Settings } from './server/config/config.js';
import { type ConfiguredListener, configuredListeners } from './server/config/listeners.js';
import { ConfigMistake } from './server/config/mistake.js';
import { isLogged } from './server/log-levels.js';
import { nodeDisk } from './server/persistence/node-disk.js';
import { JanusServer } from './server/server.js';
import { Ticker } from './ticker.js';

export type { Bound, Settings };

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
  /**
   * Directives of redis.conf by their names: `{ maxmemory: '100mb' }`. Addresses above go first. Nothing is kept on disk
   * unless one of `save`, `dir`, `dbfilename` and `appendonly` asks for it; SAVE and BGSAVE write a file all the same.
   */
  readonly config?: Settings | Config;
  /** Connections that may wait to be accepted; the directive `tcp-backlog` when absent. */
  readonly backlog?: number;
  /**
   * The process does nothing but serve, as the command line does: v2 then claims addresses, not memory, for all the data
   * that the machine can hold, so that no garbage collection delays a command while the data grow.
   */
  readonly isAlone?: boolean;
  /** Told of bugs and of the machine's troubles; they go to stderr when absent. */
  readonly report?: (trouble: unknown, where: string) => void;
  /** Told what the server logs, of `loglevel` and above. @param level 0 debug … 3 warning */
  readonly log?: (level: number, message: string) => void;
}

export interface RunningServer {
  /** The first address's port; 0 for a Unix socket. */
  readonly port: number;
  /** The first address as clients take it: `redis://127.0.0.1:6379`. */
  readonly url: string;
  readonly addresses: readonly Bound[];
  /** Why the server closed itself; null: it didn't. */
  readonly failure: Error | null;
  /** Resolves when the server is closed, by `close` or by the command SHUTDOWN. */
  readonly closed: Promise<void>;
  /**
   * Saves the data if save points are set, stops accepting, sends the replies owed within the deadline, closes all. Data
   * that can't be saved are reported. Safe to call twice.
   */
  close(deadlineMs?: number): Promise<void>;
  /**
   * As SHUTDOWN: saves what is to be saved.
   * @returns false when that failed: then the server goes on. Otherwise `close` is to follow at once
   */
  prepareExit(request: ShutdownRequest): boolean;
}

const DEFAULT_HOST = '127.0.0.1';
const CLOSE_DEADLINE_MS = 5000;

/** Starts a server. Rejects with the system's error when an address can't be had. */
export async function createServer(options: CreateServerOptions = {}): Promise<RunningServer> {
  const report = options.report ?? reportToStderr;
  const config = configOf(options);
  heedDescriptorLimit(config, descriptorsMax());
  let failure: Error | null = null;
  const server = new JanusServer({
    declarations: allCommands,
    config,
    disk: nodeDisk,
    connect: connectOverTcp,
    defer: (work) => ticker.defer(work),
    fail(message) {
      failure = new Error(message);
      report(failure, 'persistence');
      void close(0);
    },
    hasten: (delayMs) => ticker.hasten(delayMs),
    log(level, message) {
      if (isLogged(level, config.get('loglevel'))) options.log?.(level, message);
    },
    stop: () => void close(),
    internalError: (error, command) => report(error, `internal error in ${command}`),
  });
  const ticker = new Ticker(() => server.tick(), systemClock);
  const epollOptions = (name: string): EpollOptions => ({
    get tcpKeepaliveSeconds() {
      return config.get('tcp-keepalive');
    },
    trigger: config.get('reactor-trigger'),
    busyPollUs: config.get('reactor-busy-poll'),
    loop: config.get('reactor-loop'),
    ioThreads: config.get('io-threads'),
    report: (trouble) => report(trouble, name),
  });
  const backlog = options.backlog ?? config.get('tcp-backlog');
  const listening = new Listening(server, backlog, epollOptions, options.isAlone ?? false);
  try {
    await listening.open(listenersOf(options, config));
    if (listening.addresses.length === 0) throw new Error('configured to listen nowhere');
    identify(server, config, listening.addresses);
    if (isConfigured(options, config)) server.introspection.sockets.relisten = relisten;
    // Clients may connect already, and are told that the data is being loaded.
    ticker.start();
    if (keepsData(options, config)) await load(server);
    server.replication.start();
  } catch (error) {
    ticker.stop();
    await listening.close(0);
    throw error;
  }
  async function relisten(): Promise<void> {
    try {
      await listening.move(configuredListeners(config));
    } catch (error) {
      report(error, 'CONFIG SET');
      throw error;
    } finally {
      identify(server, config, listening.addresses);
    }
  }
  let announceClosed = (): void => {};
  const closed = new Promise<void>((resolve) => {
    announceClosed = resolve;
  });
  let closing: Promise<void> | null = null;
  function close(deadlineMs = CLOSE_DEADLINE_MS): Promise<void> {
    closing ??= end(deadlineMs);
    return closing;
  }
  async function end(deadlineMs: number): Promise<void> {
    if (!server.persistence.prepareExit({ saves: 'default', isNow: true, isForced: false })) {
      report(new Error('the data could not be saved'), 'close');
    }
    server.replication.stop();
    await listening.close(deadlineMs);
    ticker.stop();
    if (!server.persistence.end()) report(new Error('the append-only file could not be written'), 'close');
    announceClosed();
  }
  return {
    get port() {
      return listening.addresses[0]?.port ?? 0;
    },
    get url() {
      const [first] = listening.addresses;
      return first === undefined ? '' : urlOf(first);
    },
    get addresses() {
      return listening.addresses;
    },
    closed,
    get failure() {
      return failure;
    },
    close,
    prepareExit: (request) => server.persistence.prepareExit(request),
  };
}

/** What a configuration in code has to name for data to outlive the process. A file or a command line needn't. */
function keepsData({ config: given }: CreateServerOptions, config: Config): boolean {
  if (given instanceof Config) return true;
  const names = Object.keys(given ?? {});
  if (config.get('appendonly')) return true;
  return names.includes('dir') || names.includes('dbfilename') || config.get('save').length > 0;
}

/** Reads what is on the disk. */
function load({ persistence }: JanusServer): Promise<void> {
  return new Promise((resolve, reject) => {
    persistence.loadAtStart((error) => (error === null ? resolve() : reject(error)));
  });
}

/** What INFO says of this. */
function identify(
  { introspection: { identity } }: JanusServer,
  config: Config,
  addresses: readonly Bound[],
): void {
  identity.configFile = config.file;
  identity.listeners.length = 0;
  identity.multiplexingApi = addresses.some(({ frontend }) => frontend === 'v2') ? 'epoll' : 'libuv';
  for (const { host, port, path } of addresses) {
    identity.listeners.push({ name: path === '' ? 'tcp' : 'unix', bind: path || host, port });
  }
}

function configOf({ config }: CreateServerOptions): Config {
  if (config instanceof Config) return config;
  try {
    return new Config({ save: '', ...config });
  } catch (error) {
    if (error instanceof ConfigMistake) throw new TypeError(error.reason);
    throw error;
  }
}

function isInCode({ listen, host, port, path }: CreateServerOptions): boolean {
  return listen !== undefined || host !== undefined || port !== undefined || path !== undefined;
}

/** Whether `port` and `bind` say where to listen. */
function isConfigured(options: CreateServerOptions, config: Config): boolean {
  return !isInCode(options) && options.frontend === undefined && config.get('listen').length === 0;
}

/** What is asked for in code, or else what is configured. */
function listenersOf(options: CreateServerOptions, config: Config): readonly ConfiguredListener[] {
  const { listen, frontend } = options;
  if (!isInCode(options)) {
    const configured = configuredListeners(config);
    return frontend === undefined ? configured : configured.map((each) => ({ ...each, frontend }));
  }
  return (listen ?? [options]).map((each) => ({
    frontend: each.frontend ?? config.get('frontend'),
    host: each.path === undefined ? (each.host ?? DEFAULT_HOST) : '',
    port: each.port ?? config.get('port'),
    path: each.path ?? '',
    permissions: 0,
    isOptional: false,
  }));
}

function urlOf(bound: Bound): string {
  if (bound.path !== '') return `redis+unix://${bound.path}`;
  return `redis://${bound.host.includes(':') ? `[${bound.host}]` : bound.host}:${bound.port}`;
}

function reportToStderr(trouble: unknown, where: string): void {
  const text = trouble instanceof Error ? (trouble.stack ?? trouble.message) : String(trouble);
  process.stderr.write(`januskv: ${where}: ${text}\n`);
}
