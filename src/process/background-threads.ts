/**
 * The threads of a process that is the server's alone, and who comes first. One serves; V8 compiles and collects garbage in
 * others, libuv has some for files and for what makes memory resident. Where they share a core, each of those may hold
 * commands up for as long as the scheduler lets it run, 4 ms on most systems, and does so whenever it wakes.
 *
 * So the others are patient (SCHED_BATCH): they wait until the serving thread waits, as long as that doesn't run for more than
 * its slice on end. And their weight is a seventieth of the serving thread's. Linux takes the core from a thread
 * that has had less than its share only when it has caught up: with that weight it has after some ten microseconds.
 * What they lack then when commands never cease, they are given in small portions (rests.ts).
 *
 * Longest waits for V8's thread, with one of them (`node --v8-pool-size=1`, as `npm start` and the image have it), on one
 * core, while 400,000 keys are loaded in 2 s by a client of a server just started, in the scheduler's trace of four runs:
 * 41 to 57 of more than 1 ms with a niceness of 5 and slices of 0.1 ms for the thread that serves, as it was; 2 to 4 with this and slices
 * of 1 ms.
 *
 * Waits for any of these threads that the trace has from the start through the rehearsal to the expiry of 1.5 million keys, longest in
 * ms, of three servers each: with slices of 1 ms 44, 34, 55 (5.0), of 2 ms 8, 9, 7 (5.7), of 3 ms 2, 4, 7 (6.5).
 */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { Scheduler } from '../native/scheduling.js';
import { ENOSYS, SystemError } from '../native/system-error.js';

/**
 * Of the thread that serves: longer than its turns, and little beside a tick of most systems, 4 ms. For so long it is not
 * interrupted, and neither is another thread that got the core: then the next tick ends it.
 */
const SERVING_SLICE_MS = 2;
/** Longer than the serving thread's, which comes first when it wakes for that. */
const PATIENT_SLICE_MS = 20;
const PATIENT_NICENESS = 19;
/** Where libc can't be called, and nobody rests for them. */
const COMPILER_NICENESS_ADDED = 5;
/** Source: `node --help`, --v8-pool-size. */
const WORKERS_DEFAULT = 4;

/**
 * Only for a process that is the server's alone: there is no way back, as only the system's administrator may raise priorities.
 * Where it is refused, things are as they were.
 * @returns the numbers of those that work now and then, if they give way now
 */
export async function makeOthersGiveWay(): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  // The main thread is the first of a process; then come V8's for delayed tasks, its workers, and libuv's.
  const [serving, ...others] = readdirSync('/proc/self/task')
    .map(Number)
    .sort((a, b) => a - b);
  const workers = workerCount([process.env.NODE_OPTIONS ?? '', ...process.execArgv]);
  const niceness = getPriority(process.pid);
  const scheduler = await loadScheduler();
  if (scheduler === null) {
    lowerPriorities(
      others.slice(0, 1 + workers),
      Math.min(PATIENT_NICENESS, niceness + COMPILER_NICENESS_ADDED),
    );
    return [];
  }
  if (!scheduler.isOrdinary(serving)) return [];
  const patient = { isPatient: true, niceness: PATIENT_NICENESS, sliceMs: PATIENT_SLICE_MS };
  const isHeeded =
    scheduler.set(serving, { isPatient: false, niceness, sliceMs: SERVING_SLICE_MS }) &&
    others.every((thread) => scheduler.set(thread, patient));
  // The one for delayed tasks only wakes others.
  return isHeeded ? others.slice(1) : [];
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
