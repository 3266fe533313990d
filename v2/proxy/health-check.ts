/**
 * Whether a backend takes connections, asked from time to time by making one. It holds what is under way for one
 * backend; a check that has no answer when the next one is due, or in the time for connecting, has failed.
 */
import { lookup } from 'node:dns/promises';
import type { Connection, ConnectionHandler } from '../reactor/connection.js';
import type { Deadline, Deadlines } from '../reactor/deadlines.js';
import type { Backend } from './backend.js';
import type { TimedConnect } from './tunnel.js';

export interface HealthHost {
  readonly connectDeadlines: Deadlines<TimedConnect>;
  /** @returns null when this machine refuses */
  connect(backend: Backend, createHandler: (connection: Connection) => ConnectionHandler): Connection | null;
  /** @param errno 0 when it took too long */
  failed(backend: Backend, errno: number): void;
  succeeded(backend: Backend): void;
  /** Nobody knows its name. */
  unknown(backend: Backend, code: string): void;
}

/** A name is asked for with the first check and then with each so-manieth, and whenever its backend is down. */
const CHECKS_PER_LOOKUP = 30;

export class HealthCheck implements TimedConnect, ConnectionHandler {
  dueMs = 0;
  dueBefore: Deadline | null = null;
  dueAfter: Deadline | null = null;
  readonly #host: HealthHost;
  readonly #backend: Backend;
  #connection: Connection | null = null;
  /** Those it was set among: a new configuration brings others. */
  #deadlines: Deadlines<TimedConnect>;
  #isOpen = false;
  #isRunning = false;
  #isStopped = false;
  #checks = 0;

  constructor(host: HealthHost, backend: Backend) {
    this.#host = host;
    this.#backend = backend;
    this.#deadlines = host.connectDeadlines;
  }

  /** Begins a check, unless one is under way. */
  async run(): Promise<void> {
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    await this.resolve();
    this.#isRunning = false;
    if (this.#connection !== null || this.#isStopped || this.#backend.address === null) return;
    this.#isOpen = false;
    this.#connection = this.#host.connect(this.#backend, () => this);
    if (this.#connection === null) return;
    this.#deadlines = this.#host.connectDeadlines;
    this.#deadlines.set(this);
  }

  /** Asks for the backend's name where that is due. */
  async resolve(): Promise<void> {
    const backend = this.#backend;
    const isDue = this.#checks++ % CHECKS_PER_LOOKUP === 0 || !backend.isUp || backend.address === null;
    if (!backend.isNamed || !isDue) return;
    try {
      backend.address = { host: (await lookup(backend.host)).address, port: backend.port };
    } catch (error) {
      this.#host.unknown(backend, (error as NodeJS.ErrnoException).code ?? 'unknown');
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#connection?.close(true);
  }

  connectTimedOut(): void {
    this.#connection?.close(true);
  }

  opened(): void {
    this.#isOpen = true;
    this.#connection?.close(true);
  }

  received(_bytes: Buffer, start: number, end: number): number {
    return end - start;
  }

  drained(): void {}
  ended(): void {}
  endedWhilePaused(): void {}

  closed(errno: number): void {
    this.#deadlines.lift(this);
    this.#connection = null;
    if (this.#isStopped) return;
    if (this.#isOpen) this.#host.succeeded(this.#backend);
    else this.#host.failed(this.#backend, errno);
  }
}
