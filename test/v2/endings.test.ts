/** The v2 frontend and the ways a connection ends: by the peer, by the server, by shutdown. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createFrontend } from '../../v2/frontend.js';
import { describeOnLinux } from '../support/linux.js';
import { serveLines } from './support/served-lines.js';
import { until } from './support/until.js';

const MEGABYTE = 1024 * 1024;

describeOnLinux('v2 frontend: connections end', () => {
  const v2 = serveLines(createFrontend);

  describe('endings', () => {
    it('by half-close: the replies owed are delivered first', async () => {
      v2.server.answer = (session) => {
        const block = Buffer.alloc(MEGABYTE, 0x63);
        for (let index = 0; index < 20; index++) session.transport.write(block, 0, block.length);
      };
      await v2.start();
      const client = await v2.connect();
      client.socket.pause();
      client.socket.end('!\n');
      const closed = v2.nextClose();
      await once(client.socket, 'finish');
      client.socket.resume();
      assert.equal((await client.readToEnd()).length, 20 * MEGABYTE);
      assert.equal(client.error, null);
      assert.equal((await closed).closes, 1);
    });

    it('by half-close with requests unread, because the replies were not taken: all are answered', async () => {
      const block = Buffer.alloc(MEGABYTE, 0x64);
      v2.server.answer = (session) => session.transport.write(block, 0, block.length);
      v2.server.pauses = (session) => session.transport.pendingBytes > 0;
      v2.server.onDrained = (session) => session.transport.resume();
      await v2.start();
      const client = await v2.connect();
      client.socket.pause();
      client.socket.end('!\n'.repeat(10));
      await once(client.socket, 'finish');
      await until(() => v2.frontend.counters.bytesSent > 0);
      client.socket.resume();
      assert.equal((await client.readToEnd()).length, 10 * MEGABYTE);
      assert.ok(v2.server.sessions[0].drains > 0, 'the server never had to wait');
    });

    it('of a peer whose request is blocked: the request is given up', async () => {
      await v2.start();
      const client = await v2.connect();
      v2.server.pauses = () => true;
      const closed = v2.nextClose();
      client.write('blocked\nnever run\n');
      await client.read(8);
      client.socket.end();
      const session = await closed;
      assert.equal(session.lines, 1);
      assert.equal(session.closes, 1);
    });

    it('in the same packet as the blocked request: it is given up too', async () => {
      await v2.start();
      const client = await v2.connect();
      v2.server.pauses = () => true;
      const closed = v2.nextClose();
      client.socket.end('blocked\n');
      assert.equal((await closed).lines, 1);
      assert.equal((await client.readToEnd()).toString(), 'blocked\n');
    });

    it('by reset in the middle of a request disturb nobody', async () => {
      await v2.start();
      const victim = await v2.connect();
      const witness = await v2.connect();
      const closed = v2.nextClose();
      victim.write('done\nunfinished');
      await victim.read(5);
      victim.socket.resetAndDestroy();
      const session = await closed;
      assert.equal(session.lines, 1);
      assert.equal(session.closes, 1);
      witness.write('hello\n');
      assert.equal((await witness.read(6)).toString(), 'hello\n');
    });

    it('by reset while blocked are noticed', async () => {
      await v2.start();
      const client = await v2.connect();
      v2.server.pauses = () => true;
      client.write('blocked\n');
      await client.read(8);
      const closed = v2.nextClose();
      client.socket.resetAndDestroy();
      assert.equal((await closed).closes, 1);
    });

    it('asked for by the server come after what was written, even while input arrives', async () => {
      v2.server.answer = (session, bytes, from, to) => {
        session.transport.write(bytes, from, to);
        session.transport.close(false);
      };
      await v2.start();
      const client = await v2.connect();
      client.write(`bye\n${'x'.repeat(3 * MEGABYTE)}`);
      assert.equal((await client.readToEnd()).toString(), 'bye\n');
      assert.equal(client.error, null);
      assert.equal(v2.server.sessions[0].closes, 1);
    });

    it('asked for at once drop what is pending', async () => {
      const block = Buffer.alloc(20 * MEGABYTE);
      v2.server.answer = (session) => {
        session.transport.write(block, 0, block.length);
        session.transport.close(true);
        session.transport.write(block, 0, block.length);
      };
      await v2.start();
      const client = await v2.connect();
      const closed = v2.nextClose();
      client.write('!\n');
      assert.equal((await closed).closes, 1);
      assert.ok((await client.readToEnd()).length < block.length);
    });
  });

  describe('shutdown', () => {
    it('delivers replies in flight within the deadline', async () => {
      const block = Buffer.alloc(20 * MEGABYTE, 0x65);
      v2.server.answer = (session) => session.transport.write(block, 0, block.length);
      await v2.start();
      const client = await v2.connect();
      client.socket.pause();
      client.write('!\n');
      await until(() => v2.frontend.counters.bytesSent > 0);
      const closed = v2.frontend.close(10_000);
      client.socket.resume();
      assert.equal((await client.readToEnd()).length, block.length);
      client.socket.end();
      await closed;
      assert.equal(v2.server.sessions[0].closes, 1);
    });

    it('drops at the deadline what nobody takes', async () => {
      const block = Buffer.alloc(20 * MEGABYTE, 0x66);
      v2.server.answer = (session) => session.transport.write(block, 0, block.length);
      await v2.start();
      const client = await v2.connect();
      client.socket.pause();
      client.write('!\n');
      await until(() => v2.frontend.counters.bytesSent > 0);
      await v2.frontend.close(20);
      assert.equal(v2.server.sessions[0].closes, 1);
    });

    it('accepts nobody any more and gives every descriptor back', async () => {
      const before = openDescriptors();
      await v2.start();
      const client = await v2.connect();
      client.write('hello\n');
      await client.read(6);
      const closed = v2.frontend.close(1000);
      await client.readToEnd();
      client.destroy();
      await closed;
      await assert.rejects(v2.connect(), { code: 'ECONNREFUSED' });
      await new Promise(setImmediate);
      assert.deepEqual(openDescriptors(), before);
    });

    it('may come twice, and before anything was opened', async () => {
      v2.frontend = createFrontend(v2.server);
      await Promise.all([v2.frontend.close(0), v2.frontend.close(0)]);
      await assert.rejects(v2.frontend.listen({ host: '127.0.0.1', port: 0 }, 1));
    });
  });
});

function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd');
}
