/** Connections that are served while a request holds the thread. What clients write in the meantime is in the kernel at once. */
import assert from 'node:assert/strict';
import type { Frontend } from '../../src/server/frontend.js';
import { createFrontend } from '../../v1/frontend.js';
import { LineServer, type LineSession } from '../v2/support/line-server.js';
import { NetClient } from '../v2/support/net-client.js';
import { until } from '../v2/support/until.js';

const MEGABYTE = 1024 * 1024;
const CROWD = 100;
/** More than it takes to see everyone of the crowd once. */
const TURNS = 8;

const isWindows = process.platform === 'win32';
const title = 'v1 inside of a request';

(isWindows ? describe.skip : describe)(isWindows ? `${title} (Windows has no descriptors)` : title, () => {
  let server: LineServer;
  let frontend: Frontend;
  let port: number;
  const clients: NetClient[] = [];

  beforeEach(async () => {
    server = new LineServer();
    frontend = createFrontend(server);
    ({ port } = await frontend.listen({ host: '127.0.0.1', port: 0 }, 4096));
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await frontend.close(1000);
  });

  /** @returns a client, and its session once the server has answered it */
  async function attend(): Promise<{ readonly client: NetClient; readonly session: LineSession }> {
    const index = server.sessions.length;
    const client = await NetClient.connect({ port, host: '127.0.0.1' });
    clients.push(client);
    client.write('hi\n');
    assert.equal((await client.read(3)).toString(), 'hi\n');
    return { client, session: server.sessions[index] };
  }

  /** Runs `meanwhile` in the middle of a request of a client of its own. */
  async function during(meanwhile: () => void): Promise<void> {
    const { client } = await attend();
    const { answer } = server;
    server.answer = (session, bytes, start, end) => {
      if (bytes.toString('latin1', start, end) === 'hold\n') meanwhile();
      answer(session, bytes, start, end);
    };
    client.write('hold\n');
    assert.equal((await client.read(5)).toString(), 'hold\n');
    server.answer = answer;
  }

  function takeTurns(count = TURNS): void {
    for (let turn = 0; turn < count; turn++) frontend.serveInside?.();
  }

  it('serves whoever sent something, in order with what comes later', async () => {
    const { client, session } = await attend();
    await during(() => {
      client.write('one\ntw');
      takeTurns();
      assert.equal(session.lines, 2);
      client.write('o\nthree\n');
      takeTurns();
      assert.equal(session.lines, 4);
      client.write('four\n');
    });
    assert.equal((await client.read(19)).toString(), 'one\ntwo\nthree\nfour\n');
    assert.equal(frontend.counters.bytesReceived, frontend.counters.bytesSent);
  });

  it('leaves alone the client whose request it is', async () => {
    const { client, session } = await attend();
    server.answer = (answered, bytes, start, end) => {
      if (answered.lines === 2) {
        client.write('next\n');
        takeTurns();
        assert.equal(answered.lines, 2);
      }
      answered.transport.write(bytes, start, end);
    };
    client.write('hold\n');
    assert.equal((await client.read(10)).toString(), 'hold\nnext\n');
    assert.equal(session.lines, 3);
  });

  it('sends what others caused to be sent before, and replies after it', async () => {
    const { client, session } = await attend();
    await during(() => {
      const news = Buffer.from('news\n');
      session.transport.write(news, 0, news.length);
      client.write('line\n');
      takeTurns();
      assert.equal(session.lines, 2);
      assert.equal(session.transport.pendingBytes, 0);
    });
    assert.equal((await client.read(10)).toString(), 'news\nline\n');
  });

  it('leaves alone a client that has yet to take its replies', async () => {
    const { client, session } = await attend();
    const block = Buffer.alloc(20 * MEGABYTE, 0x62);
    client.socket.pause();
    await during(() => {
      session.transport.write(block, 0, block.length);
      takeTurns();
      assert.ok(session.transport.pendingBytes > 0);
      client.write('line\n');
      takeTurns();
      assert.equal(session.lines, 1);
    });
    client.socket.resume();
    const received = await client.read(block.length + 5);
    assert.equal(received.toString('latin1', block.length), 'line\n');
  });

  it('leaves alone a client that waits', async () => {
    const { client, session } = await attend();
    server.pauses = (asked) => asked === session;
    client.write('blocked\n');
    assert.equal((await client.read(8)).toString(), 'blocked\n');
    server.pauses = () => false;
    await during(() => {
      client.write('line\n');
      takeTurns();
      assert.equal(session.lines, 2);
    });
    session.transport.resume();
    assert.equal((await client.read(5)).toString(), 'line\n');
  });

  it('sees everyone of a crowd within a few turns, and nobody all the time', async () => {
    const crowd = await Promise.all(
      Array.from({ length: CROWD }, () => NetClient.connect({ port, host: '127.0.0.1' })),
    );
    clients.push(...crowd);
    await until(() => server.sessions.length === CROWD);
    await during(() => {
      for (const client of crowd) client.write('line\n');
      takeTurns(1);
      const served = server.sessions.filter((session) => session.lines > 0).length;
      assert.ok(served > 0 && served < CROWD, `${served} were served in one turn`);
      takeTurns();
      assert.ok(server.sessions.slice(0, CROWD).every((session) => session.lines === 1));
    });
    await Promise.all(crowd.map((client) => client.read(5)));
  });

  it('hears the last words of a client that ends, and sees its end later', async () => {
    const { client, session } = await attend();
    await during(() => {
      client.socket.end('last\n');
      takeTurns();
    });
    assert.equal((await client.readToEnd()).toString(), 'last\n');
    await until(() => session.closes === 1);
    assert.equal(session.lines, 2);
  });

  it('forgets a client that is gone', async () => {
    const { client, session } = await attend();
    await during(() => {
      client.socket.resetAndDestroy();
      takeTurns();
      assert.equal(session.closes, 0);
    });
    await until(() => session.closes === 1);
    assert.equal(frontend.counters.closed, 1);
  });
});
