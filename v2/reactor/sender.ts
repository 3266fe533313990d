/**
 * The sending half of a connection: from the caller's memory straight to the kernel, and what the kernel
 * doesn't take into a backlog. It answers what the kernel answered, and decides nothing about the
 * connection.
 */
import { MSG_NOSIGNAL, SHUT_RDWR, SHUT_WR } from '../../src/native/constants.js';
import type { Libc } from '../../src/native/libc.js';
import type { AddressCache } from '../../src/native/native-buffer.js';
import { EAGAIN, ENOMEM } from '../../src/native/system-error.js';
import { Backlog, type ChunkPool } from './backlog.js';
import type { ReactorCounters } from './counters.js';
import type { Pipe } from './pipe.js';
import { NOT_LOGGED, type TurnLog } from './turn-log.js';

/** What one flush gives the kernel at most, however fast the peer takes it. */
export const FLUSH_BYTES_MAX = 1024 * 1024;

export interface SenderHost {
  readonly libc: Libc;
  readonly counters: ReactorCounters;
  readonly addresses: AddressCache;
  readonly chunks: ChunkPool;
  readonly turnLog: TurnLog;
}

export class Sender {
  /** Bytes written and not yet taken by the kernel. */
  pendingBytes = 0;
  readonly #host: SenderHost;
  readonly #libc: Libc;
  readonly #descriptor: number;
  #backlog: Backlog | null = null;
  /** Holds what is pending before the backlog. */
  #pipe: Pipe | null = null;
  /** The stretch of the turn's log that is all that is pending; empty when there is none. */
  #logStart = 0;
  #logEnd = 0;

  constructor(host: SenderHost, descriptor: number) {
    this.#host = host;
    this.#libc = host.libc;
    this.#descriptor = descriptor;
  }

  /** Sends [start, end) while nothing is pending; keeps what isn't taken. @returns 0, or -errno */
  send(bytes: Buffer, start: number, end: number): number {
    const address = this.#host.addresses.of(bytes, start, end);
    const sent = this.#libc.send(this.#descriptor, address, end - start, MSG_NOSIGNAL);
    if (sent < 0) return sent === -EAGAIN ? this.keep(bytes, start, end) : sent;
    this.#host.counters.bytesSent += sent;
    // Taken in part: the socket is full, and EPOLLOUT comes when it isn't.
    return sent === end - start ? 0 : this.keep(bytes, start + sent, end);
  }

  /** Sends what `pipe` holds while nothing is pending; what isn't taken stays there. @returns 0, or -errno */
  sendFrom(pipe: Pipe): number {
    const sent = pipe.emptyInto(this.#descriptor);
    if (sent < 0) return sent;
    this.#host.counters.bytesSent += sent;
    if (pipe.heldBytes > 0) this.#pipe = pipe;
    this.pendingBytes = pipe.heldBytes;
    return 0;
  }

  /** As `keep`, of what is flushed at this turn's end at the latest. */
  keepForTurn(bytes: Buffer, start: number, end: number): number {
    const { turnLog } = this.#host;
    const isFirst = this.pendingBytes === 0;
    if (!isFirst && !this.#hasStretch) return this.keep(bytes, start, end);
    const position = isFirst
      ? turnLog.add(bytes, start, end)
      : turnLog.extend(this.#logEnd, bytes, start, end);
    if (position === NOT_LOGGED) return this.keep(bytes, start, end);
    if (isFirst) this.#logStart = position;
    this.#logEnd = position + end - start;
    this.pendingBytes += end - start;
    return 0;
  }

  /** Copies [start, end) behind what is pending. @returns 0, or -ENOMEM */
  keep(bytes: Buffer, start: number, end: number): number {
    const left = this.#hasStretch ? this.#leaveLog(this.#logStart) : 0;
    const result = left < 0 ? left : this.#append(bytes, start, end);
    if (result === 0) this.pendingBytes += end - start;
    return result;
  }

  #append(bytes: Buffer, start: number, end: number): number {
    try {
      this.#backlog ??= new Backlog(this.#host.chunks);
      this.#backlog.append(bytes, start, end);
      return 0;
    } catch (error) {
      // Too much for this machine, or for now: one connection's end, not the process's.
      if (error instanceof RangeError) return -ENOMEM;
      throw error;
    }
  }

  /** Gives the kernel what is pending. @returns bytes, FLUSH_BYTES_MAX when it would take more; or -errno */
  flush(): number {
    if (this.#pipe !== null) return this.#flushPipe(this.#pipe);
    if (this.#hasStretch) return this.#flushLog();
    const backlog = this.#backlog;
    if (backlog === null) return 0;
    let total = 0;
    while (this.pendingBytes > 0 && total < FLUSH_BYTES_MAX) {
      const length = Math.min(backlog.contiguousBytes, FLUSH_BYTES_MAX - total);
      const sent = this.#libc.send(this.#descriptor, backlog.address, length, MSG_NOSIGNAL);
      if (sent === -EAGAIN) return total;
      if (sent < 0) return sent;
      this.#host.counters.bytesSent += sent;
      this.pendingBytes -= sent;
      total += sent;
      backlog.sent(sent);
      if (sent < length) return total;
    }
    if (this.pendingBytes === 0) this.#backlog = null;
    return total;
  }

  /** Tells the peer that no more comes. */
  end(): void {
    this.#libc.shutdown(this.#descriptor, SHUT_WR);
  }

  /** As closing it does, but now: before what is sent to others in this turn, who may be told that this peer is gone. */
  hangUp(): void {
    this.#libc.shutdown(this.#descriptor, SHUT_RDWR);
  }

  drop(): void {
    this.#backlog?.clear();
    this.#backlog = null;
    this.#pipe = null;
    this.#logStart = 0;
    this.#logEnd = 0;
    this.pendingBytes = 0;
  }

  /** What isn't taken leaves the log, which is emptied after the turn. */
  #flushLog(): number {
    const start = this.#logStart;
    const length = this.#logEnd - start;
    const { turnLog, counters } = this.#host;
    const result = this.#libc.send(this.#descriptor, turnLog.addressAt(start), length, MSG_NOSIGNAL);
    if (result < 0 && result !== -EAGAIN) return result;
    const sent = Math.max(result, 0);
    counters.bytesSent += sent;
    this.pendingBytes -= sent;
    if (sent < length) return this.#leaveLog(start + sent) || sent;
    this.#logEnd = this.#logStart;
    return sent;
  }

  get #hasStretch(): boolean {
    return this.#logEnd > this.#logStart;
  }

  /** From `start` on its stretch goes into the backlog, which is empty. @returns 0, or -ENOMEM */
  #leaveLog(start: number): number {
    const result = this.#append(this.#host.turnLog.bytes, start, this.#logEnd);
    this.#logEnd = this.#logStart;
    return result;
  }

  /** The backlog's turn comes with the next flush. */
  #flushPipe(pipe: Pipe): number {
    const sent = pipe.emptyInto(this.#descriptor);
    if (sent < 0) return sent;
    this.#host.counters.bytesSent += sent;
    this.pendingBytes -= sent;
    if (pipe.heldBytes > 0) return sent;
    this.#pipe = null;
    return this.pendingBytes > 0 ? FLUSH_BYTES_MAX : sent;
  }
}
