/** Servers on the reactor alone, in this process, and clients of them: none outlives the test that started it. */
import assert from 'node:assert/strict';
import type { SocketAddress } from '../../../src/native/socket-address.js';
import { NetClient } from './net-client.js';

interface SisterServer {
  readonly address: SocketAddress;
  readonly ended: Promise<void>;
  stop(): void;
}

export class SisterServers<S extends SisterServer> {
  readonly all: S[] = [];
  readonly #clients: NetClient[] = [];
  readonly #troubles: Error[] = [];

  /** For the suite that calls it. Trouble that nobody expected fails the test. */
  constructor() {
    afterEach(async () => {
      for (const client of this.#clients.splice(0)) client.destroy();
      for (const server of this.all.splice(0)) {
        server.stop();
        await server.ended;
      }
      assert.deepEqual(this.#troubles.splice(0), []);
    });
  }

  readonly report = (trouble: Error): void => {
    this.#troubles.push(trouble);
  };

  /** @returns its port */
  add(server: S): number {
    this.all.push(server);
    return 'port' in server.address ? server.address.port : 0;
  }

  async connect(port: number): Promise<NetClient> {
    const client = await NetClient.connect({ host: '127.0.0.1', port });
    this.#clients.push(client);
    return client;
  }
}
