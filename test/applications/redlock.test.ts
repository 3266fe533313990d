/** redlock: a lock held in most of several servers, here databases of one. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import Redlock from 'redlock';
import { describeServed } from '../support/describe-served.js';

describeServed('redlock', (served) => {
  const DATABASES = [0, 1, 2];

  function clients(): Redis[] {
    return DATABASES.map((db) => {
      const redis = new Redis(served.url, { db });
      redis.on('error', () => {});
      served.atEnd(() => redis.disconnect());
      return redis;
    });
  }

  it('gives a lock to one at a time', async () => {
    const redlock = new Redlock(clients(), { retryCount: -1, retryDelay: 1, retryJitter: 1 });
    let holders = 0;
    let turns = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const lock = await redlock.lock('resource', 10_000);
        assert.equal(++holders, 1);
        turns++;
        await new Promise(setImmediate);
        holders--;
        await lock.unlock();
      }),
    );
    assert.equal(turns, 10);
    assert.deepEqual(await served.control.call('KEYS', '*'), []);
  });

  it('refuses a lock that another holds, until it expires', async () => {
    const ours = new Redlock(clients(), { retryCount: 0 });
    const theirs = new Redlock(clients(), { retryCount: 0 });
    const lock = await ours.lock(['one', 'two'], 10_000);
    await assert.rejects(theirs.lock('two', 100), Redlock.LockError);
    await lock.extend(300);
    while ((await served.control.call('EXISTS', 'two')) === 1);
    const patient = new Redlock(clients(), { retryCount: 100, retryDelay: 1, retryJitter: 1 });
    const next = await patient.lock('two', 10_000);
    await assert.rejects(lock.unlock(), Redlock.LockError, 'it holds the lock no longer');
    await next.unlock();
  });

  it('needs most of the servers, not all', async () => {
    const servers = clients();
    const redlock = new Redlock(servers, { retryCount: 0 });
    servers[2].disconnect();
    redlock.on('clientError', () => {});
    const lock = await redlock.lock('resource', 10_000);
    await lock.unlock();
    servers[1].disconnect();
    await assert.rejects(redlock.lock('resource', 10_000), Redlock.LockError);
  });

  it('sends its scripts again to a server that forgot them', async () => {
    const redlock = new Redlock(clients(), { retryCount: 0 });
    await (await redlock.lock('resource', 10_000)).unlock();
    await served.control.call('SCRIPT', 'FLUSH');
    await (await redlock.lock('resource', 10_000)).unlock();
  });
});
