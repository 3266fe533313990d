/**
 * Suites of the libraries that people use, each run over every frontend, on a server of its own in this process:
 *
 *     describeServed('ioredis', (served) => {
 *       it('reads what it wrote', async () => {
 *         const redis = new Redis(served.url);
 *         served.atEnd(() => redis.quit());
 *         …
 *       });
 *     });
 *
 * After each test whatever was handed to `atEnd` is closed, latest first. Then no connection may be left, nothing
 * may hang on one that is gone, and all data is removed.
 *
 * With REFERENCE_REDIS=1 in the environment the same tests also run against a real redis-server: that is how one
 * learns whether a library or januskv is to blame. With IO_THREADS=2 v2 has that many reactors.
 */
import assert from 'node:assert/strict';
import type { Settings } from '../../src/index.js';
import { REFERENCE_VERSION, startReference } from './reference-server.js';
import { FRONTENDS, startServer } from './running-server.js';
import { connect, type SocketClient } from './socket-client.js';

export interface Served {
  /** For what only a server in this process can do. */
  readonly isReference: boolean;
  readonly port: number;
  readonly url: string;
  /** A connection of the test's own, with no library between. */
  readonly control: SocketClient;
  /** Runs when the test is over, however it ends. */
  atEnd(close: () => unknown): void;
  /** The server goes away with everything in it, as when its process is killed. */
  stop(): Promise<void>;
  /** An empty server takes its place, on the same port. */
  start(): Promise<void>;
  /** Resolves as soon as INFO shows this value: what a client did has arrived. */
  untilInfo(field: string, value: string | number): Promise<void>;
}

const IO_THREADS: Settings = process.env.IO_THREADS ? { 'io-threads': process.env.IO_THREADS } : {};

/** @param config directives for januskv and the reference alike */
export function describeServed(
  name: string,
  body: (served: Served) => void,
  config: Readonly<Record<string, string>> = {},
): void {
  describe(name, () => {
    for (const frontend of FRONTENDS) {
      describe(`over ${frontend}`, () =>
        run(
          new ServedSuite(async (port) => {
            const settings: Settings = { ...config, ...(frontend === 'v2' && IO_THREADS) };
            const server = await startServer({ port, frontend, config: settings });
            return { port: server.port, stop: () => server.stop() };
          }),
          body,
        ));
    }
    if (process.env.REFERENCE_REDIS && REFERENCE_VERSION !== null) {
      const directives = Object.entries(config).flatMap(([directive, value]) => [`--${directive}`, value]);
      describe('over redis-server', () => run(new ServedSuite(() => startReference(directives), true), body));
    }
  });
}

function run(suite: ServedSuite, body: (served: Served) => void): void {
  before(() => suite.start());
  after(() => suite.stop());
  afterEach(() => suite.settle());
  body(suite);
}

interface Started {
  readonly port: number;
  stop(): Promise<void>;
}

class ServedSuite implements Served {
  #server: Started | null = null;
  #control: SocketClient | null = null;
  #port = 0;
  readonly #closings: (() => unknown)[] = [];

  constructor(
    readonly launch: (port: number) => Promise<Started>,
    readonly isReference = false,
  ) {}

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  get control(): SocketClient {
    assert.ok(this.#control !== null, 'the server runs');
    return this.#control;
  }

  atEnd(close: () => unknown): void {
    this.#closings.push(close);
  }

  async start(): Promise<void> {
    this.#server = await this.launch(this.#port);
    this.#port = this.#server.port;
    this.#control = await connect(this.#port);
  }

  async stop(): Promise<void> {
    this.#control?.close();
    this.#control = null;
    await this.#server?.stop();
    this.#server = null;
  }

  async untilInfo(field: string, value: string | number): Promise<void> {
    while ((await this.#info()).get(field) !== String(value));
  }

  async settle(): Promise<void> {
    if (this.#server === null) await this.start();
    for (const close of this.#closings.splice(0).reverse()) await close();
    await this.untilInfo('connected_clients', 1);
    const info = await this.#info();
    for (const field of HELD_BY_CLIENTS) {
      assert.equal(info.get(field), '0', `${field}, when no client is left`);
    }
    assert.equal(await this.control.call('FLUSHALL'), 'OK');
  }

  async #info(): Promise<Map<string, string>> {
    const text = String(await this.control.call('INFO'));
    return new Map(
      text.split('\r\n').map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1)];
      }),
    );
  }
}

const HELD_BY_CLIENTS = ['blocked_clients', 'tracking_clients', 'pubsub_channels', 'pubsub_patterns'];
