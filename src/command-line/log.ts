/**
 * The server's log, on standard output or in a file, each line in Redis' form:
 *
 *     1234:M 21 Nov 2026 08:00:00.123 * Ready to accept connections tcp
 *     pid:role date             time  level message
 *
 * The file is opened for each line, so that whoever moves it away finds the next line in a new one.
 */
import { appendFileSync } from 'node:fs';
import { type Clock, systemClock } from '../base/clock.js';
import type { Config } from '../server/config/config.js';
import { isLogged, WARNING } from '../server/log-levels.js';
import type { Syslog } from './syslog.js';

const LEVEL_MARKS = '.-*#';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Redis' LOG_MAX_LEN: longer messages are cut. */
const MESSAGE_CHARACTERS_MAX = 1024;

/** What the process is: C before it serves, M for a master, S for a replica. */
export type LogRole = 'C' | 'M' | 'S';

export class Log {
  /** Is told the same. */
  syslog: Syslog | null = null;

  constructor(
    readonly config: Config,
    readonly clock: Clock = systemClock,
    readonly print: (text: string) => void = (text) => process.stdout.write(text),
  ) {}

  write(level: number, message: string, role: LogRole = 'M'): void {
    if (!isLogged(level, this.config.get('loglevel'))) return;
    const text = message.slice(0, MESSAGE_CHARACTERS_MAX);
    const wallMs = this.clock.wallMs();
    this.raw(`${process.pid}:${role} ${dateOf(wallMs)} ${LEVEL_MARKS[level]} ${text}\n`);
    try {
      this.syslog?.write(level, text, wallMs);
    } catch (error) {
      complain(error);
    }
  }

  /** A bug, with its stack, or trouble with the machine: a line each, since one line would be cut. */
  trouble(trouble: unknown, where: string): void {
    const text = trouble instanceof Error ? (trouble.stack ?? trouble.message) : String(trouble);
    for (const line of `${where}: ${text}`.split('\n')) this.write(WARNING, line);
  }

  /** What a signal is answered with: no date, since Redis writes it from within its signal handler. */
  signal(message: string): void {
    this.raw(`${process.pid}:signal-handler (${Math.floor(this.clock.wallMs() / 1000)}) ${message}\n`);
  }

  /** A line as it is. A log that can't be written is no reason to stop. */
  raw(line: string): void {
    const file = this.config.get('logfile');
    if (file === '') {
      this.print(line);
      return;
    }
    try {
      appendFileSync(Buffer.from(file, 'latin1'), line);
    } catch (error) {
      complain(error);
    }
  }
}

/** That there is no log to say it in. */
function complain(error: unknown): void {
  process.stderr.write(`januskv: ${error instanceof Error ? error.message : error}\n`);
}

/** Local time: `21 Nov 2026 08:00:00.123`. */
function dateOf(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getDate())} ${MONTHS[date.getMonth()]} ${date.getFullYear()} ${time}.${milliseconds}`;
}
