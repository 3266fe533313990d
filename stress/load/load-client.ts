/**
 * One connection of the generator: it opens, does what its kind does, and ends exactly once, as finished or
 * as lost. Whatever happens to it, the tally counts it once.
 */
import { getSystemErrorName } from 'node:util';
import type { Connection, ConnectionHandler } from '../../v2/reactor/connection.js';
import type { Crowd } from './crowd.js';

type Stage = 'connecting' | 'open' | 'finished' | 'lost';

export abstract class LoadClient implements ConnectionHandler {
  #stage: Stage = 'connecting';
  readonly #startedUs: number;

  constructor(
    protected readonly crowd: Crowd,
    protected readonly connection: Connection,
  ) {
    this.#startedUs = crowd.clock.monotonicUs();
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
    const { tally, clock } = this.crowd;
    tally.connected++;
    tally.connecting.record(clock.monotonicUs() - this.#startedUs);
    this.crowd.entered();
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
    this.crowd.tally.finished++;
    this.connection.close(false);
    this.crowd.left();
  }

  fail(kind: string, example = ''): void {
    if (this.isOver) return;
    const wasConnecting = this.#stage === 'connecting';
    this.#stage = 'lost';
    this.crowd.tally.lost++;
    this.crowd.tally.countError(kind, example);
    this.connection.close(true);
    if (wasConnecting) this.crowd.entered();
    this.crowd.left();
  }
}
