/**
 * The threads of a process that is the server's alone, and who comes first. One serves; V8 compiles and collects garbage in
 * others, libuv has some for files and for what makes memory resident. Where they share a core, each of those may hold
 * commands up for as long as the scheduler lets it run, 4 ms on most systems, and does so whenever it wakes.
 *
 * So the others are patient (SCHED_BATCH): they wait until the serving thread waits, as long as that doesn't run for more than
 * its slice on end. And the compiler's weight is a seventieth of the serving thread's. Linux takes the core from a thread
 * that has had less than its share only when it has caught up: with that weight it has after some ten microseconds.
 * What the compiler lacks then when commands never cease, it is given in small portions (rests.ts).
 *
 * Longest waits for V8's thread, with one of them (`node --v8-pool-size=1`, as `npm start` and the image have it), on one
 * core, while 400,000 keys are loaded in 2 s by a client of a server just started, in the scheduler's trace of four runs:
 * 41 to 57 of more than 1 ms with a niceness of 5 and slices of 0.1 ms for the thread that serves, as it was; 2 to 4 with this. With
 * slices of 3 ms there are 0 to 2, and the longest is 7 ms instead of 5.
 */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Scheduler } from './native/scheduling.js';
import { ENOSYS, SystemError } from './native/system-error.js';

/**
 * Of the thread that serves: longer than most turns, and little beside a tick of most systems, 4 ms. For so long it is not
 * interrupted, and neither is another thread that got the core: then the next tick ends it.
 */
const SERVING_SLICE_MS = 1;
/** Longer than the serving thread's, which comes first when it wakes for that. */
const PATIENT_SLICE_MS = 20;
const COMPILER_NICENESS = 19;
/** What files wait for gets a quarter of the core when there is no other. */
const HELPER_NICENESS_ADDED = 5;
const NICENESS_MAX = 19;
/** Source: `node --help`, --v8-pool-size. */
const WORKERS_DEFAULT = 4;

/**
 * Only for a process that is the server's alone: there is no way back, as only the system's administrator may raise priorities.
 * Where it is refused, things are as they were.
 * @returns the numbers of the threads in which V8 works, if they give way now
 */
export async function makeOthersGiveWay(): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  // With helpers at a lower priority, a collection of 0.2 ms might wait for one of them.
  setFlagsFromString('--no-parallel-scavenge');
  // The main thread is the first of a process; then come V8's for delayed tasks, its workers, and libuv's.
  const [serving, ...others] = readdirSync('/proc/self/task')
    .map(Number)
    .sort((a, b) => a - b);
  const ofV8 = others.slice(0, 1 + workerCount([process.env.NODE_OPTIONS ?? '', ...process.execArgv]));
  const helpers = others.slice(ofV8.length);
  const niceness = getPriority(process.pid);
  const helperNiceness = Math.min(NICENESS_MAX, niceness + HELPER_NICENESS_ADDED);
  const scheduler = await loadScheduler();
  if (scheduler === null) {
    lowerPriorities(ofV8, helperNiceness);
    return [];
  }
  if (!scheduler.isOrdinary(serving)) return [];
  const patient = { isPatient: true, sliceMs: PATIENT_SLICE_MS };
  const isHeeded =
    scheduler.set(serving, { isPatient: false, niceness, sliceMs: SERVING_SLICE_MS }) &&
    ofV8.every((thread) => scheduler.set(thread, { ...patient, niceness: COMPILER_NICENESS })) &&
    helpers.every((thread) => scheduler.set(thread, { ...patient, niceness: helperNiceness }));
  return isHeeded ? ofV8.slice(1) : [];
}

async function loadScheduler(): Promise<Scheduler | null> {
  try {
    return await Scheduler.load();
  } catch (error) {
    if (error instanceof SystemError && error.errno === ENOSYS) return null;
    throw error;
  }
}

/** Without libc. */
function lowerPriorities(threads: readonly number[], niceness: number): void {
  for (const thread of threads) {
    try {
      setPriority(thread, niceness);
    } catch (error) {
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
