/** Bottleneck's clustering: limits that several processes share, kept by Lua scripts and told by publish and subscribe. */
import assert from 'node:assert/strict';
import Bottleneck from 'bottleneck';
import { Redis } from 'ioredis';
import { describeServed } from '../support/describe-served.js';

describeServed('Bottleneck', (served) => {
  async function limiter(settings: Bottleneck.ConstructorOptions): Promise<Bottleneck> {
    const made = new Bottleneck({
      id: 'shared',
      datastore: 'ioredis',
      Redis,
      clientOptions: { host: '127.0.0.1', port: served.port },
      ...settings,
    });
    served.atEnd(() => made.disconnect(false));
    await made.ready();
    return made;
  }

  it('runs no more jobs at once in all limiters than they may have together', async () => {
    const limiters = [await limiter({ maxConcurrent: 2 }), await limiter({ maxConcurrent: 2 })];
    let running = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        limiters[number % 2].schedule(async () => {
          most = Math.max(most, ++running);
          await new Promise(setImmediate);
          running--;
          return number;
        }),
      ),
    );
    assert.deepEqual(
      results,
      Array.from({ length: 20 }, (_, number) => number),
    );
    assert.ok(most <= 2, `${most} at once`);
    assert.equal(await limiters[0].done(), 20);
  });

  it('spends a reservoir that all draw from, and goes on when it is filled up', async () => {
    const [one, other] = [await limiter({ reservoir: 3 }), await limiter({ reservoir: 3 })];
    await Promise.all([
      one.schedule(async () => {}),
      other.schedule(async () => {}),
      one.schedule(async () => {}),
    ]);
    assert.equal(await other.currentReservoir(), 0);
    assert.equal(await other.check(), false);
    const waits = other.schedule(async () => 'filled up');
    await one.incrementReservoir(2);
    assert.equal(await waits, 'filled up');
    assert.equal(await one.currentReservoir(), 1);
  });

  it('tells the others what one publishes', async () => {
    const [one, other] = [await limiter({}), await limiter({})];
    const heard = new Promise((resolve) => other.on('message', resolve));
    await one.publish('hello');
    assert.equal(await heard, 'hello');
  });
});
