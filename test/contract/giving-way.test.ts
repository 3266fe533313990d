/** A client whose requests take long gives way to others between two of them. */
import assert from 'node:assert/strict';
import { FRONTENDS, startServer, type TestServer } from '../support/running-server.js';
import type { SocketClient } from '../support/socket-client.js';
import { encodeRequest } from '../support/words.js';

/** Each is longer than a batch may last before others have their turn. */
const SLOW = encodeRequest(['DEBUG', 'SLEEP', '0.0015']);
const COUNT = 200;

for (const frontend of FRONTENDS) {
  describe(`Many slow requests in one write over ${frontend}`, () => {
    let server: TestServer;
    let client: SocketClient;
    let other: SocketClient;

    beforeEach(async () => {
      server = await startServer({ frontend, config: { 'enable-debug-command': 'yes' } });
      client = await server.connect();
      other = await server.connect();
    });

    afterEach(async () => {
      client.socket.destroy();
      other.socket.destroy();
      await server.stop();
    });

    const sendAll = (): void => client.send(Buffer.concat(Array.from({ length: COUNT }, () => SLOW)));

    it('let others have their turn in between', async () => {
      let replies = 0;
      sendAll();
      const all = (async () => {
        for (; replies < COUNT; replies++) assert.equal((await client.reply()).toString(), '+OK\r\n');
      })();
      assert.equal(await other.call('PING'), 'PONG');
      assert.ok(replies < COUNT / 2, `${replies} of ${COUNT} slow requests were answered before`);
      await all;
    });

    it('are all answered, and what follows them after them, when the client closes its side', async () => {
      sendAll();
      client.socket.end(encodeRequest(['ECHO', 'last']));
      for (let replies = 0; replies < COUNT; replies++) {
        assert.equal((await client.reply()).toString(), '+OK\r\n');
      }
      assert.equal((await client.reply()).toString(), '$4\r\nlast\r\n');
      await client.end();
    });

    it('are no reason to read on without end', async () => {
      sendAll();
      await client.reply();
      const filler = encodeRequest(['ECHO', 'x'.repeat(60_000)]);
      const sent = Buffer.concat(Array.from({ length: 100 }, () => filler));
      client.send(sent);
      for (let look = 0; look < 20; look++) {
        const line = String(await other.call('CLIENT', 'LIST', 'TYPE', 'NORMAL'));
        const held = Math.max(...[...line.matchAll(/ qbuf=(\d+)/g)].map(([, bytes]) => Number(bytes)));
        assert.ok(held < sent.length / 4, `${held} bytes are held`);
      }
      for (let replies = 1; replies < COUNT; replies++) await client.reply();
      for (let replies = 0; replies < 100; replies++) assert.equal((await client.reply()).length, 60_010);
    });
  });
}
