/** BullMQ: queues as wholes. */
import assert from 'node:assert/strict';
import type { Queue } from 'bullmq';
import { describeServed } from '../support/describe-served.js';
import { BullmqKit, completed } from './support/bullmq-kit.js';

describeServed("BullMQ's queues", (served) => {
  const kit = new BullmqKit(served, () => ({ host: '127.0.0.1', port: served.port }));

  /** A queue with a job of each kind that waits. */
  async function filled(): Promise<Queue> {
    const queue = kit.queue('jobs');
    await queue.addBulk(Array.from({ length: 5 }, (_, number) => ({ name: 'plain', data: { number } })));
    await queue.add('delayed', {}, { delay: 3_600_000 });
    await queue.add('prioritised', {}, { priority: 3 });
    return queue;
  }

  const counts = (queue: Queue) =>
    queue.getJobCounts('wait', 'delayed', 'prioritized', 'completed', 'failed');

  it('pause for all workers, and go on', async () => {
    const queue = await filled();
    await queue.pause();
    assert.equal(await queue.isPaused(), true);
    const worker = kit.worker('jobs', async () => {});
    const done = completed(worker, 6);
    await served.untilInfo('blocked_clients', 1);
    assert.equal((await counts(queue)).wait, 5);
    await queue.resume();
    await done;
    assert.equal((await counts(queue)).completed, 6);
  });

  it('are drained of what waits, and of what is delayed if asked', async () => {
    const queue = await filled();
    await queue.drain();
    assert.deepEqual(await counts(queue), { wait: 0, delayed: 1, prioritized: 0, completed: 0, failed: 0 });
    await queue.drain(true);
    assert.deepEqual(await counts(queue), { wait: 0, delayed: 0, prioritized: 0, completed: 0, failed: 0 });
  });

  it('are obliterated without a trace', async () => {
    const queue = await filled();
    const worker = kit.worker('jobs', async (job) => {
      if (job.data.number === 3) throw new Error('three');
    });
    await completed(worker, 5);
    await worker.close();
    await queue.obliterate({ force: true });
    assert.deepEqual(await served.control.call('KEYS', '*'), []);
  });

  it('are cleaned of what finished, and retry what failed', async () => {
    const queue = kit.queue('jobs');
    let isBroken = true;
    const worker = kit.worker('jobs', async (job) => {
      if (isBroken && job.data.number >= 7) throw new Error('broken');
    });
    let finished = completed(worker, 7);
    let failures = 0;
    const failed = new Promise<void>((resolve) => {
      worker.on('failed', () => ++failures === 3 && resolve());
    });
    await queue.addBulk(Array.from({ length: 10 }, (_, number) => ({ name: 'job', data: { number } })));
    await Promise.all([finished, failed]);
    assert.equal((await queue.clean(0, 100, 'completed')).length, 7);
    isBroken = false;
    finished = completed(worker, 3);
    await queue.retryJobs({ state: 'failed' });
    await finished;
    assert.deepEqual(await counts(queue), { wait: 0, delayed: 0, prioritized: 0, completed: 3, failed: 0 });
  });

  it('list their jobs page by page, by state, priority and id', async () => {
    const queue = await filled();
    assert.deepEqual(
      (await queue.getWaiting(1, 3)).map((job) => job.data.number),
      [1, 2, 3],
    );
    assert.deepEqual(
      (await queue.getJobs(['wait'], 0, -1, true)).map((job) => job.data.number),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(await queue.getCountsPerPriority([0, 3]), { '0': 5, '3': 1 });
    const [delayed] = await queue.getDelayed();
    assert.equal(await delayed.getState(), 'delayed');
    await delayed.changeDelay(1_000);
    await delayed.changePriority({ priority: 7 });
    await delayed.remove();
    assert.equal(await queue.getJob(delayed.id ?? ''), undefined);
    assert.equal(await queue.count(), 6);
  });

  it('know their workers, their version and how they are doing', async () => {
    const queue = kit.queue('jobs');
    const worker = kit.worker('jobs', async () => {}, { name: 'first', metrics: { maxDataPoints: 60 } });
    const done = completed(worker, 20);
    await queue.addBulk(Array.from({ length: 20 }, () => ({ name: 'job', data: {} })));
    await done;
    await served.untilInfo('blocked_clients', 1);
    assert.equal((await queue.getMetrics('completed')).meta.count, 20);
    assert.match(
      await queue.exportPrometheusMetrics(),
      /bullmq_job_count\{queue="jobs", state="completed"\} 20/,
    );
    assert.deepEqual(
      (await queue.getWorkers()).map((each) => each.rawname),
      [`bull:${Buffer.from('jobs').toString('base64')}:w:first`],
    );
    assert.match((await queue.getVersion()) ?? '', /^bullmq:6/);
  });

  it('run no more jobs at a time, all workers together, than is set for them', async () => {
    const queue = kit.queue('jobs');
    await queue.setGlobalConcurrency(2);
    let running = 0;
    let runningMost = 0;
    const workers = Array.from({ length: 3 }, () =>
      kit.worker(
        'jobs',
        async () => {
          runningMost = Math.max(runningMost, ++running);
          await new Promise(setImmediate);
          running--;
        },
        { concurrency: 4 },
      ),
    );
    let finished = 0;
    const done = new Promise<void>((resolve) => {
      for (const worker of workers) worker.on('completed', () => ++finished === 30 && resolve());
    });
    await queue.addBulk(Array.from({ length: 30 }, () => ({ name: 'job', data: {} })));
    await done;
    assert.equal(runningMost, 2);
  });

  it('keep the tail of their events', async () => {
    const queue = kit.queue('jobs', { streams: { events: { maxLen: 10 } } });
    await queue.addBulk(Array.from({ length: 500 }, () => ({ name: 'job', data: {} })));
    await queue.trimEvents(5);
    // Asked for "about 5": whole nodes go, and the last one has 100 entries.
    assert.equal(await served.control.call('XLEN', 'bull:jobs:events'), 100);
  });
});
