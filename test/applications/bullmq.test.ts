/** BullMQ: what becomes of jobs. Queues as wholes, and what goes wrong, have suites of their own. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { DelayedError, type Job, UnrecoverableError, WaitingChildrenError, type Worker } from 'bullmq';
import { createClient } from 'redis';
import { describeServed, type Served } from '../support/describe-served.js';
import { BullmqKit, completed } from './support/bullmq-kit.js';

/** The libraries that BullMQ can stand on. */
const CLIENTS: Readonly<Record<string, (served: Served) => BullmqKit>> = {
  'ioredis in RESP2': (served) =>
    new BullmqKit(served, () => ({ host: '127.0.0.1', port: served.port, protocol: 2 })),
  'ioredis in RESP3': (served) =>
    new BullmqKit(served, () => ({ host: '127.0.0.1', port: served.port, protocol: 3 })),
  'node-redis': (served) =>
    new BullmqKit(served, () => {
      const client = createClient({ url: served.url });
      client.on('error', () => {});
      served.atEnd(() => client.isOpen && client.destroy());
      return client;
    }),
};

describeServed('BullMQ', (served) => {
  for (const [name, kitFor] of Object.entries(CLIENTS)) {
    describe(`on ${name}`, () => {
      const kit = kitFor(served);

      it('runs every job once, as many at a time as it may', async () => {
        const queue = kit.queue('jobs');
        let running = 0;
        let runningMost = 0;
        const worker = kit.worker(
          'jobs',
          async (job) => {
            runningMost = Math.max(runningMost, ++running);
            await new Promise(setImmediate);
            running--;
            return `result ${job.data.number}`;
          },
          { concurrency: 5 },
        );
        const done = completed(worker, 100);
        await queue.addBulk(Array.from({ length: 100 }, (_, number) => ({ name: 'job', data: { number } })));
        assert.deepEqual(
          new Set((await done).map((job) => job.returnvalue)),
          new Set(Array.from({ length: 100 }, (_, number) => `result ${number}`)),
        );
        assert.equal(runningMost, 5);
        assert.deepEqual(await queue.getJobCounts('completed', 'active', 'wait'), {
          completed: 100,
          active: 0,
          wait: 0,
        });
      });

      it('runs first what is most urgent, last in first out where asked', async () => {
        const queue = kit.queue('jobs');
        await queue.add('low', {}, { priority: 10 });
        await queue.add('high', {}, { priority: 1 });
        await queue.add('ordinary', {});
        await queue.add('last in', {}, { lifo: true });
        const worker = kit.worker('jobs', null);
        assert.deepEqual(await namesInOrder(worker, 4), ['last in', 'ordinary', 'high', 'low']);
      });

      it('runs delayed jobs when they are due, or promoted', async () => {
        const queue = kit.queue('jobs');
        const later = await queue.add('in an hour', {}, { delay: 3_600_000 });
        const soon = await queue.add('soon', {}, { delay: 50 });
        assert.deepEqual(await queue.getJobCounts('delayed', 'wait'), { delayed: 2, wait: 0 });
        const worker = kit.worker('jobs', async () => {});
        const [first] = await completed(worker, 1);
        assert.equal(first.id, soon.id);
        assert.ok((first.processedOn ?? 0) >= soon.timestamp + 50);
        const done = completed(worker, 1);
        await later.promote();
        assert.equal((await done)[0].id, later.id);
      });

      it('tries again with backoff what failed, then gives up', async () => {
        const queue = kit.queue('jobs');
        const events = await kit.events('jobs');
        const worker = kit.worker('jobs', async (job) => {
          if (job.name === 'hopeless') throw new UnrecoverableError('no use');
          if (job.attemptsMade < 2) throw new Error(`attempt ${job.attemptsMade} failed`);
          return 'at last';
        });
        worker.on('error', () => {});
        const stubborn = await queue.add(
          'stubborn',
          {},
          { attempts: 3, backoff: { type: 'exponential', delay: 5 } },
        );
        assert.equal(await stubborn.waitUntilFinished(events), 'at last');
        const givenUp = await queue.add('stubborn', {}, { attempts: 2, backoff: 1 });
        await assert.rejects(givenUp.waitUntilFinished(events), { message: 'attempt 1 failed' });
        const hopeless = await queue.add('hopeless', {}, { attempts: 10 });
        await assert.rejects(hopeless.waitUntilFinished(events), { message: 'no use' });
        const [last] = await queue.getFailed();
        assert.equal(last.attemptsMade, 1);
        assert.equal(last.failedReason, 'no use');
        assert.equal(last.stacktrace?.length, 1);
      });

      it('finishes a parent after all of its children, with their results', async () => {
        const events = await kit.events('parents');
        kit.worker('children', async (job) => job.data.number ** 2, { concurrency: 3 });
        kit.worker('parents', async (job) => {
          const values = Object.values(await job.getChildrenValues<number>());
          return values.reduce((sum, value) => sum + value, 0);
        });
        const tree = await kit.flow().add({
          name: 'sum',
          queueName: 'parents',
          children: [1, 2, 3].map((number) => ({ name: 'square', queueName: 'children', data: { number } })),
        });
        assert.equal(await tree.job.waitUntilFinished(events), 14);
      });

      it('tells of everything that happens to a job', async () => {
        const queue = kit.queue('jobs');
        const events = await kit.events('jobs');
        const seen: string[] = [];
        for (const event of ['added', 'waiting', 'active', 'progress', 'completed', 'drained'] as const) {
          events.on(event, () => seen.push(event));
        }
        const drained = once(events, 'drained');
        kit.worker('jobs', async (job) => {
          await job.updateProgress(50);
          await job.log('half-way');
          return 'done';
        });
        const job = await queue.add('one', { text: 'ünïcode \0 and \r\n' });
        await drained;
        assert.deepEqual(seen, ['added', 'waiting', 'active', 'progress', 'completed', 'drained']);
        const found = await queue.getJob(job.id ?? '');
        assert.deepEqual(found?.data, { text: 'ünïcode \0 and \r\n' });
        assert.equal(found?.progress, 50);
        assert.equal(await found?.getState(), 'completed');
        assert.deepEqual(await queue.getJobLogs(job.id ?? ''), { logs: ['half-way'], count: 1 });
      });
    });
  }

  const kit = CLIENTS['ioredis in RESP3'](served);

  it('runs no more jobs than its rate allows', async () => {
    const queue = kit.queue('jobs');
    await queue.addBulk(Array.from({ length: 6 }, () => ({ name: 'limited', data: {} })));
    const worker = kit.worker('jobs', async () => {}, { limiter: { max: 2, duration: 100 }, concurrency: 6 });
    const jobs = await completed(worker, 6);
    const starts = jobs.map((job) => job.processedOn ?? 0).sort((a, b) => a - b);
    // Two in each window: the third of any three is in a later one.
    assert.ok(starts[5] - starts[0] >= 200 - CLOCK_SLACK_MS, `started at ${starts}`);
  });

  it('repeats a job by its schedule, and stops', async () => {
    const queue = kit.queue('jobs');
    const worker = kit.worker('jobs', async () => {});
    const done = completed(worker, 3);
    await queue.upsertJobScheduler('often', { every: 20 }, { name: 'tick', data: { kind: 'repeated' } });
    const ticks = await done;
    assert.ok(ticks.every((job) => job.name === 'tick' && job.data.kind === 'repeated'));
    assert.equal(await queue.getJobSchedulersCount(), 1);
    assert.equal(await queue.removeJobScheduler('often'), true);
    await queue.upsertJobScheduler('mornings', { pattern: '0 15 3 * * *', tz: 'UTC' }, { name: 'nightly' });
    const [next] = await queue.getDelayed();
    assert.equal(new Date(next.timestamp + next.delay).toISOString().slice(11), '03:15:00.000Z');
  });

  it('adds no job twice under one id, or while one like it waits', async () => {
    const queue = kit.queue('jobs');
    const first = await queue.add('one', {}, { jobId: 'order-1' });
    const again = await queue.add('one', { other: true }, { jobId: 'order-1' });
    assert.equal(again.id, first.id);
    const original = await queue.add('two', {}, { deduplication: { id: 'same' } });
    const copy = await queue.add('two', {}, { deduplication: { id: 'same' } });
    assert.equal(copy.id, original.id);
    assert.equal(await queue.count(), 2);
  });

  it('lets a job put itself off, and wait for children that it adds', async () => {
    const queue = kit.queue('jobs');
    const events = await kit.events('jobs');
    kit.worker('children', async () => 'child');
    const flow = kit.queue('children');
    kit.worker('jobs', async (job, token) => {
      if (job.name === 'put off' && job.data.step === undefined) {
        await job.updateData({ step: 1 });
        await job.moveToDelayed(Date.now() + 10, token);
        throw new DelayedError();
      }
      if (job.name === 'parent' && job.data.step === undefined) {
        await job.updateData({ step: 1 });
        await flow.add('child', {}, { parent: { id: job.id ?? '', queue: job.queueQualifiedName } });
        if (await job.moveToWaitingChildren(token ?? '')) throw new WaitingChildrenError();
      }
      return Object.values(await job.getChildrenValues());
    });
    const putOff = await queue.add('put off', {});
    const parent = await queue.add('parent', {});
    assert.deepEqual(await putOff.waitUntilFinished(events), []);
    assert.deepEqual(await parent.waitUntilFinished(events), ['child']);
  });

  it('fails a parent with its child where that is asked for', async () => {
    const events = await kit.events('parents');
    kit.worker('children', async () => {
      throw new Error('the child fails');
    });
    kit.worker('parents', async () => 'never');
    const tree = await kit.flow().add({
      name: 'parent',
      queueName: 'parents',
      children: [{ name: 'child', queueName: 'children', opts: { failParentOnFailure: true } }],
    });
    await assert.rejects(tree.job.waitUntilFinished(events), /child .* failed/);
  });

  it('keeps as many finished jobs as asked for', async () => {
    const queue = kit.queue('jobs', { defaultJobOptions: { removeOnComplete: 3, removeOnFail: true } });
    const worker = kit.worker('jobs', async (job: Job) => {
      if (job.data.number % 2 === 1) throw new Error('odd');
    });
    const done = completed(worker, 10);
    await queue.addBulk(Array.from({ length: 20 }, (_, number) => ({ name: 'job', data: { number } })));
    await done;
    await queue.add('job', { number: 0 });
    await completed(worker, 1);
    assert.deepEqual(await queue.getJobCounts('completed', 'failed'), { completed: 3, failed: 0 });
  });
});

/** BullMQ takes its times from this machine's clock, and a timer may be a millisecond early. */
const CLOCK_SLACK_MS = 5;

/** Takes jobs by hand, one after the other. */
async function namesInOrder(worker: Worker, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    const job = await worker.getNextJob('token');
    assert.ok(job !== undefined, `there is a job after ${names}`);
    names.push(job.name);
    await job.moveToCompleted(null, 'token', false);
  }
  return names;
}
