/** libuv's loop from inside one of its callbacks: how long it may be kept waiting. */
import assert from 'node:assert/strict';
import { isMainThread } from 'node:worker_threads';
import type { EventLoop } from '../../src/native/event-loop.js';
import { type Libc, type LoopWatch, loadLibc } from '../../src/native/libc.js';
import { describeOnLinux } from '../v2/support/linux.js';

describeOnLinux('the event loop', () => {
  let libc: Libc;
  let loop: EventLoop;
  let fd: number;
  let watch: LoopWatch;

  before(async function () {
    // Tests that run in threads have none to look at.
    if (!isMainThread) this.skip();
    libc = await loadLibc();
    const found = libc.findEventLoop();
    assert.ok(found !== null);
    loop = found;
    fd = libc.eventfd();
  });

  after(() => {
    if (fd !== undefined) libc.close(fd);
  });

  afterEach(() => watch.close());

  /** Calls back from libuv, in a phase in which nothing is left to do but what the test begins. */
  function calledByLibuv(act: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      watch = libc.watch(fd, () => {
        if (isOver) return;
        isOver = true;
        try {
          act();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      libc.eventfdSignal(fd);
    });
  }

  it('waits for its next timer', async () => {
    await calledByLibuv(() => {
      const due = setTimeout(() => {}, 5);
      assert.ok(loop.patienceMs <= 5);
      clearTimeout(due);
    });
  });

  it('does not wait over immediates', async () => {
    await calledByLibuv(() => {
      const immediate = setImmediate(() => {});
      assert.equal(loop.patienceMs, 0);
      clearImmediate(immediate);
    });
  });

  it('does not wait over a descriptor that it has not begun to watch', async () => {
    const other = libc.eventfd();
    try {
      await calledByLibuv(() => {
        const newWatch = libc.watch(other, () => {});
        assert.equal(loop.patienceMs, 0);
        newWatch.close();
      });
    } finally {
      libc.close(other);
    }
  });

  it('runs what promises and ticks have queued', async () => {
    const log: string[] = [];
    await calledByLibuv(() => {
      process.nextTick(() => log.push('tick'));
      void Promise.resolve().then(() => log.push('promise'));
      loop.runTicks();
      assert.deepEqual(log, ['tick', 'promise']);
    });
  });
});
