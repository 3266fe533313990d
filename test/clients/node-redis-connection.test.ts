/** node-redis: pools, subscriptions, client-side caching, and what becomes of them when connections and servers go. */
import assert from 'node:assert/strict';
import { type EventEmitter, once } from 'node:events';
import { BasicClientSideCache, createClient, createClientPool } from 'redis';
import { describeServed } from '../support/describe-served.js';

describeServed('node-redis and its connections', (served) => {
  for (const RESP of [2, 3] as const) {
    describe(`in RESP${RESP}`, () => {
      const options = () => ({ url: served.url, RESP, socket: { reconnectStrategy: 1 } });

      async function connected() {
        const client = createClient(options());
        // A lost connection is an event; what becomes of commands is what tests look at.
        client.on('error', () => {});
        served.atEnd(() => client.destroy());
        await client.connect();
        return client;
      }

      async function pooled(limits: { minimum: number; maximum: number }) {
        const pool = createClientPool(options(), limits);
        pool.on('error', () => {});
        served.atEnd(() => pool.destroy());
        await pool.connect();
        return pool;
      }

      it('shares a pool among many tasks, each alone with its client', async () => {
        const pool = await pooled({ minimum: 1, maximum: 5 });
        await Promise.all(
          Array.from({ length: 50 }, () =>
            pool.execute(async (client) => {
              for (;;) {
                await client.watch('sum');
                const sum = Number(await client.get('sum'));
                const outcome = await client
                  .multi()
                  .set('sum', sum + 1)
                  .exec()
                  .catch(() => null);
                if (outcome !== null) return;
              }
            }),
          ),
        );
        assert.equal(await pool.get('sum'), '50');
        assert.ok(pool.totalClients <= 5);
      });

      it('blocks in a client of its own while the others go on', async () => {
        const pool = await pooled({ minimum: 2, maximum: 3 });
        const first = pool.blPop('queue', 0);
        const second = pool.execute((client) => client.blMove('queue', 'done', 'LEFT', 'RIGHT', 0));
        await served.untilInfo('blocked_clients', 2);
        assert.equal(await pool.rPush('queue', ['a', 'b']), 2);
        assert.deepEqual(await first.then((popped) => ({ ...popped })), { key: 'queue', element: 'a' });
        assert.equal(await second, 'b');
        assert.equal(await pool.blPop('queue', 0.01), null);
      });

      it('publishes and subscribes, to channels, patterns and shards', async () => {
        const subscriber = await connected();
        const publisher = await connected();
        const heard: string[] = [];
        const listener = (message: string, channel: string): void => {
          heard.push(`${channel} ${message}`);
        };
        await subscriber.subscribe(['news', 'weather'], listener);
        await subscriber.pSubscribe('n*', listener);
        await subscriber.sSubscribe('news', (message) => heard.push(`shard ${message}`));
        assert.equal(await publisher.publish('news', 'one'), 2);
        assert.equal(await publisher.sPublish('news', 'two'), 1);
        await subscriber.unsubscribe('news');
        assert.deepEqual(heard, ['news one', 'news one', 'shard two']);
        assert.equal(await publisher.publish('news', 'three'), 1);
        await subscriber.unsubscribe();
        await subscriber.pUnsubscribe();
        await subscriber.sUnsubscribe();
        assert.equal(await subscriber.get('commands work again'), null);
      });

      it('hears messages as the bytes that they are', async () => {
        const subscriber = await connected();
        const bytes = Buffer.from([0, 255, 13, 10]);
        const heard = new Promise((resolve) => void subscriber.subscribe('bytes', resolve, true));
        await served.untilInfo('pubsub_channels', 1);
        await (await connected()).publish('bytes', bytes);
        assert.deepEqual(await heard, bytes);
      });

      it('reconnects and subscribes again after CLIENT KILL', async () => {
        const client = await connected();
        const subscriber = await connected();
        await client.select(2);
        await client.set('key', 'two');
        const heard = new Promise((resolve) => void subscriber.subscribe('news', resolve));
        await served.untilInfo('pubsub_channels', 1);
        const ready = [happens(client, 'ready'), happens(subscriber, 'ready')];
        await served.control.call('CLIENT', 'KILL', 'SKIPME', 'yes');
        await Promise.all(ready);
        assert.equal(await client.get('key'), 'two');
        await served.untilInfo('pubsub_channels', 1);
        await client.publish('news', 'again');
        assert.equal(await heard, 'again');
      });

      it('follows MONITOR', async () => {
        const watcher = await connected();
        const lines: string[] = [];
        let wake = (): void => {};
        await watcher.monitor((line) => {
          lines.push(String(line));
          wake();
        });
        await (await connected()).lPush('list', 'a b');
        while (!lines.some((line) => line.includes('LPUSH'))) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        assert.match(lines[lines.length - 1], /^[\d.]+ \[0 127\.0\.0\.1:\d+\] "LPUSH" "list" "a b"$/);
      });

      if (!served.isReference) {
        it('goes on with a server that was killed and started again', async () => {
          const client = await connected();
          const subscriber = await connected();
          const heard = new Promise((resolve) => void subscriber.subscribe('news', resolve));
          await client.set('key', 'before');
          const lost = Promise.all([happens(client, 'reconnecting'), happens(subscriber, 'reconnecting')]);
          await served.stop();
          await lost;
          const asked = Promise.all([client.incr('counter'), client.incr('counter'), client.get('key')]);
          await served.start();
          assert.deepEqual(await asked, [1, 2, null]);
          await served.untilInfo('pubsub_channels', 1);
          await client.publish('news', 'back');
          assert.equal(await heard, 'back');
        });
      }
    });
  }

  describe('with client-side caching', () => {
    async function caching(cache: BasicClientSideCache) {
      const client = createClient({
        url: served.url,
        RESP: 3,
        clientSideCache: cache,
        socket: { reconnectStrategy: 1 },
      });
      client.on('error', () => {});
      served.atEnd(() => client.destroy());
      await client.connect();
      return client;
    }

    const newCache = (): BasicClientSideCache =>
      new BasicClientSideCache({ ttl: 0, maxEntries: 100, evictPolicy: 'LRU' });

    it('asks the server once for what does not change', async () => {
      const cache = newCache();
      const client = await caching(cache);
      await client.set('key', 'value');
      for (let round = 0; round < 10; round++) assert.equal(await client.get('key'), 'value');
      const { hitCount, missCount } = cache.stats();
      assert.deepEqual([hitCount, missCount], [9, 1]);
    });

    it('forgets what another client wrote, deleted or flushed, and what expired', async () => {
      const cache = newCache();
      const client = await caching(cache);
      const afterwards = async (...words: string[]): Promise<string | null> => {
        await client.get('key');
        const told = once(cache, 'invalidate');
        await served.control.call(...words);
        await told;
        return client.get('key');
      };
      assert.equal(await afterwards('SET', 'key', 'theirs'), 'theirs');
      assert.equal(await afterwards('DEL', 'key'), null);
      assert.equal(await afterwards('SET', 'key', 'back'), 'back');
      await afterwards('PEXPIRE', 'key', '50');
      // Answered by the cache until it is told that the key is gone.
      while ((await client.get('key')) !== null) await new Promise(setImmediate);
      assert.equal(await afterwards('MSET', 'key', 'x', 'other', 'y'), 'x');
      assert.equal(await afterwards('FLUSHALL'), null);
      assert.equal(await afterwards('EVAL', "redis.call('SET', 'key', 'script')", '0'), 'script');
    });

    it('forgets everything when its connection is lost', async () => {
      const cache = newCache();
      const client = await caching(cache);
      await served.control.call('SET', 'key', 'before');
      assert.equal(await client.get('key'), 'before');
      const back = happens(client, 'ready');
      await served.control.call('CLIENT', 'KILL', 'SKIPME', 'yes');
      await served.control.call('SET', 'key', 'after');
      await back;
      assert.equal(await client.get('key'), 'after');
      await served.untilInfo('tracking_clients', 1);
    });

    it('shares one cache in a pool', async () => {
      const pool = createClientPool(
        { url: served.url, RESP: 3 },
        { minimum: 3, clientSideCache: { ttl: 0, maxEntries: 10, evictPolicy: 'LRU' } },
      );
      pool.on('error', () => {});
      served.atEnd(() => pool.destroy());
      await pool.connect();
      await served.control.call('SET', 'key', 'value');
      for (let round = 0; round < 10; round++) assert.equal(await pool.get('key'), 'value');
      assert.equal(pool.clientSideCache?.stats().missCount, 1);
    });

    it('is told of keys without a cache, too', async () => {
      const client = createClient({ url: served.url, RESP: 3, emitInvalidate: true });
      served.atEnd(() => client.destroy());
      await client.connect();
      await client.get('key');
      const told = once(client, 'invalidate');
      await served.control.call('SET', 'key', 'x');
      assert.equal(String((await told)[0]), 'key');
    });
  });
});

/** Not `once`, which an attempt to connect that fails would reject. */
function happens(client: EventEmitter, event: string): Promise<void> {
  return new Promise((resolve) => client.once(event, () => resolve()));
}
