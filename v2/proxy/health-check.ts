/**
 * Whether a backend takes connections, asked from time to time by making one; and, where it is said what to expect, whether
 * it answers: the kernel takes connections also for a process that is stopped, or stuck. It holds what is under way for
 * one backend; a check that has no answer in the time for connecting has failed.
 */
import { lookup } from 'node:dns/promises';
import { EMPTY_BYTES } from '../../src/base/bytes.js';
import type { Connection } from '../reactor/connection.js';
import type { ConnectionHandler } from '../reactor/connection-handler.js';
import type { Deadline, Deadlines } from '../reactor/deadlines.js';
import type { Backend } from './backend.js';
import type { TimedConnect } from './tunnel.js';

/** What is said to a backend, and what its reply has to begin with. */
export interface Question {
  readonly send: Buffer;
  readonly expect: Buffer;
}

export interface HealthHost {
  readonly connectDeadlines: Deadlines<TimedConnect>;
  /** Null where it is enough that a backend takes connections. */
  readonly question: Question | null;
  /** @returns null when this machine refuses */
  connect(backend: Backend, createHandler: (connection: Connection) => ConnectionHandler): Connection | null;
  /** @param errno 0 when it took too long */
  failed(backend: Backend, errno: number): void;
  succeeded(backend: Backend): void;
  /** Nobody knows its name, or it gave another reply. */
  unfit(backend: Backend, reason: string): void;
}

/** A name is asked for with the first check and then with each so-manieth, and whenever its backend is down. */
const CHECKS_PER_LOOKUP = 30;

/** Of a reply that wasn't expected, for people. */
const SHOWN_REPLY_BYTES = 40;

export class HealthCheck implements TimedConnect, ConnectionHandler {
  dueMs = 0;
  dueBefore: Deadline | null = null;
  dueAfter: Deadline | null = null;
  readonly #host: HealthHost;
  readonly #backend: Backend;
  #connection: Connection | null = null;
  /** Those it was set among: a new configuration brings others. */
  #deadlines: Deadlines<TimedConnect>;
  #question: Question | null = null;
  #reply: Buffer = EMPTY_BYTES;
  #isHealthy = false;
  /** What is wrong with its reply. */
  #flaw: string | null = null;
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
    this.#question = this.#host.question;
    this.#reply = EMPTY_BYTES;
    this.#isHealthy = false;
    this.#flaw = null;
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
      this.#host.unfit(backend, (error as NodeJS.ErrnoException).code ?? 'unknown');
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
    const question = this.#question;
    if (question === null) this.#finish(null);
    else this.#connection?.write(question.send, 0, question.send.length);
  }

  received(bytes: Buffer, start: number, end: number): number {
    if (this.#question === null) return end - start;
    const { expect } = this.#question;
    const reply = Buffer.concat([this.#reply, bytes.subarray(start, end)]);
    this.#reply = reply;
    const length = Math.min(reply.length, expect.length);
    if (reply.compare(expect, 0, length, 0, length) !== 0) this.#finish(`replies ${shown(reply)}`);
    else if (length === expect.length) this.#finish(null);
    return end - start;
  }

  drained(): void {}

  ended(): void {
    this.#finish('ends without the reply');
  }

  endedWhilePaused(): void {}

  closed(errno: number): void {
    this.#deadlines.lift(this);
    this.#connection = null;
    if (this.#isStopped) return;
    if (this.#isHealthy) this.#host.succeeded(this.#backend);
    else if (this.#flaw !== null) this.#host.unfit(this.#backend, this.#flaw);
    else this.#host.failed(this.#backend, errno);
  }

  /** @param flaw null when it is as it should be */
  #finish(flaw: string | null): void {
    this.#isHealthy = flaw === null;
    this.#flaw = flaw;
    this.#connection?.close(true);
  }
}

function shown(reply: Buffer): string {
  return JSON.stringify(reply.toString('latin1', 0, SHOWN_REPLY_BYTES));
}
