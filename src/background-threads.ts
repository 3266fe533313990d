/**
 * V8's own threads, which compile and collect garbage, and how much of a core they may take from the thread that serves.
 *
 * Where that thread has no core to itself, each of them may hold it up for a slice of the scheduler, one after the other:
 * V8 has four if nobody says otherwise, and in the first seconds of a load all have something to compile. At a lower
 * priority they come when it is their turn. With one of them (`node --v8-pool-size=1`, as `npm start` and the image have
 * it) there is no queue, and the collector, which has to stop those that compile, waits for one.
 *
 * Longest stalls in ms, on one core, while 400,000 keys are loaded in 2 s, expire, and go into one set: 15, 17, 13 with four
 * threads at the same priority; 7, 5, 4 with one; 6, 4, 3 with one at this priority and short slices (native/scheduling.ts).
 */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** A third of the weight of the thread that serves; as low as can be would have the collector wait for a compiler that gets no time. */
const NICENESS_ADDED = 5;
const NICENESS_MAX = 19;
/** Source: `node --help`, --v8-pool-size. */
const WORKERS_DEFAULT = 4;

/** For a process that is the server's alone. There is no way back: only the system's administrator may raise priorities. */
export function makeV8GiveWay(): void {
  if (process.platform !== 'linux') return;
  // With helpers at a lower priority, a collection of 0.2 ms might wait for one of them.
  setFlagsFromString('--no-parallel-scavenge');
  const threads = readdirSync('/proc/self/task')
    .map(Number)
    .sort((a, b) => a - b);
  const niceness = Math.min(NICENESS_MAX, getPriority(process.pid) + NICENESS_ADDED);
  // The main thread is the first of a process; then come V8's for delayed tasks, its workers, and libuv's.
  for (const thread of threads.slice(
    1,
    2 + workerCount([process.env.NODE_OPTIONS ?? '', ...process.execArgv]),
  )) {
    try {
      setPriority(thread, niceness);
    } catch (error) {
      // It may be refused; then things are as they were.
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
      return;
    }
  }
}

/** @param options of Node, the ones that count more behind the others. @returns how many threads V8 works in */
export function workerCount(options: readonly string[]): number {
  const counts = [...options.join(' ').matchAll(/(?:^| )--v8-pool-size[= ](\d+)/g)];
  return Number(counts.at(-1)?.[1] ?? WORKERS_DEFAULT);
}
