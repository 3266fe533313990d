/**
 * A connection whose socket another thread owns, as the engine's thread sees it: what the server calls its transport.
 * The other half is `relay.ts`. Requests are run from the ring's memory; only what is unfinished, or comes while the
 * session is paused, is copied.
 */
import type { FrontendServer, FrontendSession, Transport } from '../../src/server/frontend.js';
import { Inbox, type InboxPool } from '../reactor/inbox.js';
import type { Counted } from './gathering.js';
import type { Outlet } from './outlet.js';
import { CLOSE, PAUSE, RELEASE, RESUME, WRITE } from './records.js';

/** What a remote connection needs of its thread's link. */
export interface LinkHost<S extends FrontendSession> {
  readonly server: FrontendServer<S>;
  readonly outlet: Outlet;
  readonly inboxes: InboxPool;
  /** Of each slot: bytes that the kernel has taken, modulo 2^32. */
  readonly sent: Int32Array;
  countSent(bytes: number): void;
  /** What was put is published soon. */
  publishLater(): void;
  /** Calls `offerKept` in a later turn. */
  offerLater(connection: RemoteConnection<S>): void;
}

export class RemoteConnection<S extends FrontendSession> implements Transport, Counted {
  census = 0;
  readonly isReadElsewhere = true;
  readonly #link: LinkHost<S>;
  #session: S | null = null;
  #inbox: Inbox | null = null;
  #bytesWanted = 0;
  #written = 0;
  #isPaused = false;
  /** By its link, and not by the server. */
  #isHeld = false;
  /** Each pause is answered when everything written before it is with the kernel. */
  #answersAwaited = 0;
  /** Resumed, it is on the link's list: what is kept has not been offered yet. */
  #isReadyListed = false;
  #isClosing = false;
  #isGone = false;
  /** The peer sends no more; perhaps not all of it is here. */
  #peerEnded = false;
  /** All of it is here. */
  #inputEnded = false;

  constructor(
    link: LinkHost<S>,
    readonly slot: number,
    readonly descriptor: number,
    readonly peerAddress: string,
    readonly localAddress: string,
  ) {
    this.#link = link;
  }

  // ── what the server calls ────────────────────────────────────────────────────────────────────────

  /** Also what is still on its way to the other thread. */
  get pendingBytes(): number {
    if (this.#isGone) return 0;
    return (this.#written - Atomics.load(this.#link.sent, this.slot)) >>> 0;
  }

  /** What its thread and the ring still hold is little. */
  get keptInput(): Inbox | null {
    return this.#inbox;
  }

  write(bytes: Buffer, start: number, end: number): void {
    if (this.#isClosing || start === end) return;
    this.#written = (this.#written + end - start) | 0;
    this.#link.countSent(end - start);
    this.#link.outlet.putBytes(WRITE, this.slot, 0, bytes, start, end);
    this.#link.publishLater();
  }

  pause(): void {
    this.#isHeld = false;
    this.#pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#isHeld) return;
    this.#isPaused = false;
    this.#put(RESUME, 0);
    if (this.#isReadyListed) return;
    this.#isReadyListed = true;
    this.#link.offerLater(this);
  }

  close(now: boolean): void {
    this.#isClosing = true;
    this.#inbox = null;
    this.#put(CLOSE, now ? 1 : 0);
  }

  // ── what its link calls ──────────────────────────────────────────────────────────────────────────

  /** Nothing is read from it before `letGo`. @returns false when it is paused as it is */
  hold(): boolean {
    if (this.#isPaused || this.#isClosing) return false;
    this.#isHeld = true;
    this.#pause();
    return true;
  }

  letGo(): void {
    if (!this.#isHeld || this.#isClosing) return;
    this.#isHeld = false;
    this.resume();
  }

  // ── what the other thread tells ──────────────────────────────────────────────────────────────────

  opened(): void {
    this.#session = this.#link.server.open(this);
  }

  received(bytes: Buffer, start: number, end: number): void {
    if (this.#session === null || this.#isClosing) return;
    if (this.#inbox === null && !this.#isPaused && !this.#isReadyListed) {
      const consumed = this.#run(this.#session, bytes, start, end);
      if (consumed < end - start && !this.#isClosing) this.#keep(bytes, start + consumed, end);
      return;
    }
    this.#keep(bytes, start, end);
    if (!this.#isPaused && !this.#isReadyListed) this.#offer(this.#session);
  }

  /** After a pause. */
  offerKept(): void {
    this.#isReadyListed = false;
    if (this.#session === null || this.#isClosing || this.#isPaused) return;
    this.#bytesWanted = 0;
    this.#offer(this.#session);
    if (this.#inputEnded && !this.#isPaused && !this.#isClosing) this.close(false);
  }

  /** @param answers pauses that this answers */
  drained(answers: number): void {
    this.#answersAwaited -= answers;
    if (this.#session !== null) this.#link.server.drained(this.#session);
    if (this.#peerEnded) this.endedWhilePaused();
  }

  /** The last byte was received before this. The replies owed go out, then it closes. */
  ended(): void {
    this.#inputEnded = true;
    if (this.#isClosing) return;
    if (this.#isPaused) this.endedWhilePaused();
    else if (!this.#isReadyListed) this.close(false);
  }

  /**
   * Paused with replies pending, the server waits for room, and the rest of the requests will be run. Paused without
   * any it waits for something else: a peer that ends while its request is blocked gives it up, as with Redis.
   */
  endedWhilePaused(): void {
    this.#peerEnded = true;
    if (!this.#isPaused || this.#isClosing || this.#answersAwaited > 0) return;
    if (this.pendingBytes === 0) this.close(false);
  }

  closed(): void {
    this.gone();
    this.#put(RELEASE, 0);
  }

  /** Its thread has ended, or says that the connection is over. */
  gone(): void {
    this.#isGone = true;
    this.#isClosing = true;
    this.#inbox = null;
    const session = this.#session;
    this.#session = null;
    if (session !== null) this.#link.server.close(session);
  }

  // ── requests ─────────────────────────────────────────────────────────────────────────────────────

  #run(session: S, bytes: Buffer, start: number, end: number): number {
    const consumed = this.#link.server.receive(session, bytes, start, end);
    this.#bytesWanted = consumed < end - start ? session.bytesWanted : 0;
    return consumed;
  }

  #offer(session: S): void {
    const inbox = this.#inbox;
    if (inbox === null || inbox.heldBytes < this.#bytesWanted) return;
    inbox.start += this.#run(session, inbox.bytes, inbox.start, inbox.end);
    if (inbox.heldBytes > 0) return;
    inbox.release();
    this.#inbox = null;
  }

  /** A connection's own memory is as large as its request; what the machine can't hold ends it. */
  #keep(bytes: Buffer, start: number, end: number): void {
    try {
      if (this.#inbox === null) this.#inbox = new Inbox(this.#link.inboxes, bytes, start, end, 0);
      else this.#inbox.appendAll(bytes, start, end, this.#bytesWanted);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.close(true);
    }
  }

  #pause(): void {
    this.#isPaused = true;
    this.#answersAwaited++;
    this.#put(PAUSE, 0);
  }

  #put(kind: number, detail: number): void {
    this.#link.outlet.put(kind, this.slot, detail);
    this.#link.publishLater();
  }
}
