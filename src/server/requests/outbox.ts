/**
 * The way of replies and messages to their clients. They are held back while the append-only file has something to
 * write, so that nobody learns of a change that could still be lost, and released, in order, once that is written or,
 * with `appendfsync always`, on the disk.
 */
import { copyBytes } from '../../base/bytes.js';
import type { BufferLimits } from '../clients/buffer-limits.js';
import type { Session } from '../session.js';

const INITIAL_BYTES = 16 * 1024;
/** Once more than this is held back, the file is written at once. */
const HELD_BYTES_MAX = 1024 * 1024;

export interface OutboxHost {
  readonly sessions: ReadonlyMap<number, Session>;
  readonly bufferLimits: BufferLimits;
  readonly keyspace: { readonly nowMs: number };
}

export class Outbox {
  /** Set to hold replies back: `release` must follow. */
  isHolding = false;
  /** Too much is held back, or a connection is about to be closed: has to lead to `release`. */
  hurry: () => void = () => this.release();

  readonly #host: OutboxHost;
  #isBlocked = false;
  #bytes: Buffer = Buffer.from(new ArrayBuffer(INITIAL_BYTES));
  #length = 0;
  readonly #sessions: Session[] = [];
  /** By session held for: where its piece ends. */
  readonly #ends: number[] = [];

  constructor(host: OutboxHost) {
    this.#host = host;
  }

  send(session: Session, bytes: Buffer, start: number, end: number): void {
    if (this.isHolding) this.#hold(session, bytes, start, end);
    else this.#write(session, bytes, start, end);
  }

  /** What is beyond a limit at once goes nowhere, nor does its client keep its connection. */
  #write(session: Session, bytes: Buffer, start: number, end: number): void {
    const { bufferLimits } = this.#host;
    if (end - start < bufferLimits.pieceBytesMax || !bufferLimits.refuses(session, end - start))
      session.transport.write(bytes, start, end);
  }

  release(): void {
    if (this.#isBlocked) return;
    this.isHolding = false;
    const { sessions, bufferLimits, keyspace } = this.#host;
    let start = 0;
    for (let index = 0; index < this.#sessions.length; index++) {
      const session = this.#sessions[index];
      const end = this.#ends[index];
      if (sessions.has(session.id)) {
        this.#write(session, this.#bytes, start, end);
        if (session.transport.pendingBytes > 0) bufferLimits.checkOutput(session, keyspace.nowMs);
      }
      start = end;
    }
    this.#forget();
  }

  /** Sends nothing from now on: the changes that replies would confirm were lost. */
  block(): void {
    this.isHolding = true;
    this.#isBlocked = true;
    this.#forget();
  }

  #forget(): void {
    this.#sessions.length = 0;
    this.#ends.length = 0;
    this.#length = 0;
    if (this.#bytes.length > HELD_BYTES_MAX) this.#bytes = Buffer.from(new ArrayBuffer(INITIAL_BYTES));
  }

  #hold(session: Session, bytes: Buffer, start: number, end: number): void {
    if (this.#isBlocked) return;
    const length = this.#length + end - start;
    if (length > this.#bytes.length) {
      const grown = Buffer.from(new ArrayBuffer(Math.max(length, this.#bytes.length * 2)));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    copyBytes(bytes, start, end, this.#bytes, this.#length);
    this.#length = length;
    this.#sessions.push(session);
    this.#ends.push(length);
    if (length > HELD_BYTES_MAX) this.hurry();
  }
}
