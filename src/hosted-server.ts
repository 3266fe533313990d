/**
 * A server with what a process gives it: sockets, a timer, files, a way to other servers; and how all of it ends. It takes
 * what is decided already: which configuration, which addresses.
 */

import type { EpollOptions } from '../v2/frontend-options.js';
import { type Clock, systemClock } from './base/clock.js';
import { allCommands } from './commands/all.js';
import type { ShutdownRequest } from './commands/services/persistence.js';
import { openDebugChannel } from './debugging/debug-channel.js';
import { startDebugThread } from './debugging/debug-threads.js';
import { descriptorsMax, heedDescriptorLimit } from './descriptor-limit.js';
import { Listening } from './listening.js';
import type { AddressReserve } from './process/address-reserve.js';
import { dedicateProcess } from './process/dedicated-process.js';
import type { Rests } from './process/rests.js';
import { beginRehearsal } from './rehearsal/begin.js';
import { connectOverTcp } from './replication-link.js';
import { Config } from './server/config/config.js';
import { type ConfiguredListener, configuredListeners } from './server/config/listeners.js';
import type { Crash } from './server/debugging.js';
import { isLogged } from './server/log-levels.js';
import { nodeDisk } from './server/persistence/node-disk.js';
import { JanusServer } from './server/server.js';
import type { Bound, RunningServer } from './server-api.js';
import { Ticker } from './ticker.js';

const CLOSE_DEADLINE_MS = 5000;
/** Of setTimeout. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export interface Hosting {
  readonly config: Config;
  readonly listeners: readonly ConfiguredListener[];
  /** `port` and `bind` say where it listens, so that CONFIG SET may move it. */
  readonly isMovable: boolean;
  /** What is on the disk is loaded. */
  readonly keepsData: boolean;
  /** Connections that may wait to be accepted; the directive `tcp-backlog` when absent. */
  readonly backlog?: number | undefined;
  /**
   * The process does nothing but serve, as the command line does: v2 then claims addresses, not memory, for all the data
   * that the machine can hold, so that no garbage collection delays a command while the data grow.
   */
  readonly isAlone?: boolean;
  /** Addresses for all the data there may be, where `isAlone`; null and absent: the data grow as they can. */
  readonly reserve?: AddressReserve | null;
  /** Who started the process and is told of its state, for INFO: `systemd`, `upstart`; nobody when absent. */
  readonly supervisor?: string;
  /** Told of bugs and of the machine's troubles. */
  readonly report: (trouble: unknown, where: string) => void;
  /** Told what the server logs, of `loglevel` and above. @param level 0 debug … 3 warning */
  readonly log?: ((level: number, message: string) => void) | undefined;
  /** Ends the process, for DEBUG PANIC and its kin, which are refused without it. @param facts for a report */
  readonly crash?: Crash;
}

/** Rejects with the system's error when an address can't be had, or with what is wrong with the data. */
export async function startHosted(hosting: Hosting): Promise<HostedServer> {
  const server = new HostedServer(hosting);
  await server.start();
  return server;
}

export class HostedServer implements RunningServer {
  readonly closed: Promise<void>;
  failure: Error | null = null;

  readonly #hosting: Hosting;
  readonly #server: JanusServer;
  readonly #ticker: Ticker;
  readonly #listening: Listening;
  readonly #clock: Clock = {
    wallMs: () => systemClock.wallMs() + this.#aheadMs,
    monotonicUs: systemClock.monotonicUs,
  };
  #announceClosed = (): void => {};
  readonly #isAlone: boolean;
  #rests: Rests | null = null;
  #endRehearsal: (() => void) | null = null;
  #closing: Promise<void> | null = null;
  /** How far the server's time is ahead of the system's. */
  #aheadMs = 0;

  constructor(hosting: Hosting) {
    const { config, report, log, crash, isAlone = false } = hosting;
    heedDescriptorLimit(config, descriptorsMax());
    this.#hosting = hosting;
    this.#isAlone = isAlone;
    this.#server = new JanusServer({
      declarations: allCommands,
      config,
      clock: this.#clock,
      disk: nodeDisk,
      connect: connectOverTcp,
      // A client in the same process could never say anything to a thread that waits for it.
      ...(isAlone && { openDebugChannel }),
      startDebugThread,
      defer: (work) => this.#ticker.defer(work),
      fail: (message) => this.#fail(message),
      hasten: (delayMs) => this.#ticker.hasten(delayMs),
      log(level, message) {
        if (isLogged(level, config.get('loglevel'))) log?.(level, message);
      },
      ...(hosting.reserve && { memory: hosting.reserve.source }),
      rest: () => this.#rests?.rest() ?? Number.POSITIVE_INFINITY,
      ...(crash && { crash }),
      stop: (isNow) => void this.close(isNow ? 0 : config.get('shutdown-timeout') * 1000),
      internalError: (error, command) => report(error, `internal error in ${command}`),
    });
    this.#server.introspection.identity.supervisor = hosting.supervisor ?? 'no';
    if (this.#isAlone) this.#server.persistence.rehearse();
    this.#ticker = new Ticker(() => this.#tick(), systemClock);
    this.#listening = new Listening(
      this.#server,
      hosting.backlog ?? config.get('tcp-backlog'),
      (name) => epollOptions(hosting, name, this.#isAlone),
      this.#isAlone,
    );
    this.closed = new Promise((resolve) => {
      this.#announceClosed = resolve;
    });
  }

  get addresses(): readonly Bound[] {
    return this.#listening.addresses;
  }

  get host(): string {
    return this.addresses[0]?.host ?? '';
  }

  get port(): number {
    return this.addresses[0]?.port ?? 0;
  }

  get url(): string {
    const [first] = this.addresses;
    return first === undefined ? '' : urlOf(first);
  }

  /** Once. Rejects as `startHosted` does; then nothing is left open. */
  async start(): Promise<void> {
    const { listeners, isMovable, keepsData } = this.#hosting;
    try {
      if (this.#isAlone)
        this.#rests = await dedicateProcess(this.#server.keyspace.arena, this.#hosting.reserve ?? null, () =>
          this.#server.restSoon(),
        );
      await this.#listening.open(listeners);
      if (this.addresses.length === 0) throw new Error('configured to listen nowhere');
      this.#identify();
      if (isMovable) this.#server.introspection.sockets.relisten = () => this.#relisten();
      // Clients may connect already, and are told that the data is being loaded.
      this.#ticker.start();
      if (keepsData) await this.#load();
      this.#server.replication.start();
      if (this.#isAlone) await this.#rehearse();
    } catch (error) {
      this.#ticker.stop();
      await this.#listening.close(0);
      throw error;
    }
  }

  async close(deadlineMs = CLOSE_DEADLINE_MS): Promise<void> {
    if (!(deadlineMs >= 0)) throw new TypeError('a deadline is a number of milliseconds from 0 on');
    this.#closing ??= this.#end(Math.min(deadlineMs, TIMER_MS_MAX));
    await this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  advanceTime(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 1) throw new TypeError('time goes forward, by whole milliseconds');
    this.#aheadMs += ms;
    this.#server.time.measure();
    this.#ticker.hasten(0);
  }

  ref(): this {
    return this.#hold(true);
  }

  unref(): this {
    return this.#hold(false);
  }

  /**
   * As SHUTDOWN: replicas get what they lack, what is to be saved is saved, then the server closes itself.
   * @returns false when saving failed, which the log tells: then the server goes on
   */
  shutDown(request: ShutdownRequest): boolean {
    return this.#server.shutdown.shutDown(request) !== 'failed';
  }

  /** What a report of a crash has to say of the server: INFO, and its clients. */
  facts(): string {
    return this.#server.debugging.facts();
  }

  /** It follows another server. */
  get isReplica(): boolean {
    return this.#server.replication.isReplica;
  }

  /** A shutdown waits for replicas, or the server closes. */
  get isEnding(): boolean {
    return this.#closing !== null || this.#server.shutdown.restMs !== null;
  }

  /** Whether it keeps the process running. */
  #hold(isHeld: boolean): this {
    this.#ticker.hold(isHeld);
    this.#listening.hold(isHeld);
    return this;
  }

  async #end(deadlineMs: number): Promise<void> {
    const { migrations, persistence, replication } = this.#server;
    const { report } = this.#hosting;
    if (!persistence.prepareExit({ saves: 'default', isNow: true, isForced: false })) {
      report(new Error('the data could not be saved'), 'close');
    }
    this.#endRehearsal?.();
    replication.stop();
    migrations.stop();
    await this.#listening.close(deadlineMs);
    this.#ticker.stop();
    this.#rests?.close();
    if (!persistence.end()) report(new Error('the append-only file could not be written'), 'close');
    this.#announceClosed();
  }

  async #rehearse(): Promise<void> {
    if (!this.#hosting.config.get('rehearsal')) return;
    const { table } = this.#server;
    const createUnderstudy = (): JanusServer =>
      new JanusServer({
        declarations: allCommands,
        table,
        config: new Config({ 'protected-mode': 'no', databases: '1' }),
        clock: this.#clock,
        defer: (work) => this.#ticker.defer(work),
        hasten() {},
        rest: () => Number.POSITIVE_INFINITY,
      });
    const end = await beginRehearsal(this.#server, this.#listening.frontends, createUnderstudy);
    if (this.#closing === null) this.#endRehearsal = end;
    else end?.();
  }

  #tick(): number {
    const delayMs = this.#server.tick();
    return this.#rests === null ? delayMs : Math.min(delayMs, this.#rests.restAside());
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
