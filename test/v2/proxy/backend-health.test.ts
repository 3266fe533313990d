/** Backends that die, come back, are silent, or are not to be found; and connections on which nothing is said. */
import assert from 'node:assert/strict';
import { AF_INET } from '../../../src/native/constants.js';
import { loadLibc } from '../../../src/native/libc.js';
import { SocketAddressBuffer } from '../../../src/native/socket-address.js';
import { describeOnLinux } from '../../support/linux.js';
import type { NamedBackend } from '../support/named-backend.js';
import { NetClient } from '../support/net-client.js';
import { Proxied, readLine, statusOf } from '../support/proxied.js';
import { until } from '../support/until.js';

for (const trigger of ['edge', 'level', 'oneshot'] as const) {
  describeOnLinux(`the proxy's care for backends, ${trigger}-triggered`, () => {
    const proxied = new Proxied(trigger);

    afterEach(() => proxied.end());

    describe('when a backend dies', () => {
      it('tries the next one, and nobody notices', async () => {
        const [dead, alive] = [await proxied.backend('dead'), await proxied.backend('alive')];
        await dead.kill();
        const server = await proxied.start([{ Targets: [dead.target, alive.target] }]);
        for (let count = 0; count < 6; count++) {
          assert.equal(await readLine(await proxied.connect(server)), 'alive');
        }
        const status = statusOf(server).backends.find(({ target }) => target === dead.target);
        assert.equal(status?.lastError, 'ECONNREFUSED');
        assert.equal(status?.active, 0);
      });

      it('under load, ends only its own connections', async () => {
        const [mortal, other] = [await proxied.backend('mortal'), await proxied.backend('other')];
        const server = await proxied.start([{ Targets: [mortal.target, other.target] }]);
        const crowd = await Promise.all(
          Array.from({ length: 60 }, async () => {
            const client = await proxied.connect(server);
            return { client, name: await readLine(client) };
          }),
        );
        // Others come while it dies.
        const coming = Array.from({ length: 60 }, async () => readLine(await proxied.connect(server)));
        await mortal.kill();
        for (const name of await Promise.all(coming)) assert.ok(['mortal', 'other', ''].includes(name), name);
        await Promise.all(
          crowd
            .filter(({ name }) => name === 'mortal')
            .map(async ({ client }) => assert.equal((await client.readToEnd()).length, 0)),
        );
        for (const { client, name } of crowd) {
          if (name !== 'other') continue;
          client.write('ping\n');
          assert.equal(await readLine(client), 'ping');
        }
        const next = await Promise.all(
          Array.from({ length: 60 }, async () => readLine(await proxied.connect(server))),
        );
        assert.ok(next.every((name) => name === 'other'));
      });

      describe('and resets a connection that it had taken', () => {
        /** One that is silent, until it resets; and its client, which hasn't got anything to say yet. */
        const takenBy = async (targets: readonly NamedBackend[]) => {
          const server = await proxied.start([{ Targets: targets.map(({ target }) => target) }]);
          const client = await proxied.connect(server);
          await until(() => statusOf(server).backends[0].connected === 1 && targets[0].sockets.size === 1);
          const [socket] = targets[0].sockets;
          return { server, client, socket };
        };
        const silent = (): Promise<NamedBackend> => proxied.backend('silent', () => {});

        it('serves the client by the next one when nothing was said', async () => {
          const { server, client, socket } = await takenBy([await silent(), await proxied.backend('next')]);
          socket.resetAndDestroy();
          assert.equal(await readLine(client), 'next');
          client.write('hello\n');
          assert.equal(await readLine(client), 'hello');
          const { active, failed, state, lastError } = statusOf(server).backends[0];
          assert.deepEqual([active, failed, state, lastError], [0, 1, 'up', 'ECONNRESET']);
          client.socket.end();
          await until(() => server.tunnels === 0);
        });

        for (const isFirst of ['the reset', 'the request'] as const) {
          it(`sends the next one what comes with it, ${isFirst} first`, async () => {
            const { client, socket } = await takenBy([await silent(), await proxied.backend('next')]);
            // Both are there before the proxy looks: it runs in this thread.
            if (isFirst === 'the reset') socket.resetAndDestroy();
            client.socket.end('hello\n');
            if (isFirst === 'the request') socket.resetAndDestroy();
            assert.equal((await client.readToEnd()).toString(), 'next\nhello\n');
          });
        }

        it('never sends twice what had gone there', async () => {
          const next = await proxied.backend('next');
          const { server, client, socket } = await takenBy([await silent(), next]);
          client.write('once\n');
          await until(() => statusOf(server).backends[0].sentBytes === 5);
          socket.resetAndDestroy();
          assert.equal((await client.readToEnd()).length, 0);
          await until(() => server.tunnels === 0);
          assert.equal(next.accepted, 0);
          const line = proxied.logged.find((text) => text.includes('has left'));
          assert.match(line ?? '', /5 bytes sent, 0 received, client in order, backend ECONNRESET/);
        });

        it('closes the client when there is no next one', async () => {
          const { server, client, socket } = await takenBy([await silent()]);
          socket.resetAndDestroy();
          assert.equal((await client.readToEnd()).length, 0);
          await until(() => server.tunnels === 0);
        });
      });

      it('closes the client when there is no other', async () => {
        const dead = await proxied.backend('dead');
        await dead.kill();
        const server = await proxied.start([{ Targets: [dead.target] }]);
        assert.equal((await (await proxied.connect(server)).readToEnd()).length, 0);
        await until(() => server.tunnels === 0);
        await dead.listen();
        assert.equal(await readLine(await proxied.connect(server)), 'dead');
      });
    });

    it('finds out by itself who is down, and who is up again', async () => {
      const all = [await proxied.backend('one'), await proxied.backend('two')];
      const server = await proxied.start([{ Targets: all.map(({ target }) => target), HealthIntervalMs: 5 }]);
      const states = (): string =>
        statusOf(server)
          .backends.map(({ state }) => state)
          .join();
      assert.equal(states(), 'up,up');
      await all[1].kill();
      await until(() => states() === 'up,down');
      assert.equal(await readLine(await proxied.connect(server)), 'one');
      assert.equal(await readLine(await proxied.connect(server)), 'one');
      await all[1].listen();
      await until(() => states() === 'up,up');
      assert.ok(proxied.logged.some((line) => line.includes(`warning app 0: ${all[1].target} is down: E`)));
      assert.ok(proxied.logged.some((line) => line.includes(`${all[1].target} is up`)));
    });

    it('finds out who takes connections and does not answer', async () => {
      const asked: Buffer[] = [];
      const replying = (...pieces: readonly string[]): Promise<NamedBackend> =>
        proxied.backend('replying', (socket) => {
          socket.on('data', (bytes: Buffer) => {
            asked.push(bytes);
            for (const piece of pieces) socket.write(piece);
          });
        });
      const backends = [
        await replying('+PO', 'NG\r\n'),
        await replying('-LOADING\r\n'),
        await replying(),
        await proxied.backend('ending', (socket) => socket.resume().end()),
      ];
      const server = await proxied.start([
        {
          Targets: backends.map(({ target }) => target),
          HealthIntervalMs: 5,
          ConnectTimeoutMs: 250,
          HealthSend: 'PING\r\n',
          HealthExpect: '+PONG',
          SendProxy: true,
        },
      ]);
      const seen = (): string =>
        statusOf(server)
          .backends.map(({ state, lastError }) => (state === 'up' ? state : `${state} ${lastError}`))
          .join(', ');
      const expected = 'up, down replies "-LOADING\\r\\n", down ETIMEDOUT, down ends without the reply';
      await until(() => seen() === expected);
      // A header of PROXY protocol v2 that says: LOCAL, and nothing more.
      assert.equal(asked[0].toString('latin1'), '\r\n\r\n\0\r\nQUIT\n\x20\0\0\0PING\r\n');
    });

    it('looks up names, and lives with those that nobody knows', async () => {
      const one = await proxied.backend('one');
      const server = await proxied.start([
        { Targets: ['no.such.host.invalid:1', `localhost:${one.port}`], HealthIntervalMs: 600_000 },
      ]);
      assert.equal(await readLine(await proxied.connect(server)), 'one');
      assert.equal(await readLine(await proxied.connect(server)), 'one');
      assert.equal(statusOf(server).backends[0].state, 'down');
    });

    it('waits no longer than allowed for a backend that does not accept', async () => {
      const libc = await loadLibc();
      const silent = libc.socket(AF_INET);
      const address = new SocketAddressBuffer(libc);
      address.encode({ host: '127.0.0.1', port: 0 });
      libc.bind(silent, address.address, address.byteLength, 'silent');
      libc.listen(silent, 0);
      address.reset();
      libc.getsockname(silent, address.address, address.lengthAddress);
      const { port } = address.decode() as { port: number };
      // Its queue is full: whoever comes now hears nothing.
      const queued = [await NetClient.connect({ host: '127.0.0.1', port })];
      proxied.clients.push(...queued);
      const alive = await proxied.backend('alive');
      const server = await proxied.start([
        { Targets: [`127.0.0.1:${port}`, alive.target], ConnectTimeoutMs: 250 },
        { Targets: [`127.0.0.1:${port}`], ConnectTimeoutMs: 250 },
      ]);
      const names = await Promise.all([1, 2].map(async () => readLine(await proxied.connect(server))));
      assert.deepEqual(names, ['alive', 'alive']);
      await until(() => statusOf(server).backends[0].lastError === 'ETIMEDOUT');
      libc.close(silent);
    });

    it('ends connections that are silent for too long, and no others', async () => {
      const one = await proxied.backend('one');
      const server = await proxied.start([{ Targets: [one.target], IdleTimeoutMs: 100 }]);
      const [silent, busy] = [await proxied.connect(server), await proxied.connect(server)];
      await Promise.all([silent, busy].map(readLine));
      while (!silent.isEnded) {
        busy.write('ping\n');
        assert.equal(await readLine(busy), 'ping');
      }
      assert.ok(!busy.isEnded);
      await until(() => server.tunnels === 1 && one.sockets.size === 1);
    });
  });
}
