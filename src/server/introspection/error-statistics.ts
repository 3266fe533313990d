/** Errors that clients got as replies, counted by their first word: INFO errorstats. */
import type { ReplyError } from '../../protocol/reply-error.js';

/** Scripts may invent words: beyond this many kinds no new ones are told apart. */
const KIND_COUNT_MAX = 128;

export class ErrorStatistics {
  total = 0;
  readonly #counts = new Map<string, number>();

  count(error: ReplyError): void {
    this.total++;
    const { code } = error;
    const known = this.#counts.get(code);
    if (known !== undefined) this.#counts.set(code, known + 1);
    else if (this.#counts.size < KIND_COUNT_MAX) this.#counts.set(code, 1);
  }

  /** In the order of their names. */
  entries(): Iterable<[code: string, count: number]> {
    return [...this.#counts].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  reset(): void {
    this.total = 0;
    this.#counts.clear();
  }
}
