/**
 * A connection to a server that keys are moved to. It outlives a migration for a while, since another one often follows,
 * and remembers which database is selected at the other end.
 */
import type { Connect, Link, LinkHandler } from '../replication/link.js';

/** What goes on over it at the moment. */
export interface PeerListener {
  opened(): void;
  /** @param line of a reply, without its end */
  replied(line: string): void;
  /** Everything written has left. */
  drained(): void;
  lost(): void;
}

/** No database is known to be selected. */
export const UNKNOWN_DATABASE = -1;

export class Peer implements LinkHandler {
  isOpen = false;
  isClosed = false;
  /** There is such a host, and it, or one on the way to it, turned the connection down. */
  isRefused = false;
  databaseId = UNKNOWN_DATABASE;
  /** When its last migration ended, monotonic clock. */
  usedMs = 0;
  listener: PeerListener | null = null;

  readonly #link: Link;
  /** Of a line that isn't whole. */
  #rest = '';

  constructor(connect: Connect, host: string, port: number) {
    this.#link = connect(host, port, this);
  }

  get pendingBytes(): number {
    return this.#link.pendingBytes;
  }

  write(bytes: Buffer): void {
    this.#link.write(bytes);
  }

  /** Nobody is told. */
  close(): void {
    this.listener = null;
    if (this.isClosed) return;
    this.isClosed = true;
    this.#link.close();
  }

  connected(): void {
    this.isOpen = true;
    this.listener?.opened();
  }

  received(bytes: Buffer): void {
    const lines = (this.#rest + bytes.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.listener?.replied(line.replace(/\r$/, ''));
  }

  drained(): void {
    this.listener?.drained();
  }

  closed(error: Error | null): void {
    this.isClosed = true;
    this.isRefused = !this.isOpen && error !== null && !isUnknownHost(error);
    this.listener?.lost();
  }
}

/** Its name leads to no address. */
const isUnknownHost = (error: Error): boolean => 'syscall' in error && error.syscall === 'getaddrinfo';
