/**
 * One client of the reverse server: finds its messages, hands them on, and leaves when it says `exit`. A message has to
 * be complete within a time from its first byte; bytes of an incomplete one are the connection's, and go with it.
 */
import type { Connection } from '../reactor/connection.js';
import type { ConnectionHandler } from '../reactor/connection-handler.js';
import type { Deadline, Deadlines } from '../reactor/deadlines.js';
import { ExitInChunks, isExit } from './exit-word.js';
import { type Framing, INCOMPLETE, TOO_LONG } from './framing.js';

/** What a session needs of the server. */
export interface SessionHost {
  readonly framing: Framing;
  readonly isChunked: boolean;
  readonly deadlines: Deadlines<ReverseSession>;
  /** Puts a frame of the framing's into the ring. @returns false when it is full: the session is called back */
  hand(session: ReverseSession, bytes: Buffer, start: number, end: number): boolean;
  /** Shows the worker what was handed on. */
  publish(): void;
  opened(session: ReverseSession): void;
  closed(session: ReverseSession): void;
  /** A client said `exit`. */
  exited(): void;
}

export class ReverseSession implements ConnectionHandler, Deadline {
  dueMs = 0;
  dueBefore: Deadline | null = null;
  dueAfter: Deadline | null = null;
  /** Messages handed on and not answered yet. */
  unanswered = 0;
  readonly #host: SessionHost;
  readonly #exit = new ExitInChunks();
  /** Bytes of the incomplete message that were searched for its end. */
  #searched = 0;
  #isLeaving = false;

  constructor(
    host: SessionHost,
    readonly connection: Connection,
    /** Stands for it in the rings. Never used twice while a reply may be on its way. */
    readonly id: number,
  ) {
    this.#host = host;
  }

  opened(): void {
    this.#host.opened(this);
  }

  received(bytes: Buffer, start: number, end: number): number {
    if (this.#isLeaving) return end - start;
    const at = this.#handAll(bytes, start, end);
    this.#host.publish();
    return at - start;
  }

  drained(): void {}

  /** An incomplete message stays without an answer. */
  ended(): void {
    this.leave();
  }

  endedWhilePaused(): void {}

  closed(): void {
    this.#host.deadlines.lift(this);
    this.#host.closed(this);
  }

  /** The ring has room again: from here on only a client that takes no replies can keep its message from being handed on. */
  resume(): void {
    if (!this.#isLeaving && !this.connection.isOver) this.#host.deadlines.set(this);
    this.connection.resume();
  }

  /** Takes no more messages, and closes when all are answered. */
  leave(): void {
    this.#isLeaving = true;
    this.#host.deadlines.lift(this);
    if (this.unanswered === 0) this.#close();
  }

  /** Replies to `count` of its messages were written. */
  answered(count: number): void {
    this.unanswered -= count;
    if (this.#isLeaving && this.unanswered === 0) this.#close();
  }

  /** A client that doesn't take its replies isn't waited for longer than one that doesn't finish a message. */
  #close(): void {
    this.connection.close(false);
    if (!this.connection.isOver) this.#host.deadlines.set(this);
  }

  /** @returns where the first byte lies that was not taken */
  #handAll(bytes: Buffer, start: number, end: number): number {
    const { framing, deadlines } = this.#host;
    let at = start;
    while (at < end) {
      const length = framing.find(bytes, at, end, this.#searched);
      if (length === INCOMPLETE) {
        this.#await(at > start, end - at);
        return at;
      }
      if (length === TOO_LONG || this.#isExit(bytes, at, at + length)) {
        if (length !== TOO_LONG) this.#host.exited();
        this.leave();
        return end;
      }
      if (!this.#host.hand(this, bytes, at, at + length)) {
        this.connection.pause();
        break;
      }
      this.unanswered++;
      this.#searched = 0;
      at += length;
    }
    deadlines.lift(this);
    return at;
  }

  #isExit(bytes: Buffer, start: number, end: number): boolean {
    if (this.#host.isChunked) return this.#exit.isCompletedBy(bytes, start, end);
    const { head, tail } = this.#host.framing;
    return isExit(bytes, start + head, end - tail);
  }

  /** @param isAnother the incomplete message isn't the one that was incomplete before */
  #await(isAnother: boolean, heldBytes: number): void {
    this.#searched = heldBytes;
    this.connection.bytesWanted = this.#host.framing.wanted;
    if (isAnother || this.dueMs === 0) this.#host.deadlines.set(this);
  }
}
