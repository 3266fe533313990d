/** What commands do to other clients, when those are on sockets of other threads. */
import assert from 'node:assert/strict';
import { describeOnLinux } from '../../support/linux.js';
import { startServer, type TestServer } from '../../support/running-server.js';
import type { SocketClient } from '../../support/socket-client.js';

/** Among two reactors that share them out by a hash, all on one is once in 32,768 times. */
const CLIENTS = 16;

for (const loop of ['embedded', 'dedicated']) {
  describeOnLinux(`clients of two reactors, ${loop}`, () => {
    let server: TestServer;
    let crowd: SocketClient[];
    let control: SocketClient;

    beforeEach(async () => {
      server = await startServer({ frontend: 'v2', config: { 'io-threads': '2', 'reactor-loop': loop } });
      crowd = await Promise.all(Array.from({ length: CLIENTS }, () => server.connect()));
      control = await server.connect();
    });

    afterEach(async () => {
      for (const client of [...crowd, control]) client.socket.destroy();
      await server.stop();
    });

    const all = <T>(act: (client: SocketClient, index: number) => Promise<T>): Promise<T[]> =>
      Promise.all(crowd.map(act));

    it('are all in CLIENT LIST, with what they are owed', async () => {
      await all((client, index) => client.call('CLIENT', 'SETNAME', `client-${index}`));
      const list = async (): Promise<string> => String(await control.call('CLIENT', 'LIST'));
      for (const index of crowd.keys())
        assert.match(await list(), new RegExp(`name=client-${index} .* omem=`));
      // A client may have its reply before the thread that sent it has said so.
      while (/name=client-.* omem=[1-9]/.test(await list()));
    });

    it('are killed by others', async () => {
      const ids = await all((client) => client.call('CLIENT', 'ID'));
      for (const id of ids.slice(0, 8)) {
        assert.equal(await control.call('CLIENT', 'KILL', 'ID', Number(id)), 1);
      }
      assert.equal(await control.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'), CLIENTS - 8);
      await all((client) => client.end());
      assert.equal(await control.call('PING'), 'PONG');
    });

    it('are paused, and go on together', async () => {
      await control.call('CLIENT', 'PAUSE', 600_000, 'WRITE');
      const writes = all((client) => client.call('INCR', 'count'));
      assert.equal(await control.call('GET', 'count'), null);
      await control.call('CLIENT', 'UNPAUSE');
      assert.deepEqual(
        (await writes).map(Number).sort((a, b) => a - b),
        Array.from(crowd, (_, at) => at + 1),
      );
    });

    it('wait for lists that others push to, in the order in which they came', async () => {
      const popped: Promise<unknown>[] = [];
      for (const client of crowd) {
        popped.push(client.call('BLPOP', 'queue', 0));
        const isBlocked = new RegExp(`blocked_clients:${popped.length}\\b`);
        while (!isBlocked.test(String(await control.call('INFO', 'clients'))));
      }
      const values = Array.from(crowd, (_, index) => `value ${index}`);
      await control.call('RPUSH', 'queue', ...values);
      assert.deepEqual(
        await Promise.all(popped),
        values.map((value) => ['queue', value]),
      );
    });

    it('hear what others publish', async () => {
      await all((client) => client.call('SUBSCRIBE', 'news'));
      assert.equal(await control.call('PUBLISH', 'news', 'hello'), CLIENTS);
      const message = '*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n';
      for (const reply of await all((client) => client.reply())) assert.equal(String(reply), message);
    });
  });
}
