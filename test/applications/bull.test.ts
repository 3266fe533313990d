/** Bull 4, the elder of BullMQ: the same ideas in other scripts, on lists and pub/sub instead of streams. */
import assert from 'node:assert/strict';
import Bull, { type Job, type Queue, type QueueOptions } from 'bull';
import { describeServed } from '../support/describe-served.js';

describeServed('Bull 4', (served) => {
  /** A producer or a worker: Bull makes three connections for each. */
  function queue(options: QueueOptions = {}): Queue {
    const made = new Bull('jobs', { redis: { host: '127.0.0.1', port: served.port }, ...options });
    // Bull reconnects by itself; a test that kills connections says so.
    made.on('error', () => {});
    served.atEnd(() => made.close());
    return made;
  }

  function finished(worker: Queue, event: 'completed' | 'failed', count: number): Promise<Job[]> {
    return new Promise((resolve) => {
      const jobs: Job[] = [];
      worker.on(event, (job: Job) => {
        jobs.push(job);
        if (jobs.length === count) resolve(jobs);
      });
    });
  }

  it('runs every job once, several at a time', async () => {
    const producer = queue();
    const worker = queue();
    const done = finished(worker, 'completed', 100);
    void worker.process(10, async (job) => `result ${job.data.number}`);
    await producer.addBulk(Array.from({ length: 100 }, (_, number) => ({ data: { number } })));
    const results = (await done).map((job) => job.returnvalue);
    assert.equal(new Set(results).size, 100);
    assert.deepEqual(await producer.getJobCounts(), {
      waiting: 0,
      active: 0,
      completed: 100,
      failed: 0,
      delayed: 0,
      paused: 0,
    });
  });

  it('runs first what is most urgent, and delayed jobs when they are due', async () => {
    const jobs = queue();
    await jobs.pause();
    await jobs.add({ name: 'low' }, { priority: 10 });
    await jobs.add({ name: 'high' }, { priority: 1 });
    const delayed = await jobs.add({ name: 'delayed' }, { delay: 100 });
    const names: string[] = [];
    const done = finished(jobs, 'completed', 3);
    void jobs.process(async (job) => void names.push(job.data.name));
    await jobs.resume();
    const [, , last] = await done;
    assert.deepEqual(names, ['high', 'low', 'delayed']);
    assert.ok((last.processedOn ?? 0) >= delayed.timestamp + 100 - CLOCK_SLACK_MS);
  });

  it('tries again with backoff, then fails', async () => {
    const jobs = queue();
    void jobs.process(async (job) => {
      if (job.attemptsMade < 2) throw new Error(`attempt ${job.attemptsMade} failed`);
      return 'at last';
    });
    const stubborn = await jobs.add({}, { attempts: 3, backoff: { type: 'fixed', delay: 5 } });
    assert.equal(await stubborn.finished(), 'at last');
    const hopeless = await jobs.add({}, { attempts: 1 });
    await assert.rejects(hopeless.finished(), { message: 'attempt 0 failed' });
    assert.equal(await jobs.getFailedCount(), 1);
  });

  it('tells other processes of progress and results', async () => {
    const producer = queue();
    const worker = queue();
    const heard: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      producer.on('global:progress', (_id, progress) => heard.push(progress));
      producer.on('global:completed', (_id, result) => {
        heard.push(result);
        resolve();
      });
    });
    await served.untilInfo('pubsub_channels', 2);
    void worker.process(async (job) => {
      await job.progress(42);
      return { text: 'dône' };
    });
    await producer.add({});
    await done;
    assert.deepEqual(heard, [42, '{"text":"dône"}']);
  });

  it('repeats a job by its schedule', async () => {
    const jobs = queue();
    const done = finished(jobs, 'completed', 2);
    void jobs.process('tick', async () => {});
    await jobs.add('tick', {}, { repeat: { every: 30 } });
    await done;
    // Who takes a job puts the next one on the schedule, also after that was removed.
    await jobs.pause(true);
    const [schedule] = await jobs.getRepeatableJobs();
    await jobs.removeRepeatableByKey(schedule.key);
    assert.deepEqual(await jobs.getRepeatableJobs(), []);
  });

  it('runs no more jobs than its rate allows', async () => {
    const jobs = queue({ limiter: { max: 2, duration: 100 } });
    const done = finished(jobs, 'completed', 5);
    void jobs.process(5, async () => {});
    await jobs.addBulk(Array.from({ length: 5 }, () => ({ data: {} })));
    const starts = (await done).map((job) => job.processedOn ?? 0).sort((a, b) => a - b);
    assert.ok(starts[4] - starts[0] >= 100 - CLOCK_SLACK_MS, `started at ${starts}`);
  });

  it('runs again a job whose worker is gone', async () => {
    const producer = queue();
    const job = await producer.add({ text: 'kept' });
    const doomed = queue({ settings: { lockDuration: 50, lockRenewTime: 100_000, stalledInterval: 0 } });
    const taken = await doomed.getNextJob();
    assert.equal(taken?.id, job.id);
    const heir = queue({ settings: { stalledInterval: 20 } });
    const done = finished(heir, 'completed', 1);
    void heir.process(async (again) => again.data.text);
    assert.equal((await done)[0].returnvalue, 'kept');
  });

  it('is paused, emptied, cleaned and obliterated', async () => {
    const jobs = queue();
    await jobs.pause();
    await jobs.addBulk(Array.from({ length: 5 }, () => ({ data: {} })));
    assert.equal((await jobs.getWaiting()).length, 5);
    await jobs.empty();
    assert.equal(await jobs.count(), 0);
    await jobs.resume();
    const done = finished(jobs, 'completed', 1);
    void jobs.process(async () => {});
    await jobs.add({});
    const [job] = await done;
    // It cleans what finished before this millisecond.
    while (Date.now() <= (job.finishedOn ?? 0)) await new Promise(setImmediate);
    assert.deepEqual(await jobs.clean(0, 'completed'), [job.id]);
    await jobs.obliterate({ force: true });
    assert.deepEqual(await served.control.call('KEYS', 'bull:jobs:*'), []);
  });
});

/** Bull takes its times from this machine's clock, and a timer may be a millisecond early. */
const CLOCK_SLACK_MS = 5;
