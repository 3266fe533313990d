/**
 * The public API: a januskv server in this process.
 *
 *     const server = await createServer({ port: 0, frontend: 'v2' });
 *     const redis = new Redis(server.url);
 *     …
 *     await server.close();
 */
import { descriptorsMax, heedDescriptorLimit } from './descriptor-limit.js';
import { HostedServer } from './hosted-server.js';
import type { Bound } from './listening.js';
import { Config, type Settings } from './server/config/config.js';
import { type ConfiguredListener, configuredListeners } from './server/config/listeners.js';
import { ConfigMistake } from './server/config/mistake.js';
import type { CreateServerOptions, FrontendName, Listen, RunningServer } from './server-api.js';

export type { Bound, CreateServerOptions, FrontendName, Listen, RunningServer, Settings };

const DEFAULT_HOST = '127.0.0.1';
const LOAD = 'repl-diskless-load';

/** Starts a server. Rejects with the system's error when an address can't be had. */
export async function createServer(options: CreateServerOptions = {}): Promise<RunningServer> {
  const config = configOf(options);
  // What a master sends is not left in the application's directory.
  if (!keepsData(options, config) && !names(options).includes(LOAD)) config.set([[LOAD, 'swapdb']]);
  heedDescriptorLimit(config, descriptorsMax());
  const server = new HostedServer(
    {
      config,
      listeners: listenersOf(options, config),
      isMovable: isConfigured(options, config),
      keepsData: keepsData(options, config),
      report: options.report ?? reportToStderr,
    },
    options,
  );
  await server.start();
  return server;
}

/** What a configuration in code has to name for data to outlive the process. A file or a command line needn't. */
function keepsData(options: CreateServerOptions, config: Config): boolean {
  if (options.config instanceof Config) return true;
  if (config.get('appendonly') || config.get('save').length > 0) return true;
  return names(options).some((name) => name === 'dir' || name === 'dbfilename');
}

/** What a configuration in code names. */
function names({ config }: CreateServerOptions): readonly string[] {
  return config instanceof Config ? [] : Object.keys(config ?? {});
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

function reportToStderr(trouble: unknown, where: string): void {
  const text = trouble instanceof Error ? (trouble.stack ?? trouble.message) : String(trouble);
  process.stderr.write(`januskv: ${where}: ${text}\n`);
}
