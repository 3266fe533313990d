/** A proxy before backends, and clients of it: made anew for each test, and gone after it. */
import { systemClock } from '../../../src/base/clock.js';
import { type AppConfig, type ProxyConfig, parseConfig } from '../../../v2/proxy/config.js';
import { Log } from '../../../v2/proxy/log.js';
import { ProxyServer } from '../../../v2/proxy/proxy-server.js';
import type { Trigger } from '../../../v2/reactor/interest.js';
import { NamedBackend } from './named-backend.js';
import { NetClient } from './net-client.js';

export interface Status {
  readonly apps: readonly {
    readonly name: string;
    readonly ports: readonly { readonly port: number; readonly listening: boolean }[];
    readonly backends: readonly {
      readonly target: string;
      readonly state: string;
      readonly active: number;
      readonly connected: number;
      readonly failed: number;
      readonly sentBytes: number;
      readonly receivedBytes: number;
      readonly lastError: string;
    }[];
  }[];
}

/** Apps that listen on any port and check nothing, unless told otherwise. */
export function configOf(apps: readonly Partial<AppConfig>[], drainMs = 2000): ProxyConfig {
  return parseConfig(
    JSON.stringify({
      Apps: apps.map((app, index) => ({
        Name: `app ${index}`,
        Host: '127.0.0.1',
        Ports: [0],
        HealthIntervalMs: 0,
        ...app,
      })),
      DrainTimeoutMs: drainMs,
    }),
  );
}

export class Proxied {
  readonly clients: NetClient[] = [];
  readonly logged: string[] = [];
  readonly #servers: ProxyServer[] = [];
  readonly #backends: NamedBackend[] = [];

  constructor(readonly trigger: Trigger) {}

  async backend(name: string, onConnection?: NamedBackend['onConnection']): Promise<NamedBackend> {
    const created = new NamedBackend(name);
    if (onConnection !== undefined) created.onConnection = onConnection;
    this.#backends.push(created);
    return created.listen();
  }

  async start(apps: readonly Partial<AppConfig>[], drainMs?: number): Promise<ProxyServer> {
    const server = await ProxyServer.start(configOf(apps, drainMs), {
      clock: systemClock,
      log: new Log(7, systemClock, (line) => this.logged.push(line)),
      trigger: this.trigger,
      portRetryMs: 5,
    });
    this.#servers.push(server);
    return server;
  }

  async connect(server: ProxyServer): Promise<NetClient> {
    const client = await NetClient.connect({ host: '127.0.0.1', port: portOf(server) });
    this.clients.push(client);
    return client;
  }

  async end(): Promise<void> {
    for (const client of this.clients.splice(0)) client.destroy();
    for (const server of this.#servers.splice(0)) {
      server.stop();
      await server.ended;
    }
    for (const backend of this.#backends.splice(0)) await backend.kill();
    this.logged.length = 0;
  }
}

/** Of the first app. */
export const statusOf = (server: ProxyServer): Status['apps'][number] => (server.status() as Status).apps[0];
export const portOf = (server: ProxyServer): number => statusOf(server).ports[0].port;

export async function readLine(client: NetClient): Promise<string> {
  let text = '';
  while (!text.endsWith('\n') && !client.isEnded) text += (await client.read(1)).toString();
  return text.trimEnd();
}
