/**
 * A client and a backend, joined: what comes from one goes to the other, at once and from the receive buffer. While one
 * side doesn't take what it is sent, the other isn't read from; the end of one direction is passed on by itself.
 *
 *     client accepted, paused ──► choose, connect ──► joined ──► both have ended, or one has failed ──► over
 *                                   │      ▲            │
 *                                   │      └────────────┴─ reset before a byte went either way: the next one
 *                                   └─ refused, or too late: the next one
 *
 * The kernel of a backend that is dying may have taken a connection that the backend never saw. Once a byte has gone
 * there nobody can know whether it was acted on, so only what was never sent is sent to another.
 */
import type { Libc } from '../../src/native/libc.js';
import type { Connection } from '../reactor/connection.js';
import type { ConnectionHandler } from '../reactor/connection-handler.js';
import type { Deadline, Deadlines } from '../reactor/deadlines.js';
import type { Backend, ByteCount } from './backend.js';
import { Bulk, type BulkHost } from './bulk.js';

/** What a tunnel needs of its app. */
export interface TunnelHost {
  readonly libc: Libc;
  readonly connectDeadlines: Deadlines<TimedConnect>;
  /** Of half the time that a tunnel may be idle; null for ever. */
  readonly idleDeadlines: Deadlines<Tunnel> | null;
  /** The next backend to try. @returns null when all were */
  choose(tried: readonly Backend[]): Backend | null;
  /** @returns null when this machine refuses */
  connect(backend: Backend, createHandler: (connection: Connection) => ConnectionHandler): Connection | null;
  /** What a backend has to hear before the client. @returns null for nothing */
  headerFor(client: Connection): Buffer | null;
  /** It was chosen and has not taken a connection. @param errno 0 when it took too long */
  failed(backend: Backend, errno: number): void;
  /** It took a connection, and reset it before a byte went either way. */
  dropped(backend: Backend, errno: number): void;
  opened(tunnel: Tunnel): void;
  over(tunnel: Tunnel): void;
}

/** Something that connects, within a time. */
export interface TimedConnect extends Deadline {
  connectTimedOut(): void;
}

/** Sweeps without traffic before a tunnel counts as idle. */
const QUIET_SWEEPS = 2;

class TunnelEnd implements ConnectionHandler, BulkHost {
  other: TunnelEnd | null = null;
  isOpen = false;
  hasEnded = false;
  isClosed = false;
  /** Why it was closed, 0 when in order. */
  errno = 0;
  /** Counts what comes from here, for the backend … */
  count: ByteCount | null = null;
  /** … and for this connection. */
  bytes = 0;
  readonly #bulk: Bulk;

  constructor(
    readonly tunnel: Tunnel,
    readonly connection: Connection,
    libc: Libc,
  ) {
    this.#bulk = new Bulk(libc, this);
  }

  get source(): Connection {
    return this.connection;
  }

  get target(): Connection | null {
    return this.other === null ? null : this.other.connection;
  }

  carried(count: number): void {
    this.tunnel.hadTraffic = true;
    this.bytes += count;
    if (this.count !== null) this.count.bytes += count;
  }

  /** Both ends are closed. */
  release(): void {
    this.#bulk.close();
  }

  opened(): void {
    this.isOpen = true;
    this.tunnel.endOpened(this);
  }

  received(bytes: Buffer, start: number, end: number): number {
    const { target } = this;
    // The other side is gone, and this one is about to be.
    if (target === null) return end - start;
    target.writeAtOnce(bytes, start, end);
    if (target.isOver && this.tunnel.mayMove) {
      // Its kernel took none of it: it is kept for the next backend.
      this.connection.pause();
      return 0;
    }
    this.carried(end - start);
    if (target.pendingBytes > 0) this.connection.pause();
    this.#bulk.received(end - start);
    return end - start;
  }

  drained(): void {
    this.other?.connection.resume();
  }

  ended(): void {
    this.hasEnded = true;
    this.tunnel.directionEnded(this);
  }

  /** The end is passed on behind the bytes that come before it. */
  endedWhilePaused(): void {}

  closed(errno: number): void {
    this.isClosed = true;
    this.errno = errno;
    this.tunnel.endClosed(this, errno);
  }
}

export class Tunnel implements TimedConnect {
  dueMs = 0;
  dueBefore: Deadline | null = null;
  dueAfter: Deadline | null = null;
  /** Since the last sweep. */
  hadTraffic = false;
  readonly client: TunnelEnd;
  readonly #host: TunnelHost;
  /** A new configuration brings others, for others. */
  readonly #connectDeadlines: Deadlines<TimedConnect>;
  readonly #idleDeadlines: Deadlines<Tunnel> | null;
  #backend: TunnelEnd | null = null;
  /** The backend that took the connection, also when it is gone: the client may still be sent what came of it. */
  #joined: TunnelEnd | null = null;
  #chosen: Backend | null = null;
  /** The one that was tried last. */
  backend: Backend | null = null;
  readonly #tried: Backend[] = [];
  #quietSweeps = 0;

  constructor(host: TunnelHost, client: Connection) {
    this.#host = host;
    this.#connectDeadlines = host.connectDeadlines;
    this.#idleDeadlines = host.idleDeadlines;
    this.client = new TunnelEnd(this, client, host.libc);
  }

  /** Nothing was said on it either way, so another backend may serve it. */
  get mayMove(): boolean {
    const { client } = this;
    const backend = this.#backend;
    if (client.bytes > 0 || client.hasEnded || client.connection.isOver || backend === null) return false;
    return backend.bytes === 0 && !backend.hasEnded;
  }

  /** The connection to the backend; null before there is one. */
  get server(): TunnelEnd | null {
    return this.#joined;
  }

  endOpened(end: TunnelEnd): void {
    if (end !== this.client) {
      this.#join(end);
      return;
    }
    end.connection.pause();
    this.#host.opened(this);
    this.#connectNext();
  }

  directionEnded(from: TunnelEnd): void {
    const to = from.other;
    if (to === null) return;
    to.connection.end();
    if (!to.hasEnded) return;
    // What is pending either way is sent first.
    from.connection.close(false);
    to.connection.close(false);
  }

  endClosed(end: TunnelEnd, errno: number): void {
    if (end === this.client) {
      // Failed, and nobody is left to take the answer; or both have ended, and this changes nothing.
      if (this.#backend !== null && errno !== 0) this.#backend.connection.close(true);
    } else {
      this.#backendClosed(end, errno);
    }
    if (!this.client.isClosed || this.#backend !== null) return;
    this.#idleDeadlines?.lift(this);
    this.client.release();
    this.#joined?.release();
    this.#host.over(this);
  }

  connectTimedOut(): void {
    this.#backend?.connection.close(true);
  }

  /** Called twice in the time that a tunnel may be idle. */
  sweep(): void {
    this.#quietSweeps = this.hadTraffic ? 0 : this.#quietSweeps + 1;
    this.hadTraffic = false;
    if (this.#quietSweeps < QUIET_SWEEPS) {
      this.#idleDeadlines?.set(this);
      return;
    }
    this.client.connection.close(true);
    this.#backend?.connection.close(true);
  }

  #connectNext(): void {
    const backend = this.#host.choose(this.#tried);
    if (backend === null) {
      this.client.connection.close(true);
      return;
    }
    backend.active++;
    this.#chosen = backend;
    this.backend = backend;
    this.#tried.push(backend);
    const connection = this.#host.connect(backend, (connecting) => {
      this.#backend = new TunnelEnd(this, connecting, this.#host.libc);
      return this.#backend;
    });
    if (connection === null) {
      backend.active--;
      this.#chosen = null;
      this.#backend = null;
      this.client.connection.close(true);
      return;
    }
    this.#connectDeadlines.set(this);
  }

  #join(backend: TunnelEnd): void {
    this.#connectDeadlines.lift(this);
    this.#idleDeadlines?.set(this);
    const { client } = this;
    if (this.#chosen === null) return;
    this.#chosen.connected++;
    client.count = this.#chosen.sent;
    backend.count = this.#chosen.received;
    this.#joined = backend;
    client.other = backend;
    backend.other = client;
    const header = this.#host.headerFor(client.connection);
    if (header !== null) backend.connection.writeAtOnce(header, 0, header.length);
    client.connection.resume();
  }

  #backendClosed(backend: TunnelEnd, errno: number): void {
    const chosen = this.#chosen;
    const { mayMove } = this;
    this.#backend = null;
    this.#chosen = null;
    if (chosen !== null) chosen.active--;
    if (!backend.isOpen) {
      this.#connectDeadlines.lift(this);
      if (this.client.connection.isOver) return;
      if (chosen !== null) this.#host.failed(chosen, errno);
    } else if (mayMove) {
      this.#part(backend);
      if (chosen !== null) this.#host.dropped(chosen, errno);
    } else {
      // It has failed: what came of it is still delivered.
      this.client.connection.close(false);
      return;
    }
    this.#connectNext();
  }

  /** As if they had not been joined. */
  #part(backend: TunnelEnd): void {
    this.#idleDeadlines?.lift(this);
    this.client.connection.pause();
    this.client.other = null;
    backend.other = null;
    this.#joined = null;
  }
}
