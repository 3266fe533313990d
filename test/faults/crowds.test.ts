/** Many clients at once that behave badly, each within its rights. Others are served throughout; counters end exact. */
import assert from 'node:assert/strict';
import { type ClockedServer, startClocked } from '../support/clocked-server.js';
import { FRONTENDS } from '../support/running-server.js';
import type { SocketClient } from '../support/socket-client.js';
import { encodeRequest } from '../support/words.js';
import { until } from '../v2/support/until.js';

const MEBIBYTE = 1024 * 1024;

for (const frontend of FRONTENDS) {
  describe(`A crowd over ${frontend}`, function () {
    this.timeout(60_000);
    let served: ClockedServer;
    let other: SocketClient;
    const start = async (settings: Record<string, string>): Promise<void> => {
      served = await startClocked(frontend, { settings: { maxclients: '10000', ...settings } });
      other = await served.connect();
    };
    const connectMany = (count: number): Promise<SocketClient[]> =>
      Promise.all(Array.from({ length: count }, () => served.connect()));
    const stat = async (field: string): Promise<number> => {
      const info = String(await other.call('INFO', 'everything'));
      return Number(new RegExp(`^${field}:(\\d+)\r$`, 'm').exec(info)?.[1]);
    };
    afterEach(() => served.stop());

    it('of subscribers that don’t read is disconnected when its limit is reached', async () => {
      const count = 2000;
      await start({ 'client-output-buffer-limit': 'pubsub 32kb 0 0' });
      const crowd = await connectMany(count);
      for (const client of crowd) {
        client.socket.pause();
        client.send(encodeRequest(['SUBSCRIBE', 'news']));
      }
      while ((await numberSubscribed(other)) < count) await other.call('PING');
      // The kernel takes some hundred KiB for each, the server keeps up to 32.
      const message = 'x'.repeat(128 * 1024);
      let rounds = 0;
      for (; (await numberSubscribed(other)) > 0; rounds++) {
        assert.ok(rounds < 60, 'somebody is kept for ever');
        await other.call('PUBLISH', 'news', message);
      }
      await until(() => served.server.sessions.size === 1);
      assert.equal(await stat('client_output_buffer_limit_disconnections'), count);
      assert.equal(await stat('pubsub_channels'), 0);
      assert.equal(await stat('connected_clients'), 1);
      assert.ok((await stat('mem_clients_normal')) < MEBIBYTE);
    });

    it('that sends a byte a second is served whole requests, or disconnected in time', async () => {
      const count = 400;
      await start({ 'request-timeout': '20' });
      const crowd = await connectMany(count);
      const request = encodeRequest(['PING']);
      for (let second = 0; second < request.length; second++) {
        for (const client of crowd) client.send(request.subarray(second, second + 1));
        await other.wire('INCR seconds', `:${second + 1}\r\n`);
        served.pass(1000);
      }
      for (const client of crowd) assert.equal((await client.reply()).toString(), '+PONG\r\n');
      // Now one that never comes to its end.
      const long = encodeRequest(['SET', 'key', 'x'.repeat(100)]);
      for (let second = 0; second < 22; second++) {
        for (const client of crowd) if (!client.isClosed) client.send(long.subarray(second, second + 1));
        await other.wire('PING', '+PONG\r\n');
        await until(() => second > 0 || everyoneHasBegun(served, count));
        served.pass(1000);
      }
      await Promise.all(crowd.map((client) => client.end()));
      assert.equal(await stat('request_timeout_disconnections'), count);
      assert.equal(await stat('connected_clients'), 1);
      assert.equal(await other.call('EXISTS', 'key'), 0);
    });

    it('that connects as fast as it can, and goes, keeps nobody waiting and leaves nothing', async () => {
      const [waves, count] = [4, 1000];
      // Else who is gone already, and so has no address, is refused as a stranger.
      await start({ 'protected-mode': 'no' });
      let isStorming = true;
      let pings = 0;
      const pinging = (async () => {
        while (isStorming) {
          await other.wire('PING', '+PONG\r\n');
          pings++;
        }
      })();
      for (let wave = 0; wave < waves; wave++) {
        const crowd = await connectMany(count);
        for (const [index, client] of crowd.entries()) {
          client.send(encodeRequest(['INCR', 'visits']));
          if (index % 2 === 0) client.reset();
        }
        await Promise.all(crowd.filter((_, index) => index % 2 === 1).map((client) => client.reply()));
        for (const client of crowd) client.socket.destroy();
        await until(() => served.server.sessions.size === 1);
      }
      isStorming = false;
      await pinging;
      assert.ok(pings >= waves, `${pings} answers in ${waves} waves`);
      assert.equal(await stat('total_connections_received'), waves * count + 1);
      assert.equal(await stat('rejected_connections'), 0);
      assert.equal(await stat('connected_clients'), 1);
      const visits = Number(await other.call('GET', 'visits'));
      assert.ok(visits >= (waves * count) / 2 && visits <= waves * count, `${visits} visits`);
    });

    it('of readers that are slow gets everything in order, while others are served', async () => {
      const [count, requests] = [100, 40];
      await start({});
      const value = 'y'.repeat(100_000);
      await other.call('SET', 'value', value);
      const crowd = await connectMany(count);
      for (const client of crowd) {
        client.socket.pause();
        client.send(Buffer.concat(Array.from({ length: requests }, () => encodeRequest(['GET', 'value']))));
      }
      for (let round = 0; round < 200; round++) await other.wire('PING', '+PONG\r\n');
      for (const client of crowd) {
        client.socket.resume();
        for (let reply = 0; reply < requests; reply++) {
          assert.equal((await client.reply()).length, value.length + '$100000\r\n\r\n'.length);
        }
        await client.quit();
      }
      await until(() => served.server.sessions.size === 1);
      assert.ok((await stat('mem_clients_normal')) < MEBIBYTE);
    });
  });
}

async function numberSubscribed(client: SocketClient): Promise<number> {
  return Number(((await client.call('PUBSUB', 'NUMSUB', 'news')) as unknown[])[1]);
}

/** Who has begun no request yet is not late with it. */
function everyoneHasBegun({ server }: ClockedServer, count: number): boolean {
  return [...server.sessions.values()].filter(({ queryBytes }) => queryBytes > 0).length >= count;
}
