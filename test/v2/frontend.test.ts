/** The v2 frontend against real clients: requests, addresses, options, many connections. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
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
import { createFrontend } from '../../v2/frontend.js';
import { describeOnLinux } from '../support/linux.js';
import { NetClient } from './support/net-client.js';
import { serveLines } from './support/served-lines.js';
import { until } from './support/until.js';

const MEGABYTE = 1024 * 1024;

describeOnLinux('v2 frontend', () => {
  const v2 = serveLines(createFrontend);

  describe('requests', () => {
    it('are answered', async () => {
      await v2.start();
      const client = await v2.connect();
      client.write('hello\n');
      assert.equal((await client.read(6)).toString(), 'hello\n');
    });

    it('may be split at every byte', async () => {
      await v2.start();
      const client = await v2.connect();
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
      await v2.start();
      const client = await v2.connect();
      for (const byte of 'abc\n') {
        const before = v2.frontend.counters.bytesReceived;
        client.write(byte);
        await until(() => v2.frontend.counters.bytesReceived > before);
      }
      assert.equal((await client.read(4)).toString(), 'abc\n');
    });

    it('are answered in order when 10,000 come in one write', async () => {
      await v2.start();
      const client = await v2.connect();
      const lines = Array.from({ length: 10_000 }, (_, index) => `request ${index}\n`).join('');
      client.write(lines);
      assert.equal((await client.read(lines.length)).toString(), lines);
    });

    it('of 100 MB are gathered without offering them again and again', async () => {
      await v2.start();
      const client = await v2.connect();
      const line = Buffer.alloc(100 * MEGABYTE, 0x61);
      line[line.length - 1] = 0x0a;
      const { receive } = v2.server;
      // This server knows the length of its request, as RESP does.
      v2.server.receive = (session, bytes, from, to) => {
        const consumed = receive.call(v2.server, session, bytes, from, to);
        session.bytesWanted = line.length;
        return consumed;
      };
      v2.server.answer = (session, bytes, from, to) => {
        const digest = Buffer.from(`${to - from} ${bytes.subarray(from, to).equals(line)}\n`);
        session.transport.write(digest, 0, digest.length);
      };
      client.write(line);
      assert.equal((await client.read(1)).toString(), `${line.length} true\n`);
      assert.equal(v2.server.sessions[0].receives, 2);
    });

    it('of a refused connection are not read, but the refusal is sent', async () => {
      v2.server.refuses = true;
      await v2.start();
      const client = await v2.connect();
      client.write('hello\n');
      assert.equal((await client.readToEnd()).toString(), '-full\r\n');
      assert.equal(client.error, null);
    });
  });

  describe('addresses', () => {
    it('of IPv4', async () => {
      await v2.start();
      const client = await v2.connect();
      client.write('x\n');
      await client.read(2);
      const { transport } = v2.server.sessions[0];
      assert.equal(transport.localAddress, `127.0.0.1:${v2.port}`);
      assert.equal(transport.peerAddress, `127.0.0.1:${client.socket.localPort}`);
      assert.ok(transport.descriptor > 2);
    });

    it('of IPv6, on the same port as IPv4', async function () {
      v2.frontend = createFrontend(v2.server);
      try {
        ({ port: v2.port } = await v2.frontend.listen({ host: '::1', port: 0 }, 16));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EADDRNOTAVAIL') this.skip();
        throw error;
      }
      await v2.frontend.listen({ host: '127.0.0.1', port: v2.port }, 16);
      const client = await NetClient.connect({ port: v2.port, host: '::1' });
      v2.clients.push(client);
      client.write('x\n');
      await client.read(2);
      const { transport } = v2.server.sessions[0];
      assert.equal(transport.localAddress, `[::1]:${v2.port}`);
      assert.equal(transport.peerAddress, `[::1]:${client.socket.localPort}`);
    });

    it('of a Unix socket, whose file goes with the listener', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'januskv-'));
      try {
        const path = join(folder, 'redis.sock');
        v2.frontend = createFrontend(v2.server);
        assert.equal((await v2.frontend.listen({ path }, 16)).port, 0);
        const client = await NetClient.connect({ path });
        v2.clients.push(client);
        client.write('x\n');
        assert.equal((await client.read(2)).toString(), 'x\n');
        assert.equal(v2.server.sessions[0].transport.peerAddress, `${path}:0`);
        client.destroy();
        await v2.frontend.close(1000);
        assert.equal(existsSync(path), false);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('may be names', async () => {
      v2.frontend = createFrontend(v2.server);
      assert.ok((await v2.frontend.listen({ host: 'localhost', port: 0 }, 16)).port > 0);
    });

    it('in use are refused with the reason', async () => {
      await v2.start();
      const second = createFrontend(v2.server);
      await assert.rejects(second.listen({ host: '127.0.0.1', port: v2.port }, 16), {
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
    await v2.start({
      get tcpKeepaliveSeconds() {
        return tcpKeepaliveSeconds;
      },
    });
    const option = async (level: number, name: number) => {
      const client = await v2.connect();
      client.write('x\n');
      await client.read(2);
      return libc.getSocketOption(v2.server.sessions.at(-1)?.transport.descriptor ?? -1, level, name);
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
    await v2.start();
    for (let round = 0; round < 20; round++) {
      const batch = await Promise.all(Array.from({ length: 100 }, () => v2.connect()));
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
    await until(() => v2.frontend.counters.closed === 2000);
    assert.equal(v2.frontend.counters.accepted, 2000);
    assert.ok(v2.server.sessions.every((session) => session.closes === 1));
  });
});
