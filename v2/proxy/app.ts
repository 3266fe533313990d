/**
 * One app of the proxy: its ports in front, its backends behind, and what it knows of their health. A new configuration
 * takes the place of the old one without touching a connection: ports and backends that remain are the same objects.
 */
import { getSystemErrorMap } from 'node:util';
import type { Clock } from '../../src/base/clock.js';
import { clearInterval, setInterval } from '../../src/base/timers.js';
import type { Libc } from '../../src/native/libc.js';
import { SystemError } from '../../src/native/system-error.js';
import type { Connection } from '../reactor/connection.js';
import type { ConnectionHandler } from '../reactor/connection-handler.js';
import { Deadlines } from '../reactor/deadlines.js';
import type { Reactor } from '../reactor/reactor.js';
import { Backend } from './backend.js';
import { Balancer } from './balancer.js';
import type { AppConfig } from './config.js';
import { Front } from './front.js';
import { HealthCheck, type HealthHost, type Question } from './health-check.js';
import { DEBUG, ERROR, type Log, NOTICE, WARNING } from './log.js';
import { LOCAL_HEADER, proxyHeader } from './proxy-header.js';
import { type TimedConnect, Tunnel, type TunnelHost } from './tunnel.js';

/** What an app needs of the proxy. */
export interface AppHost {
  readonly reactor: Reactor;
  readonly clock: Clock;
  readonly log: Log;
  /** Between attempts at a busy port. */
  readonly portRetryMs: number;
  tunnelOpened(): void;
  tunnelOver(): void;
}

export class App implements TunnelHost, HealthHost {
  connectDeadlines: Deadlines<TimedConnect>;
  idleDeadlines: Deadlines<Tunnel> | null = null;
  question: Question | null = null;
  readonly #host: AppHost;
  readonly #log: Log;
  readonly #balancer = new Balancer();
  #config: AppConfig;
  #fronts: Front[] = [];
  #backends: Backend[] = [];
  #checks = new Map<Backend, HealthCheck>();
  #checkTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(host: AppHost, config: AppConfig) {
    this.#host = host;
    this.#log = host.log;
    this.#config = config;
    this.connectDeadlines = this.#createConnectDeadlines();
    this.#useDurations();
  }

  /**
   * Serves by `config` from now on. Connections go on as they are.
   * @throws SystemError when a port can't be had, and is not merely busy; the others are served
   */
  async configure(config: AppConfig): Promise<void> {
    const old = this.#config;
    this.#config = config;
    if (old.ConnectTimeoutMs !== config.ConnectTimeoutMs)
      this.connectDeadlines = this.#createConnectDeadlines();
    if (old.IdleTimeoutMs !== config.IdleTimeoutMs) this.#useDurations();
    this.question = questionOf(config);
    await this.#useTargets(config.Targets);
    if (this.#isClosed) return;
    this.#startChecking();
    this.#usePorts(config);
  }

  /** Accepts nothing more and checks nothing more. Connections go on. */
  close(): void {
    this.#isClosed = true;
    for (const front of this.#fronts) front.close();
    this.#fronts = [];
    if (this.#checkTimer !== null) clearInterval(this.#checkTimer);
    this.#checkTimer = null;
    for (const check of this.#checks.values()) check.stop();
    this.#checks.clear();
  }

  /** As JSON. */
  status(): object {
    return {
      name: this.#config.Name,
      ports: this.#fronts.map(({ boundPort, isListening }) => ({ port: boundPort, listening: isListening })),
      backends: this.#backends.map((backend) => ({
        target: backend.target,
        state: backend.isUp ? 'up' : 'down',
        active: backend.active,
        connected: backend.connected,
        failed: backend.failed,
        sentBytes: backend.sent.bytes,
        receivedBytes: backend.received.bytes,
        lastError: backend.lastError,
      })),
    };
  }

  // ── what tunnels and checks call ─────────────────────────────────────────────────────────────────

  get libc(): Libc {
    return this.#host.reactor.libc;
  }

  choose(tried: readonly Backend[]): Backend | null {
    return this.#balancer.choose(this.#backends, tried);
  }

  connect(backend: Backend, createHandler: (connection: Connection) => ConnectionHandler): Connection | null {
    // Whose name nobody knows refuses like a port where nobody listens.
    const address = backend.address ?? { host: '127.0.0.1', port: 0 };
    try {
      return this.#host.reactor.connect(address, createHandler);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#log.add(ERROR, `${this.#config.Name}: ${backend.target}: ${error.message}`);
      return null;
    }
  }

  headerFor(client: Connection): Buffer | null {
    if (!this.#config.SendProxy) return null;
    return proxyHeader(this.libc, client.peerAddress, client.localAddress);
  }

  failed(backend: Backend, errno: number): void {
    this.#down(backend, errno === 0 ? 'ETIMEDOUT' : codeOf(errno));
  }

  /** Whether it is down the next one to connect finds out. */
  dropped(backend: Backend, errno: number): void {
    backend.failed++;
    backend.lastError = codeOf(errno);
  }

  unfit(backend: Backend, reason: string): void {
    this.#down(backend, reason);
  }

  succeeded(backend: Backend): void {
    if (backend.isUp) return;
    backend.isUp = true;
    this.#log.add(NOTICE, `${this.#config.Name}: ${backend.target} is up`);
  }

  opened(tunnel: Tunnel): void {
    this.#host.tunnelOpened();
    if (this.#log.has(DEBUG)) {
      this.#log.add(DEBUG, `${this.#config.Name}: ${tunnel.client.connection.peerAddress} has come`);
    }
  }

  over(tunnel: Tunnel): void {
    this.#host.tunnelOver();
    if (this.#log.has(DEBUG)) this.#logDeparture(tunnel);
  }

  #logDeparture({ client, server, backend }: Tunnel): void {
    const bytes = `${client.bytes} bytes sent, ${server?.bytes ?? 0} received`;
    const errnos = [`client ${codeOf(client.errno)}`, `backend ${codeOf(server?.errno ?? 0)}`];
    const story = [backend?.target ?? 'no backend', bytes, ...errnos].join(', ');
    this.#log.add(DEBUG, `${this.#config.Name}: ${client.connection.peerAddress} has left: ${story}`);
  }

  // ── configuration ────────────────────────────────────────────────────────────────────────────────

  #createConnectDeadlines(): Deadlines<TimedConnect> {
    return new Deadlines(this.#host.clock, this.#config.ConnectTimeoutMs, (item) => item.connectTimedOut());
  }

  #useDurations(): void {
    const { IdleTimeoutMs } = this.#config;
    this.idleDeadlines =
      IdleTimeoutMs === 0
        ? null
        : new Deadlines(this.#host.clock, Math.ceil(IdleTimeoutMs / 2), (tunnel) => tunnel.sweep());
  }

  async #useTargets(targets: readonly string[]): Promise<void> {
    const known = new Map(this.#backends.map((backend) => [backend.target, backend]));
    this.#backends = targets.map((target) => known.get(target) ?? new Backend(target));
    for (const [backend, check] of this.#checks) {
      if (this.#backends.includes(backend)) continue;
      check.stop();
      this.#checks.delete(backend);
    }
    for (const backend of this.#backends) {
      if (!this.#checks.has(backend)) this.#checks.set(backend, new HealthCheck(this, backend));
    }
    const unresolved = this.#backends.filter(({ address }) => address === null);
    await Promise.all(unresolved.map((backend) => this.#checks.get(backend)?.resolve()));
  }

  #startChecking(): void {
    if (this.#checkTimer !== null) clearInterval(this.#checkTimer);
    this.#checkTimer = null;
    const { HealthIntervalMs } = this.#config;
    if (HealthIntervalMs === 0) {
      // Nothing would find out that they are up again.
      for (const backend of this.#backends) backend.isUp = true;
      return;
    }
    const checkAll = (): void => {
      for (const check of this.#checks.values()) void check.run();
    };
    checkAll();
    this.#checkTimer = setInterval(checkAll, HealthIntervalMs);
  }

  #usePorts({ Host, Ports, Name }: AppConfig): void {
    const { reactor, log, portRetryMs } = this.#host;
    const remaining = this.#fronts.filter(({ host, port }) => host === Host && Ports.includes(port));
    for (const front of this.#fronts) if (!remaining.includes(front)) front.close();
    this.#fronts = remaining;
    const createHandler = (connection: Connection): ConnectionHandler => new Tunnel(this, connection).client;
    const refusals: unknown[] = [];
    for (const port of Ports) {
      if (remaining.some((front) => front.port === port)) continue;
      try {
        this.#fronts.push(new Front(reactor, Host, port, createHandler, log, Name, portRetryMs));
      } catch (error) {
        refusals.push(error);
      }
    }
    if (refusals.length > 0) throw refusals[0];
  }

  #down(backend: Backend, code: string): void {
    backend.failed++;
    backend.lastError = code;
    if (!backend.isUp || this.#config.HealthIntervalMs === 0) return;
    backend.isUp = false;
    this.#log.add(WARNING, `${this.#config.Name}: ${backend.target} is down: ${code}`);
  }
}

/** A backend that wants to hear of clients is told that this is none. */
function questionOf({ HealthSend, HealthExpect, SendProxy }: AppConfig): Question | null {
  if (HealthExpect === '') return null;
  const send = Buffer.from(HealthSend);
  return { send: SendProxy ? Buffer.concat([LOCAL_HEADER, send]) : send, expect: Buffer.from(HealthExpect) };
}

function codeOf(errno: number): string {
  return errno === 0 ? 'in order' : (getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`);
}
