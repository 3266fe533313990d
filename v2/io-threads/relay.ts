/**
 * The I/O thread's side of one connection: what its socket brings goes into the ring, what the engine answers comes
 * from there. It knows no protocol; the engine's side is `remote-connection.ts`.
 *
 * Without room in the ring it stops receiving: a full ring pauses reading, and costs no memory.
 */
import { READ_AHEAD_BYTES } from '../../src/server/frontend.js';
import type { Connection } from '../reactor/connection.js';
import type { ConnectionHandler } from '../reactor/connection-handler.js';
import type { Counted } from './gathering.js';
import type { Outlet } from './outlet.js';
import {
  ADDRESS_SEPARATOR,
  CLOSED,
  DRAINED,
  ENDED,
  ENDED_WHILE_PAUSED,
  OPENED,
  RECEIVED,
} from './records.js';

/** What a relay needs of its thread. */
export interface RelayHost {
  readonly outlet: Outlet;
  /** @returns a free slot for the relay */
  takeSlot(relay: Relay): number;
  /** It has sent something. */
  heard(relay: Relay): void;
  /** Calls `roomAgain` when the ring has room. */
  awaitRoom(relay: Relay): void;
  /** Bytes are pending, of which the kernel takes some by and by. */
  isSending(relay: Relay): void;
  /** @param count bytes of the slot's connection that the kernel has taken, since it was opened */
  showSent(slot: number, count: number): void;
}

export class Relay implements ConnectionHandler, Counted {
  census = 0;
  readonly #host: RelayHost;
  readonly #connection: Connection;
  #slot = -1;
  #written = 0;
  /** The engine wants nothing. */
  #isPaused = false;
  /** The ring is full. */
  #waitsForRoom = false;
  /** Pauses that the engine has not yet been told a DRAINED for. */
  #answersOwed = 0;
  /** What the engine says now, it said before it knew. */
  #isClosed = false;

  constructor(host: RelayHost, connection: Connection) {
    this.#host = host;
    this.#connection = connection;
  }

  // ── from the socket ──────────────────────────────────────────────────────────────────────────────

  opened(): void {
    this.#slot = this.#host.takeSlot(this);
    this.#host.showSent(this.#slot, 0);
    const { peerAddress, localAddress, descriptor } = this.#connection;
    const addresses = Buffer.from(peerAddress + ADDRESS_SEPARATOR + localAddress);
    this.#host.outlet.putBytes(OPENED, this.#slot, descriptor, addresses, 0, addresses.length);
  }

  received(bytes: Buffer, start: number, end: number): number {
    this.#host.heard(this);
    const taken = this.#host.outlet.offer(RECEIVED, this.#slot, bytes, start, end);
    if (taken < end - start) {
      this.#waitsForRoom = true;
      this.#connection.pause();
      this.#host.awaitRoom(this);
    }
    return taken;
  }

  drained(): void {
    this.showSent();
    this.#host.outlet.put(DRAINED, this.#slot, this.#answersOwed);
    this.#answersOwed = 0;
  }

  ended(): void {
    this.#host.outlet.put(ENDED, this.#slot, 0);
  }

  endedWhilePaused(): void {
    this.#host.outlet.put(ENDED_WHILE_PAUSED, this.#slot, 0);
  }

  closed(errno: number): void {
    this.#isClosed = true;
    if (this.#slot >= 0) this.#host.outlet.put(CLOSED, this.#slot, errno);
  }

  // ── from the engine ──────────────────────────────────────────────────────────────────────────────

  write(bytes: Buffer, start: number, end: number): void {
    if (this.#isClosed) return;
    this.#written = (this.#written + end - start) | 0;
    this.#connection.writeNow(bytes, start, end);
    this.showSent();
    if (this.#connection.pendingBytes > 0) this.#host.isSending(this);
  }

  pause(): void {
    if (this.#isClosed) return;
    this.#isPaused = true;
    // Not where the ring is full: that costs no memory.
    this.#connection.readAheadBytes = READ_AHEAD_BYTES;
    this.#connection.pause();
    // Who paused waits for one of these, and has perhaps come too late for the event.
    this.#answersOwed++;
    if (this.#connection.pendingBytes === 0) this.drained();
    if (this.#connection.peerEnded) this.endedWhilePaused();
  }

  resume(): void {
    this.#isPaused = false;
    this.#connection.readAheadBytes = 0;
    if (this.#isClosed) return;
    if (!this.#waitsForRoom) this.#connection.resume();
  }

  close(now: boolean): void {
    this.#connection.close(now);
  }

  roomAgain(): void {
    this.#waitsForRoom = false;
    if (!this.#isPaused) this.#connection.resume();
  }

  /** @returns whether more is pending */
  showSent(): boolean {
    this.#host.showSent(this.#slot, (this.#written - this.#connection.pendingBytes) | 0);
    return this.#connection.pendingBytes > 0;
  }
}
