/** Rate limiters: of express, of fastify, and rate-limiter-flexible, which several servers share through Redis. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastifyRateLimit from '@fastify/rate-limit';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import fastify from 'fastify';
import { Redis } from 'ioredis';
import { type RedisReply, RedisStore } from 'rate-limit-redis';
import {
  BurstyRateLimiter,
  type IRateLimiterRedisOptions,
  RateLimiterQueue,
  RateLimiterRedis,
  RateLimiterRes,
  RateLimiterUnion,
  RateLimiterValkeyGlide,
} from 'rate-limiter-flexible';
import { createClient } from 'redis';
import { describeServed } from '../support/describe-served.js';

describeServed('Rate limiters', (served) => {
  function ioredis(): Redis {
    const redis = new Redis(served.url);
    served.atEnd(() => redis.quit());
    return redis;
  }

  describe('rate-limit-redis with express', () => {
    /** @returns its address */
    async function serve(prefix: string): Promise<string> {
      const redis = ioredis();
      const app = express();
      app.use(
        rateLimit({
          windowMs: 60_000,
          limit: 3,
          standardHeaders: 'draft-6',
          store: new RedisStore({
            prefix,
            sendCommand: (command, ...args) => redis.call(command, ...args) as Promise<RedisReply>,
          }),
        }),
      );
      app.get('/', (_request, response) => void response.send('welcome'));
      const server = createServer(app);
      served.atEnd(() => {
        server.closeAllConnections();
        server.close();
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    }

    it('counts for all servers together', async () => {
      const urls = [await serve('shared:'), await serve('shared:')];
      const answers = [];
      for (let index = 0; index < 5; index++) answers.push(await fetch(urls[index % 2]));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 429, 429],
      );
      assert.deepEqual(
        answers.map(({ headers }) => headers.get('ratelimit-remaining')),
        ['2', '1', '0', '0', '0'],
      );
      const reset = Number(answers[4].headers.get('ratelimit-reset'));
      assert.ok(reset > 50 && reset <= 60, `${reset} s are left`);
    });
  });

  describe('@fastify/rate-limit', () => {
    it('counts for all servers together, and backs off', async () => {
      const servers = await Promise.all(
        [ioredis(), ioredis()].map(async (redis) => {
          const app = fastify();
          await app.register(fastifyRateLimit, {
            max: 2,
            timeWindow: 60_000,
            redis,
            exponentialBackoff: true,
          });
          app.get('/', async () => 'welcome');
          served.atEnd(() => app.close());
          return app;
        }),
      );
      const answers = [];
      for (let index = 0; index < 5; index++) {
        answers.push(await servers[index % 2].inject({ url: '/', remoteAddress: '192.0.2.1' }));
      }
      assert.deepEqual(
        answers.map(({ statusCode }) => statusCode),
        [200, 200, 429, 429, 429],
      );
      assert.deepEqual(
        answers.slice(2).map(({ headers }) => Number(headers['retry-after'])),
        [60, 120, 240],
      );
      const other = await servers[0].inject({ url: '/', remoteAddress: '192.0.2.2' });
      assert.equal(other.statusCode, 200);
    });
  });

  describe('rate-limiter-flexible', () => {
    const limits = { points: 3, duration: 60, keyPrefix: 'limit' };

    async function nodeRedis() {
      const client = createClient({ url: served.url });
      served.atEnd(() => client.close());
      await client.connect();
      return client;
    }

    const libraries: Readonly<Record<string, () => Promise<Partial<IRateLimiterRedisOptions>>>> = {
      ioredis: async () => ({ storeClient: ioredis() }),
      'node-redis': async () => ({ storeClient: await nodeRedis(), useRedisPackage: true }),
    };

    for (const [name, storeOf] of Object.entries(libraries)) {
      it(`spends, rewards, punishes and blocks, on ${name}`, async () => {
        const store = (await storeOf()) as IRateLimiterRedisOptions;
        const limiter = new RateLimiterRedis({ ...store, ...limits });
        const other = new RateLimiterRedis({ ...store, ...limits });
        assert.equal((await limiter.consume('user')).remainingPoints, 2);
        assert.equal((await other.consume('user', 2)).remainingPoints, 0);
        await assert.rejects(limiter.consume('user'), (refusal: object) => {
          assert.ok(refusal instanceof RateLimiterRes);
          return refusal.msBeforeNext > 50_000 && refusal.msBeforeNext <= 60_000;
        });
        await limiter.reward('user', 2);
        assert.equal((await limiter.get('user'))?.consumedPoints, 2);
        await limiter.penalty('user', 5);
        assert.equal((await other.get('user'))?.consumedPoints, 7);
        await limiter.block('user', 100);
        const ttl = Number(await served.control.call('TTL', 'limit:user'));
        assert.ok(ttl > 90 && ttl <= 100);
        assert.equal(await limiter.delete('user'), true);
        assert.equal(await limiter.get('user'), null);
      });
    }

    it('takes no more than the limit, however many ask at once', async () => {
      const limiters = [ioredis(), ioredis(), ioredis()].map(
        (storeClient) => new RateLimiterRedis({ storeClient, ...limits, points: 50 }),
      );
      const outcomes = await Promise.allSettled(
        Array.from({ length: 100 }, (_, index) => limiters[index % 3].consume('crowd')),
      );
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 50);
    });

    it('combines limits, bursts and queues', async () => {
      const storeClient = ioredis();
      const few = new RateLimiterRedis({ storeClient, ...limits, keyPrefix: 'few', points: 1 });
      const many = new RateLimiterRedis({ storeClient, ...limits, keyPrefix: 'many', points: 9 });
      const both = new RateLimiterUnion(few, many);
      await both.consume('user');
      await assert.rejects(
        both.consume('user'),
        (refusals: object) => 'few' in refusals && !('many' in refusals),
      );
      const bursty = new BurstyRateLimiter(few, many);
      assert.ok(await bursty.consume('user'));
      const queue = new RateLimiterQueue(
        new RateLimiterRedis({ storeClient, points: 2, duration: 1, keyPrefix: 'queue' }),
      );
      assert.deepEqual(await Promise.all([queue.removeTokens(1), queue.removeTokens(1)]), [1, 0]);
    });

    if (!served.isReference) {
      // Its function calls the server `server`, which redis-server 7.0 doesn't know.
      it('limits with a function in the server', async () => {
        served.atEnd(() => served.control.call('FUNCTION', 'FLUSH'));
        const storeClient = functionClient(ioredis());
        const limiter = new RateLimiterValkeyGlide({ storeClient, ...limits });
        assert.equal((await limiter.consume('user')).remainingPoints, 2);
        assert.equal((await limiter.consume('user', 2)).remainingPoints, 0);
        await assert.rejects(limiter.consume('user'), (refusal: object) => {
          assert.ok(refusal instanceof RateLimiterRes);
          return refusal.msBeforeNext > 50_000 && refusal.msBeforeNext <= 60_000;
        });
        assert.equal((await limiter.get('user'))?.consumedPoints, 4);
        await limiter.block('user', 100);
        const ttl = Number(await served.control.call('TTL', 'limit:user'));
        assert.ok(ttl > 90 && ttl <= 100);
        const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => limiter.consume('crowd')));
        assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, limits.points);
      });
    }
  });
});

/** What rate-limiter-flexible asks of the one client library that it runs functions with, on ioredis. */
function functionClient(redis: Redis) {
  return {
    functionLoad: (code: Buffer, { replace = false }) =>
      replace ? redis.function('LOAD', 'REPLACE', code) : redis.function('LOAD', code),
    fcall: (name: string, keys: string[], args: string[]) => redis.fcall(name, keys.length, ...keys, ...args),
    set: (key: string, value: string, options?: { expiry: { type: 'EX'; count: number } }) =>
      options === undefined ? redis.set(key, value) : redis.set(key, value, 'EX', options.expiry.count),
    del: (keys: string[]) => redis.del(keys),
  };
}
