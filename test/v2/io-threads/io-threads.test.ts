/** Reactors in threads of their own: what crosses the rings, and what becomes of a thread that dies. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { loadLibc } from '../../../src/native/libc.js';
import { RemoteConnection } from '../../../v2/io-threads/remote-connection.js';
import { describeOnLinux } from '../../support/linux.js';
import { EpollThreads } from '../support/epoll-threads.js';
import { until } from '../support/until.js';

const MEGABYTE = 1024 * 1024;

describeOnLinux('v2 with I/O threads', () => {
  const threads = new EpollThreads();

  afterEach(() => threads.end());

  for (const [loop, threadCount] of [
    ['embedded', 1],
    ['dedicated', 2],
  ] as const) {
    it(`shares out connections among two reactors, ${loop}, and answers each in order`, async () => {
      await threads.start({ ioThreads: 2, loop });
      assert.equal(threads.frontend.links.length, threadCount);
      const clients = await Promise.all(Array.from({ length: 40 }, () => threads.connect()));
      const lines = Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join('');
      for (const client of clients) client.write(lines);
      for (const client of clients) assert.equal((await client.read(lines.length)).toString(), lines);
      assert.equal(threads.frontend.counters.accepted, 40);
      assert.equal(threads.frontend.counters.bytesReceived, 40 * lines.length);
      const remote = threads.server.sessions.filter(({ transport }) => transport instanceof RemoteConnection);
      // Each reactor has its share.
      if (loop === 'dedicated') assert.equal(remote.length, 40);
      else assert.ok(remote.length > 0 && remote.length < 40, `${remote.length} of 40 with a hop`);
    });
  }

  it('answers clients of its own thread before it ends, as those of the others', async () => {
    await threads.start({ ioThreads: 2 });
    const clients = await Promise.all(Array.from({ length: 10 }, () => threads.connect()));
    for (const client of clients) client.write('last words\n');
    await until(() => threads.server.sessions.reduce((sum, { lines }) => sum + lines, 0) === 10);
    await threads.frontend.close(1000);
    for (const client of clients) assert.equal((await client.readToEnd()).toString(), 'last words\n');
  });

  it('gets large requests and replies through rings of a page', async () => {
    await threads.start({ ioThreads: 2, loop: 'dedicated', ringBytes: 4096 });
    const clients = await Promise.all(Array.from({ length: 4 }, () => threads.connect()));
    const line = `${'x'.repeat(MEGABYTE / 4)}\n`;
    for (const client of clients) client.write(line + line);
    for (const client of clients) assert.equal((await client.read(2 * line.length)).toString(), line + line);
  });

  it('stops reading while the engine can answer no more, and loses nothing', async () => {
    await threads.start({ ioThreads: 2, loop: 'dedicated', ringBytes: 4096, pendingBytesPause: MEGABYTE });
    const client = await threads.connect();
    const other = await threads.connect();
    client.socket.pause();
    const lines = `${'y'.repeat(1000)}\n`.repeat(20_000);
    client.write(lines);
    // Somebody else's thousand round trips go on beside it.
    for (let index = 0; index < 1000; index++) {
      other.write(`${index}\n`);
      assert.equal((await other.read(`${index}\n`.length)).toString(), `${index}\n`);
    }
    assert.ok(threads.frontend.counters.bytesReceived < lines.length, 'it was held back');
    client.socket.resume();
    assert.equal((await client.read(lines.length)).toString(), lines);
  });

  it('pauses and resumes a session in one thread while others go on', async () => {
    await threads.start({ ioThreads: 2, loop: 'dedicated' });
    threads.server.pauses = () => true;
    const client = await threads.connect();
    client.write('a\nb\n');
    assert.equal((await client.read(2)).toString(), 'a\n');
    const [session] = threads.server.sessions;
    client.write('c\n');
    for (const expected of ['b\n', 'c\n']) {
      session.transport.resume();
      assert.equal((await client.read(2)).toString(), expected);
    }
  });

  it('reports what the kernel has not taken as pending', async () => {
    await threads.start({ ioThreads: 1, loop: 'dedicated' });
    threads.server.answer = (session) =>
      session.transport.write(Buffer.alloc(30 * MEGABYTE), 0, 30 * MEGABYTE);
    const client = await threads.connect();
    client.socket.pause();
    client.write('more\n');
    await until(() => threads.server.sessions[0]?.lines === 1);
    const { transport } = threads.server.sessions[0];
    assert.ok(transport.pendingBytes > 0);
    client.socket.resume();
    await client.read(30 * MEGABYTE);
    await until(() => transport.pendingBytes === 0);
    client.destroy();
    await until(() => threads.frontend.counters.closed === 1);
    assert.equal(transport.pendingBytes, 0);
  });

  it('wakes no thread by a descriptor that is closed, and leaves none open', async () => {
    const libc = await loadLibc();
    const signal = libc.eventfdSignal;
    const results: number[] = [];
    libc.eventfdSignal = (fd) => {
      const result = signal.call(libc, fd);
      results.push(result);
      return result;
    };
    try {
      const descriptors = countDescriptors();
      for (let round = 0; round < 3; round++) {
        await threads.start({ ioThreads: 2, loop: 'dedicated' });
        const clients = await Promise.all(Array.from({ length: 10 }, () => threads.connect()));
        for (const client of clients) client.write('hello\n');
        for (const client of clients) await client.read(6);
        await threads.end();
      }
      assert.ok(results.length > 0);
      assert.deepEqual(
        results.filter((result) => result < 0),
        [],
      );
      await until(() => countDescriptors() <= descriptors);
    } finally {
      libc.eventfdSignal = signal;
    }
  });

  it('replaces a thread that dies, which takes its connections and nothing else', async () => {
    await threads.start({ ioThreads: 2 });
    const clients = await Promise.all(Array.from({ length: 40 }, () => threads.connect()));
    for (const client of clients) client.write('hello\n');
    for (const client of clients) await client.read(6);
    const descriptors = countDescriptors();
    threads.expectTrouble(/I\/O thread 0 died/);
    threads.frontend.links[0].kill();
    await until(() => threads.frontend.counters.closed > 0);
    const lost = threads.frontend.counters.closed;
    await until(() => clients.filter((client) => client.isEnded).length === lost);
    assert.ok(lost > 0 && lost < 40, `${lost} of 40`);
    assert.equal(threads.server.sessions.filter((session) => session.closes === 1).length, lost);
    const alive = clients.filter((client) => !client.isEnded);
    for (const client of alive) client.write('still\n');
    for (const client of alive) assert.equal((await client.read(6)).toString(), 'still\n');
    const fresh = await Promise.all(Array.from({ length: lost }, () => threads.connect()));
    for (const client of fresh) client.write('fresh\n');
    for (const client of fresh) assert.equal((await client.read(6)).toString(), 'fresh\n');
    for (const client of clients.filter((each) => each.isEnded)) client.destroy();
    await until(() => countDescriptors() <= descriptors);
  });
});

function countDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
