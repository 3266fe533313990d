/**
 * Loaded into contenders that run on Node (NODE_OPTIONS=--import): how long garbage collection paused them and
 * how long their loop stood still. A server cannot tell this of itself honestly without being changed, and
 * from outside it cannot be seen. JavaScript, because it is loaded as it is, beside whatever the contender is.
 *
 * A timer looks at the clocks every PROBE_RESOLUTION_MS. By how much it came late is the loop's stall; how much
 * of that the process itself spent computing is its own stall: the rest of the time others had its core.
 *
 * Asked over Node's IPC channel: 'reset' begins anew, 'sample' answers.
 */
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.channel !== undefined) {
  const resolutionMs = Number(process.env.PROBE_RESOLUTION_MS ?? 10);
  const collections = { count: 0, totalMs: 0, longestMs: 0 };
  const stalls = { longestMs: 0, longestOwnMs: 0, longestOwnPerSecondMs: [] };
  let resetMs = performance.now();

  const addCollections = (entries) => {
    for (const { duration } of entries) {
      collections.count++;
      collections.totalMs += duration;
      collections.longestMs = Math.max(collections.longestMs, duration);
    }
  };
  const observer = new PerformanceObserver((list) => addCollections(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });

  const cpuMs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  let lastMs = performance.now();
  let lastCpuMs = cpuMs();
  const look = () => {
    const nowMs = performance.now();
    const nowCpuMs = cpuMs();
    const passedMs = nowMs - lastMs;
    const ownMs = Math.min(passedMs, nowCpuMs - lastCpuMs);
    stalls.longestMs = Math.max(stalls.longestMs, passedMs - resolutionMs);
    stalls.longestOwnMs = Math.max(stalls.longestOwnMs, ownMs - resolutionMs);
    const seconds = stalls.longestOwnPerSecondMs;
    const second = Math.floor((nowMs - resetMs) / 1000);
    while (seconds.length <= second) seconds.push(0);
    seconds[second] = Math.max(seconds[second], ownMs - resolutionMs);
    lastMs = nowMs;
    lastCpuMs = nowCpuMs;
  };
  setInterval(look, resolutionMs).unref();

  const reset = () => {
    observer.takeRecords();
    look();
    Object.assign(collections, { count: 0, totalMs: 0, longestMs: 0 });
    Object.assign(stalls, { longestMs: 0, longestOwnMs: 0, longestOwnPerSecondMs: [] });
    resetMs = lastMs;
  };
  const sample = () => {
    look();
    addCollections(observer.takeRecords());
    return { collections, stalls };
  };
  process.on('message', (message) => {
    if (message === 'reset') reset();
    else if (message === 'sample') process.send(sample());
  });
  // Whoever started the contender was killed: nobody else is left to end it.
  process.on('disconnect', () => process.exit(1));
  // Neither the channel nor the listener keeps the contender alive.
  process.channel.unref();
}
