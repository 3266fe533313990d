/** bee-queue: jobs on lists and hashes, through node-redis 3. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import BeeQueue, { type QueueSettings } from 'bee-queue';
import { describeServed } from '../support/describe-served.js';

describeServed('bee-queue', (served) => {
  const made = (settings: QueueSettings): BeeQueue =>
    new BeeQueue('jobs', { redis: { host: '127.0.0.1', port: served.port }, ...settings });

  function queue(settings: QueueSettings = {}): Promise<BeeQueue> {
    const ready = made(settings).ready();
    served.atEnd(async () => (await ready).close(1000));
    return ready;
  }

  it('runs every job once, several at a time, and tells who asked', async () => {
    const producer = await queue({ isWorker: false });
    const worker = await queue();
    worker.process(10, async (job) => `result ${job.data.number}`);
    const jobs = Array.from({ length: 50 }, (_, number) => producer.createJob({ number }));
    const results = Promise.all(jobs.map((job) => once(job, 'succeeded').then(([result]) => result)));
    assert.equal((await producer.saveAll(jobs)).size, 0);
    assert.deepEqual(
      await results,
      jobs.map((job) => `result ${job.data.number}`),
    );
    const { waiting, active, succeeded } = await producer.checkHealth();
    assert.deepEqual({ waiting, active, succeeded }, { waiting: 0, active: 0, succeeded: 50 });
  });

  it('reports progress and tries again what failed', async () => {
    const producer = await queue({ isWorker: false });
    const worker = await queue();
    let attempts = 0;
    worker.process(async (job) => {
      job.reportProgress({ page: ++attempts });
      if (attempts < 3) throw new Error('not yet');
      return 'at last';
    });
    const job = producer.createJob({}).retries(5).backoff('immediate');
    const pages: number[] = [];
    job.on('progress', ({ page }: { page: number }) => pages.push(page));
    const retried = once(job, 'retrying');
    const done = once(job, 'succeeded');
    await job.save();
    assert.equal((await retried)[0].message, 'not yet');
    assert.deepEqual(await done, ['at last']);
    assert.deepEqual(pages, [1, 2, 3]);
  });

  it('runs delayed jobs when they are due', async () => {
    const jobs = await queue({ activateDelayedJobs: true, delayedDebounce: 1 });
    jobs.process(async () => Date.now());
    const due = Date.now() + 100;
    const job = await jobs.createJob({}).delayUntil(due).save();
    assert.equal((await jobs.checkHealth()).delayed, 1);
    const [ranAt] = await once(job, 'succeeded');
    assert.ok(ranAt >= due - CLOCK_SLACK_MS);
  });

  it('runs again a job whose worker is gone', async () => {
    const producer = await queue({ isWorker: false });
    const doomed = made({ stallInterval: 50 });
    const taken = new Promise<void>((resolve) => {
      doomed.process(() => {
        resolve();
        return new Promise(() => {});
      });
    });
    const job = await producer.createJob({ text: 'kept' }).save();
    await taken;
    await assert.rejects(doomed.close(1), { message: 'Operation timed out.' });
    const heir = await queue({ stallInterval: 50 });
    heir.process(async (again) => again.data.text);
    const done = once(job, 'succeeded');
    void heir.checkStalledJobs(20);
    assert.deepEqual(await done, ['kept']);
  });

  it('lists, finds and removes jobs', async () => {
    const jobs = await queue({ isWorker: false });
    const saved = await Promise.all(
      Array.from({ length: 5 }, (_, number) => jobs.createJob({ number }).setId(`job-${number}`).save()),
    );
    assert.deepEqual((await jobs.getJobs('waiting', { start: 1, end: 2 })).map((job) => job.id).length, 2);
    assert.deepEqual((await jobs.getJob('job-3')).data, { number: 3 });
    await jobs.removeJob('job-3');
    assert.equal((await jobs.checkHealth()).waiting, 4);
    await saved[0].remove();
    assert.equal((await jobs.checkHealth()).waiting, 3);
    await jobs.destroy();
    assert.deepEqual(await served.control.call('KEYS', 'bq:jobs:*'), []);
  });
});

/** A timer may be a millisecond early. */
const CLOCK_SLACK_MS = 5;
