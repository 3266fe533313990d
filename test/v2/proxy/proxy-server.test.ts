/** What the proxy carries between clients and backends of node:net, however the kernel is asked. */
import assert from 'node:assert/strict';
import { describeOnLinux } from '../../support/linux.js';
import { NetClient } from '../support/net-client.js';
import { Proxied, portOf, readLine, statusOf } from '../support/proxied.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;

for (const trigger of ['edge', 'level', 'oneshot'] as const) {
  describeOnLinux(`the proxy, ${trigger}-triggered`, () => {
    const proxied = new Proxied(trigger);

    afterEach(() => proxied.end());

    it('carries bytes both ways and counts them', async () => {
      const one = await proxied.backend('one');
      const server = await proxied.start([{ Targets: [one.target] }]);
      const client = await proxied.connect(server);
      assert.equal(await readLine(client), 'one');
      client.write('hello\n');
      assert.equal(await readLine(client), 'hello');
      const [status] = statusOf(server).backends;
      assert.deepEqual([status.active, status.connected, status.failed], [1, 1, 0]);
      assert.deepEqual([status.sentBytes, status.receivedBytes], [6, 10]);
      client.socket.end();
      await client.readToEnd();
      await until(() => server.tunnels === 0);
      assert.equal(statusOf(server).backends[0].active, 0);
    });

    it('carries the end of each direction by itself', async () => {
      const seen: string[] = [];
      const one = await proxied.backend('one', (socket) => {
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk;
        });
        // Answers only when the client has ended.
        socket.on('end', () => {
          seen.push(text);
          socket.end(`${text.length} bytes`);
        });
      });
      const server = await proxied.start([{ Targets: [one.target] }]);
      const replies = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const client = await proxied.connect(server);
          client.socket.end('x'.repeat(index));
          return (await client.readToEnd()).toString();
        }),
      );
      assert.deepEqual(
        replies,
        replies.map((_, index) => `${index} bytes`),
      );
      // And the other way: the backend ends first, and still hears the rest.
      one.onConnection = (socket) => {
        socket.end('bye');
        socket.on('data', (chunk) => seen.push(`${chunk}`));
      };
      const client = await proxied.connect(server);
      assert.equal((await client.readToEnd()).toString(), 'bye');
      client.socket.end('still here');
      await until(() => seen.at(-1) === 'still here');
      await until(() => server.tunnels === 0);
    });

    it('holds back whoever is faster than the other, both ways, and loses nothing', async () => {
      const block = Buffer.alloc(32 * MIB);
      for (let at = 0; at < block.length; at += 4) block.writeUInt32LE(at, at);
      const received: Buffer[] = [];
      const one = await proxied.backend('one', (socket) => {
        socket.pause();
        socket.write(block);
        socket.on('data', (chunk: Buffer) => received.push(chunk));
      });
      const server = await proxied.start([{ Targets: [one.target] }]);
      const client = await proxied.connect(server);
      client.socket.pause();
      client.write(block);
      await until(() => one.sockets.size === 1);
      const [socket] = one.sockets;
      const other = await proxied.connect(server);
      await until(() => one.sockets.size === 2);
      other.destroy();
      assert.ok(
        client.socket.writableLength > 0 && socket.writableLength > 0,
        'the proxy has taken all of it',
      );
      socket.resume();
      client.socket.resume();
      assert.ok((await client.read(block.length)).equals(block));
      await until(() => received.reduce((sum, chunk) => sum + chunk.length, 0) === block.length);
      assert.ok(Buffer.concat(received).equals(block));
    });

    it('carries a flow, the messages after it, and another flow, in order and to the end', async () => {
      const block = Buffer.alloc(24 * MIB);
      for (let at = 0; at < block.length; at += 4) block.writeUInt32LE(at ^ 0x5555, at);
      const one = await proxied.backend('one', (socket) => socket.pipe(socket));
      const server = await proxied.start([{ Targets: [one.target] }]);
      const client = await proxied.connect(server);
      for (let flow = 0; flow < 2; flow++) {
        client.write(block);
        assert.ok((await client.read(block.length)).equals(block));
        for (let count = 0; count < 40; count++) {
          client.write(`message ${count}\n`);
          assert.equal(await readLine(client), `message ${count}`);
        }
      }
      client.socket.end(block);
      assert.ok((await client.readToEnd()).equals(block));
      const [status] = statusOf(server).backends;
      assert.equal(status.sentBytes, status.receivedBytes);
      assert.ok(status.sentBytes > 3 * block.length);
      await until(() => server.tunnels === 0);
    });

    it('spreads a burst evenly', async () => {
      const all = [
        await proxied.backend('one'),
        await proxied.backend('two'),
        await proxied.backend('three'),
      ];
      const server = await proxied.start([{ Targets: all.map(({ target }) => target) }]);
      const crowd = await Promise.all(Array.from({ length: 99 }, () => proxied.connect(server)));
      await Promise.all(crowd.map(readLine));
      assert.deepEqual(
        all.map(({ accepted }) => accepted),
        [33, 33, 33],
      );
    });

    it('serves every one of many short connections', async () => {
      const all = [await proxied.backend('one'), await proxied.backend('two')];
      const server = await proxied.start([{ Targets: all.map(({ target }) => target) }]);
      // The whole crowd by the trigger that is the default, a tenth by the others.
      const clients = trigger === 'edge' ? 3000 : 300;
      let succeeded = 0;
      const one = async (): Promise<void> => {
        for (let count = 0; count < clients / 20; count++) {
          const client = await NetClient.connect({ host: '127.0.0.1', port: portOf(server) });
          client.socket.end('x');
          if (/^(one|two)\nx$/.test((await client.readToEnd()).toString())) succeeded++;
          client.destroy();
        }
      };
      await Promise.all(Array.from({ length: 20 }, one));
      assert.equal(succeeded, clients);
      const { backends } = statusOf(server);
      assert.equal(
        backends.reduce((sum, { connected }) => sum + connected, 0),
        clients,
      );
    });

    it('tells the backend of the client where that is wanted', async () => {
      const received: Buffer[] = [];
      const one = await proxied.backend('one', (socket) => {
        socket.on('data', (chunk: Buffer) => received.push(chunk));
      });
      const server = await proxied.start([{ Targets: [one.target], SendProxy: true }]);
      const client = await proxied.connect(server);
      client.write('hello');
      await until(() => Buffer.concat(received).length === 28 + 5);
      const bytes = Buffer.concat(received);
      assert.equal(bytes.toString('hex', 12, 24), '2111000c7f0000017f000001');
      assert.equal(bytes.readUInt16BE(24), client.socket.localPort);
      assert.equal(bytes.readUInt16BE(26), portOf(server));
      assert.equal(bytes.toString('latin1', 28), 'hello');
    });

    it('survives clients that vanish at any time', async () => {
      const one = await proxied.backend('one');
      const server = await proxied.start([{ Targets: [one.target] }]);
      for (let count = 0; count < 60; count++) {
        const client = await NetClient.connect({ host: '127.0.0.1', port: portOf(server) });
        if (count % 3 === 0) client.write(Buffer.alloc(MIB));
        if (count % 2 === 0) client.socket.resetAndDestroy();
        else client.destroy();
      }
      await until(() => server.tunnels === 0);
      await until(() => one.sockets.size === 0);
      assert.equal(statusOf(server).backends[0].active, 0);
      assert.equal(await readLine(await proxied.connect(server)), 'one');
    });
  });
}
