/** A server whose process is stopped for a while (SIGSTOP, a suspended machine): it goes on as if nothing had been. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Program, portOf } from '../cli/support/program.js';
import { FRONTENDS } from '../support/running-server.js';
import { connect, type SocketClient } from '../support/socket-client.js';
import { encodeRequest } from '../support/words.js';

/** `STOPPED_MS=10000` for a longer look. */
const STOPPED_MS = Number(process.env.STOPPED_MS ?? 1500);
const CLIENTS = 50;

for (const frontend of FRONTENDS) {
  describe(`A stopped process (${frontend})`, function () {
    this.timeout(60_000 + STOPPED_MS);
    let program: Program;
    let port: number;

    beforeEach(async function () {
      // Windows has no such signal.
      if (process.platform === 'win32') this.skip();
      program = new Program(['--listen', `${frontend}:127.0.0.1:0`, '--save', '']);
      port = portOf((await program.ready())[0]);
    });
    afterEach(async () => {
      program.signal('SIGCONT');
      program.signal('SIGKILL');
      await program.end();
    });

    it('answers afterwards what came meanwhile, and takes those who connected meanwhile', async () => {
      const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(port)));
      for (const client of clients) await client.wire('PING', '+PONG\r\n');
      const [waiting, subscriber] = [await connect(port), await connect(port)];
      await subscriber.raw('SUBSCRIBE', 'news');
      waiting.send(encodeRequest(['BLPOP', 'list', 0]));
      await clients[0].call('SET', 'short', 'x', 'PX', STOPPED_MS / 2);
      await clients[0].call('SET', 'long', 'x', 'EX', 1000);

      program.signal('SIGSTOP');
      for (const client of clients) client.send(encodeRequest(['INCR', 'counter']));
      const late = await Promise.all(Array.from({ length: CLIENTS }, () => connect(port)));
      for (const client of late) client.send(encodeRequest(['INCR', 'counter']));
      await sleep(STOPPED_MS);
      assert.equal(clients[0].unread, 0);
      program.signal('SIGCONT');

      const everyone: SocketClient[] = [...clients, ...late];
      const numbers = await Promise.all(
        everyone.map(async (client) => Number(await client.reply().then(integerOf))),
      );
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        everyone.map((_, index) => index + 1),
      );
      const [client] = late;
      assert.equal(await client.call('GET', 'short'), null);
      assert.equal(await client.call('GET', 'long'), 'x');
      assert.equal(await client.call('PUBLISH', 'news', 'hello'), 1);
      assert.match((await subscriber.reply()).toString(), /hello/);
      assert.equal(await client.call('RPUSH', 'list', 'element'), 1);
      assert.match((await waiting.reply()).toString(), /element/);
      for (const one of [...everyone.filter((other) => other !== client), waiting, subscriber])
        await one.quit();
      for (let isLeft = true; isLeft; ) {
        const info = String(await client.call('INFO', 'everything'));
        isLeft = !/^connected_clients:1\r$/m.test(info);
        if (isLeft) continue;
        assert.match(info, /^blocked_clients:0\r$/m);
        assert.match(info, new RegExp(`^total_connections_received:${2 * CLIENTS + 2}\r$`, 'm'));
      }
      await client.quit();
    });
  });
}

function integerOf(reply: Buffer): string {
  return reply.toString('latin1', 1, reply.length - 2);
}
