/** The v2 frontend against real clients: the seam's promises on the wire. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  IPPROTO_TCP,
  SO_KEEPALIVE,
  SOL_SOCKET,
  TCP_KEEPIDLE,
  TCP_NODELAY,
} from '../../src/native/constants.js';
import { loadLibc } from '../../src/native/libc.js';
import type { Frontend, FrontendOptions } from '../../src/server/frontend.js';
import { createFrontend } from '../../v2/frontend.js';
import { LineServer, type LineSession } from './support/line-server.js';
import { describeOnLinux } from './support/linux.js';
import { NetClient } from './support/net-client.js';
import { until } from './support/until.js';

const MEGABYTE = 1024 * 1024;

describeOnLinux('v2 frontend', () => {
  let server: LineServer;
  let frontend: Frontend;
  let port: number;
  const clients: NetClient[] = [];

  async function start(options: FrontendOptions = {}): Promise<void> {
    frontend = createFrontend(server, options);
    ({ port } = await frontend.listen({ host: '127.0.0.1', port: 0 }, 4096));
  }

  async function connect(): Promise<NetClient> {
    const client = await NetClient.connect({ port, host: '127.0.0.1' });
    clients.push(client);
    return client;
  }

  /** Resolves with the session when the server has closed it. */
  function nextClose(): Promise<LineSession> {
    return new Promise((resolve) => {
      server.onClose = resolve;
    });
  }

  beforeEach(() => {
    server = new LineServer();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await frontend.close(1000);
  });

  describe('requests', () => {
    it('are answered', async () => {
      await start();
      const client = await connect();
      client.write('hello\n');
      assert.equal((await client.read(6)).toString(), 'hello\n');
    });

    it('may be split at every byte', async () => {
      await start();
      const client = await connect();
      const text = 'one\ntwo\n';
      for (let split = 1; split < text.length; split++) {
        const firstLines = text.slice(0, split).split('\n').length - 1;
        client.write(text.slice(0, split));
        // Answers to the first part prove that it was received alone.
        const first = firstLines > 0 ? await client.read(4) : Buffer.alloc(0);
        client.write(text.slice(split));
        const rest = await client.read(text.length - first.length);
        assert.equal(first.toString() + rest.toString(), text, `split after ${split} bytes`);
      }
    });

    it('may come byte by byte', async () => {
      await start();
      const client = await connect();
      for (const byte of 'abc\n') {
        const before = frontend.counters.bytesReceived;
        client.write(byte);
        await until(() => frontend.counters.bytesReceived > before);
      }
      assert.equal((await client.read(4)).toString(), 'abc\n');
    });

    it('are answered in order when 10,000 come in one write', async () => {
      await start();
      const client = await connect();
      const lines = Array.from({ length: 10_000 }, (_, index) => `request ${index}\n`).join('');
      client.write(lines);
      assert.equal((await client.read(lines.length)).toString(), lines);
    });

    it('of 100 MB are gathered without offering them again and again', async () => {
      await start();
      const client = await connect();
      const line = Buffer.alloc(100 * MEGABYTE, 0x61);
      line[line.length - 1] = 0x0a;
      const { receive } = server;
      // This server knows the length of its request, as RESP does.
      server.receive = (session, bytes, from, to) => {
        const consumed = receive.call(server, session, bytes, from, to);
        session.bytesWanted = line.length;
        return consumed;
      };
      server.answer = (session, bytes, from, to) => {
        const digest = Buffer.from(`${to - from} ${bytes.subarray(from, to).equals(line)}\n`);
        session.transport.write(digest, 0, digest.length);
      };
      client.write(line);
      assert.equal((await client.read(1)).toString(), `${line.length} true\n`);
      assert.equal(server.sessions[0].receives, 2);
    });

    it('of a refused connection are not read, but the refusal is sent', async () => {
      server.refuses = true;
      await start();
      const client = await connect();
      client.write('hello\n');
      assert.equal((await client.readToEnd()).toString(), '-full\r\n');
      assert.equal(client.error, null);
    });
  });

  describe('replies', () => {
    const reply = Buffer.alloc(100 * MEGABYTE);
    for (let at = 0; at < reply.length; at += 4) reply.writeInt32LE(at, at);

    it('of 100 MB reach a client that starts to read late, while others are served', async () => {
      server.answer = (session, bytes, from, to) => {
        if (to - from === 2) session.transport.write(reply, 0, reply.length);
        else session.transport.write(bytes, from, to);
      };
      await start();
      const late = await connect();
      late.socket.pause();
      late.write('!\n');
      const other = await connect();
      for (let round = 0; round < 10; round++) {
        other.write('hello\n');
        assert.equal((await other.read(6)).toString(), 'hello\n');
      }
      const [session] = server.sessions;
      assert.ok(session.transport.pendingBytes > 0);
      late.socket.resume();
      assert.ok((await late.read(reply.length)).equals(reply));
      assert.equal(session.transport.pendingBytes, 0);
      assert.equal(session.drains, 1);
    });

    it('that do not fit keep their order with those that follow', async () => {
      const sizes = [3 * MEGABYTE, 10, 70_000, 1, MEGABYTE, 2000, 2000];
      server.answer = (session) => {
        let at = 0;
        for (const size of sizes) {
          session.transport.write(reply, at, at + size);
          at += size;
        }
      };
      await start();
      const client = await connect();
      client.socket.pause();
      client.write('!\n');
      await until(() => frontend.counters.bytesSent > 0);
      client.socket.resume();
      const total = sizes.reduce((sum, size) => sum + size);
      assert.ok((await client.read(total)).equals(reply.subarray(0, total)));
    });

    it('from small Buffers, which have no stable address, arrive intact', async () => {
      server.answer = (session) => {
        for (let index = 0; index < 1000; index++) {
          const small = Buffer.alloc(7, 0x30 + (index % 10));
          session.transport.write(small, 1, 6);
        }
      };
      await start();
      const client = await connect();
      client.write('!\n');
      const text = (await client.read(5000)).toString();
      const expected = Array.from({ length: 1000 }, (_, index) => String(index % 10).repeat(5)).join('');
      assert.equal(text, expected);
    });

    it('to other connections are gathered and sent once per turn', async () => {
      await start();
      const listener = await connect();
      listener.write('subscribe\n');
      await listener.read(10);
      const [subscribed] = server.sessions;
      server.answer = (_session, bytes, from, to) => {
        for (let index = 0; index < 100; index++) subscribed.transport.write(bytes, from, to);
      };
      const publisher = await connect();
      publisher.write('news\n');
      assert.equal((await listener.read(500)).toString(), 'news\n'.repeat(100));
      assert.equal(subscribed.drains, 1);
    });

    it('may be written from outside the loop', async () => {
      await start();
      const client = await connect();
      client.write('x\n');
      await client.read(2);
      const late = Buffer.from('later\n');
      server.sessions[0].transport.write(late, 0, late.length);
      assert.equal((await client.read(6)).toString(), 'later\n');
    });
  });

  describe('backpressure', () => {
    it('stops reading while more is pending than the limit, and goes on afterwards', async () => {
      const block = Buffer.alloc(MEGABYTE, 0x62);
      server.answer = (session) => session.transport.write(block, 0, block.length);
      await start({ pendingBytesPause: 4 * MEGABYTE });
      const client = await connect();
      client.socket.pause();
      let requests = 0;
      await until(() => server.sessions.length > 0);
      const [session] = server.sessions;
      // One request at a time, until one is not read.
      for (;;) {
        client.write('!\n');
        requests++;
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
        if (session.lines < requests) break;
        assert.ok(requests < 100, 'reading never stopped');
      }
      assert.ok(session.transport.pendingBytes > 4 * MEGABYTE);
      client.socket.resume();
      await client.read(requests * MEGABYTE);
      assert.equal(session.lines, requests);
    });

    it('keeps what was received while paused, and offers it after resume', async () => {
      await start();
      const client = await connect();
      server.pauses = () => true;
      client.write('a\nb\nc\n');
      assert.equal((await client.read(2)).toString(), 'a\n');
      const [session] = server.sessions;
      client.write('d\n');
      for (const expected of ['b\n', 'c\n', 'd\n']) {
        session.transport.resume();
        assert.equal((await client.read(2)).toString(), expected);
      }
    });
  });

  describe('endings', () => {
    it('by half-close: the replies owed are delivered first', async () => {
      server.answer = (session) => {
        const block = Buffer.alloc(MEGABYTE, 0x63);
        for (let index = 0; index < 20; index++) session.transport.write(block, 0, block.length);
      };
      await start();
      const client = await connect();
      client.socket.pause();
      client.socket.end('!\n');
      const closed = nextClose();
      await once(client.socket, 'finish');
      client.socket.resume();
      assert.equal((await client.readToEnd()).length, 20 * MEGABYTE);
      assert.equal(client.error, null);
      assert.equal((await closed).closes, 1);
    });

    it('by half-close with requests unread, because the replies were not taken: all are answered', async () => {
      const block = Buffer.alloc(MEGABYTE, 0x64);
      server.answer = (session) => session.transport.write(block, 0, block.length);
      server.pauses = (session) => session.transport.pendingBytes > 0;
      server.onDrained = (session) => session.transport.resume();
      await start();
      const client = await connect();
      client.socket.pause();
      client.socket.end('!\n'.repeat(10));
      await once(client.socket, 'finish');
      await until(() => frontend.counters.bytesSent > 0);
      client.socket.resume();
      assert.equal((await client.readToEnd()).length, 10 * MEGABYTE);
      assert.ok(server.sessions[0].drains > 0, 'the server never had to wait');
    });

    it('of a peer whose request is blocked: the request is given up', async () => {
      await start();
      const client = await connect();
      server.pauses = () => true;
      const closed = nextClose();
      client.write('blocked\nnever run\n');
      await client.read(8);
      client.socket.end();
      const session = await closed;
      assert.equal(session.lines, 1);
      assert.equal(session.closes, 1);
    });

    it('in the same packet as the blocked request: it is given up too', async () => {
      await start();
      const client = await connect();
      server.pauses = () => true;
      const closed = nextClose();
      client.socket.end('blocked\n');
      assert.equal((await closed).lines, 1);
      assert.equal((await client.readToEnd()).toString(), 'blocked\n');
    });

    it('by reset in the middle of a request disturb nobody', async () => {
      await start();
      const victim = await connect();
      const witness = await connect();
      const closed = nextClose();
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
      await start();
      const client = await connect();
      server.pauses = () => true;
      client.write('blocked\n');
      await client.read(8);
      const closed = nextClose();
      client.socket.resetAndDestroy();
      assert.equal((await closed).closes, 1);
    });

    it('asked for by the server come after what was written, even while input arrives', async () => {
      server.answer = (session, bytes, from, to) => {
        session.transport.write(bytes, from, to);
        session.transport.close(false);
      };
      await start();
      const client = await connect();
      client.write(`bye\n${'x'.repeat(3 * MEGABYTE)}`);
      assert.equal((await client.readToEnd()).toString(), 'bye\n');
      assert.equal(client.error, null);
      assert.equal(server.sessions[0].closes, 1);
    });

    it('asked for at once drop what is pending', async () => {
      const block = Buffer.alloc(20 * MEGABYTE);
      server.answer = (session) => {
        session.transport.write(block, 0, block.length);
        session.transport.close(true);
        session.transport.write(block, 0, block.length);
      };
      await start();
      const client = await connect();
      const closed = nextClose();
      client.write('!\n');
      assert.equal((await closed).closes, 1);
      assert.ok((await client.readToEnd()).length < block.length);
    });
  });

  describe('shutdown', () => {
    it('delivers replies in flight within the deadline', async () => {
      const block = Buffer.alloc(20 * MEGABYTE, 0x65);
      server.answer = (session) => session.transport.write(block, 0, block.length);
      await start();
      const client = await connect();
      client.socket.pause();
      client.write('!\n');
      await until(() => frontend.counters.bytesSent > 0);
      const closed = frontend.close(10_000);
      client.socket.resume();
      assert.equal((await client.readToEnd()).length, block.length);
      client.socket.end();
      await closed;
      assert.equal(server.sessions[0].closes, 1);
    });

    it('drops at the deadline what nobody takes', async () => {
      const block = Buffer.alloc(20 * MEGABYTE, 0x66);
      server.answer = (session) => session.transport.write(block, 0, block.length);
      await start();
      const client = await connect();
      client.socket.pause();
      client.write('!\n');
      await until(() => frontend.counters.bytesSent > 0);
      await frontend.close(20);
      assert.equal(server.sessions[0].closes, 1);
    });

    it('accepts nobody any more and gives every descriptor back', async () => {
      const before = openDescriptors();
      await start();
      const client = await connect();
      client.write('hello\n');
      await client.read(6);
      const closed = frontend.close(1000);
      await client.readToEnd();
      client.destroy();
      await closed;
      await assert.rejects(connect(), { code: 'ECONNREFUSED' });
      await new Promise(setImmediate);
      assert.deepEqual(openDescriptors(), before);
    });

    it('may come twice, and before anything was opened', async () => {
      frontend = createFrontend(server);
      await Promise.all([frontend.close(0), frontend.close(0)]);
      await assert.rejects(frontend.listen({ host: '127.0.0.1', port: 0 }, 1));
    });
  });

  describe('addresses', () => {
    it('of IPv4', async () => {
      await start();
      const client = await connect();
      client.write('x\n');
      await client.read(2);
      const { transport } = server.sessions[0];
      assert.equal(transport.localAddress, `127.0.0.1:${port}`);
      assert.equal(transport.peerAddress, `127.0.0.1:${client.socket.localPort}`);
      assert.ok(transport.descriptor > 2);
    });

    it('of IPv6, on the same port as IPv4', async function () {
      frontend = createFrontend(server);
      try {
        ({ port } = await frontend.listen({ host: '::1', port: 0 }, 16));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EADDRNOTAVAIL') this.skip();
        throw error;
      }
      await frontend.listen({ host: '127.0.0.1', port }, 16);
      const client = await NetClient.connect({ port, host: '::1' });
      clients.push(client);
      client.write('x\n');
      await client.read(2);
      const { transport } = server.sessions[0];
      assert.equal(transport.localAddress, `[::1]:${port}`);
      assert.equal(transport.peerAddress, `[::1]:${client.socket.localPort}`);
    });

    it('of a Unix socket, whose file goes with the listener', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'januskv-'));
      try {
        const path = join(folder, 'redis.sock');
        frontend = createFrontend(server);
        assert.deepEqual(await frontend.listen({ path }, 16), { port: 0 });
        const client = await NetClient.connect({ path });
        clients.push(client);
        client.write('x\n');
        assert.equal((await client.read(2)).toString(), 'x\n');
        assert.equal(server.sessions[0].transport.peerAddress, `${path}:0`);
        client.destroy();
        await frontend.close(1000);
        assert.equal(existsSync(path), false);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('may be names', async () => {
      frontend = createFrontend(server);
      assert.ok((await frontend.listen({ host: 'localhost', port: 0 }, 16)).port > 0);
    });

    it('in use are refused with the reason', async () => {
      await start();
      const second = createFrontend(server);
      await assert.rejects(second.listen({ host: '127.0.0.1', port }, 16), {
        name: 'SystemError',
        call: 'bind',
        code: 'EADDRINUSE',
      });
      await second.close(0);
    });
  });

  it('sends small replies at once and probes silent peers as configured', async () => {
    const libc = await loadLibc();
    let tcpKeepaliveSeconds = 300;
    await start({
      get tcpKeepaliveSeconds() {
        return tcpKeepaliveSeconds;
      },
    });
    const option = async (level: number, name: number) => {
      const client = await connect();
      client.write('x\n');
      await client.read(2);
      return libc.getSocketOption(server.sessions.at(-1)?.transport.descriptor ?? -1, level, name);
    };
    assert.equal(await option(IPPROTO_TCP, TCP_NODELAY), 1);
    assert.equal(await option(SOL_SOCKET, SO_KEEPALIVE), 1);
    assert.equal(await option(IPPROTO_TCP, TCP_KEEPIDLE), 300);
    tcpKeepaliveSeconds = 0;
    // Who was accepted with this setting, not who waited in the queue before.
    await option(SOL_SOCKET, SO_KEEPALIVE);
    assert.equal(await option(SOL_SOCKET, SO_KEEPALIVE), 0);
  });

  it('survives thousands of connects and closes', async () => {
    await start();
    for (let round = 0; round < 20; round++) {
      const batch = await Promise.all(Array.from({ length: 100 }, connect));
      for (const [index, client] of batch.entries()) client.write(`${round} ${index}\n`);
      await Promise.all(
        batch.map(async (client, index) => {
          const expected = `${round} ${index}\n`;
          assert.equal((await client.read(expected.length)).toString(), expected);
          if (index % 3 === 0) client.socket.resetAndDestroy();
          else client.socket.end();
        }),
      );
    }
    await until(() => frontend.counters.closed === 2000);
    assert.equal(frontend.counters.accepted, 2000);
    assert.ok(server.sessions.every((session) => session.closes === 1));
  });
});

function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd');
}
