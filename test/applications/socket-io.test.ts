/** socket.io: two servers that are one for their clients, through each of the adapters for Redis. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { Server, type ServerOptions } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { describeServed } from '../support/describe-served.js';

type Adapter = NonNullable<ServerOptions['adapter']>;

describeServed('socket.io', (served) => {
  function ioredis(): Redis {
    const redis = new Redis(served.url);
    served.atEnd(() => redis.disconnect());
    return redis;
  }

  async function nodeRedis() {
    const client = createClient({ url: served.url });
    client.on('error', () => {});
    served.atEnd(() => client.destroy());
    return client.connect();
  }

  /** It reads its stream until a read that began before its server was closed has ended. */
  function pollingAdapter(client: object): Adapter {
    served.atEnd(() => served.control.call('XADD', 'socket.io', '*', 'wake', 'up'));
    return createStreamsAdapter(client);
  }

  const adapters: Readonly<Record<string, () => Promise<Adapter>>> = {
    'redis-adapter on ioredis': async () => createAdapter(ioredis(), ioredis()),
    'redis-adapter on node-redis': async () => createAdapter(await nodeRedis(), await nodeRedis()),
    'redis-adapter with sharded channels on ioredis': async () => createShardedAdapter(ioredis(), ioredis()),
    'redis-adapter with sharded channels on node-redis': async () =>
      createShardedAdapter(await nodeRedis(), await nodeRedis()),
    'redis-streams-adapter on ioredis': async () => pollingAdapter(ioredis()),
    'redis-streams-adapter on node-redis': async () => pollingAdapter(await nodeRedis()),
  };

  async function serve(adapter: Adapter, options: Partial<ServerOptions> = {}) {
    const http = createServer();
    const server = new Server(http, { adapter, ...options });
    served.atEnd(() => server.close());
    await once(http.listen(0, '127.0.0.1'), 'listening');
    return { server, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
  }

  /** Resolves when each of the servers hears the other. */
  async function knowEachOther(name: string, ...servers: Server[]): Promise<void> {
    for (const server of servers) {
      const { adapter } = server.of('/');
      while ((await adapter.serverCount()) < servers.length) await new Promise(setImmediate);
    }
    // What comes before its first read is lost to an adapter that reads a stream from its end.
    if (name.includes('streams')) await served.untilInfo('blocked_clients', servers.length);
  }

  async function join(url: string): Promise<Socket> {
    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnectionDelay: 1 });
    served.atEnd(() => socket.disconnect());
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    return socket;
  }

  const hears = (socket: Socket, event: string): Promise<unknown[]> =>
    new Promise((resolve) => socket.once(event, (...args: unknown[]) => resolve(args)));

  for (const [name, adapterOf] of Object.entries(adapters)) {
    it(`is one server of two, with ${name}`, async () => {
      const here = await serve(await adapterOf());
      const there = await serve(await adapterOf());
      there.server.on('connection', (socket) => {
        socket.on('question', (answer: (text: string) => void) => answer('from there'));
      });
      const [anna, bert] = [await join(here.url), await join(there.url)];
      await knowEachOther(name, here.server, there.server);

      const bytes = Buffer.from([0, 255, 13, 10]);
      const both = Promise.all([hears(anna, 'news'), hears(bert, 'news')]);
      here.server.emit('news', { text: 'hällo' }, bytes);
      assert.deepEqual(await both, [
        [{ text: 'hällo' }, bytes],
        [{ text: 'hällo' }, bytes],
      ]);

      here.server.in(bert.id!).socketsJoin('room');
      while ((await here.server.in('room').fetchSockets()).length === 0);
      const inRoom = hears(bert, 'room only');
      const outside = hears(anna, 'after');
      anna.once('room only', () => assert.fail('anna is in no room'));
      here.server.to('room').emit('room only', 1);
      assert.deepEqual(await inRoom, [1]);
      here.server.emit('after');
      await outside;

      bert.on('ask', (answer: (text: string) => void) => answer('bert'));
      anna.on('ask', (answer: (text: string) => void) => answer('anna'));
      const answers: string[] = await here.server.timeout(3000).emitWithAck('ask');
      assert.deepEqual(answers.sort(), ['anna', 'bert']);

      const sockets = await here.server.fetchSockets();
      assert.deepEqual(sockets.map(({ id }) => id).sort(), [anna.id, bert.id].sort());

      there.server.on('between servers', (question: string, answer: (text: string) => void) => {
        answer(`${question} heard`);
      });
      assert.deepEqual(await here.server.serverSideEmitWithAck('between servers', 'this'), ['this heard']);

      const gone = hears(bert, 'disconnect');
      here.server.in('room').disconnectSockets(true);
      await gone;
    });
  }

  it('gives a client on another server what it missed, with streams', async () => {
    const recovery = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } };
    const name = 'redis-streams-adapter on ioredis';
    const adapterOf = adapters[name];
    const here = await serve(await adapterOf(), recovery);
    const there = await serve(await adapterOf(), recovery);
    await knowEachOther(name, here.server, there.server);
    const socket = await join(here.url);
    const first = hears(socket, 'news');
    here.server.emit('news', 'first');
    // With its place in the stream, which the client tells the server that it comes back to.
    assert.equal((await first)[0], 'first');
    const left = hears(socket, 'disconnect');
    socket.io.reconnection(false);
    socket.io.engine.close();
    await left;
    while (((await served.control.call('KEYS', 'sio:session:*')) as string[]).length === 0);
    there.server.emit('news', 'missed');
    const second = hears(socket, 'news');
    (socket.io as unknown as { uri: string }).uri = there.url;
    socket.connect();
    assert.equal((await second)[0], 'missed');
    assert.equal(socket.recovered, true);
  });
});
