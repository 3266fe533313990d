/** The proxy in this process, between clients and backends of node:net, however the kernel is asked. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '../../../src/base/clock.js';
import { AF_INET } from '../../../src/native/constants.js';
import { loadLibc } from '../../../src/native/libc.js';
import { SocketAddressBuffer } from '../../../src/native/socket-address.js';
import { type AppConfig, parseConfig } from '../../../v2/proxy/config.js';
import { Log } from '../../../v2/proxy/log.js';
import { ProxyServer } from '../../../v2/proxy/proxy-server.js';
import { describeOnLinux } from '../support/linux.js';
import { NetClient } from '../support/net-client.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;

/** A backend that greets with its name, then sends back what it gets, and ends when the client has. */
class Backend {
  readonly sockets = new Set<Socket>();
  accepted = 0;
  port = 0;
  #server: Server;

  constructor(readonly name: string) {
    this.#server = this.#create();
  }

  onConnection: (socket: Socket) => void = (socket) => {
    socket.write(`${this.name}\n`);
    socket.pipe(socket);
  };

  get target(): string {
    return `127.0.0.1:${this.port}`;
  }

  async listen(): Promise<this> {
    this.#server.listen(this.port, '127.0.0.1', 4096);
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as { port: number }).port;
    return this;
  }

  /** As a process that is killed: nobody listens, and its connections are reset. */
  async kill(): Promise<void> {
    for (const socket of this.sockets) socket.resetAndDestroy();
    if (this.#server.listening) {
      this.#server.close();
      await once(this.#server, 'close');
    }
    this.#server = this.#create();
  }

  #create(): Server {
    return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.accepted++;
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
      this.onConnection(socket);
    });
  }
}

interface Status {
  readonly apps: readonly {
    readonly name: string;
    readonly ports: readonly { readonly port: number; readonly listening: boolean }[];
    readonly backends: readonly {
      readonly target: string;
      readonly state: string;
      readonly active: number;
      readonly connected: number;
      readonly failed: number;
      readonly sentBytes: number;
      readonly receivedBytes: number;
      readonly lastError: string;
    }[];
  }[];
}

for (const trigger of ['edge', 'level'] as const) {
  describeOnLinux(`the proxy, ${trigger}-triggered`, () => {
    const servers: ProxyServer[] = [];
    const backends: Backend[] = [];
    const clients: NetClient[] = [];
    const logged: string[] = [];

    afterEach(async () => {
      for (const client of clients.splice(0)) client.destroy();
      for (const server of servers.splice(0)) {
        server.stop();
        await server.ended;
      }
      for (const backend of backends.splice(0)) await backend.kill();
      logged.length = 0;
    });

    async function backend(name: string, onConnection?: (socket: Socket) => void): Promise<Backend> {
      const created = new Backend(name);
      if (onConnection !== undefined) created.onConnection = onConnection;
      backends.push(created);
      return created.listen();
    }

    const configOf = (apps: readonly Partial<AppConfig>[], drainMs = 2000) =>
      parseConfig(
        JSON.stringify({
          Apps: apps.map((app, index) => ({
            Name: `app ${index}`,
            Host: '127.0.0.1',
            Ports: [0],
            HealthIntervalMs: 0,
            ...app,
          })),
          DrainTimeoutMs: drainMs,
        }),
      );

    async function start(apps: readonly Partial<AppConfig>[], drainMs?: number): Promise<ProxyServer> {
      const server = await ProxyServer.start(configOf(apps, drainMs), {
        clock: systemClock,
        log: new Log(7, systemClock, (line) => logged.push(line)),
        trigger,
        portRetryMs: 5,
      });
      servers.push(server);
      return server;
    }

    const statusOf = (server: ProxyServer) => (server.status() as Status).apps[0];
    const portOf = (server: ProxyServer): number => statusOf(server).ports[0].port;

    async function connect(server: ProxyServer): Promise<NetClient> {
      const client = await NetClient.connect({ host: '127.0.0.1', port: portOf(server) });
      clients.push(client);
      return client;
    }

    async function readLine(client: NetClient): Promise<string> {
      let text = '';
      while (!text.endsWith('\n') && !client.isEnded) text += (await client.read(1)).toString();
      return text.trimEnd();
    }

    it('carries bytes both ways and counts them', async () => {
      const one = await backend('one');
      const server = await start([{ Targets: [one.target] }]);
      const client = await connect(server);
      assert.equal(await readLine(client), 'one');
      client.write('hello\n');
      assert.equal(await readLine(client), 'hello');
      const [status] = statusOf(server).backends;
      assert.deepEqual([status.active, status.connected, status.failed], [1, 1, 0]);
      assert.deepEqual([status.sentBytes, status.receivedBytes], [6, 10]);
      client.socket.end();
      await client.readToEnd();
      await until(() => server.tunnels === 0);
      assert.equal(statusOf(server).backends[0].active, 0);
    });

    it('carries the end of each direction by itself', async () => {
      const seen: string[] = [];
      const one = await backend('one', (socket) => {
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk;
        });
        // Answers only when the client has ended.
        socket.on('end', () => {
          seen.push(text);
          socket.end(`${text.length} bytes`);
        });
      });
      const server = await start([{ Targets: [one.target] }]);
      const replies = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const client = await connect(server);
          client.socket.end('x'.repeat(index));
          return (await client.readToEnd()).toString();
        }),
      );
      assert.deepEqual(
        replies,
        replies.map((_, index) => `${index} bytes`),
      );
      // And the other way: the backend ends first, and still hears the rest.
      one.onConnection = (socket) => {
        socket.end('bye');
        socket.on('data', (chunk) => seen.push(`${chunk}`));
      };
      const client = await connect(server);
      assert.equal((await client.readToEnd()).toString(), 'bye');
      client.socket.end('still here');
      await until(() => seen.at(-1) === 'still here');
      await until(() => server.tunnels === 0);
    });

    it('holds back whoever is faster than the other, both ways, and loses nothing', async () => {
      const block = Buffer.alloc(32 * MIB);
      for (let at = 0; at < block.length; at += 4) block.writeUInt32LE(at, at);
      const received: Buffer[] = [];
      const one = await backend('one', (socket) => {
        socket.pause();
        socket.write(block);
        socket.on('data', (chunk: Buffer) => received.push(chunk));
      });
      const server = await start([{ Targets: [one.target] }]);
      const client = await connect(server);
      client.socket.pause();
      client.write(block);
      await until(() => one.sockets.size === 1);
      const [socket] = one.sockets;
      const other = await connect(server);
      await until(() => one.sockets.size === 2);
      other.destroy();
      assert.ok(
        client.socket.writableLength > 0 && socket.writableLength > 0,
        'the proxy has taken all of it',
      );
      socket.resume();
      client.socket.resume();
      assert.ok((await client.read(block.length)).equals(block));
      await until(() => received.reduce((sum, chunk) => sum + chunk.length, 0) === block.length);
      assert.ok(Buffer.concat(received).equals(block));
    });

    it('spreads a burst evenly', async () => {
      const all = [await backend('one'), await backend('two'), await backend('three')];
      const server = await start([{ Targets: all.map(({ target }) => target) }]);
      const crowd = await Promise.all(Array.from({ length: 99 }, () => connect(server)));
      await Promise.all(crowd.map(readLine));
      assert.deepEqual(
        all.map(({ accepted }) => accepted),
        [33, 33, 33],
      );
    });

    it('serves every one of many short connections', async () => {
      const all = [await backend('one'), await backend('two')];
      const server = await start([{ Targets: all.map(({ target }) => target) }]);
      let succeeded = 0;
      const one = async (): Promise<void> => {
        for (let count = 0; count < 30; count++) {
          const client = await NetClient.connect({ host: '127.0.0.1', port: portOf(server) });
          client.socket.end('x');
          if (/^(one|two)\nx$/.test((await client.readToEnd()).toString())) succeeded++;
          client.destroy();
        }
      };
      await Promise.all(Array.from({ length: 20 }, one));
      assert.equal(succeeded, 600);
    });

    describe('when a backend dies', () => {
      it('tries the next one, and nobody notices', async () => {
        const [dead, alive] = [await backend('dead'), await backend('alive')];
        await dead.kill();
        const server = await start([{ Targets: [dead.target, alive.target] }]);
        for (let count = 0; count < 6; count++) {
          assert.equal(await readLine(await connect(server)), 'alive');
        }
        const status = statusOf(server).backends.find(({ target }) => target === dead.target);
        assert.equal(status?.lastError, 'ECONNREFUSED');
        assert.equal(status?.active, 0);
      });

      it('under load, ends only its own connections', async () => {
        const [mortal, other] = [await backend('mortal'), await backend('other')];
        const server = await start([{ Targets: [mortal.target, other.target] }]);
        const crowd = await Promise.all(
          Array.from({ length: 60 }, async () => {
            const client = await connect(server);
            return { client, name: await readLine(client) };
          }),
        );
        await mortal.kill();
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
          Array.from({ length: 60 }, async () => readLine(await connect(server))),
        );
        assert.ok(next.every((name) => name === 'other'));
      });

      it('closes the client when there is no other', async () => {
        const dead = await backend('dead');
        await dead.kill();
        const server = await start([{ Targets: [dead.target] }]);
        assert.equal((await (await connect(server)).readToEnd()).length, 0);
        await until(() => server.tunnels === 0);
        await dead.listen();
        assert.equal(await readLine(await connect(server)), 'dead');
      });
    });

    it('finds out by itself who is down, and who is up again', async () => {
      const all = [await backend('one'), await backend('two')];
      const server = await start([{ Targets: all.map(({ target }) => target), HealthIntervalMs: 5 }]);
      const states = (): string =>
        statusOf(server)
          .backends.map(({ state }) => state)
          .join();
      assert.equal(states(), 'up,up');
      await all[1].kill();
      await until(() => states() === 'up,down');
      assert.equal(await readLine(await connect(server)), 'one');
      assert.equal(await readLine(await connect(server)), 'one');
      await all[1].listen();
      await until(() => states() === 'up,up');
      assert.ok(logged.some((line) => line.includes(`warning app 0: ${all[1].target} is down: E`)));
      assert.ok(logged.some((line) => line.includes(`${all[1].target} is up`)));
    });

    it('looks up names, and lives with those that nobody knows', async () => {
      const one = await backend('one');
      const server = await start([
        { Targets: ['no.such.host.invalid:1', `localhost:${one.port}`], HealthIntervalMs: 600_000 },
      ]);
      assert.equal(await readLine(await connect(server)), 'one');
      assert.equal(await readLine(await connect(server)), 'one');
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
      clients.push(...queued);
      const alive = await backend('alive');
      const server = await start([
        { Targets: [`127.0.0.1:${port}`, alive.target], ConnectTimeoutMs: 30 },
        { Targets: [`127.0.0.1:${port}`], ConnectTimeoutMs: 30 },
      ]);
      const names = await Promise.all([1, 2].map(async () => readLine(await connect(server))));
      assert.deepEqual(names, ['alive', 'alive']);
      await until(() => statusOf(server).backends[0].lastError === 'ETIMEDOUT');
      libc.close(silent);
    });

    it('ends connections that are silent for too long, and no others', async () => {
      const one = await backend('one');
      const server = await start([{ Targets: [one.target], IdleTimeoutMs: 40 }]);
      const [silent, busy] = [await connect(server), await connect(server)];
      await Promise.all([silent, busy].map(readLine));
      while (!silent.isEnded) {
        busy.write('ping\n');
        assert.equal(await readLine(busy), 'ping');
      }
      assert.ok(!busy.isEnded);
      await until(() => server.tunnels === 1 && one.sockets.size === 1);
    });

    it('tells the backend of the client where that is wanted', async () => {
      const received: Buffer[] = [];
      const one = await backend('one', (socket) => {
        socket.on('data', (chunk: Buffer) => received.push(chunk));
      });
      const server = await start([{ Targets: [one.target], SendProxy: true }]);
      const client = await connect(server);
      client.write('hello');
      await until(() => Buffer.concat(received).length === 28 + 5);
      const bytes = Buffer.concat(received);
      assert.equal(bytes.toString('hex', 12, 24), '2111000c7f0000017f000001');
      assert.equal(bytes.readUInt16BE(24), client.socket.localPort);
      assert.equal(bytes.readUInt16BE(26), portOf(server));
      assert.equal(bytes.toString('latin1', 28), 'hello');
    });

    it('waits for a port that is busy', async () => {
      const one = await backend('one');
      const stranger = createServer().listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      const { port } = stranger.address() as { port: number };
      const server = await start([{ Targets: [one.target], Ports: [port] }]);
      assert.deepEqual(statusOf(server).ports, [{ port, listening: false }]);
      stranger.close();
      await until(() => statusOf(server).ports[0].listening);
      assert.equal(await readLine(await connect(server)), 'one');
    });

    it('refuses a port that is not to be had', async () => {
      const one = await backend('one');
      await assert.rejects(start([{ Targets: [one.target], Host: '192.0.2.1' }]), { code: 'EADDRNOTAVAIL' });
    });

    it('serves by another configuration without touching a connection', async () => {
      const [one, two] = [await backend('one'), await backend('two')];
      const server = await start([{ Targets: [one.target] }, { Targets: [two.target] }]);
      const port = portOf(server);
      const client = await connect(server);
      assert.equal(await readLine(client), 'one');
      await server.reconfigure(configOf([{ Targets: [two.target], IdleTimeoutMs: 0, ConnectTimeoutMs: 50 }]));
      assert.equal(portOf(server), port);
      assert.equal((server.status() as Status).apps.length, 1);
      assert.equal(await readLine(await connect(server)), 'two');
      client.write('still one?\n');
      assert.equal(await readLine(client), 'still one?');
      await server.reconfigure(configOf([{ Name: 'new', Targets: [one.target] }]));
      assert.equal(await readLine(await connect(server)), 'one');
      await assert.rejects(NetClient.connect({ host: '127.0.0.1', port }), { code: 'ECONNREFUSED' });
      client.write('and now?\n');
      assert.equal(await readLine(client), 'and now?');
    });

    describe('told to stop', () => {
      it('accepts nobody, and ends with the last connection', async () => {
        const one = await backend('one');
        const server = await start([{ Targets: [one.target] }], 600_000);
        const port = portOf(server);
        const client = await connect(server);
        assert.equal(await readLine(client), 'one');
        server.stop();
        await assert.rejects(NetClient.connect({ host: '127.0.0.1', port }), { code: 'ECONNREFUSED' });
        client.write('one more\n');
        assert.equal(await readLine(client), 'one more');
        client.socket.end();
        await client.readToEnd();
        await server.ended;
      });

      it('waits no longer than configured', async () => {
        const one = await backend('one');
        const server = await start([{ Targets: [one.target] }], 20);
        const client = await connect(server);
        assert.equal(await readLine(client), 'one');
        server.stop();
        await server.ended;
        await client.readToEnd();
      });
    });

    it('survives clients that vanish at any time', async () => {
      const one = await backend('one');
      const server = await start([{ Targets: [one.target] }]);
      for (let count = 0; count < 60; count++) {
        const client = await NetClient.connect({ host: '127.0.0.1', port: portOf(server) });
        if (count % 3 === 0) client.write(Buffer.alloc(MIB));
        if (count % 2 === 0) client.socket.resetAndDestroy();
        else client.destroy();
      }
      await until(() => server.tunnels === 0);
      await until(() => one.sockets.size === 0);
      assert.equal(statusOf(server).backends[0].active, 0);
      assert.equal(await readLine(await connect(server)), 'one');
    });
  });
}
