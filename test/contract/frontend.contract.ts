/**
 * What every frontend owes its clients, whatever it does with sockets. A frontend's own test file calls
 * `describeFrontend`; the tests see nothing but the network.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseReply, plain } from '../support/reply-node.js';
import { type FrontendName, startServer, type TestServer } from '../support/running-server.js';
import { connectPath, type SocketClient } from '../support/socket-client.js';
import { encodeRequest, show } from '../support/words.js';
import { until } from '../v2/support/until.js';

const MEGABYTE = 1024 * 1024;

/** @param config of every server that the suite starts */
export function describeFrontend(frontend: FrontendName, config: Record<string, string> = {}): void {
  describe(`The ${frontend} frontend`, () => {
    let server: TestServer;
    let client: SocketClient;
    /** Somebody else, who must not notice what `client` does. */
    let other: SocketClient;

    beforeEach(async () => {
      server = await startServer({ frontend, config });
      client = await server.connect();
      other = await server.connect();
    });

    afterEach(async () => {
      client.socket.destroy();
      other.socket.destroy();
      await server.stop();
    });

    /** What was sent before has been received: the server has answered somebody who asked later. */
    const settle = (): Promise<unknown> => other.call('PING');

    async function connectedClients(): Promise<number> {
      const list = String(await other.call('CLIENT', 'LIST'));
      return list.trim().split('\n').length;
    }

    /** Waits until only `count` clients are left: closes are noticed in the server's own time. */
    async function expectClients(count: number): Promise<void> {
      for (let round = 0; round < 10_000; round++) {
        if ((await connectedClients()) === count) return;
      }
      assert.equal(await connectedClients(), count, 'connected clients');
    }

    describe('with requests', () => {
      const requests = [
        encodeRequest(['SET', 'key', 'a\r\nvalue']),
        Buffer.from('GET key\r\n'),
        encodeRequest(['APPEND', 'key', '\0\xff']),
        Buffer.from('\r\n*0\r\n'),
        encodeRequest(['GET', 'key']),
      ];
      const stream = Buffer.concat(requests);
      const replies = '+OK\r\n$8\r\na\r\nvalue\r\n:10\r\n$10\r\na\r\nvalue\0\xff\r\n';

      const collectReplies = async (): Promise<string> => {
        const found: Buffer[] = [];
        for (let count = 0; count < 4; count++) found.push(await client.reply());
        return Buffer.concat(found).toString('latin1');
      };

      it('answers them split at every byte', async () => {
        for (let split = 1; split < stream.length; split++) {
          client.send(stream.subarray(0, split));
          await settle();
          client.send(stream.subarray(split));
          assert.equal(await collectReplies(), replies, `split at ${split}`);
        }
      });

      it('answers them byte by byte', async () => {
        for (const byte of stream) {
          client.send(Buffer.of(byte));
          await settle();
        }
        assert.equal(await collectReplies(), replies);
      });

      it('answers 10,000 of one write, in order', async () => {
        const count = 10_000;
        client.send(Buffer.concat(Array.from({ length: count }, () => encodeRequest(['INCR', 'counter']))));
        for (let number = 1; number <= count; number++) {
          assert.equal((await client.reply()).toString(), `:${number}\r\n`);
        }
      });

      it('takes a value of 100 MB and gives it back', async () => {
        const value = Buffer.alloc(100 * MEGABYTE);
        for (let at = 0; at < value.length; at += 4096) value.writeUInt32LE(at, at);
        assert.equal(await client.call('SET', 'large', value), 'OK');
        assert.equal(await other.call('STRLEN', 'large'), value.length);
        const reply = await client.raw('GET', 'large');
        const header = `$${value.length}\r\n`;
        assert.equal(reply.toString('latin1', 0, header.length), header);
        assert.ok(reply.subarray(header.length, -2).equals(value), 'the value came back as it was');
      }).timeout(60_000);

      it('takes a request of 100,000 arguments', async () => {
        const pairs = Array.from({ length: 50_000 }, (_, index) => [`key:${index}`, `value:${index}`]).flat();
        client.send(encodeRequest(['MSET', ...pairs]));
        assert.equal((await client.reply()).toString(), '+OK\r\n');
        assert.equal(await client.call('DBSIZE'), 50_000);
        client.send(encodeRequest(['MGET', ...pairs.filter((_, index) => index % 2 === 0)]));
        const values = pairs.filter((_, index) => index % 2 === 1);
        assert.deepEqual(plain(parseReply(await client.reply())), values);
      });

      it('serves others while one client keeps it busy', async () => {
        const count = 50_000;
        client.send(
          Buffer.concat(Array.from({ length: count }, () => encodeRequest(['SET', 'key', 'value']))),
        );
        assert.equal(await other.call('PING'), 'PONG');
        for (let index = 0; index < count; index++)
          assert.equal((await client.reply()).toString(), '+OK\r\n');
      });
    });

    describe('with a client that never reads', () => {
      const value = 'x'.repeat(100_000);
      const count = 5000;

      beforeEach(async () => {
        await other.call('SET', 'value', value);
        client.socket.pause();
        client.send(Buffer.concat(Array.from({ length: count }, () => encodeRequest(['GET', 'value']))));
      });

      it('serves others, and holds back what the client has not taken', async () => {
        const before = process.memoryUsage.rss();
        for (let round = 0; round < 2000; round++) await settle();
        const grown = process.memoryUsage.rss() - before;
        // 500 MB are asked for. Both ends of the connection are in this process, the kernel's buffers in neither.
        assert.ok(grown < 200 * MEGABYTE, `memory grew by ${Math.round(grown / MEGABYTE)} MB`);
      });

      it('gives it everything in order once it reads', async () => {
        for (let round = 0; round < 100; round++) await settle();
        client.socket.resume();
        const expected = Buffer.from(`$${value.length}\r\n${value}\r\n`);
        for (let index = 0; index < count; index++) {
          assert.ok((await client.reply()).equals(expected), `reply ${index}`);
        }
      }).timeout(60_000);

      it('forgets it when it goes', async () => {
        await settle();
        client.reset();
        await expectClients(1);
      });
    });

    describe('at the end of a connection', () => {
      it('sends the replies owed to a client that has closed its side', async () => {
        await other.call('SET', 'large', 'y'.repeat(5 * MEGABYTE));
        const requests = Array.from({ length: 5 }, () => encodeRequest(['GET', 'large']));
        client.send(Buffer.concat([...requests, encodeRequest(['ECHO', 'last'])]));
        client.close();
        for (let index = 0; index < 5; index++) {
          assert.equal((await client.reply()).length, 5 * MEGABYTE + 12);
        }
        assert.equal((await client.reply()).toString(), '$4\r\nlast\r\n');
        await client.end();
        await expectClients(1);
      });

      it('answers everything that a client asked for before it closed its side, however slowly it reads', async () => {
        await other.call('SET', 'value', 'y'.repeat(100_000));
        const count = 1000;
        client.socket.pause();
        client.send(Buffer.concat(Array.from({ length: count }, () => encodeRequest(['GET', 'value']))));
        client.close();
        for (let round = 0; round < 100; round++) await settle();
        client.socket.resume();
        for (let index = 0; index < count; index++) assert.equal((await client.reply()).length, 100_011);
        await client.end();
        await expectClients(1);
      });

      it('gives up a request that will never be whole', async () => {
        client.send('*2\r\n$4\r\nECHO\r\n$10\r\nabc');
        client.close();
        await client.end();
        await expectClients(1);
      });

      it('survives resets in the middle of requests', async () => {
        for (let round = 0; round < 50; round++) {
          const doomed = await server.connect();
          doomed.send(encodeRequest(['SET', 'key', 'whole']));
          doomed.send(encodeRequest(['SET', 'key', 'cut short']).subarray(0, 5 + round / 2));
          if (round % 2 === 0) await settle();
          doomed.reset();
        }
        await expectClients(2);
        assert.equal(await client.call('PING'), 'PONG');
        assert.notEqual(await client.call('GET', 'key'), 'cut short');
      });

      it('answers QUIT, runs nothing after it, and closes', async () => {
        client.send(Buffer.concat([['SET', 'key', '1'], ['QUIT'], ['SET', 'key', '2']].map(encodeRequest)));
        assert.equal((await client.reply()).toString(), '+OK\r\n');
        assert.equal((await client.reply()).toString(), '+OK\r\n');
        await client.end();
        assert.equal(client.unread, 0);
        assert.equal(await other.call('GET', 'key'), '1');
      });

      it('answers what is no request with its error after the replies before it, and closes', async () => {
        client.send(`${encodeRequest(['ECHO', 'before'])}*x\r\n${encodeRequest(['SET', 'key', 'after'])}`);
        assert.equal((await client.reply()).toString(), '$6\r\nbefore\r\n');
        assert.equal(
          show(await client.reply()),
          show(Buffer.from('-ERR Protocol error: invalid multibulk length\r\n')),
        );
        await client.end();
        assert.equal(await other.call('GET', 'key'), null);
      });

      it('sends the error to a client that goes on sending without reading', async () => {
        client.send(`*x\r\n${'z'.repeat(2 * MEGABYTE)}`);
        assert.equal(
          show(await client.reply()),
          show(Buffer.from('-ERR Protocol error: invalid multibulk length\r\n')),
        );
        await expectClients(1);
      });

      it('closes a connection that another one kills', async () => {
        const id = await client.call('CLIENT', 'ID');
        assert.equal(await other.call('CLIENT', 'KILL', 'ID', String(id)), 1);
        await client.end();
        await expectClients(1);
      });
    });

    describe('with many connections', () => {
      it('serves a thousand that come at once', async () => {
        const clients = await Promise.all(Array.from({ length: 1000 }, () => server.connect()));
        const answers = await Promise.all(clients.map((one, index) => one.call('ECHO', index)));
        assert.deepEqual(
          answers,
          clients.map((_, index) => String(index)),
        );
        await Promise.all(clients.map((one) => one.quit()));
        await expectClients(2);
      }).timeout(60_000);

      it('gives everything back after thousands of connects and closes', async () => {
        // Both are accepted, not only connected.
        await Promise.all([client.call('PING'), settle()]);
        const descriptors = countDescriptors();
        for (let round = 0; round < 30; round++) {
          const clients = await Promise.all(Array.from({ length: 100 }, () => server.connect()));
          for (const [index, one] of clients.entries()) {
            if (index % 3 === 0) one.reset();
            else one.send(encodeRequest(['PING']));
            if (index % 3 === 1) one.close();
          }
          await Promise.all(clients.filter((_, index) => index % 3 !== 0).map((one) => one.reply()));
          await Promise.all(clients.map((one) => one.quit()));
        }
        await expectClients(2);
        // Another thread may own the sockets, and close them a moment after it has said so.
        await until(() => countDescriptors() <= descriptors);
      }).timeout(60_000);
    });

    describe('when others cause the bytes', () => {
      it('delivers them in order, without a request of its own', async () => {
        await client.call('SUBSCRIBE', 'news');
        const count = 3000;
        const requests = Array.from({ length: count }, (_, index) =>
          encodeRequest(['PUBLISH', 'news', index]),
        );
        other.send(Buffer.concat(requests));
        for (let index = 0; index < count; index++) {
          const text = String(index);
          const message = `*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$${text.length}\r\n${text}\r\n`;
          assert.equal((await client.reply()).toString(), message);
        }
      });
    });

    describe('at shutdown', () => {
      it('sends the replies in flight, then closes, and accepts nobody', async () => {
        await other.call('SET', 'large', 'z'.repeat(10 * MEGABYTE));
        client.socket.pause();
        client.send(Buffer.concat(Array.from({ length: 3 }, () => encodeRequest(['GET', 'large']))));
        // Of several reactors, one may be ahead of the other's: a reply to this client says nothing of that one's requests.
        while (!String(await other.call('CLIENT', 'LIST')).includes(' cmd=get '));
        const stopped = server.stop(10_000);
        client.socket.resume();
        for (let index = 0; index < 3; index++)
          assert.equal((await client.reply()).length, 10 * MEGABYTE + 13);
        await client.end();
        await stopped;
        await assert.rejects(server.connect(), { code: 'ECONNREFUSED' });
      });

      it('waits no longer than its deadline for a client that reads nothing', async () => {
        await other.call('SET', 'large', 'z'.repeat(50 * MEGABYTE));
        client.socket.pause();
        client.send(encodeRequest(['GET', 'large']));
        await settle();
        await server.stop(1);
      });

      it('may be asked for twice', async () => {
        await Promise.all([server.stop(), server.stop()]);
      });
    });

    describe('on its addresses', () => {
      it('serves a Unix socket', async () => {
        const path = join(tmpdir(), `januskv-${process.pid}-${frontend}.sock`);
        const local = await startServer({ frontend, path, config });
        const neighbour = await connectPath(path);
        assert.equal(await neighbour.call('ECHO', 'hello'), 'hello');
        await neighbour.quit();
        await local.stop();
      });

      it('says which address is taken', async () => {
        await assert.rejects(startServer({ frontend, port: server.port, config }), { code: 'EADDRINUSE' });
      });
    });
  });
}

function countDescriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}
