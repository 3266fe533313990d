/**
 * A group's clients in this process, from connecting to the last one's end. The generator takes every crowd
 * through the same stages: connect, begin, (the window opens and closes), stop, settled or abandoned.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.js';
import type { Random } from '../../src/base/random.js';
import { SystemError } from '../../src/native/system-error.js';
import type { Connection } from '../../v2/reactor/connection.js';
import type { Connector } from './connector.js';
import type { ClientHost, LoadClient } from './load-client.js';
import type { Tally } from './tally.js';

/** Connects between two looks at the sockets, so that the time until one is open is not our own loop's. */
const CONNECTS_PER_TURN = 64;

/** What a crowd is given. */
export interface CrowdContext {
  readonly tally: Tally;
  readonly clock: Clock;
  readonly connector: Connector;
  readonly random: Random;
  /** Number of the crowd's first client among all clients of all generator processes. */
  readonly firstClient: number;
  /** Of the generator processes that share the load, this is the first. */
  readonly isFirstShare: boolean;
}

export abstract class Crowd<C extends LoadClient = LoadClient> implements ClientHost {
  readonly tally: Tally;
  readonly clock: Clock;
  readonly random: Random;
  /** By index in this process; null where not even a socket could be had. */
  protected readonly clients: (C | null)[] = [];
  protected readonly connector: Connector;
  #entering = 0;
  #remaining: number;
  #onEntered: (() => void) | null = null;

  constructor(
    protected readonly context: CrowdContext,
    /** Of its clients in this process. */
    protected readonly count: number,
  ) {
    this.tally = context.tally;
    this.clock = context.clock;
    this.random = context.random;
    this.connector = context.connector;
    this.#remaining = count;
    this.tally.planned += count;
  }

  /** True once every client has finished or is lost. */
  get isSettled(): boolean {
    return this.#remaining === 0;
  }

  /** Opens every connection; resolves when each is open or lost. */
  async connect(): Promise<void> {
    this.#entering = this.count;
    for (let index = 0; index < this.count; index++) {
      this.#connectOne(index);
      if (index % CONNECTS_PER_TURN === CONNECTS_PER_TURN - 1) await nextTurn();
    }
    if (this.#entering === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEntered = resolve;
    });
  }

  /** Every connection that could be opened is open: requests may go. */
  abstract begin(): void;

  /** No new requests; each client finishes when it has what it is owed. */
  abstract stop(): void;

  /** Who still has not finished, or not even connected, is lost. */
  abandon(): void {
    for (const client of this.clients) {
      client?.fail(client.isOpen ? 'no reply in time' : 'connect: no answer in time');
    }
  }

  protected abstract create(connection: Connection, index: number): C;

  // ── told by its clients ──────────────────────────────────────────────────────────────────────────

  opened(connectUs: number): void {
    this.tally.connected++;
    this.tally.connecting.record(connectUs);
    this.#entered();
  }

  finished(): void {
    this.tally.finished++;
    this.#remaining--;
  }

  lost(kind: string, example: string, wasConnecting: boolean): void {
    this.tally.lost++;
    this.tally.countError(kind, example);
    this.#remaining--;
    if (wasConnecting) this.#entered();
  }

  #entered(): void {
    this.#entering--;
    if (this.#entering === 0) this.#onEntered?.();
  }

  #connectOne(index: number): void {
    try {
      this.connector.connect(this.context.firstClient + index, (connection) => {
        const client = this.create(connection, index);
        this.clients[index] = client;
        return client;
      });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.clients[index] = null;
      this.lost(`connect: ${error.code}`, error.message, true);
    }
  }
}
