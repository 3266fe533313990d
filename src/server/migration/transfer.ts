/**
 * One attempt to hand keys to another server: AUTH if asked for, SELECT where another database is selected there, and a
 * RESTORE for each key; then their replies, in that order.
 *
 * What is sent is made as the connection takes it, so that a migration of many keys keeps no more than one of them and
 * a piece in memory.
 */
import { requestOf } from '../../protocol/request-writer.js';
import { type Peer, type PeerListener, UNKNOWN_DATABASE } from './peer.js';

/** What is handed to the connection at once, and may be pending before more is. */
const PIECE_BYTES = 64 * 1024;

export interface TransferPlan {
  readonly databaseId: number;
  readonly credentials: readonly string[];
  readonly keys: readonly number[];
  /** The request that restores a key, or null when the key is gone. */
  restore(key: number): Buffer | null;
}

export type TransferState = 'connecting' | 'writing' | 'reading' | 'done' | 'lost';

export class Transfer implements PeerListener {
  state: TransferState;
  /** What the other end had to say against it: its first error, without the minus. */
  refusal: string | null = null;
  /** Keys that it acknowledged. */
  readonly arrived: number[] = [];
  /** Replies to keys that were read. */
  replyCount = 0;

  readonly #peer: Peer;
  readonly #plan: TransferPlan;
  /** Called after whatever brought it further. */
  readonly #progressed: () => void;
  /** The part of the request at hand that the connection hasn't got yet. */
  #outgoing: Buffer = Buffer.alloc(0);
  #nextKey = 0;
  #hasTakenAll = false;
  /** Keys that were sent, in the order in which they will be answered. */
  readonly #sent: number[] = [];
  /** Replies to AUTH and SELECT that are still to come, and the first of them that is an error. */
  #introductions = 0;
  #introductionError: string | null = null;

  constructor(peer: Peer, plan: TransferPlan, progressed: () => void) {
    this.#peer = peer;
    this.#plan = plan;
    this.#progressed = progressed;
    this.state = 'connecting';
    peer.listener = this;
    if (peer.isOpen) this.opened();
  }

  /** All of it has left. */
  get isWritten(): boolean {
    return this.#hasTakenAll && this.#peer.pendingBytes === 0;
  }

  opened(): void {
    const { credentials, databaseId } = this.#plan;
    const introductions: Buffer[] = [];
    if (credentials.length > 0) introductions.push(requestOf(['AUTH', ...credentials]));
    if (this.#peer.databaseId !== databaseId) introductions.push(requestOf(['SELECT', `${databaseId}`]));
    this.#introductions = introductions.length;
    this.#outgoing = Buffer.concat(introductions);
    this.state = 'writing';
    this.#write();
    this.#progressed();
  }

  drained(): void {
    this.#write();
    this.#progressed();
  }

  replied(line: string): void {
    const error = line.startsWith('-') ? line.slice(1) : null;
    if (this.#introductions > 0) {
      this.#introductions--;
      this.#introductionError ??= error;
    } else if (this.replyCount < this.#sent.length) {
      const refusal = this.#introductionError ?? error;
      if (refusal === null) this.arrived.push(this.#sent[this.replyCount]);
      this.refusal ??= refusal;
      this.replyCount++;
    }
    this.#finish();
    this.#progressed();
  }

  lost(): void {
    this.state = 'lost';
    this.#progressed();
  }

  #write(): void {
    const peer = this.#peer;
    while (this.state === 'writing' && peer.pendingBytes < PIECE_BYTES) {
      if (this.#outgoing.length === 0 && !this.#takeNextKey()) {
        this.#hasTakenAll = true;
        this.state = 'reading';
        this.#finish();
        return;
      }
      peer.write(this.#outgoing.subarray(0, PIECE_BYTES));
      this.#outgoing = this.#outgoing.subarray(PIECE_BYTES);
    }
  }

  /** @returns false when there is none left */
  #takeNextKey(): boolean {
    const { keys } = this.#plan;
    while (this.#nextKey < keys.length) {
      const key = keys[this.#nextKey++];
      const request = this.#plan.restore(key);
      if (request === null) continue;
      this.#sent.push(key);
      this.#outgoing = request;
      return true;
    }
    return false;
  }

  #finish(): void {
    if (this.state !== 'reading' || this.#introductions > 0 || this.replyCount < this.#sent.length) return;
    this.state = 'done';
    this.#peer.databaseId = this.refusal === null ? this.#plan.databaseId : UNKNOWN_DATABASE;
    this.#peer.listener = null;
  }
}
