/** node-resque: Resque's queues, workers and scheduler, with an ioredis 5 of its own. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import resque, { type ConnectionOptions, type Jobs, Queue, Scheduler, Worker } from 'node-resque';
import { describeServed } from '../support/describe-served.js';

const JOBS: Jobs = {
  add: { perform: async (a: number, b: number) => a + b },
  fail: {
    perform: async () => {
      throw new Error('no luck');
    },
  },
  once: { perform: async () => 'done', plugins: [resque.Plugins.QueueLock] },
};

describeServed('node-resque', (served) => {
  const connection = (): ConnectionOptions => ({
    pkg: 'ioredis',
    host: '127.0.0.1',
    port: served.port,
    database: 0,
  });

  async function queue(): Promise<Queue> {
    const made = new Queue({ connection: connection() }, JOBS);
    served.atEnd(() => made.end());
    await made.connect();
    return made;
  }

  async function worker(): Promise<Worker> {
    const made = new Worker({ connection: connection(), queues: ['work'], timeout: 5 }, JOBS);
    served.atEnd(() => made.end());
    await made.connect();
    return made;
  }

  it('runs jobs in their order, and counts them', async () => {
    const jobs = await queue();
    for (let number = 0; number < 5; number++) await jobs.enqueue('work', 'add', [number, 1]);
    assert.equal(await jobs.length('work'), 5);
    const results: number[] = [];
    const working = await worker();
    const all = new Promise<void>((resolve) => {
      working.on('success', (_queue, _job, result) => {
        results.push(result);
        if (results.length === 5) resolve();
      });
    });
    working.start();
    await all;
    assert.deepEqual(results, [1, 2, 3, 4, 5]);
    await working.end();
    assert.equal((await jobs.stats()).processed, '5');
  });

  it('keeps what failed, and tries it again when told to', async () => {
    const jobs = await queue();
    await jobs.enqueue('work', 'fail', []);
    const working = await worker();
    const failure = once(working, 'failure');
    working.start();
    await failure;
    await working.end();
    const [failed] = await jobs.failed(0, -1);
    assert.equal(failed.error, 'no luck');
    await jobs.retryAndRemoveFailed(failed);
    assert.equal(await jobs.failedCount(), 0);
    assert.equal(await jobs.length('work'), 1);
  });

  it('has a scheduler bring delayed jobs when they are due', async () => {
    const jobs = await queue();
    await jobs.enqueueAt(Date.now() - 1000, 'work', 'add', [20, 22]);
    const scheduler = new Scheduler({ connection: connection(), timeout: 5 }, JOBS);
    served.atEnd(() => scheduler.end());
    await scheduler.connect();
    const working = await worker();
    const success = once(working, 'success');
    working.start();
    scheduler.start();
    const [, , result] = await success;
    assert.equal(result, 42);
  });

  it('queues a locked job once', async () => {
    const jobs = await queue();
    assert.equal(await jobs.enqueue('work', 'once', [1]), true);
    assert.equal(await jobs.enqueue('work', 'once', [1]), false);
    assert.equal(await jobs.length('work'), 1);
  });
});
