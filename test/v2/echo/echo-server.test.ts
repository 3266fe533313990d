/** The echo server in this process, its threads included, with clients of node:net. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { EchoServer } from '../../../v2/echo/echo-server.js';
import { describeOnLinux } from '../../support/linux.js';
import type { NetClient } from '../support/net-client.js';
import { SisterServers } from '../support/sister-servers.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;

for (const trigger of ['edge', 'level', 'oneshot'] as const) {
  describeOnLinux(`the echo server, ${trigger}-triggered`, () => {
    const servers = new SisterServers<EchoServer>();
    const connect = (port: number): Promise<NetClient> => servers.connect(port);

    async function start(listeners: number, pendingBytesMax = 256 * MIB, port = 0): Promise<number> {
      const server = await EchoServer.start({
        address: { host: '127.0.0.1', port },
        listeners,
        pendingBytesMax,
        drainMs: 1000,
        trigger,
        report: servers.report,
      });
      return servers.add(server);
    }

    it('sends back what it gets, byte for byte, and closes behind the end', async () => {
      const client = await connect(await start(1));
      client.write(Buffer.from([0, 13, 10, 255, 27]));
      assert.deepEqual(await client.read(5), Buffer.from([0, 13, 10, 255, 27]));
      client.socket.end('last words');
      assert.equal((await client.readToEnd()).toString(), 'last words');
    });

    it('serves from several threads on one port, and all of them stop when told', async () => {
      const port = await start(3);
      // Whom the kernel gives a connection depends on its address; nobody gets none of 64.
      const crowd = await Promise.all(Array.from({ length: 64 }, () => connect(port)));
      for (const [index, client] of crowd.entries()) client.write(`client ${index}`);
      for (const [index, client] of crowd.entries()) {
        const expected = `client ${index}`;
        assert.equal((await client.read(expected.length)).toString(), expected);
      }
      const [server] = servers.all;
      server.stop();
      await server.ended;
      for (const client of crowd) await client.readToEnd();
    });

    it('returns all of 100 MB to a client that sends everything before it reads anything', async () => {
      const client = await connect(await start(1));
      client.socket.pause();
      const block = Buffer.alloc(MIB);
      for (let at = 0; at < block.length; at += 4)
        block.writeUInt32LE(Math.imul(at + 1, 2654435761) >>> 0, at);
      for (let count = 0; count < 100; count++) {
        // Waits until the kernel has taken it: nothing of it is read back meanwhile.
        if (!client.socket.write(block)) await once(client.socket, 'drain');
      }
      client.socket.end();
      let received = 0;
      client.socket.removeAllListeners('data');
      client.socket.on('data', (chunk: Buffer) => {
        for (let from = 0; from < chunk.length; ) {
          const at = (received + from) % MIB;
          const length = Math.min(chunk.length - from, MIB - at);
          assert.ok(
            chunk.subarray(from, from + length).equals(block.subarray(at, at + length)),
            `at ${received}`,
          );
          from += length;
        }
        received += chunk.length;
      });
      client.socket.resume();
      await client.readToEnd();
      assert.equal(received, 100 * MIB);
    });

    it('stops receiving from a client that takes nothing, at the limit', async () => {
      const port = await start(1, 64 * 1024);
      const client = await connect(port);
      client.socket.pause();
      const block = Buffer.alloc(32 * MIB, 0x61);
      client.write(block);
      const other = await connect(port);
      other.write('still there?');
      assert.equal((await other.read(12)).toString(), 'still there?');
      assert.ok(client.socket.writableLength > 0, 'the server has taken all of it');
      client.socket.resume();
      let received = 0;
      while (received < block.length) received += (await client.read(1)).length;
      assert.equal(received, block.length);
    });

    it('still sends what is pending when it stops', async () => {
      const client = await connect(await start(2));
      client.socket.pause();
      const block = Buffer.alloc(16 * MIB, 0x62);
      client.write(block);
      await until(() => client.socket.writableLength === 0);
      const [server] = servers.all;
      // What it has received by now it owes; the rest is the kernel's to drop.
      server.stop();
      client.socket.resume();
      const text = await client.readToEnd();
      assert.ok(text.length > 0 && text.every((byte) => byte === 0x62));
      await server.ended;
    });

    it('survives clients that vanish with data on its way', async () => {
      const port = await start(1);
      for (let count = 0; count < 20; count++) {
        const client = await connect(port);
        client.write(Buffer.alloc(MIB, 0x63));
        client.socket.resetAndDestroy();
      }
      const client = await connect(port);
      client.write('alive');
      assert.equal((await client.read(5)).toString(), 'alive');
    });

    it('refuses a busy port, also where its own threads would share it', async () => {
      const stranger = createServer().listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      const { port } = stranger.address() as { port: number };
      for (const listeners of [1, 2]) {
        await assert.rejects(start(listeners, MIB, port), { name: 'SystemError', code: 'EADDRINUSE' });
      }
      stranger.close();
      const own = await start(2);
      await assert.rejects(start(2, MIB, own), { code: 'EADDRINUSE' });
    });
  });
}
