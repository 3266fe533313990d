/** The seam's promises that test/contract can't see from outside, and what is v1's own. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFrontend } from '../../v1/frontend.js';
import { NetClient } from '../v2/support/net-client.js';
import { serveLines } from '../v2/support/served-lines.js';
import { itStopsReading } from '../v2/support/stops-reading.js';
import { until } from '../v2/support/until.js';

const MEGABYTE = 1024 * 1024;

describe('v1 frontend', () => {
  const v1 = serveLines(createFrontend);

  it('offers a request of 100 MB when it is whole, not again and again', async () => {
    await v1.start();
    const client = await v1.connect();
    const line = Buffer.alloc(100 * MEGABYTE, 0x61);
    line[line.length - 1] = 0x0a;
    const { receive } = v1.server;
    // This server knows the length of its request, as RESP does.
    v1.server.receive = (session, bytes, from, to) => {
      const consumed = receive.call(v1.server, session, bytes, from, to);
      session.bytesWanted = line.length;
      return consumed;
    };
    v1.server.answer = (session, bytes, from, to) => {
      const digest = Buffer.from(`${to - from} ${bytes.subarray(from, to).equals(line)}\n`);
      session.transport.write(digest, 0, digest.length);
    };
    client.write(line);
    assert.equal((await client.read(1)).toString(), `${line.length} true\n`);
    assert.equal(v1.server.sessions[0].receives, 2);
  });

  it('sends a refusal, and then closes', async () => {
    v1.server.refuses = true;
    await v1.start();
    const client = await v1.connect();
    assert.equal((await client.readToEnd()).toString(), '-full\r\n');
    assert.equal(client.error, null);
  });

  it('lets nobody wait for what others caused until all of a crowd is served', async () => {
    await v1.start();
    const listener = await v1.connect();
    listener.write('subscribe\n');
    await listener.read(1);
    const [{ transport }] = v1.server.sessions;
    let servedMost = 0;
    let served = 0;
    v1.server.answer = () => {
      if (transport.pendingBytes === 0) {
        transport.write(Buffer.from('news\n'), 0, 5);
        served = 0;
      }
      servedMost = Math.max(servedMost, ++served);
    };
    const crowd = await Promise.all(Array.from({ length: 400 }, () => v1.connect()));
    await until(() => v1.server.sessions.length === 401);
    // All of it is there before the server looks: it runs in this thread.
    for (const client of crowd) client.write('publish\n');
    await until(() => v1.server.sessions.reduce((sum, { lines }) => sum + lines, 0) === 401);
    assert.ok(servedMost <= 256, `${servedMost} were served before`);
    await listener.read(5);
  });

  it('gathers what others cause to be sent, and sends it once per turn', async () => {
    await v1.start();
    const listener = await v1.connect();
    listener.write('subscribe\n');
    await listener.read(10);
    const [subscribed] = v1.server.sessions;
    v1.server.answer = (_session, bytes, from, to) => {
      for (let index = 0; index < 100; index++) subscribed.transport.write(bytes, from, to);
      assert.equal(subscribed.transport.pendingBytes, 500);
    };
    const publisher = await v1.connect();
    publisher.write('news\n');
    assert.equal((await listener.read(500)).toString(), 'news\n'.repeat(100));
    assert.equal(subscribed.drains, 1);
  });

  it('keeps the order of replies that fit and those that do not', async () => {
    const reply = Buffer.alloc(4 * MEGABYTE);
    for (let at = 0; at < reply.length; at += 4) reply.writeInt32LE(at, at);
    const sizes = [3 * MEGABYTE, 10, 70_000, 1, MEGABYTE, 2000, 2000];
    const expected: Buffer[] = [];
    v1.server.answer = (session) => {
      for (const size of sizes) {
        session.transport.write(reply, size % 7, (size % 7) + size);
        expected.push(reply.subarray(size % 7, (size % 7) + size));
      }
    };
    await v1.start();
    const client = await v1.connect();
    client.socket.pause();
    client.write('!\n');
    await until(() => v1.frontend.counters.bytesSent > 0);
    client.socket.resume();
    const total = sizes.reduce((sum, size) => sum + size);
    assert.ok((await client.read(total)).equals(Buffer.concat(expected)));
    assert.equal(v1.server.sessions[0].transport.pendingBytes, 0);
    assert.equal(v1.server.sessions[0].drains, 1);
  });

  itStopsReading(v1);

  it('keeps what came while paused, up to a bound, and offers it after resume', async () => {
    await v1.start();
    const client = await v1.connect();
    v1.server.pauses = () => true;
    client.write('a\nb\nc\n');
    assert.equal((await client.read(2)).toString(), 'a\n');
    const [session] = v1.server.sessions;
    const before = v1.frontend.counters.bytesReceived;
    client.write(`${'x'.repeat(10 * MEGABYTE)}\n`);
    await until(() => v1.frontend.counters.bytesReceived > before);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    assert.ok(
      v1.frontend.counters.bytesReceived < MEGABYTE,
      `${v1.frontend.counters.bytesReceived} bytes were read`,
    );
    for (const expected of ['b\n', 'c\n']) {
      session.transport.resume();
      assert.equal((await client.read(2)).toString(), expected);
    }
    session.transport.resume();
    assert.equal((await client.read(10 * MEGABYTE + 1)).length, 10 * MEGABYTE + 1);
  });

  it('gives up the blocked request of a peer that ends', async () => {
    await v1.start();
    const client = await v1.connect();
    v1.server.pauses = () => true;
    const closed = v1.nextClose();
    client.socket.end('blocked\nnever run\n');
    const session = await closed;
    assert.equal(session.lines, 1);
    assert.equal(session.closes, 1);
    assert.equal((await client.readToEnd()).toString(), 'blocked\n');
  });

  it('answers everything to a peer that ends before it has taken its replies', async () => {
    const block = Buffer.alloc(MEGABYTE, 0x64);
    v1.server.answer = (session) => session.transport.write(block, 0, block.length);
    v1.server.pauses = (session) => session.transport.pendingBytes > 0;
    v1.server.onDrained = (session) => session.transport.resume();
    await v1.start();
    const client = await v1.connect();
    client.socket.pause();
    client.socket.end('!\n'.repeat(10));
    await once(client.socket, 'finish');
    await until(() => v1.frontend.counters.bytesSent > 0);
    client.socket.resume();
    assert.equal((await client.readToEnd()).length, 10 * MEGABYTE);
    assert.ok(v1.server.sessions[0].drains > 0, 'the server never had to wait');
  });

  it('closes at once, or after what is pending, as it is told', async () => {
    const block = Buffer.alloc(20 * MEGABYTE);
    v1.server.answer = (session, bytes, from) => {
      const now = bytes[from] === 0x6e;
      session.transport.write(block, 0, block.length);
      session.transport.close(now);
      session.transport.write(block, 0, block.length);
    };
    await v1.start();
    for (const [line, expectsAll] of [
      ['now\n', false],
      ['later\n', true],
    ] as const) {
      const client = await v1.connect();
      const closed = v1.nextClose();
      // More than the server will read: a reset would drop the reply.
      client.write(`${line}${'x'.repeat(3 * MEGABYTE)}`);
      const received = (await client.readToEnd()).length;
      assert.equal(received >= block.length, expectsAll, `${received} bytes after ${line}`);
      client.destroy();
      assert.equal((await closed).closes, 1);
    }
  });

  it('drops at the deadline of its end what nobody takes', async () => {
    const block = Buffer.alloc(20 * MEGABYTE, 0x66);
    v1.server.answer = (session) => session.transport.write(block, 0, block.length);
    await v1.start();
    const client = await v1.connect();
    client.socket.pause();
    client.write('!\n');
    await until(() => v1.frontend.counters.bytesSent > 0);
    await v1.frontend.close(20);
    assert.equal(v1.server.sessions[0].closes, 1);
    await assert.rejects(v1.frontend.listen({ host: '127.0.0.1', port: 0 }, 1));
  });

  it('counts connections and bytes', async () => {
    await v1.start();
    const client = await v1.connect();
    client.write('hello\n');
    await client.read(6);
    const closed = v1.nextClose();
    client.socket.resetAndDestroy();
    await closed;
    await until(() => v1.frontend.counters.closed === 1);
    const { accepted, acceptErrors, bytesReceived, bytesSent } = v1.frontend.counters;
    assert.deepEqual(
      { accepted, acceptErrors, bytesReceived, bytesSent },
      {
        accepted: 1,
        acceptErrors: 0,
        bytesReceived: 6,
        bytesSent: 6,
      },
    );
  });

  it('names both ends', async () => {
    await v1.start();
    const client = await v1.connect();
    client.write('x\n');
    await client.read(2);
    const { transport } = v1.server.sessions[0];
    assert.equal(transport.localAddress, `127.0.0.1:${v1.port}`);
    assert.equal(transport.peerAddress, `127.0.0.1:${client.socket.localPort}`);
  });

  it('serves a Unix socket', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'januskv-'));
    try {
      const path = join(folder, 'redis.sock');
      v1.frontend = createFrontend(v1.server);
      assert.equal((await v1.frontend.listen({ path }, 16)).port, 0);
      const client = await NetClient.connect({ path });
      client.write('x\n');
      assert.equal((await client.read(2)).toString(), 'x\n');
      assert.equal(v1.server.sessions[0].transport.peerAddress, `${path}:0`);
      client.destroy();
      await v1.frontend.close(1000);
      assert.equal(existsSync(path), false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
