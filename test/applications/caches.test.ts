/** Caches: @keyv/redis by itself, and below cache-manager. */
import assert from 'node:assert/strict';
import KeyvRedis from '@keyv/redis';
import { createCache } from 'cache-manager';
import Keyv from 'keyv';
import { describeServed } from '../support/describe-served.js';

describeServed('Caches', (served) => {
  for (const RESP of [2, 3] as const) {
    describe(`in RESP${RESP}`, () => {
      function store(namespace = 'cache'): Keyv {
        const keyv = new Keyv({ store: new KeyvRedis({ url: served.url, RESP }), namespace });
        keyv.on('error', () => {});
        served.atEnd(() => keyv.disconnect());
        return keyv;
      }

      describe('@keyv/redis', () => {
        it('keeps values until they expire or are deleted', async () => {
          const keyv = store();
          const value = { text: 'hällo', list: [1, null, true], bytes: Buffer.from([0, 255]) };
          assert.equal(await keyv.set('key', value), true);
          assert.deepEqual(await keyv.get('key'), value);
          assert.equal(await keyv.set('brief', 'x', 50), true);
          assert.equal(await keyv.has('brief'), true);
          while (await keyv.has('brief'));
          assert.equal(await keyv.get('brief'), undefined);
          assert.equal(await keyv.delete('key'), true);
          assert.equal(await keyv.delete('key'), false);
        });

        it('takes many at once, with a time to live for each', async () => {
          const keyv = store();
          const entries = Array.from({ length: 100 }, (_, index) => ({
            key: `key-${index}`,
            value: index,
            ttl: 10_000 + index,
          }));
          await keyv.setMany(entries);
          assert.deepEqual(await keyv.getMany(['key-3', 'nothing', 'key-99']), [3, undefined, 99]);
          assert.equal(await keyv.deleteMany(['key-3', 'key-4']), true);
          assert.equal(await served.control.call('DBSIZE'), 98);
        });

        it('walks through and clears its own namespace only', async () => {
          const [ours, theirs] = [store('ours'), store('theirs')];
          for (let index = 0; index < 300; index++) await ours.set(`key-${index}`, index);
          await theirs.set('key', 'kept');
          const seen = new Set<number>();
          for await (const [, value] of ours.iterator!({})) seen.add(value);
          assert.equal(seen.size, 300);
          await ours.clear();
          assert.equal(await ours.get('key-1'), undefined);
          assert.equal(await theirs.get('key'), 'kept');
        });
      });

      describe('cache-manager', () => {
        it('asks for a value once, however many want it', async () => {
          const cache = createCache({ stores: [store()], ttl: 10_000 });
          let asked = 0;
          const values = await Promise.all(
            Array.from({ length: 10 }, () => cache.wrap('answer', async () => ++asked)),
          );
          assert.deepEqual(new Set(values), new Set([1]));
          assert.equal(await cache.wrap('answer', async () => ++asked), 1);
        });

        it('has a store in memory before the one that all share, and empties both', async () => {
          const shared = store();
          const memory = new Keyv();
          const cache = createCache({ stores: [memory, shared] });
          await shared.set('key', 'from Redis');
          assert.equal(await cache.get('key'), 'from Redis');
          assert.equal(await cache.wrap('key', async () => assert.fail('it is known')), 'from Redis');
          await cache.mset([
            { key: 'a', value: 1 },
            { key: 'b', value: 2, ttl: 10_000 },
          ]);
          assert.deepEqual(await cache.mget(['a', 'b', 'c']), [1, 2, undefined]);
          await cache.del('a');
          assert.equal(await shared.get('a'), undefined);
          await cache.clear();
          assert.deepEqual(await served.control.call('KEYS', '*'), []);
        });
      });
    });
  }
});
