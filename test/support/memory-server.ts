/**
 * A januskv server without sockets, on a clock that moves only when told to: what most tests of commands run
 * against. A request is answered before `send` returns, unless it blocks.
 */
import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import { allCommands } from '../../src/commands/all.js';
import type { Declaration } from '../../src/commands/define.js';
import { Config } from '../../src/server/config/config.js';
import type { Transport } from '../../src/server/frontend.js';
import { JanusServer } from '../../src/server/server.js';
import type { ServerOptions } from '../../src/server/server-options.js';
import type { Session } from '../../src/server/session.js';
import { Client, type Wire } from './client.js';
import { RecycledMemory } from './recycled-memory.js';

const SEED = 1;

export interface MemoryServerOptions
  extends Pick<
    ServerOptions,
    | 'config'
    | 'stop'
    | 'disk'
    | 'log'
    | 'fail'
    | 'defer'
    | 'hasten'
    | 'internalError'
    | 'connect'
    | 'openDebugChannel'
    | 'startDebugThread'
  > {
  /** Commands of the test's own. */
  readonly planted?: readonly Declaration[];
}

/** Every command is allowed, but for what users may not. */
export function openConfig(): Config {
  return new Config({ 'enable-debug-command': true, 'enable-module-command': true });
}

/** A bug of ours fails the test that met it. */
function rethrow(error: unknown): never {
  throw error;
}

export class MemoryServer {
  readonly clock = new ManualClock();
  readonly server: JanusServer;
  readonly #memory = new RecycledMemory();
  readonly #bytesWhenEmpty: number;
  #nextPort = 50_000;

  /** @param config as the reference's, when absent */
  constructor({
    config = new Config({ 'enable-debug-command': true }),
    stop,
    disk,
    log,
    fail,
    defer,
    hasten,
    connect,
    openDebugChannel,
    startDebugThread,
    planted = [],
    internalError = rethrow,
  }: MemoryServerOptions = {}) {
    this.server = new JanusServer({
      declarations: [...allCommands, ...planted],
      clock: this.clock,
      seed: SEED,
      hashSeed: [SEED, SEED],
      memory: this.#memory.take,
      config,
      ...(stop && { stop }),
      ...(connect && { connect }),
      ...(openDebugChannel && { openDebugChannel }),
      ...(startDebugThread && { startDebugThread }),
      ...(disk && { disk }),
      ...(log && { log }),
      ...(fail && { fail }),
      ...(defer && { defer }),
      ...(hasten && { hasten }),
      sleep: (ms) => this.advance(ms),
      internalError,
    });
    this.#bytesWhenEmpty = this.server.keyspace.usedBytes();
  }

  /** A new connection, which speaks this protocol without having said HELLO. */
  connect(resp: 2 | 3 = 2): Client {
    const client = new Client();
    client.resp = resp;
    return client.attach(new MemoryConnection(this.server, client, this.#nextPort++));
  }

  /** Time passes. Nothing is done about it before the next command or `tick`. */
  advance(ms: number): void {
    this.clock.advance(ms);
  }

  /** Does all that is due: active expiry, freeing, timeouts. */
  tick(): void {
    for (let round = 0; this.server.tick() === 0; round++) {
      assert.ok(round < 100_000, 'the work due comes to an end');
    }
  }

  /** Removes every key of every database, which is faster than FLUSHALL where there are few. */
  removeKeys(): void {
    for (const database of this.server.keyspace.databases) {
      const entries: number[] = [];
      // Removed afterwards: a table doesn't shrink while it is walked.
      database.forEach((entry) => {
        entries.push(entry);
      });
      for (const entry of entries) database.removeEntry(entry);
    }
  }

  /** Removes every key and asserts that all their memory came back. */
  assertNoLeak(): void {
    const { keyspace } = this.server;
    this.removeKeys();
    for (const database of keyspace.databases) {
      assert.equal(database.expiring, 0, 'no key is left to expire');
      // An empty heap keeps a segment or two: no leak, and used again.
      database.entries.expiry.free();
    }
    this.tick();
    assert.equal(keyspace.usedBytes(), this.#bytesWhenEmpty, 'bytes used after all keys were removed');
  }

  /** Gives its memory to servers to come: it can't be used any more. */
  dispose(): void {
    this.#memory.giveBack(this.server.keyspace.arena);
  }
}

class MemoryConnection implements Transport, Wire {
  readonly peerAddress: string;
  readonly localAddress = '127.0.0.1:6379';
  readonly descriptor = -1;
  readonly pendingBytes = 0;
  readonly #session: Session | null;
  #inbox: Buffer = Buffer.alloc(0);
  #isPaused = false;
  #isClosing = false;
  #isOver = false;

  constructor(
    readonly server: JanusServer,
    readonly client: Client,
    port: number,
  ) {
    this.peerAddress = `127.0.0.1:${port}`;
    this.#session = server.open(this);
    if (this.#session !== null) this.#session.resp = client.resp;
  }

  send(bytes: Buffer): void {
    this.#inbox = Buffer.concat([this.#inbox, bytes]);
    this.#offer();
  }

  end(): void {
    this.#finish();
  }

  write(bytes: Buffer, start: number, end: number): void {
    if (!this.#isOver) this.client.received(Buffer.from(bytes.subarray(start, end)));
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    setImmediate(() => this.#offer());
  }

  offerAgain(): void {
    setImmediate(() => this.#offer());
  }

  close(_now: boolean): void {
    this.#isClosing = true;
    setImmediate(() => this.#finish());
  }

  #offer(): void {
    if (this.#isPaused || this.#isClosing || this.#session === null) return;
    const consumed = this.server.receive(this.#session, this.#inbox, 0, this.#inbox.length);
    this.#inbox = this.#inbox.subarray(consumed);
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isClosing = true;
    if (this.#session !== null) this.server.close(this.#session);
    this.client.closed();
  }
}
