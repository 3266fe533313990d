/** What one client may take of the server, over real sockets and on a clock that the test moves. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { queryBytesOf } from '../../src/server/clients/client-line.js';
import { type ClockedServer, startClocked } from '../support/clocked-server.js';
import { FRONTENDS } from '../support/running-server.js';
import { encodeRequest } from '../support/words.js';
import { until } from '../v2/support/until.js';

const MEBIBYTE = 1024 * 1024;

for (const frontend of FRONTENDS) {
  describe(`Limits over ${frontend}`, () => {
    let served: ClockedServer | null = null;
    const start = async (settings: Record<string, string>): Promise<ClockedServer> => {
      served = await startClocked(frontend, { settings });
      return served;
    };
    afterEach(() => served?.stop());

    it('a client too many is told so and closed', async () => {
      const { connect } = await start({ maxclients: '1' });
      const first = await connect();
      await first.wire('PING', '+PONG\r\n');
      const second = await connect();
      assert.equal((await second.reply()).toString(), '-ERR max number of clients reached\r\n');
      await second.end();
      await first.wire('PING', '+PONG\r\n');
    });

    it('a client that comes right after another one has gone takes its place', async () => {
      const { connect } = await start({ maxclients: '2' });
      await (await connect()).wire('PING', '+PONG\r\n');
      let leaving = await connect();
      for (let time = 0; time < 20; time++) {
        await leaving.wire('PING', '+PONG\r\n');
        const isGone = once(leaving.socket, 'close');
        leaving.socket.destroy();
        await isGone;
        leaving = await connect();
      }
      await leaving.wire('PING', '+PONG\r\n');
    });

    it('a client that is silent longer than `timeout` is closed', async () => {
      const { connect, pass } = await start({ timeout: '10' });
      const [silent, talking, listening, waiting] = await Promise.all([0, 1, 2, 3].map(connect));
      await silent.wire('PING', '+PONG\r\n');
      await listening.raw('SUBSCRIBE', 'news');
      waiting.send(encodeRequest(['BLPOP', 'list', 0]));
      pass(6000);
      await talking.wire('PING', '+PONG\r\n');
      pass(6000);
      await silent.end();
      await talking.wire('PUBLISH news x', ':1\r\n');
      await talking.wire('RPUSH list x', ':1\r\n');
      assert.match((await waiting.reply()).toString(), /list/);
    });

    it('a request has to be whole within `request-timeout` of its first byte', async () => {
      const { connect, pass, server } = await start({ 'request-timeout': '10' });
      const slow = await connect();
      const steady = await connect();
      const request = encodeRequest(['SET', 'key', 'a value']);
      // A byte a second.
      for (let sent = 0; sent < 11; sent++) {
        slow.send(request.subarray(sent, sent + 1));
        steady.send(encodeRequest(['PING']).subarray(0, 5));
        await until(() => [...server.sessions.values()].every(({ queryBytes }) => queryBytes > 0));
        steady.send(encodeRequest(['PING']).subarray(5));
        assert.equal((await steady.reply()).toString(), '+PONG\r\n');
        assert.equal(slow.isClosed, false);
        pass(1000);
      }
      await slow.end();
      assert.match(String(await steady.call('INFO', 'stats')), /^request_timeout_disconnections:1\r$/m);
    });

    it('a client that has not authenticated may send 10 arguments of 16 KiB', async () => {
      const { connect } = await start({ requirepass: 'secret' });
      const many = await connect();
      many.send('*11\r\n');
      assert.match((await many.reply()).toString(), /^-ERR Protocol error: unauthenticated multibulk length/);
      await many.end();
      const long = await connect();
      long.send(`*2\r\n$4\r\nAUTH\r\n$${16 * 1024 + 1}\r\n`);
      assert.match((await long.reply()).toString(), /^-ERR Protocol error: unauthenticated bulk length/);
      await long.end();
      const known = await connect();
      await known.wire('AUTH secret', '+OK\r\n');
      await known.wire(['ECHO', ''.padEnd(20_000, 'x')], `$20000\r\n${''.padEnd(20_000, 'x')}\r\n`);
    });

    it('a client that has not authenticated and takes no replies is closed at 1 MiB of them', async () => {
      const { connect, server } = await start({ requirepass: 'secret' });
      const hostile = await connect();
      hostile.socket.pause();
      // Each gets a refusal many times as long. The kernel takes some megabytes of them first.
      const requests = Buffer.alloc(2 * MEBIBYTE, 'x\n');
      hostile.send(requests);
      await until(() => server.bufferLimits.outputDisconnections === 1);
      const known = await connect();
      await known.wire('AUTH secret', '+OK\r\n');
    });

    it('bytes of a request that is never whole are kept up to `client-query-buffer-limit`', async () => {
      const { connect, server } = await start({ 'client-query-buffer-limit': '1mb' });
      const hostile = await connect();
      hostile.send(`*2\r\n$4\r\nECHO\r\n$${8 * MEBIBYTE}\r\n`);
      hostile.send(Buffer.alloc(2 * MEBIBYTE, 'x'));
      await hostile.end();
      assert.equal(server.bufferLimits.queryDisconnections, 1);
      await (await connect()).wire('PING', '+PONG\r\n');
    });

    it('bytes of an unfinished request are counted while nothing can be done with them', async () => {
      const { connect, server } = await start({});
      const slow = await connect();
      const request = encodeRequest(['SET', 'key', Buffer.alloc(MEBIBYTE, 'x')]);
      slow.send(request.subarray(0, 900_000));
      await until(() => [...server.sessions.values()].some((session) => queryBytesOf(session) === 900_000));
      const steady = await connect();
      assert.match(String(await steady.call('CLIENT', 'LIST')), / qbuf=900000 /);
      assert.match(String(await steady.call('INFO', 'clients')), /client_recent_max_input_buffer:900000\r/);
      slow.send(request.subarray(900_000));
      assert.equal((await slow.reply()).toString(), '+OK\r\n');
      assert.match(String(await steady.call('CLIENT', 'LIST')), / qbuf=0 qbuf-free=0 /);
    });

    it('bytes of unfinished requests are kept up to `maxmemory-clients`', async () => {
      const { connect, pass, server } = await start({ 'maxmemory-clients': '3000000' });
      const request = encodeRequest(['SET', 'key', Buffer.alloc(MEBIBYTE, 'x')]);
      const clients = await Promise.all([0, 1, 2].map(connect));
      for (const client of clients) client.send(request.subarray(0, 900_000));
      await until(() => {
        pass(100);
        return server.clientEviction.count > 0;
      });
      const left = [...server.sessions.values()];
      await until(() => left.every((session) => queryBytesOf(session) === 900_000));
      pass(100);
      assert.equal(left.length, 2);
      assert.equal(server.clientEviction.count, 1);
    });
  });
}
