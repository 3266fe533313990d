/**
 * Loaded into contenders that run on Node (NODE_OPTIONS=--import): how long garbage collection paused them and
 * how long their loop stood still. A server cannot tell this of itself honestly without being changed, and
 * from outside it cannot be seen. JavaScript, because it is loaded as it is, beside whatever the contender is.
 *
 * Asked over Node's IPC channel: 'reset' begins anew, 'sample' answers. Costs a timer that fires every
 * PROBE_RESOLUTION_MS; the loop's stall is by how much it came late.
 */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.channel !== undefined) {
  const resolution = Number(process.env.PROBE_RESOLUTION_MS ?? 10);
  const delay = monitorEventLoopDelay({ resolution });
  const collections = { count: 0, totalMs: 0, longestMs: 0 };

  const add = (entries) => {
    for (const { duration } of entries) {
      collections.count++;
      collections.totalMs += duration;
      collections.longestMs = Math.max(collections.longestMs, duration);
    }
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  delay.enable();

  const reset = () => {
    observer.takeRecords();
    Object.assign(collections, { count: 0, totalMs: 0, longestMs: 0 });
    delay.reset();
  };
  const sample = () => {
    add(observer.takeRecords());
    // The monitor counts from one firing of its timer to the next; without any the maximum is 0.
    const longestStallMs = Math.max(0, delay.max / 1e6 - resolution);
    return { type: 'probe', collections: { ...collections }, longestStallMs };
  };
  process.on('message', (message) => {
    if (message === 'reset') reset();
    else if (message === 'sample') process.send(sample());
  });
  // Neither the channel nor the listener keeps the contender alive.
  process.channel.unref();
}
