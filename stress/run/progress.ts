/** What is shown while it runs: one line that is rewritten in a terminal, and the lines that stay. */
import { systemClock } from '../../src/base/clock.js';
import type { Progress } from '../load/messages.js';
import { formatCount, formatDuration, formatTime } from '../report/format.js';

/** Where nothing can be rewritten, such as in a CI log, progress comes this seldom. */
const PLAIN_INTERVAL_MS = 10_000;

export class ProgressDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #startUs = systemClock.monotonicUs();
  #lastPlainUs = systemClock.monotonicUs();
  #hasStatus = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Stays. */
  line(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  /** @param done trials finished of `total`, for the time that remains */
  status(title: string, progress: Progress, done: number, total: number): void {
    const text = `${this.#position(done, total)} ${title}  ${describe(progress)}`;
    if (this.#stream.isTTY) {
      this.#clear();
      this.#stream.write(text.slice(0, this.#stream.columns - 1));
      this.#hasStatus = true;
      return;
    }
    const now = systemClock.monotonicUs();
    if (now - this.#lastPlainUs < PLAIN_INTERVAL_MS * 1000) return;
    this.#lastPlainUs = now;
    this.#stream.write(`${text}\n`);
  }

  #position(done: number, total: number): string {
    if (done === 0) return `[1/${total}]`;
    const elapsedMs = (systemClock.monotonicUs() - this.#startUs) / 1000;
    return `[${done + 1}/${total}, ${formatDuration((elapsedMs / done) * (total - done))} left]`;
  }

  #clear(): void {
    if (this.#hasStatus) this.#stream.write('\r\x1b[K');
    this.#hasStatus = false;
  }
}

function describe(progress: Progress): string {
  const parts = [
    `${progress.phase} ${(progress.elapsedMs / 1000).toFixed(1)} s`,
    `${formatCount(progress.connected)} clients`,
  ];
  if (progress.operationsPerSecond > 0) parts.push(`${formatCount(progress.operationsPerSecond)} ops/s`);
  if (progress.p99Us > 0) parts.push(`p99 ${formatTime(progress.p99Us)}`);
  parts.push(`errors ${progress.errors}`);
  return parts.join('  ');
}
