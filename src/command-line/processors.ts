/**
 * `server_cpulist`: which processors the thread that runs commands, and the reactors' threads, may run on. Threads that
 * Node started before have all of them.
 *
 * Source: redis.conf, "server_cpulist"; the form is taskset's.
 */
import { keepThreadTo, PROCESSORS_MAX } from '../native/processors.js';
import { SystemError } from '../native/system-error.js';
import type { Config } from '../server/config/config.js';
import { WARNING } from '../server/log-levels.js';
import type { Log } from './log.js';

/** What can't be had is in the log, and no reason to stop. */
export async function keepToProcessors(config: Config, log: Log): Promise<void> {
  const list = config.get('server_cpulist');
  if (list === '') return;
  const processors = parseProcessorList(list);
  if (processors === null) {
    log.write(WARNING, `server_cpulist '${list}' is no list of processors: all may be used`);
    return;
  }
  try {
    await keepThreadTo(processors);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    log.write(WARNING, `server_cpulist '${list}' can't be kept to: ${error.message}`);
  }
}

/** `0,2-4,8-15:2`: numbers, ranges, and every so many of a range. @returns null when it is none */
export function parseProcessorList(list: string): number[] | null {
  const processors: number[] = [];
  for (const part of list.split(',')) {
    const match = /^([0-9]{1,4})(?:-([0-9]{1,4})(?::([0-9]{1,4}))?)?$/.exec(part.trim());
    if (match === null) return null;
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    const step = Number(match[3] ?? 1);
    if (last < first || step === 0 || last >= PROCESSORS_MAX) return null;
    for (let processor = first; processor <= last; processor += step) processors.push(processor);
  }
  return processors;
}
