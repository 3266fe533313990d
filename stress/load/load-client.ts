/**
 * One connection of the generator: it opens, does what its kind does, and ends exactly once, as finished or
 * as lost. Whatever happens to it, its crowd hears of it once.
 */
import { getSystemErrorName } from 'node:util';
import type { Clock } from '../../src/base/clock.js';
import type { Connection } from '../../v2/reactor/connection.js';
import type { ConnectionHandler } from '../../v2/reactor/connection-handler.js';

/** Who a client belongs to and tells. */
export interface ClientHost {
  readonly clock: Clock;
  /** @param connectUs how long connecting took */
  opened(connectUs: number): void;
  finished(): void;
  lost(kind: string, example: string, wasConnecting: boolean): void;
}

type Stage = 'connecting' | 'open' | 'finished' | 'lost';

export abstract class LoadClient implements ConnectionHandler {
  #stage: Stage = 'connecting';
  /** When it began to connect. */
  protected readonly startedUs: number;

  constructor(
    protected readonly host: ClientHost,
    protected readonly connection: Connection,
  ) {
    this.startedUs = host.clock.monotonicUs();
  }

  get isOpen(): boolean {
    return this.#stage === 'open';
  }

  get isOver(): boolean {
    return this.#stage === 'finished' || this.#stage === 'lost';
  }

  abstract received(bytes: Buffer, start: number, end: number): number;

  opened(): void {
    this.#stage = 'open';
    this.host.opened(this.host.clock.monotonicUs() - this.startedUs);
  }

  drained(): void {}

  ended(): void {
    this.closed(0);
  }

  endedWhilePaused(): void {
    this.closed(0);
  }

  closed(errno: number): void {
    const cause = errno === 0 ? 'closed by the server' : getSystemErrorName(-errno);
    this.fail(this.#stage === 'connecting' ? `connect: ${cause}` : `connection lost: ${cause}`);
  }

  /** All it had to do is done and was right. */
  finish(): void {
    if (this.isOver) return;
    this.#stage = 'finished';
    this.connection.close(false);
    this.host.finished();
  }

  fail(kind: string, example = ''): void {
    if (this.isOver) return;
    const wasConnecting = this.#stage === 'connecting';
    this.#stage = 'lost';
    this.connection.close(true);
    this.host.lost(kind, example, wasConnecting);
  }
}
