/** v2 with I/O threads before a line server, and clients of it. Troubles that it reports are failures unless expected. */
import assert from 'node:assert/strict';
import type { EpollOptions } from '../../../v2/frontend-options.js';
import { ThreadedFrontend } from '../../../v2/io-threads/frontend.js';
import { LineServer, type LineSession } from './line-server.js';
import { NetClient } from './net-client.js';

export class EpollThreads {
  server = new LineServer();
  frontend = new ThreadedFrontend<LineSession>(this.server, {});
  #port = 0;
  #clients: NetClient[] = [];
  #troubles: Error[] = [];
  #expected: RegExp | null = null;

  async start(options: EpollOptions): Promise<void> {
    this.server = new LineServer();
    this.#troubles = [];
    this.#expected = null;
    const report = (trouble: Error) => this.#troubles.push(trouble);
    this.frontend = new ThreadedFrontend(this.server, { ...options, report });
    ({ port: this.#port } = await this.frontend.listen({ host: '127.0.0.1', port: 0 }, 4096));
  }

  async connect(): Promise<NetClient> {
    const client = await NetClient.connect({ port: this.#port, host: '127.0.0.1' });
    this.#clients.push(client);
    return client;
  }

  expectTrouble(pattern: RegExp): void {
    this.#expected = pattern;
  }

  async end(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    await this.frontend.close(1000);
    const expected = this.#expected;
    if (expected === null) assert.deepEqual(this.#troubles, []);
    else assert.ok(this.#troubles.some((trouble) => expected.test(trouble.message)));
  }
}
