/**
 * Replies that the soak waits for. Most are known to the byte; those that depend on the moment at which the
 * server ran the request are one of a few. Text is latin1: a character is a byte.
 */
import { INCOMPLETE, WRONG } from '../load/key-values.js';

export const OK = '+OK\r\n';
export const QUEUED = '+QUEUED\r\n';
export const PONG = '+PONG\r\n';
export const NIL = '$-1\r\n';

export function integer(value: number): string {
  return `:${value}\r\n`;
}

export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

export function array(...items: readonly string[]): string {
  return `*${items.length}\r\n${items.join('')}`;
}

export function bulks(texts: readonly string[]): string {
  return array(...texts.map(bulk));
}

/** Which replies are right, asked when one arrives. */
export interface Wanted {
  /** What has to arrive before another look is of use. */
  readonly bytesWanted: number;
  /** @returns the reply's length, INCOMPLETE while all that is there is right, or WRONG */
  match(bytes: Buffer, start: number, end: number): number;
  /** For people. */
  describe(): string;
}

export class Exactly implements Wanted {
  readonly #reply: Buffer;

  constructor(reply: string) {
    this.#reply = Buffer.from(reply, 'latin1');
  }

  get bytesWanted(): number {
    return this.#reply.length;
  }

  match(bytes: Buffer, start: number, end: number): number {
    const length = Math.min(this.#reply.length, end - start);
    if (this.#reply.compare(bytes, start, start + length, 0, length) !== 0) return WRONG;
    return length === this.#reply.length ? length : INCOMPLETE;
  }

  describe(): string {
    return JSON.stringify(this.#reply.toString('latin1', 0, 80));
  }
}

/**
 * EXISTS of a key with a time to live, both clocks being the same machine's. A reply that arrives before the
 * deadline has to say that the key is there, one that was asked for long after it that it is gone.
 */
export class ThereUntil implements Wanted {
  readonly bytesWanted = 4;
  readonly #deadlineMs: number;
  readonly #sentMs: number;
  readonly #wallMs: () => number;

  constructor(deadlineMs: number, wallMs: () => number) {
    this.#deadlineMs = deadlineMs;
    this.#sentMs = wallMs();
    this.#wallMs = wallMs;
  }

  match(bytes: Buffer, start: number, end: number): number {
    if (end - start < this.bytesWanted) return INCOMPLETE;
    const reply = bytes.toString('latin1', start, start + this.bytesWanted);
    if (reply === integer(1)) {
      return this.#sentMs > this.#deadlineMs + READING_AGE_MS ? WRONG : this.bytesWanted;
    }
    if (reply === integer(0)) return this.#wallMs() < this.#deadlineMs ? WRONG : this.bytesWanted;
    return WRONG;
  }

  describe(): string {
    return `a key that is there until ${this.#deadlineMs}, asked for at ${this.#sentMs}`;
  }
}

/** A server reads its clock once for a batch of requests; on a machine with others a batch may be held up. */
const READING_AGE_MS = 1_000;
