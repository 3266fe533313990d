/**
 * A server with what a process gives it: sockets, a timer, files, a way to other servers; and how all of it ends. It takes
 * what is decided already: which configuration, which addresses.
 */

import type { EpollOptions } from '../v2/frontend-options.js';
import { makeV8GiveWay } from './background-threads.js';
import { systemClock } from './base/clock.js';
import { allCommands } from './commands/all.js';
import type { ShutdownRequest } from './commands/services/persistence.js';
import { openDebugChannel } from './debug-channel.js';
import { startDebugThread } from './debug-threads.js';
import { type Bound, Listening } from './listening.js';
import { connectOverTcp } from './replication-link.js';
import type { Config } from './server/config/config.js';
import { type ConfiguredListener, configuredListeners } from './server/config/listeners.js';
import { isLogged } from './server/log-levels.js';
import { nodeDisk } from './server/persistence/node-disk.js';
import { JanusServer } from './server/server.js';
import type { CreateServerOptions, RunningServer } from './server-api.js';
import { Ticker } from './ticker.js';

const CLOSE_DEADLINE_MS = 5000;

export interface Hosting {
  readonly config: Config;
  readonly listeners: readonly ConfiguredListener[];
  /** `port` and `bind` say where it listens, so that CONFIG SET may move it. */
  readonly isMovable: boolean;
  /** What is on the disk is loaded. */
  readonly keepsData: boolean;
  readonly report: (trouble: unknown, where: string) => void;
}

export class HostedServer implements RunningServer {
  readonly closed: Promise<void>;
  failure: Error | null = null;

  readonly #hosting: Hosting;
  readonly #server: JanusServer;
  readonly #ticker: Ticker;
  readonly #listening: Listening;
  #announceClosed = (): void => {};
  #closing: Promise<void> | null = null;

  constructor(hosting: Hosting, { log, backlog, isAlone, crash, supervisor }: CreateServerOptions) {
    const { config, report } = hosting;
    this.#hosting = hosting;
    this.#server = new JanusServer({
      declarations: allCommands,
      config,
      disk: nodeDisk,
      connect: connectOverTcp,
      openDebugChannel,
      startDebugThread,
      defer: (work) => this.#ticker.defer(work),
      fail: (message) => this.#fail(message),
      hasten: (delayMs) => this.#ticker.hasten(delayMs),
      log(level, message) {
        if (isLogged(level, config.get('loglevel'))) log?.(level, message);
      },
      ...(crash && { crash }),
      stop: (isNow) => void this.close(isNow ? 0 : config.get('shutdown-timeout') * 1000),
      internalError: (error, command) => report(error, `internal error in ${command}`),
    });
    this.#server.introspection.identity.supervisor = supervisor ?? 'no';
    if (isAlone) {
      makeV8GiveWay();
      this.#server.persistence.rehearse();
    }
    this.#ticker = new Ticker(() => this.#server.tick(), systemClock);
    this.#listening = new Listening(
      this.#server,
      backlog ?? config.get('tcp-backlog'),
      (name) => epollOptions(hosting, name, isAlone ?? false),
      isAlone ?? false,
    );
    this.closed = new Promise((resolve) => {
      this.#announceClosed = resolve;
    });
  }

  get addresses(): readonly Bound[] {
    return this.#listening.addresses;
  }

  get port(): number {
    return this.addresses[0]?.port ?? 0;
  }

  get url(): string {
    const [first] = this.addresses;
    return first === undefined ? '' : urlOf(first);
  }

  /** Once. Rejects with the system's error when an address can't be had, or with what is wrong with the data. */
  async start(): Promise<void> {
    const { listeners, isMovable, keepsData } = this.#hosting;
    try {
      await this.#listening.open(listeners);
      if (this.addresses.length === 0) throw new Error('configured to listen nowhere');
      this.#identify();
      if (isMovable) this.#server.introspection.sockets.relisten = () => this.#relisten();
      // Clients may connect already, and are told that the data is being loaded.
      this.#ticker.start();
      if (keepsData) await this.#load();
      this.#server.replication.start();
    } catch (error) {
      this.#ticker.stop();
      await this.#listening.close(0);
      throw error;
    }
  }

  close(deadlineMs = CLOSE_DEADLINE_MS): Promise<void> {
    this.#closing ??= this.#end(deadlineMs);
    return this.#closing;
  }

  shutDown(request: ShutdownRequest): boolean {
    return this.#server.shutdown.shutDown(request) !== 'failed';
  }

  facts(): string {
    return this.#server.debugging.facts();
  }

  get isReplica(): boolean {
    return this.#server.replication.isReplica;
  }

  get isEnding(): boolean {
    return this.#closing !== null || this.#server.shutdown.restMs !== null;
  }

  async #end(deadlineMs: number): Promise<void> {
    const { migrations, persistence, replication } = this.#server;
    const { report } = this.#hosting;
    if (!persistence.prepareExit({ saves: 'default', isNow: true, isForced: false })) {
      report(new Error('the data could not be saved'), 'close');
    }
    replication.stop();
    migrations.stop();
    await this.#listening.close(deadlineMs);
    this.#ticker.stop();
    if (!persistence.end()) report(new Error('the append-only file could not be written'), 'close');
    this.#announceClosed();
  }

  #fail(message: string): void {
    this.failure = new Error(message);
    this.#hosting.report(this.failure, 'persistence');
    void this.close(0);
  }

  async #relisten(): Promise<void> {
    const { config, report } = this.#hosting;
    try {
      await this.#listening.move(configuredListeners(config));
    } catch (error) {
      report(error, 'CONFIG SET');
      throw error;
    } finally {
      this.#identify();
    }
  }

  /** Reads what is on the disk. */
  #load(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.persistence.loadAtStart((error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** What INFO says of this. */
  #identify(): void {
    const { identity } = this.#server.introspection;
    const { addresses } = this;
    identity.configFile = this.#hosting.config.file;
    identity.listeners.length = 0;
    identity.multiplexingApi = addresses.some(({ frontend }) => frontend === 'v2') ? 'epoll' : 'libuv';
    for (const { host, port, path } of addresses) {
      identity.listeners.push({ name: path === '' ? 'tcp' : 'unix', bind: path || host, port });
    }
  }
}

/** @param name of the frontend @param isAlone the process does nothing but serve */
function epollOptions({ config, report }: Hosting, name: string, isAlone: boolean): EpollOptions {
  const loop = config.get('reactor-loop');
  return {
    get tcpKeepaliveSeconds() {
      return config.get('tcp-keepalive');
    },
    trigger: config.get('reactor-trigger'),
    busyPollUs: config.get('reactor-busy-poll'),
    // An application may have its own reasons to watch libuv's waiting, and its own work in the loop.
    loop: loop === 'auto' ? (isAlone ? 'leading' : 'embedded') : loop,
    ioThreads: config.get('io-threads'),
    report: (trouble) => report(trouble, name),
  };
}

function urlOf(bound: Bound): string {
  if (bound.path !== '') return `redis+unix://${bound.path}`;
  return `redis://${bound.host.includes(':') ? `[${bound.host}]` : bound.host}:${bound.port}`;
}
