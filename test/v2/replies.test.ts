/** The v2 frontend against clients that take their replies slowly, late or not at all. */
import assert from 'node:assert/strict';
import { createFrontend } from '../../v2/frontend.js';
import { describeOnLinux } from '../support/linux.js';
import { serveLines } from './support/served-lines.js';
import { itStopsReading } from './support/stops-reading.js';
import { until } from './support/until.js';

const MEGABYTE = 1024 * 1024;

describeOnLinux('v2 frontend: replies', () => {
  const v2 = serveLines(createFrontend);

  describe('are complete and in order', () => {
    const reply = Buffer.alloc(100 * MEGABYTE);
    for (let at = 0; at < reply.length; at += 4) reply.writeInt32LE(at, at);

    it('of 100 MB reach a client that starts to read late, while others are served', async () => {
      v2.server.answer = (session, bytes, from, to) => {
        if (to - from === 2) session.transport.write(reply, 0, reply.length);
        else session.transport.write(bytes, from, to);
      };
      await v2.start();
      const late = await v2.connect();
      late.socket.pause();
      late.write('!\n');
      const other = await v2.connect();
      for (let round = 0; round < 10; round++) {
        other.write('hello\n');
        assert.equal((await other.read(6)).toString(), 'hello\n');
      }
      const [session] = v2.server.sessions;
      assert.ok(session.transport.pendingBytes > 0);
      late.socket.resume();
      assert.ok((await late.read(reply.length)).equals(reply));
      assert.equal(session.transport.pendingBytes, 0);
      assert.equal(session.drains, 1);
    });

    it('that do not fit keep their order with those that follow', async () => {
      const sizes = [3 * MEGABYTE, 10, 70_000, 1, MEGABYTE, 2000, 2000];
      v2.server.answer = (session) => {
        let at = 0;
        for (const size of sizes) {
          session.transport.write(reply, at, at + size);
          at += size;
        }
      };
      await v2.start();
      const client = await v2.connect();
      client.socket.pause();
      client.write('!\n');
      await until(() => v2.frontend.counters.bytesSent > 0);
      client.socket.resume();
      const total = sizes.reduce((sum, size) => sum + size);
      assert.ok((await client.read(total)).equals(reply.subarray(0, total)));
    });

    it('from small Buffers, which have no stable address, arrive intact', async () => {
      v2.server.answer = (session) => {
        for (let index = 0; index < 1000; index++) {
          const small = Buffer.alloc(7, 0x30 + (index % 10));
          session.transport.write(small, 1, 6);
        }
      };
      await v2.start();
      const client = await v2.connect();
      client.write('!\n');
      const text = (await client.read(5000)).toString();
      const expected = Array.from({ length: 1000 }, (_, index) => String(index % 10).repeat(5)).join('');
      assert.equal(text, expected);
    });

    it('to other connections are gathered and sent once per turn', async () => {
      await v2.start();
      const listener = await v2.connect();
      listener.write('subscribe\n');
      await listener.read(10);
      const [subscribed] = v2.server.sessions;
      v2.server.answer = (_session, bytes, from, to) => {
        for (let index = 0; index < 100; index++) subscribed.transport.write(bytes, from, to);
      };
      const publisher = await v2.connect();
      publisher.write('news\n');
      assert.equal((await listener.read(500)).toString(), 'news\n'.repeat(100));
      assert.equal(subscribed.drains, 1);
    });

    it('may be written from outside the loop', async () => {
      await v2.start();
      const client = await v2.connect();
      client.write('x\n');
      await client.read(2);
      const late = Buffer.from('later\n');
      v2.server.sessions[0].transport.write(late, 0, late.length);
      assert.equal((await client.read(6)).toString(), 'later\n');
    });
  });

  describe('backpressure', () => {
    itStopsReading(v2);

    it('keeps what was received while paused, and offers it after resume', async () => {
      await v2.start();
      const client = await v2.connect();
      v2.server.pauses = () => true;
      client.write('a\nb\nc\n');
      assert.equal((await client.read(2)).toString(), 'a\n');
      const [session] = v2.server.sessions;
      client.write('d\n');
      for (const expected of ['b\n', 'c\n', 'd\n']) {
        session.transport.resume();
        assert.equal((await client.read(2)).toString(), expected);
      }
    });
  });
});
