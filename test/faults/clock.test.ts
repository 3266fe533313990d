/**
 * Wall clocks that are set while the server runs. Keys go by the wall clock, as in Redis: their times are dates. Whatever
 * waits for a while — blocked clients, idle ones, requests begun, pauses — goes by the clock that never jumps.
 */
import assert from 'node:assert/strict';
import { type ClockedServer, startClocked } from '../support/clocked-server.js';
import { FRONTENDS } from '../support/running-server.js';
import { encodeRequest } from '../support/words.js';
import { until } from '../v2/support/until.js';

const DAY_MS = 24 * 3600 * 1000;

for (const frontend of FRONTENDS) {
  describe(`A wall clock that jumps, over ${frontend}`, () => {
    let served: ClockedServer;
    beforeEach(async () => {
      served = await startClocked(frontend, { settings: { timeout: '100', 'request-timeout': '100' } });
    });
    afterEach(() => served.stop());

    for (const [direction, jumpMs] of [
      ['forward', DAY_MS],
      ['back', -DAY_MS],
    ] as const) {
      it(`${direction} by a day disconnects nobody, and ends no waiting`, async () => {
        const [talking, silent, waiting, slow] = await Promise.all([0, 1, 2, 3].map(() => served.connect()));
        await silent.wire('PING', '+PONG\r\n');
        waiting.send(encodeRequest(['BLPOP', 'list', 50]));
        slow.send('*1\r\n$4\r\nPI');
        const { sessions } = served.server;
        await until(() => [...sessions.values()].filter(({ queryBytes }) => queryBytes > 0).length === 1);
        await until(() => served.server.blocking.count === 1);
        served.pass(1000);
        served.clock.jump(jumpMs);
        served.pass(1000);
        await talking.wire('PING', '+PONG\r\n');
        slow.send('NG\r\n');
        assert.equal((await slow.reply()).toString(), '+PONG\r\n');
        await silent.wire('PING', '+PONG\r\n');
        assert.equal(waiting.unread, 0);
        served.pass(49_000);
        assert.equal((await waiting.reply()).toString(), '*-1\r\n');
        await talking.wire('PING', '+PONG\r\n');
        assert.equal(served.server.sessions.size, 4);
      });
    }

    it('forward over their dates takes keys away, and back leaves the others where their dates are', async () => {
      const client = await served.connect();
      served.pass(1000);
      await client.wire('SET hour x EX 3600', '+OK\r\n');
      await client.wire('SET week x EX 604800', '+OK\r\n');
      await client.wire('SET always x', '+OK\r\n');
      const date = String(await client.call('PEXPIRETIME', 'week'));
      served.clock.jump(DAY_MS);
      served.pass(0);
      await client.wire('EXISTS hour week always', ':2\r\n');
      assert.equal(await client.call('TTL', 'week'), 6 * 24 * 3600);
      served.clock.jump(-3 * DAY_MS);
      served.pass(0);
      assert.equal(String(await client.call('PEXPIRETIME', 'week')), date);
      assert.equal(await client.call('TTL', 'week'), 9 * 24 * 3600);
      await client.wire('EXISTS hour week always', ':2\r\n');
      // Active expiry goes on by the new time.
      await client.wire('SET soon x PX 10', '+OK\r\n');
      served.pass(11);
      served.pass(200);
      await client.wire('DBSIZE', ':2\r\n');
    });

    it('back lets streams go on with higher ids', async () => {
      const client = await served.connect();
      const first = String(await client.call('XADD', 'stream', '*', 'field', 'value'));
      served.clock.jump(-DAY_MS);
      const second = String(await client.call('XADD', 'stream', '*', 'field', 'value'));
      const [firstMs, firstSequence] = first.split('-').map(Number);
      assert.equal(second, `${firstMs}-${firstSequence + 1}`);
    });
  });
}
