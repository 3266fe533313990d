/**
 * The two servers of a differential run, started once, and fresh connections to both.
 *
 * In RESP3 collections change their encoding at a few elements, so that short histories cross the thresholds; in
 * RESP2 the thresholds are Redis' own.
 */

import {
  REFERENCE_PROGRAM,
  type ReferenceServer,
  startReference,
  versionOf,
} from '../support/reference-server.js';
import { type FrontendName, startServer, type TestServer } from '../support/running-server.js';
import type { SocketClient } from '../support/socket-client.js';
import { Duel } from './duel.js';
import { type Rules, rulesOf } from './rules.js';

/** IO_THREADS=2 gives v2 that many reactors. */
const IO_THREADS = process.env.IO_THREADS ?? '1';

const LOW_THRESHOLDS: Readonly<Record<string, number>> = {
  'hash-max-listpack-entries': 8,
  'hash-max-listpack-value': 24,
  'list-max-listpack-size': 6,
  'list-compress-depth': 1,
  'set-max-intset-entries': 10,
  'zset-max-listpack-entries': 8,
  'zset-max-listpack-value': 24,
  'stream-node-max-entries': 5,
  'hll-sparse-max-bytes': 300,
};

export class Contenders {
  /** The protocol whose thresholds are set. */
  #configured = 2;
  readonly #defaults = new Map<string, string>();

  private constructor(
    readonly ours: TestServer,
    readonly theirs: ReferenceServer,
    readonly rules: Rules,
  ) {}

  /** @param reference program of the server to compare with */
  static async start(frontend: FrontendName, reference = REFERENCE_PROGRAM): Promise<Contenders> {
    const threads = frontend === 'v2' ? { 'io-threads': IO_THREADS } : {};
    return new Contenders(
      await startServer({ frontend, config: { 'enable-debug-command': true, ...threads } }),
      await startReference([], reference),
      rulesOf(versionOf(reference)),
    );
  }

  async open(resp: 2 | 3): Promise<Duel> {
    const [ours, theirs] = await Promise.all([this.ours.connect(), this.theirs.connect()]);
    if (resp === 3) await Promise.all([ours.hello3(), theirs.hello3()]);
    if (resp !== this.#configured) await this.#configure(ours, theirs, resp);
    return new Duel(ours, theirs, this.rules);
  }

  async #configure(ours: SocketClient, theirs: SocketClient, resp: 2 | 3): Promise<void> {
    for (const [name, low] of Object.entries(LOW_THRESHOLDS)) {
      if (!this.#defaults.has(name)) {
        const [, value] = (await theirs.call('CONFIG', 'GET', name)) as string[];
        this.#defaults.set(name, value);
      }
      const value = resp === 3 ? low : (this.#defaults.get(name) ?? '');
      for (const client of [ours, theirs]) await client.call('CONFIG', 'SET', name, value);
    }
    this.#configured = resp;
  }

  async stop(): Promise<void> {
    await Promise.all([this.ours.stop(), this.theirs.stop()]);
  }
}
