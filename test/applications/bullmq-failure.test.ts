/** BullMQ: workers that stall, die, or lose their server. No job is lost. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Worker } from 'bullmq';
import { describeServed } from '../support/describe-served.js';
import { type Dice, itRandomly } from '../support/dice.js';
import { BullmqKit, completed } from './support/bullmq-kit.js';

/** How soon a worker looks for jobs whose worker is gone. */
const IMPATIENT = { stalledInterval: 50 };

describeServed('BullMQ when things go wrong', (served) => {
  const kit = new BullmqKit(served, () => ({
    host: '127.0.0.1',
    port: served.port,
    maxRetriesPerRequest: null,
    retryStrategy: () => 10,
  }));

  /** A worker in a process of its own, which takes jobs and never finishes them. */
  async function workerThatHangs(jobs: number): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['-e', HANGING_WORKER, `${served.port}`, `${jobs}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, BULLMQ: createRequire(import.meta.url).resolve('bullmq') },
    });
    served.atEnd(() => child.kill('SIGKILL'));
    await once(child.stdout!, 'data');
    return child;
  }

  it('finishes the jobs of a worker that was killed while it ran them', async () => {
    const queue = kit.queue('jobs');
    const ids = (await queue.addBulk(Array.from({ length: 20 }, () => ({ name: 'job', data: {} })))).map(
      (job) => job.id,
    );
    const doomed = await workerThatHangs(5);
    assert.equal(await queue.getActiveCount(), 5);
    const dead = once(doomed, 'exit');
    doomed.kill('SIGKILL');
    await dead;
    const runs = new Map<string, number>();
    const heir = kit.worker(
      'jobs',
      async (job) => void runs.set(job.id!, (runs.get(job.id!) ?? 0) + 1),
      IMPATIENT,
    );
    const stalled: string[] = [];
    heir.on('stalled', (id) => stalled.push(id));
    await completed(heir, 20);
    assert.deepEqual([...runs.keys()].sort(), ids.sort());
    assert.ok([...runs.values()].every((count) => count === 1));
    assert.equal(stalled.length, 5);
  });

  it('fails a job that stalls again and again', async () => {
    const queue = kit.queue('jobs');
    const job = await queue.add('job', {});
    const taker = kit.worker('jobs', null);
    await taker.getNextJob('nobody holds this lock');
    await served.control.call('DEL', `bull:jobs:${job.id}:lock`);
    const watcher = kit.worker('jobs', async () => {}, { ...IMPATIENT, maxStalledCount: 0 });
    const [failed, error] = await once(watcher, 'failed');
    assert.equal(failed.id, job.id);
    assert.match(error.message, /stalled more than allowable limit/);
  });

  it('refuses to finish a job whose lock another took', async () => {
    const queue = kit.queue('jobs');
    await queue.add('job', {});
    const worker = kit.worker('jobs', null);
    const job = await worker.getNextJob('ours');
    await assert.rejects(job!.moveToCompleted('x', 'theirs', false), /Missing lock|Lock mismatch/);
    await job!.moveToCompleted('x', 'ours', false);
    assert.equal(await queue.getCompletedCount(), 1);
  });

  it('works on after every connection was killed', async () => {
    const queue = kit.queue('jobs');
    const events = await kit.events('jobs');
    queue.on('error', () => {});
    events.on('error', () => {});
    const worker = kit.worker('jobs', async (job) => `done ${job.data.number}`);
    worker.on('error', () => {});
    await served.untilInfo('blocked_clients', 2);
    await served.control.call('CLIENT', 'KILL', 'SKIPME', 'yes');
    await served.untilInfo('blocked_clients', 2);
    const jobs = await queue.addBulk(
      Array.from({ length: 10 }, (_, number) => ({ name: 'job', data: { number } })),
    );
    assert.deepEqual(
      await Promise.all(jobs.map((job) => job.waitUntilFinished(events))),
      jobs.map((job) => `done ${job.data.number}`),
    );
  });

  itRandomly('loses no job while connections are killed at random', async (dice) => {
    const queue = kit.queue('jobs');
    queue.on('error', () => {});
    const runs = new Map<number, number>();
    const workers: Worker[] = [];
    for (let index = 0; index < 3; index++) {
      const worker = kit.worker(
        'jobs',
        async ({ data: { number } }) => {
          runs.set(number, (runs.get(number) ?? 0) + 1);
          if (dice.oneIn(10)) throw new Error('by chance');
        },
        { ...IMPATIENT, concurrency: 5, maxStalledCount: 100, lockDuration: 500 },
      );
      worker.on('error', () => {});
      workers.push(worker);
    }
    const jobs = 300;
    for (let number = 0; number < jobs; number++) {
      // Its id makes it one job, however often adding it is tried.
      await queue.add('job', { number }, { jobId: `job-${number}`, attempts: 100 });
      if (dice.oneIn(20)) await killOne(dice);
    }
    while ((await queue.getCompletedCount()) < jobs) if (dice.oneIn(50)) await killOne(dice);
    assert.equal(runs.size, jobs);
    assert.deepEqual(await queue.getJobCounts('wait', 'active', 'delayed', 'failed', 'completed'), {
      wait: 0,
      active: 0,
      delayed: 0,
      failed: 0,
      completed: jobs,
    });
    // A worker whose blocking connection was killed a moment ago waits for it without end when asked to close in order.
    await Promise.all(workers.map((worker) => worker.close(true)));
  });

  /** Any connection but the test's own. */
  async function killOne(dice: Dice): Promise<void> {
    const own = Number(await served.control.call('CLIENT', 'ID'));
    const list = String(await served.control.call('CLIENT', 'LIST'));
    const ids = [...list.matchAll(/^id=(\d+)/gm)].map((match) => Number(match[1])).filter((id) => id !== own);
    if (ids.length > 0) await served.control.call('CLIENT', 'KILL', 'ID', dice.pick(ids));
  }

  if (!served.isReference) {
    it('works on with a server that was killed and started again', async () => {
      const queue = kit.queue('jobs');
      queue.on('error', () => {});
      const worker = kit.worker('jobs', async () => {});
      worker.on('error', () => {});
      await served.untilInfo('blocked_clients', 1);
      const lost = new Promise<void>((resolve) => worker.once('ioredis:close', resolve));
      await served.stop();
      await lost;
      await served.start();
      await served.untilInfo('blocked_clients', 1);
      const done = completed(worker, 1);
      const job = await queue.add('job', {});
      assert.equal((await done)[0].id, job.id);
    });
  }
});

/** Says that it has them as soon as it has taken all the jobs that it may. */
const HANGING_WORKER = `
  const { Worker } = require(process.env.BULLMQ);
  const [port, jobs] = process.argv.slice(1).map(Number);
  let taken = 0;
  new Worker(
    'jobs',
    () => {
      if (++taken === jobs) console.log('taken');
      return new Promise(() => {});
    },
    { connection: { host: '127.0.0.1', port }, concurrency: jobs, lockDuration: 100, skipStalledCheck: true },
  );
`;
