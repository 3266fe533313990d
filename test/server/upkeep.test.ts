/** What is due while requests keep the thread so busy that no timer has its turn. */
import assert from 'node:assert/strict';
import { Config } from '../../src/server/config/config.js';
import type { Client } from '../support/client.js';
import { MemoryServer } from '../support/memory-server.js';

const STEP_MS = 10;
/** Ten milliseconds late is no wonder, and for a tenth of a second it may be that the process was stopped. */
const LATE_MS_MAX = 150;

describe('upkeep that no timer calls', () => {
  let server: MemoryServer;
  let busy: Client;

  function start(hasTimer: boolean, settings = {}): void {
    const config = new Config({ save: '', ...settings });
    server = new MemoryServer({ config, ...(hasTimer && { hasten: () => {} }) });
    busy = server.connect();
    server.tick();
  }

  /** Requests, one after the other. @returns milliseconds until it happened */
  async function serveUntil(happened: () => boolean, msMax: number): Promise<number> {
    for (let ms = 0; ms < msMax; ms += STEP_MS) {
      if (happened()) return ms;
      server.advance(STEP_MS);
      await busy.call('PING');
    }
    return msMax;
  }

  afterEach(() => server.dispose());

  it('ends waits all the same, and again and again', async () => {
    start(true);
    const waiting = server.connect();
    for (let round = 0; round < 5; round++) {
      let isOver = false;
      const wait = waiting.call('BLPOP', 'nothing', 0.2).then((reply) => {
        isOver = true;
        return reply;
      });
      const elapsedMs = await serveUntil(() => isOver, 10_000);
      assert.ok(elapsedMs >= 200 && elapsedMs <= 200 + LATE_MS_MAX, `${elapsedMs} ms`);
      assert.equal(await wait, null);
    }
  });

  it('removes keys whose time is over', async () => {
    start(true);
    await busy.call('SET', 'key', 'value', 'PX', 300);
    const [database] = server.server.keyspace.databases;
    const elapsedMs = await serveUntil(() => database.expiring === 0, 10_000);
    assert.ok(elapsedMs >= 300 && elapsedMs <= 300 + 2 * LATE_MS_MAX, `${elapsedMs} ms`);
  });

  it('takes nobody for silent whose requests may not have been read yet', async () => {
    start(true, { timeout: 5 });
    const waits = server.connect();
    await waits.call('PING');
    // The process was stopped.
    server.advance(3_600_000);
    await serveUntil(() => false, 1000);
    assert.equal(await waits.call('PING'), 'PONG');
  });

  it('waits for the one who calls it, where there is no timer', async () => {
    start(false);
    await busy.call('SET', 'key', 'value', 'PX', 300);
    assert.equal(await serveUntil(() => server.server.keyspace.databases[0].expiring === 0, 2000), 2000);
    server.tick();
    assert.equal(server.server.keyspace.databases[0].expiring, 0);
  });
});
