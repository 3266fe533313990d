/** The proxy: its apps on one reactor, a new configuration while it serves, and its end when the last client has left. */
import type { Clock } from '../../src/base/clock.js';
import { clearTimeout, setTimeout } from '../../src/base/timers.js';
import { SystemError } from '../../src/native/system-error.js';
import type { Trigger } from '../reactor/interest.js';
import { Reactor } from '../reactor/reactor.js';
import { App, type AppHost } from './app.js';
import type { ProxyConfig } from './config.js';
import { ERROR, type Log, NOTICE } from './log.js';

/** Between attempts at a busy port. */
const PORT_RETRY_MS = 1_000;

export interface ProxyOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly trigger?: Trigger;
  readonly portRetryMs?: number;
}

export class ProxyServer implements AppHost {
  readonly clock: Clock;
  readonly log: Log;
  readonly portRetryMs: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  #config: ProxyConfig;
  #apps = new Map<string, App>();
  /** One after the other. */
  #reconfiguring: Promise<void> = Promise.resolve();
  #tunnels = 0;
  #isStopping = false;
  #deadline: NodeJS.Timeout | null = null;
  #emptied: () => void = () => {};

  /** @throws SystemError when it can't have a port, and somebody else's having it is not the reason */
  static async start(config: ProxyConfig, options: ProxyOptions): Promise<ProxyServer> {
    const reactor = await Reactor.create({ trigger: options.trigger ?? 'edge' });
    const server = new ProxyServer(reactor, config, options);
    try {
      for (const appConfig of config.Apps) await server.#configure(appConfig.Name, appConfig);
      return server;
    } catch (error) {
      server.#closeApps();
      reactor.close();
      throw error;
    }
  }

  private constructor(
    readonly reactor: Reactor,
    config: ProxyConfig,
    options: ProxyOptions,
  ) {
    this.#config = config;
    this.clock = options.clock;
    this.log = options.log;
    this.portRetryMs = options.portRetryMs ?? PORT_RETRY_MS;
    const isEmpty = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    this.ended = isEmpty.then(() => this.#end());
  }

  /** Connections that were accepted and have not ended. */
  get tunnels(): number {
    return this.#tunnels;
  }

  /** As JSON. */
  status(): object {
    return {
      draining: this.#isStopping,
      connections: this.#tunnels,
      apps: [...this.#apps.values()].map((app) => app.status()),
    };
  }

  /** Serves by `config` from now on. What a port refuses is logged, and the rest is served. */
  reconfigure(config: ProxyConfig): Promise<void> {
    this.#reconfiguring = this.#reconfiguring.then(() => this.#reconfigure(config));
    return this.#reconfiguring;
  }

  /** Accepts nothing more, and ends with the last connection, or when the time for that is over. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#closeApps();
    this.log.add(NOTICE, `stopping; ${this.#tunnels} connections`);
    if (this.#tunnels === 0) this.#emptied();
    else this.#deadline = setTimeout(this.#emptied, this.#config.DrainTimeoutMs);
  }

  tunnelOpened(): void {
    this.#tunnels++;
  }

  tunnelOver(): void {
    this.#tunnels--;
    if (this.#isStopping && this.#tunnels === 0) this.#emptied();
  }

  async #reconfigure(config: ProxyConfig): Promise<void> {
    if (this.#isStopping) return;
    this.#config = config;
    const names = new Set(config.Apps.map(({ Name }) => Name));
    // First those that go: their ports may be wanted.
    for (const [name, app] of this.#apps) {
      if (names.has(name)) continue;
      app.close();
      this.#apps.delete(name);
    }
    for (const appConfig of config.Apps) {
      try {
        await this.#configure(appConfig.Name, appConfig);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        this.log.add(ERROR, `${appConfig.Name}: ${error.message}`);
      }
    }
    this.log.add(NOTICE, 'configured anew');
  }

  #configure(name: string, config: ProxyConfig['Apps'][number]): Promise<void> {
    let app = this.#apps.get(name);
    if (app === undefined) {
      app = new App(this, config);
      this.#apps.set(name, app);
    }
    return app.configure(config);
  }

  #closeApps(): void {
    for (const app of this.#apps.values()) app.close();
  }

  async #end(): Promise<void> {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    await this.reactor.drain(0);
    this.reactor.close();
  }
}
