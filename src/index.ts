/**
 * The public API: a januskv server in this process.
 *
 *     const server = await createServer({ port: 0, frontend: 'v2' });
 *     const redis = new Redis(server.url);
 *     …
 *     await server.close();
 */
import { checkOptions } from './check-options.js';
import { type Hosting, startHosted } from './hosted-server.js';
import { Config, type Settings } from './server/config/config.js';
import { type ConfiguredListener, configuredListeners } from './server/config/listeners.js';
import { ConfigMistake } from './server/config/mistake.js';
import type { Bound, CreateServerOptions, FrontendName, Listen, RunningServer } from './server-api.js';

export type { Bound, CreateServerOptions, FrontendName, Listen, RunningServer, Settings };

const DEFAULT_HOST = '127.0.0.1';
const LOAD = 'repl-diskless-load';

/**
 * Starts a server; it listens when the promise resolves. Rejects
 * - with a TypeError, for an option or a directive that is wrong;
 * - with the system's error, which has a `code`, when an address can't be had;
 * - with what is wrong with the data on the disk;
 * - with the signal's reason, when that was aborted meanwhile.
 *
 * Nothing is left open then.
 */
export async function createServer(options: CreateServerOptions = {}): Promise<RunningServer> {
  checkOptions(options);
  const { signal } = options;
  signal?.throwIfAborted();
  const server = await startHosted(hostingOf(options));
  if (signal !== undefined) await obey(signal, server);
  return server;
}

function hostingOf(options: CreateServerOptions): Hosting {
  const config = configOf(options);
  const keepsData = keepsDataOf(options, config);
  // What a master sends is not left in the application's directory.
  if (!keepsData && !names(options).includes(LOAD)) config.set([[LOAD, 'swapdb']]);
  return {
    config,
    listeners: listenersOf(options, config),
    isMovable: !isInCode(options) && options.frontend === undefined && config.get('listen').length === 0,
    keepsData,
    backlog: options.backlog,
    report: options.report ?? reportToStderr,
    log: options.log,
  };
}

/** From now on. Rejects with its reason when it has been aborted already. */
async function obey(signal: AbortSignal, server: RunningServer): Promise<void> {
  if (signal.aborted) {
    await server.close();
    throw signal.reason;
  }
  const close = (): void => void server.close();
  signal.addEventListener('abort', close);
  // A signal may live as long as the application does.
  void server.closed.then(() => signal.removeEventListener('abort', close));
}

/** What a configuration in code has to name for data to outlive the process. A file or a command line needn't. */
function keepsDataOf(options: CreateServerOptions, config: Config): boolean {
  if (config.get('appendonly') || config.get('save').length > 0) return true;
  return names(options).some((name) => name === 'dir' || name === 'dbfilename');
}

/** What a configuration in code names. */
function names({ config = {} }: CreateServerOptions): readonly string[] {
  return Object.entries(config).flatMap(([name, setting]) => (setting === undefined ? [] : [name]));
}

function configOf({ config }: CreateServerOptions): Config {
  try {
    return new Config({ ...config, save: config?.save ?? '' });
  } catch (error) {
    if (error instanceof ConfigMistake) throw new TypeError(error.reason);
    throw error;
  }
}

function isInCode({ listen, host, port, path }: CreateServerOptions): boolean {
  return listen !== undefined || host !== undefined || port !== undefined || path !== undefined;
}

/** What is asked for in code, or else what is configured. */
function listenersOf(options: CreateServerOptions, config: Config): readonly ConfiguredListener[] {
  const { listen = [options], frontend } = options;
  if (!isInCode(options)) {
    const configured = configuredListeners(config);
    return frontend === undefined ? configured : configured.map((each) => ({ ...each, frontend }));
  }
  return listen.map((each) => ({
    frontend: each.frontend ?? frontend ?? config.get('frontend'),
    host: each.path === undefined ? (each.host ?? DEFAULT_HOST) : '',
    port: each.port ?? config.get('port'),
    path: each.path ?? '',
    permissions: 0,
    isOptional: false,
  }));
}

function reportToStderr(trouble: unknown, where: string): void {
  const text = trouble instanceof Error ? (trouble.stack ?? trouble.message) : String(trouble);
  process.stderr.write(`januskv: ${where}: ${text}\n`);
}
