/** redis-semaphore: mutexes and semaphores of Lua scripts, in one database and in most of several. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { Mutex, RedlockMutex, Semaphore, TimeoutError } from 'redis-semaphore';
import { describeServed } from '../support/describe-served.js';

const IMPATIENT = { acquireAttemptsLimit: 1, retryInterval: 1 };

describeServed('redis-semaphore', (served) => {
  function client(db = 0): Redis {
    const redis = new Redis(served.url, { db });
    served.atEnd(() => redis.disconnect());
    return redis;
  }

  it('has a mutex for one at a time', async () => {
    const redis = client();
    let holders = 0;
    let turns = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const mutex = new Mutex(redis, 'resource', { acquireTimeout: 10_000, retryInterval: 1 });
        await mutex.acquire();
        assert.equal(++holders, 1);
        turns++;
        await new Promise(setImmediate);
        holders--;
        await mutex.release();
      }),
    );
    assert.equal(turns, 8);
    assert.deepEqual(await served.control.call('KEYS', '*'), []);
  });

  it('lets as many in as the semaphore has places', async () => {
    const redis = client();
    const semaphores = [1, 2, 3].map(() => new Semaphore(redis, 'places', 2, IMPATIENT));
    const [first, second, third] = semaphores;
    await first.acquire();
    await second.acquire();
    await assert.rejects(third.acquire(), TimeoutError);
    await first.release();
    await third.acquire();
    await second.release();
    await third.release();
  });

  it('tells the holder whose mutex was taken away', async () => {
    const redis = client();
    let mutex: Mutex | undefined;
    const lost = new Promise((resolve) => {
      mutex = new Mutex(redis, 'lost', { refreshInterval: 5, onLockLost: resolve });
    });
    await mutex?.acquire();
    await served.control.call('DEL', 'mutex:lost');
    assert.match(String(await lost), /Lost mutex/);
    await mutex?.release();
  });

  it('holds a mutex in most of several databases', async () => {
    const databases = [0, 1, 2].map((db) => client(db));
    const ours = new RedlockMutex(databases, 'resource', IMPATIENT);
    const theirs = new RedlockMutex(databases, 'resource', IMPATIENT);
    await ours.acquire();
    assert.equal(await theirs.tryAcquire(), false);
    await ours.release();
    assert.equal(await theirs.tryAcquire(), true);
    await theirs.release();
  });
});
