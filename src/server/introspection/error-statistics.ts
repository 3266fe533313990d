/** Errors that clients got as replies, counted by their first word, as INFO errorstats has them. */
import type { ReplyError } from '../../protocol/reply-error.js';

/** Scripts may invent words: beyond this many kinds no new ones are told apart. */
const KIND_COUNT_MAX = 128;

/** With its space and the minus before it. */
const CODE_BYTES_MAX = 32;

/** What scripts say in a single word, or begin with a long one, counts as an error without a code: as Redis counts it. */
function codeOf({ message }: ReplyError): string {
  const space = message.indexOf(' ');
  return space < 0 || space > CODE_BYTES_MAX - 2 ? 'ERR' : message.slice(0, space);
}

export class ErrorStatistics {
  total = 0;
  readonly #counts = new Map<string, number>();

  count(error: ReplyError): void {
    this.total++;
    const code = codeOf(error);
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
