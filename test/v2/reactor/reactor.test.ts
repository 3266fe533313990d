/** The reactor as a library: both ends of its connections are its own, so that the order of events is known. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { EPOLLET, EPOLLIN } from '../../../src/native/constants.js';
import { NativeBuffer } from '../../../src/native/native-buffer.js';
import type { Connection } from '../../../v2/reactor/connection.js';
import type { Trigger } from '../../../v2/reactor/interest.js';
import type { Listener } from '../../../v2/reactor/listener.js';
import type { LoopKind } from '../../../v2/reactor/loop.js';
import { Reactor } from '../../../v2/reactor/reactor.js';
import { describeOnLinux } from '../../support/linux.js';
import { Recorder } from '../support/recorder.js';
import { until } from '../support/until.js';

const MSG_OOB = 1;
const KINDS: readonly (readonly [Trigger, LoopKind])[] = [
  ['edge', 'embedded'],
  ['edge', 'leading'],
  ['level', 'embedded'],
  ['oneshot', 'embedded'],
];

for (const [trigger, loop] of KINDS) {
  describeOnLinux(`reactor, ${trigger}-triggered, ${loop}`, () => {
    let reactor: Reactor;
    let listener: Listener;
    let accepted: Recorder[];
    let log: string[];

    beforeEach(async () => {
      reactor = await Reactor.create({ trigger, loop });
      accepted = [];
      log = [];
      listener = reactor.listen({ host: '127.0.0.1', port: 0 }, Recorder.factory(accepted, log, 'server'), {
        backlog: 4096,
      });
    });

    afterEach(() => reactor.close());

    /** A client connection that is open on both sides. */
    async function connect(): Promise<{ client: Recorder; server: Recorder }> {
      const clients: Recorder[] = [];
      const count = accepted.length;
      reactor.connect(listener.address, Recorder.factory(clients));
      await until(() => clients[0].calls.includes('opened') && accepted.length > count);
      return { client: clients[0], server: accepted[count] };
    }

    /** Sends past the reactor, at once. */
    function sendNow(connection: Connection, text: string, flags = 0): void {
      const buffer = new NativeBuffer(reactor.libc, text.length);
      buffer.bytes.write(text, 'latin1');
      const sent = reactor.libc.send(connection.descriptor, buffer.address, text.length, flags);
      assert.equal(sent, text.length);
    }

    describe('as a client', () => {
      it('opens, talks and closes', async () => {
        const { client, server } = await connect();
        const hello = Buffer.from('hello');
        client.connection.write(hello, 0, 5);
        await until(() => server.text === 'hello');
        server.connection.write(hello, 1, 4);
        await until(() => client.text === 'ell');
        client.connection.close(false);
        await until(() => server.errno === 0 && client.errno === 0);
        assert.deepEqual(server.calls, ['opened', 'received', 'drained', 'ended', 'closed']);
        assert.deepEqual(client.calls, ['opened', 'drained', 'received', 'closed']);
      });

      it('sends what was written before it was open', async () => {
        const clients: Recorder[] = [];
        const early = Buffer.from('early');
        reactor.connect(listener.address, Recorder.factory(clients)).write(early, 0, 5);
        await until(() => accepted.length > 0 && accepted[0].text === 'early');
      });

      it('hears why it was refused', async () => {
        const { address } = listener;
        listener.close();
        const clients: Recorder[] = [];
        reactor.connect(address, Recorder.factory(clients));
        await until(() => clients[0].errno > 0);
        assert.equal(clients[0].errno, constants.errno.ECONNREFUSED);
        assert.deepEqual(clients[0].calls, ['closed']);
      });

      it('refuses an address that is none', () => {
        assert.throws(() => reactor.connect({ host: 'nowhere', port: 1 }, Recorder.factory([])), {
          name: 'SystemError',
          code: 'EINVAL',
        });
      });

      it('half-closes, and still receives', async () => {
        const { client, server } = await connect();
        const hello = Buffer.from('hello');
        server.onEnded = () => {
          server.connection.write(hello, 0, 5);
          server.connection.close(false);
        };
        client.connection.write(hello, 0, 5);
        client.connection.end();
        await until(() => client.errno === 0);
        assert.equal(server.text, 'hello');
        assert.equal(client.text, 'hello');
      });

      it('talks over a Unix socket', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'januskv-'));
        try {
          const unix = reactor.listen({ path: join(folder, 'socket') }, Recorder.factory(accepted), {
            backlog: 16,
          });
          const clients: Recorder[] = [];
          reactor.connect(unix.address, Recorder.factory(clients)).write(Buffer.from('hello'), 0, 5);
          await until(() => accepted[0]?.text === 'hello');
          clients[0].connection.close(false);
          await until(() => accepted[0].errno === 0);
          unix.close();
        } finally {
          rmSync(folder, { recursive: true });
        }
      });

      it('holds thousands of connections', async () => {
        const clients: Recorder[] = [];
        const count = 2000;
        for (let index = 0; index < count; index++) {
          reactor.connect(listener.address, Recorder.factory(clients));
        }
        const ping = Buffer.from('ping');
        await until(() => accepted.length === count);
        for (const client of clients) client.connection.write(ping, 0, 4);
        await until(() => accepted.every((server) => server.text === 'ping'));
        for (const client of clients) client.connection.close(true);
        await until(() => reactor.counters.closed === 2 * count);
      });
    });

    describe('events', () => {
      it('of a connection closed earlier in the same batch are not delivered', async () => {
        const pairs = [await connect(), await connect(), await connect()];
        for (const { server } of pairs) {
          server.onReceived = () => {
            for (const other of pairs) if (other.server !== server) other.server.connection.close(true);
          };
        }
        // All three are readable before the loop looks.
        for (const { client } of pairs) sendNow(client.connection, 'x');
        await until(() => pairs.filter(({ server }) => server.errno === 0).length >= 2);
        assert.deepEqual(
          pairs.map(({ server }) => server.text),
          ['x', '', ''],
        );
        assert.ok(!pairs[0].server.calls.includes('closed'));
      });

      it('of a peer that ended are not told again and again while nobody reads or sends', async () => {
        const { client, server } = await connect();
        server.connection.pause();
        sendNow(client.connection, 'unread');
        client.connection.close(false);
        await until(() => server.calls.includes('endedWhilePaused'));
        server.connection.end();
        for (let round = 0; round < 5; round++) await setImmediate();
        const { events } = reactor.counters;
        for (let round = 0; round < 50; round++) await setImmediate();
        assert.ok(
          reactor.counters.events - events < 10,
          `${reactor.counters.events - events} events for nothing`,
        );
        server.connection.resume();
        await until(() => server.calls.includes('closed'));
        assert.equal(server.text, 'unread');
      });

      it('of a paused peer that is read ahead show its end behind what it sent, and nothing is lost', async () => {
        const { client, server } = await connect();
        server.connection.readAheadBytes = 8;
        server.connection.pause();
        for (const part of ['abc', 'defg']) {
          const { bytesReceived } = reactor.counters;
          sendNow(client.connection, part);
          await until(() => reactor.counters.bytesReceived === bytesReceived + part.length);
        }
        assert.equal(server.text, '');
        sendNow(client.connection, 'hijk');
        await until(() => reactor.counters.bytesReceived === 8);
        client.connection.close(false);
        await until(() => server.calls.includes('endedWhilePaused'));
        assert.equal(reactor.counters.bytesReceived, 8, 'no more than it may hold');
        server.connection.resume();
        await until(() => server.calls.includes('ended'));
        assert.equal(server.text, 'abcdefghijk');
      });

      it('of a paused peer that was read ahead are told again when it proceeds and pauses once more', async () => {
        const { client, server } = await connect();
        server.connection.readAheadBytes = 8;
        server.connection.pause();
        sendNow(client.connection, 'abc');
        client.connection.close(false);
        await until(() => reactor.counters.bytesReceived === 3 && server.calls.includes('endedWhilePaused'));
        server.calls.length = 0;
        server.onReceived = () => server.connection.pause();
        server.connection.resume();
        await until(() => server.calls.length > 1);
        assert.deepEqual(server.calls, ['received', 'endedWhilePaused']);
        server.connection.resume();
        await until(() => server.calls.includes('closed'));
        assert.deepEqual(server.calls, ['received', 'endedWhilePaused', 'ended', 'closed']);
        assert.equal(server.text, 'abc');
      });

      it('of an earlier owner of a descriptor touch nobody', async () => {
        const { server: earlier, client } = await connect();
        const fd = earlier.connection.descriptor;
        earlier.connection.close(true);
        await until(() => earlier.errno === 0 && client.errno === 0);
        const { client: first, server: second } = await connect();
        const [heir, peer] = first.connection.descriptor === fd ? [first, second] : [second, first];
        assert.equal(heir.connection.descriptor, fd, 'the kernel hands out the lowest descriptor');
        // As if the kernel still had an event of the earlier owner.
        reactor.libc.epollRemove(reactor.epoll.descriptor, fd);
        reactor.epoll.add(fd, earlier.connection.generation, EPOLLIN | EPOLLET);
        sendNow(peer.connection, 'x');
        const { events } = reactor.counters;
        await until(() => reactor.counters.events > events);
        assert.equal(heir.text, '');
      });

      it('are delivered after urgent data too', async () => {
        const { client, server } = await connect();
        sendNow(client.connection, 'before');
        sendNow(client.connection, '!', MSG_OOB);
        sendNow(client.connection, 'after');
        await until(() => server.text.endsWith('after'));
        assert.equal(server.text, 'beforeafter');
      });

      it('closed comes once, and after the handler has returned', async () => {
        const { client, server } = await connect();
        server.onReceived = () => {
          server.connection.close(false);
          server.connection.close(true);
          assert.ok(!server.calls.includes('closed'));
        };
        sendNow(client.connection, 'x');
        await until(() => server.calls.includes('closed') && client.calls.includes('closed'));
        assert.equal(server.calls.filter((call) => call === 'closed').length, 1);
      });
    });

    describe('draining', () => {
      it('sends what is pending first', async () => {
        const { client, server } = await connect();
        const block = Buffer.alloc(8 * 1024 * 1024, 0x61);
        client.connection.pause();
        server.connection.write(block, 0, block.length);
        await until(() => reactor.counters.bytesSent > 0);
        const drained = reactor.drain(10_000);
        client.connection.resume();
        await until(() => server.calls.includes('closed'));
        assert.equal(server.errno, 0);
        client.connection.close(true);
        await drained;
      });

      it('waits no longer than its deadline for a peer that does not close', async () => {
        const stranger = await Reactor.create();
        try {
          const clients: Recorder[] = [];
          stranger.connect(listener.address, Recorder.factory(clients));
          await until(() => accepted.length === 1 && clients[0].calls.includes('opened'));
          clients[0].connection.pause();
          await reactor.drain(20);
          assert.deepEqual(accepted[0].calls, ['opened', 'closed']);
        } finally {
          stranger.close();
        }
      });
    });

    describe('budget', () => {
      it('lets one busy connection starve neither another nor timers', async () => {
        const { client: busy, server: busyServer } = await connect();
        const { client: quiet } = await connect();
        const [, quietServer] = accepted;
        // Far more than one receive takes waits in the kernel, because the server is paused.
        busyServer.connection.pause();
        const flood = new NativeBuffer(reactor.libc, 256 * 1024);
        flood.bytes.fill(0x61);
        let queued = 0;
        for (;;) {
          const sent = reactor.libc.send(busy.connection.descriptor, flood.address, flood.bytes.length, 0);
          if (sent < 0) break;
          queued += sent;
        }
        const budget = reactor.receiveBuffer.bytes.length;
        assert.ok(queued > 2 * budget, `only ${queued} bytes fit the socket`);
        log.length = 0;
        setTimeout(() => log.push('timer'), 0);
        busyServer.connection.resume();
        sendNow(quiet.connection, 'x');
        await until(() => busyServer.chunks.reduce((sum, chunk) => sum + chunk.length, 0) >= queued);
        assert.ok(busyServer.chunks.every((chunk) => chunk.length <= budget));
        const lastOfBusy = log.lastIndexOf('server0 received');
        assert.equal(quietServer.text, 'x');
        assert.ok(log.indexOf('server1 received') < lastOfBusy, log.join(', '));
        assert.ok(log.indexOf('server1 received') <= 2, log.join(', '));
      });
    });

    describe('a wake-up', () => {
      it('runs its callback, once for many signals', async () => {
        let wakes = 0;
        const wakeup = reactor.createWakeup(() => wakes++);
        for (let signal = 0; signal < 10; signal++) wakeup.signal();
        await until(() => wakes > 0);
        assert.equal(wakes, 1);
        wakeup.signal();
        await until(() => wakes === 2);
      });

      it('comes from another thread, whose reactor shares the port', async () => {
        let wakes = 0;
        const wakeup = reactor.createWakeup(() => wakes++);
        const shared = reactor.listen({ host: '127.0.0.1', port: 0 }, Recorder.factory(accepted), {
          backlog: 16,
          reusePort: true,
        });
        const { port } = shared.address as { port: number };
        const worker = new Worker(new URL('../support/ts-worker.mjs', import.meta.url), {
          workerData: {
            script: new URL('../support/reactor-worker.ts', import.meta.url).href,
            port,
            wakeupDescriptor: wakeup.descriptor,
          },
        });
        await once(worker, 'message');
        // Whoever connects now meets the worker, the only one who listens.
        shared.close();
        const clients: Recorder[] = [];
        reactor.connect(shared.address, Recorder.factory(clients)).write(Buffer.from('x'), 0, 1);
        await until(() => wakes === 1 && clients[0].text === 'worker');
        worker.postMessage('close');
        await once(worker, 'exit');
        await until(() => clients[0].calls.includes('closed'));
      });
    });

    it('shares a process with another', async () => {
      const second = await Reactor.create();
      try {
        const clients: Recorder[] = [];
        second.connect(listener.address, Recorder.factory(clients));
        await until(() => clients[0].calls.includes('opened') && accepted.length === 1);
        clients[0].connection.write(Buffer.from('hello'), 0, 5);
        await until(() => accepted[0].text === 'hello');
      } finally {
        second.close();
      }
      await until(() => accepted[0].errno === 0);
    });
  });
}
