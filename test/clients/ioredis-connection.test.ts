/** ioredis: subscriptions, waiting, and what becomes of both when connections and servers go. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Redis, type RedisOptions } from 'ioredis';
import { describeServed } from '../support/describe-served.js';

describeServed('ioredis and its connections', (served) => {
  for (const protocol of [2, 3] as const) {
    describe(`in RESP${protocol}`, () => {
      function client(options: Omit<RedisOptions, 'replyMapping'> = {}): Redis {
        const redis = new Redis(served.url, { protocol, retryStrategy: () => 1, ...options });
        // A lost connection is an event; what becomes of commands is what tests look at.
        redis.on('error', () => {});
        served.atEnd(() => redis.disconnect());
        return redis;
      }

      /** Kills a client's connection from another, and resolves when it is back. */
      async function kill(redis: Redis): Promise<void> {
        const ready = once(redis, 'ready');
        assert.equal(await served.control.call('CLIENT', 'KILL', 'ID', await redis.client('ID')), 1);
        await ready;
      }

      it('publishes and subscribes, to channels, patterns and shards', async () => {
        const subscriber = client();
        const shardSubscriber = client();
        const publisher = client();
        const heard: string[] = [];
        subscriber.on('message', (channel, message) => heard.push(`${channel} ${message}`));
        subscriber.on('pmessage', (pattern, channel, message) =>
          heard.push(`${pattern} ${channel} ${message}`),
        );
        shardSubscriber.on('smessage', (channel, message) => heard.push(`shard ${channel} ${message}`));
        assert.equal(await subscriber.subscribe('news', 'weather'), 2);
        assert.equal(await subscriber.psubscribe('new?'), 3);
        assert.equal(await shardSubscriber.ssubscribe('news'), 1);
        assert.equal(await publisher.publish('news', 'one'), 2);
        assert.equal(await publisher.spublish('news', 'two'), 1);
        assert.equal(await publisher.publish('weather', 'rain'), 1);
        // Replies come after what was published before them.
        assert.equal(await subscriber.unsubscribe('weather'), 2);
        assert.equal(await shardSubscriber.sunsubscribe('news'), 0);
        assert.deepEqual(heard, ['news one', 'new? news one', 'shard news two', 'weather rain']);
        assert.equal(await publisher.publish('weather', 'sun'), 0);
        await subscriber.unsubscribe('news');
        await subscriber.punsubscribe('new?');
        assert.equal(await subscriber.get('commands work again'), null);
      });

      it('hears messages as the bytes that they are', async () => {
        const subscriber = client();
        const message = Buffer.from([0, 255, 13, 10]);
        await subscriber.subscribe('bytes');
        const heard = once(subscriber, 'messageBuffer');
        await client().publish('bytes', message);
        assert.deepEqual(await heard, [Buffer.from('bytes'), message]);
      });

      it('subscribes again after its connection was killed', async () => {
        const subscriber = client();
        const publisher = client();
        await subscriber.subscribe('news');
        await subscriber.psubscribe('wea*');
        const lost = closed(subscriber);
        await served.control.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await lost;
        await served.untilInfo('pubsub_patterns', 1);
        await served.untilInfo('pubsub_channels', 1);
        const heard = once(subscriber, 'message');
        await publisher.publish('news', 'again');
        assert.deepEqual(await heard, ['news', 'again']);
      });

      it('reconnects after CLIENT KILL to the database that it had chosen', async () => {
        const redis = client({ db: 5 });
        await redis.set('key', 'five');
        await kill(redis);
        assert.equal(await redis.get('key'), 'five');
        await redis.select(6);
        await kill(redis);
        assert.equal(await redis.get('key'), null);
      });

      it('sends commands again that a killed connection left unanswered', async () => {
        const redis = client();
        const popped = redis.blpop('queue', 0);
        await served.untilInfo('blocked_clients', 1);
        const lost = closed(redis);
        await served.control.call('CLIENT', 'KILL', 'SKIPME', 'yes');
        const asked = redis.get('asked meanwhile');
        await lost;
        await served.untilInfo('blocked_clients', 1);
        await client().rpush('queue', 'job');
        assert.deepEqual(await popped, ['queue', 'job']);
        assert.equal(await asked, null);
      });

      it('waits for a list, a sorted set and a move, in the order of asking', async () => {
        const first = client();
        const second = client();
        const popped = first.blpop('queue', 'other', 0);
        await served.untilInfo('blocked_clients', 1);
        const moved = second.blmove('queue', 'done', 'LEFT', 'RIGHT', 0);
        await served.untilInfo('blocked_clients', 2);
        await client().rpush('queue', 'a', 'b');
        assert.deepEqual([await popped, await moved], [['queue', 'a'], 'b']);
        const least = first.bzpopmin('scores', 0);
        await served.untilInfo('blocked_clients', 1);
        await second.zadd('scores', 2, 'two', 1, 'one');
        assert.deepEqual(await least, ['scores', 'one', '1']);
        assert.equal(await first.blpop('queue', 0.01), null);
      });

      it('follows MONITOR', async () => {
        const monitor = await client().monitor();
        served.atEnd(() => monitor.disconnect());
        const seen = new Promise<string[]>((resolve) => {
          monitor.on('monitor', (_time: string, args: string[]) => args[0] === 'lpush' && resolve(args));
        });
        await client({ db: 3 }).lpush('list', 'a b');
        assert.deepEqual(await seen, ['lpush', 'list', 'a b']);
      });

      it('logs in, and is refused without a password', async () => {
        served.atEnd(() => served.control.call('CONFIG', 'SET', 'requirepass', ''));
        await served.control.call('CONFIG', 'SET', 'requirepass', 'secret');
        const stranger = client({ disableClientInfo: true, enableReadyCheck: false, protocol: 2 });
        await assert.rejects(stranger.get('key'), /NOAUTH Authentication required/);
        const known = client({ password: 'secret', username: 'default' });
        assert.equal(await known.get('key'), null);
      });

      if (!served.isReference) {
        // CLIENT SETINFO came with 7.2.
        it('shows its name and library in CLIENT LIST', async () => {
          const redis = client({ connectionName: 'web' });
          await redis.ping();
          assert.match(String(await redis.client('LIST')), / name=web .* lib-name=ioredis\S* lib-ver=6/);
        });

        it('goes on with a server that was killed and started again', async () => {
          const redis = client({ maxRetriesPerRequest: null });
          const subscriber = client();
          const popper = client({ maxRetriesPerRequest: null });
          await redis.set('key', 'before');
          await subscriber.subscribe('news');
          const popped = popper.brpop('queue', 0);
          await served.untilInfo('blocked_clients', 1);
          const gone = Promise.all([redis, subscriber, popper].map(closed));
          await served.stop();
          await gone;
          const asked = Array.from({ length: 10 }, () => redis.incr('counter'));
          await closed(redis);
          await served.start();
          assert.deepEqual(
            await Promise.all(asked),
            Array.from({ length: 10 }, (_, index) => index + 1),
          );
          assert.equal(await redis.get('key'), null);
          await served.untilInfo('pubsub_channels', 1);
          const heard = once(subscriber, 'message');
          await redis.publish('news', 'back');
          assert.deepEqual(await heard, ['news', 'back']);
          await redis.lpush('queue', 'job');
          assert.deepEqual(await popped, ['queue', 'job']);
        });

        it('gives up on a server that stays away', async () => {
          const redis = client({ maxRetriesPerRequest: 2 });
          await redis.ping();
          const gone = closed(redis);
          await served.stop();
          await gone;
          await assert.rejects(redis.get('key'), { name: 'MaxRetriesPerRequestError' });
          await served.start();
          assert.equal(await redis.get('key'), null);
        });
      }
    });
  }
});

/** Not `once`, which an attempt to connect that fails would reject. */
function closed(redis: Redis): Promise<void> {
  return new Promise((resolve) => redis.once('close', resolve));
}
