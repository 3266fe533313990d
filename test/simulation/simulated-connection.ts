/**
 * One connection in the simulated network, both of its ends: the client's, which sends in pieces, reads slowly or
 * vanishes, and the frontend's, which keeps the seam's contract (src/server/frontend.ts) and no more than that. Whatever
 * the contract leaves open is done in the nastiest way: bytes are offered at any offset of a buffer that is overwritten
 * right after.
 */
import type { Transport } from '../../src/server/frontend.js';
import type { JanusServer } from '../../src/server/server.js';
import type { Session } from '../../src/server/session.js';
import type { Dice } from '../support/dice.js';
import type { Breakage } from './canary.js';
import type { ModelSession } from './model/model.js';
import type { Script } from './requests.js';

/** Above this the frontend reads no more requests: little, so that it happens. */
const PENDING_BYTES_PAUSE = 32 * 1024;
const GARBAGE = 0xee;

/** A request that was sent: its words, or null when it breaks the protocol. */
export interface SentRequest {
  readonly words: readonly string[] | null;
  /** Offset in the client's stream of the first byte after it. */
  readonly end: number;
}

export class SimulatedConnection implements Transport {
  readonly localAddress = '127.0.0.1:6379';
  readonly descriptor = -1;
  session: Session | null = null;
  /** Requests sent and not run yet. */
  readonly requests: SentRequest[] = [];
  /** The last that ran, for whoever has to understand a failure. */
  readonly recent: SentRequest['words'][] = [];
  sentBytes = 0;
  consumedBytes = 0;
  /** Every piece arrives after the one before it. */
  lastArrivalMs = 0;
  /** What the server wrote since it was last compared. */
  written = '';
  /** Since when an unfinished request was there, or -1. */
  partialSinceMs = -1;
  isClosing = false;
  isDropped = false;
  isOver = false;
  inputEnded = false;

  #inbox: Buffer = Buffer.alloc(0);
  #isFresh = false;
  #isPaused = false;
  /** Of what was written: how much the kernel holds for the client, and how much waits for room there. */
  #kernelBytes = 0;
  #pendingBytes = 0;

  constructor(
    readonly name: string,
    readonly model: ModelSession,
    readonly script: Script,
    /** How much the kernel holds. */
    readonly windowBytes: number,
    readonly dice: Dice,
    readonly host: ConnectionHost,
  ) {}

  get peerAddress(): string {
    return this.name;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  write(bytes: Buffer, start: number, end: number): void {
    if (this.isDropped || this.isOver) return;
    const text = this.host.breakage.reply(bytes.toString('latin1', start, end));
    this.written += text;
    this.#pendingBytes += text.length;
    this.#fillWindow();
    this.host.wrote(this);
  }

  pause(): void {
    this.#isPaused = true;
    if (this.inputEnded) this.host.later(this, () => this.#finishIfOver());
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#isFresh = true;
    this.host.later(this, () => this.proceed());
  }

  offerAgain(): void {
    this.#isFresh = true;
    this.host.later(this, () => this.proceed());
  }

  close(now: boolean): void {
    this.isClosing = true;
    if (now) {
      this.isDropped = true;
      this.#pendingBytes = 0;
    }
    this.host.wrote(this);
    this.host.later(this, () => this.#finishIfOver());
  }

  // ── the client's end ─────────────────────────────────────────────────────────────────────────────

  arrive(piece: Buffer): void {
    if (this.isOver) return;
    this.#inbox = Buffer.concat([this.#inbox, piece]);
    this.#isFresh = true;
    this.proceed();
  }

  /** The client sends no more. */
  endInput(): void {
    if (this.isOver) return;
    this.inputEnded = true;
    this.#finishIfOver();
  }

  /** A reset, from either side of the network: replies under way are lost. */
  vanish(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.session !== null) this.host.server.close(this.session);
    this.host.gone(this);
  }

  /** The client takes what it can of what is there. */
  read(bytesMax: number): void {
    if (this.isOver || this.#kernelBytes === 0) return;
    const wasPending = this.#pendingBytes > 0;
    this.#kernelBytes -= Math.min(bytesMax, this.#kernelBytes);
    this.#fillWindow();
    if (wasPending && this.#pendingBytes === 0 && this.session !== null) {
      this.host.server.drained(this.session);
      this.host.settle();
    }
    this.proceed();
  }

  /** Offers what is there, when nothing speaks against it. */
  proceed(): void {
    if (this.isOver) return;
    if (this.#mayOffer()) this.#offer();
    this.#finishIfOver();
  }

  #mayOffer(): boolean {
    if (this.session === null || !this.#isFresh || this.#isPaused || this.isClosing) return false;
    if (this.#pendingBytes > PENDING_BYTES_PAUSE) return false;
    // A frontend may heed bytesWanted, and need not.
    return this.#inbox.length >= this.session.bytesWanted || this.dice.oneIn(4);
  }

  #offer(): void {
    const { session, host, dice } = this;
    if (session === null) return;
    this.#isFresh = false;
    const before = dice.between(0, 5);
    const end = before + this.#inbox.length;
    const buffer = Buffer.from(new ArrayBuffer(end + dice.between(0, 5))).fill(GARBAGE);
    this.#inbox.copy(buffer, before);
    const consumed = host.server.receive(session, buffer, before, end);
    buffer.fill(GARBAGE);
    this.#inbox = this.#inbox.subarray(consumed);
    if (consumed > 0 || this.partialSinceMs < 0) this.partialSinceMs = host.nowMs;
    if (this.#inbox.length === 0) this.partialSinceMs = -1;
    host.consumed(this, consumed);
  }

  #fillWindow(): void {
    const taken = Math.min(this.windowBytes - this.#kernelBytes, this.#pendingBytes);
    this.#kernelBytes += taken;
    this.#pendingBytes -= taken;
  }

  /** As frontends see it: nothing more will be asked, and what was answered is taken. */
  #finishIfOver(): void {
    if (this.isOver || (this.#pendingBytes > 0 && !this.isDropped)) return;
    if (this.isClosing || (this.inputEnded && (!this.#isFresh || this.#isPaused))) this.vanish();
  }
}

/** What a connection needs of the simulation. */
export interface ConnectionHost {
  readonly server: JanusServer;
  readonly nowMs: number;
  readonly breakage: Breakage;
  /** Does something in a later turn, at about this time. */
  later(connection: SimulatedConnection, work: () => void): void;
  /** The server wrote to it, or closed it. */
  wrote(connection: SimulatedConnection): void;
  /** The server took so many bytes: the requests that end in them ran. */
  consumed(connection: SimulatedConnection, count: number): void;
  /** Compares what was written with what was expected. */
  settle(): void;
  gone(connection: SimulatedConnection): void;
}
