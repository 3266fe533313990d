/**
 * What the log has of a process that ends because of a bug, or because DEBUG said so: in Redis' form, which people grep for.
 * `crash-log-enabled no` leaves the report out.
 */
import { JANUSKV_VERSION, REDIS_VERSION } from '../base/version.js';
import type { CrashKind } from '../commands/services/debugging.js';
import type { Config } from '../server/config/config.js';
import { WARNING } from '../server/log-levels.js';
import type { Log } from './log.js';

const BEGINNING = '=== REDIS BUG REPORT START: Cut & paste starting from here ===';
const END = '=== REDIS BUG REPORT END. Make sure to include from START to END. ===';
const SIGSEGV = 11;

const PROGRAM = `januskv ${JANUSKV_VERSION} (Redis ${REDIS_VERSION})`;

const REASONS: Record<CrashKind, readonly string[]> = {
  assert: ['=== ASSERTION FAILED ===', "==> DEBUG ASSERT: '1 == 2' is not true"],
  panic: guruMeditation('called by DEBUG PANIC'),
  oom: [
    'Out Of Memory allocating 18446744073709551615 bytes!',
    ...guruMeditation('Redis aborting for OUT OF MEMORY. Allocating 18446744073709551615 bytes!'),
  ],
  segfault: [`${PROGRAM} crashed by signal: ${SIGSEGV}, si_code: 0`],
};

export class CrashReport {
  readonly #log: Log;
  readonly #config: Config;

  constructor(log: Log, config: Config) {
    this.#log = log;
    this.#config = config;
  }

  /** A bug ends the process. @param facts '' while there is no server yet */
  bug(error: unknown, facts: string): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#write([`${PROGRAM} crashed by an error that nobody handled`], text, facts);
  }

  /** The server itself ends the process. @param reason absent: DEBUG said so */
  onDemand(kind: CrashKind, facts: string, reason?: string): void {
    const reasons = reason === undefined ? REASONS[kind] : guruMeditation(reason);
    this.#write(reasons, new Error(reason ?? 'asked for by DEBUG').stack ?? '', facts);
  }

  #write(reasons: readonly string[], stack: string, facts: string): void {
    const log = this.#log;
    const isFull = this.#config.get('crash-log-enabled');
    if (isFull) log.raw(`\n\n${BEGINNING}\n`);
    for (const reason of reasons) log.write(WARNING, reason);
    if (isFull) log.raw(`\n------ STACK TRACE ------\n${stack}\n\n${facts}\n${END}\n\n`);
  }
}

function guruMeditation(reason: string): readonly string[] {
  const line = '------------------------------------------------';
  const failure = '!!! Software Failure. Press left mouse button to continue';
  return [line, failure, `Guru Meditation: ${reason}`, line];
}
