/**
 * V8's own threads, which compile and collect garbage, and how much of a core they may take from the thread that serves.
 *
 * While a snapshot is taken that thread is busy all the time. Where it has no core to itself, each of V8's four may then hold it
 * up for a slice of the scheduler, one after the other. At a lower priority they come when it is their turn: a million keys on one
 * core, rehearsed (server/persistence/rehearsal.ts), held commands up for 2.7 to 4.0 ms, and for 5.6 at the same priority.
 */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** A third of the weight of the thread that serves; as low as can be would have the collector wait for a compiler that gets no time. */
const NICENESS_ADDED = 5;
const NICENESS_MAX = 19;
/** The main thread is the first of a process; then come V8's for delayed tasks, and four workers (`--v8-pool-size`). */
const V8_THREADS = 5;

/** For a process that is the server's alone. There is no way back: only the system's administrator may raise priorities. */
export function makeV8GiveWay(): void {
  if (process.platform !== 'linux') return;
  // With helpers at a lower priority, a collection of 0.2 ms might wait for one of them.
  setFlagsFromString('--no-parallel-scavenge');
  const threads = readdirSync('/proc/self/task')
    .map(Number)
    .sort((a, b) => a - b);
  const niceness = Math.min(NICENESS_MAX, getPriority(process.pid) + NICENESS_ADDED);
  for (const thread of threads.slice(1, 1 + V8_THREADS)) {
    try {
      setPriority(thread, niceness);
    } catch (error) {
      // It may be refused; then things are as they were.
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
      return;
    }
  }
}
