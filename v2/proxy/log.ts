/** Lines for people, with the eight levels of syslog: those up to the level that is wanted are written. */
import type { Clock } from '../../src/base/clock.js';

const NAMES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const;

export const ERROR = 3;
export const WARNING = 4;
export const NOTICE = 5;
export const INFO = 6;
export const DEBUG = 7;

export class Log {
  constructor(
    readonly level: number,
    private readonly clock: Clock,
    private readonly write: (line: string) => void,
  ) {}

  /** To be asked where composing the line costs something. */
  has(level: number): boolean {
    return level <= this.level;
  }

  add(level: number, text: string): void {
    if (!this.has(level)) return;
    this.write(`${new Date(this.clock.wallMs()).toISOString()} ${NAMES[level]} ${text}\n`);
  }
}
