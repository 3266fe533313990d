/**
 * The portable frontend: async functions over node:net, on every platform Node runs on.
 */
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { BufferPool } from '../src/base/buffer-pool.js';
import { clearTimeout, setImmediate, setTimeout } from '../src/base/timers.js';
import type {
  Frontend,
  FrontendCounters,
  FrontendOptions,
  FrontendServer,
  FrontendSession,
  ListenAddress,
  Listener,
} from '../src/server/frontend.js';
import { PENDING_BYTES_PAUSE } from '../src/server/frontend.js';
import { Connection, type ConnectionContext, LAST_LINGER_MS, LINGER_MS } from './connection.js';
import { converse } from './converse.js';
import { acceptFrom, type Handle, handleOf } from './handle.js';
import { InsideTurns } from './inside.js';
import { SendBuffer } from './send-buffer.js';

/** As much as libuv reads at once. */
const RECEIVE_BUFFER_BYTES = 64 * 1024;

/**
 * Whoever was to be settled at the turn's end waits for no more than so many others to be served. libuv's turn may bring
 * 48 times 1,024 of them, and clients that wait for a message or a time-out would wait for all.
 */
const SERVED_PER_SETTLING = 256;

export function createFrontend<S extends FrontendSession>(
  server: FrontendServer<S>,
  options: FrontendOptions = {},
): Frontend {
  return new NetFrontend(server, options);
}

class NetFrontend<S extends FrontendSession> implements Frontend, FrontendCounters, ConnectionContext {
  readonly name = 'v1';
  readonly counters: FrontendCounters = this;
  readonly sendBuffer = new SendBuffer();
  readonly receiveBuffer: Buffer = Buffer.allocUnsafeSlow(RECEIVE_BUFFER_BYTES);
  readonly inboxes = new BufferPool(
    (byteLength) => Buffer.allocUnsafeSlow(byteLength),
    (age, afterMs) => setTimeout(age, afterMs).unref(),
  );
  readonly pendingBytesPause: number;
  accepted = 0;
  closed = 0;
  acceptErrors = 0;
  lingerMs = LINGER_MS;
  bytesReceived = 0;
  bytesSent = 0;
  active: Connection | null = null;
  #unsettled: Connection[] = [];
  /** Since somebody had to be settled. */
  #servedCount = 0;
  readonly #server: FrontendServer<S>;
  readonly #options: FrontendOptions;
  readonly #listeners = new Set<NetServer>();
  /** Every connection, and its end. */
  readonly #conversations = new Map<Connection, Promise<void>>();
  readonly #insideTurns = new InsideTurns(this.#conversations);
  #closing: Promise<void> | null = null;
  #isHeld = true;
  /** Needs descriptors. */
  readonly serveInside?: () => void;
  readonly adopt?: <T extends FrontendSession>(descriptor: number, server: FrontendServer<T>) => void;
  readonly acceptsNobodyInside = true;

  constructor(server: FrontendServer<S>, options: FrontendOptions) {
    this.#server = server;
    this.#options = options;
    this.pendingBytesPause = options.pendingBytesPause ?? PENDING_BYTES_PAUSE;
    if (process.platform === 'win32') return;
    this.serveInside = () => this.#serveInside();
    this.adopt = (descriptor, other) => void this.#converse(handleOf(descriptor), null, other);
  }

  async listen(address: ListenAddress, backlog: number): Promise<Listener> {
    if (this.#closing !== null) throw new Error('the frontend is closed');
    const path = 'path' in address ? address.path : null;
    const listener = createNetServer({ allowHalfOpen: true, noDelay: true });
    return new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(listenOptions(address, backlog), () => {
        listener.off('error', reject);
        acceptFrom(listener, (accepted) => this.#accept(accepted, path));
        listener.on('error', (trouble) => {
          this.acceptErrors++;
          this.#options.report?.(trouble);
        });
        this.#listeners.add(listener);
        if (!this.#isHeld) listener.unref();
        const bound = listener.address();
        resolve({
          port: bound !== null && typeof bound === 'object' ? bound.port : 0,
          stop: () => {
            this.#listeners.delete(listener);
            listener.close();
          },
        });
      });
    });
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    const handles = [...this.#listeners, ...[...this.#conversations.keys()].map(({ socket }) => socket)];
    for (const handle of handles) {
      if (isHeld) handle.ref();
      else handle.unref();
    }
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#closeAll(deadlineMs);
    return this.#closing;
  }

  settleLater(connection: Connection): void {
    if (this.#unsettled.push(connection) === 1) setImmediate(this.#settleAll);
  }

  served(): void {
    if (this.#unsettled.length > 0 && ++this.#servedCount >= SERVED_PER_SETTLING) this.#settleAll();
  }

  readonly #settleAll = (): void => {
    const unsettled = this.#unsettled;
    this.#unsettled = [];
    this.#servedCount = 0;
    for (const connection of unsettled) connection.settle();
  };

  #serveInside(): void {
    const { active } = this;
    this.active = null;
    this.#settleAll();
    this.#insideTurns.turn(active);
    this.active = active;
  }

  #accept(accepted: Handle | Socket, path: string | null): void {
    const connection = this.#converse(accepted, path, this.#server);
    const keepalive = this.#options.tcpKeepaliveSeconds ?? 0;
    if (keepalive > 0) connection.socket.setKeepAlive(true, keepalive * 1000);
  }

  #converse<T extends FrontendSession>(
    accepted: Handle | Socket,
    path: string | null,
    server: FrontendServer<T>,
  ): Connection {
    this.accepted++;
    const connection = new Connection(accepted, this, path);
    if (!this.#isHeld) connection.socket.unref();
    this.#conversations.set(connection, this.#serve(connection, server));
    return connection;
  }

  async #serve<T extends FrontendSession>(connection: Connection, server: FrontendServer<T>): Promise<void> {
    await converse(server, connection);
    this.closed++;
    this.#conversations.delete(connection);
  }

  async #closeAll(deadlineMs: number): Promise<void> {
    const listenersClosed = [...this.#listeners].map(
      (listener) => new Promise<void>((resolve) => listener.close(() => resolve())),
    );
    this.lingerMs = LAST_LINGER_MS;
    for (const connection of this.#conversations.keys()) connection.close(false);
    const deadline = setTimeout(() => {
      for (const connection of this.#conversations.keys()) connection.close(true);
    }, deadlineMs);
    await Promise.all([...listenersClosed, ...this.#conversations.values()]);
    clearTimeout(deadline);
  }
}

function listenOptions(address: ListenAddress, backlog: number) {
  // Exclusive: in a worker of node:cluster another one's server would get some of the clients, and it has other data.
  if ('path' in address) return { path: address.path, backlog, exclusive: true };
  // An IPv6 address stands for itself, so that `bind 0.0.0.0 ::` gets both.
  const ipv6Only = address.host.includes(':');
  return { host: address.host, port: address.port, backlog, ipv6Only, exclusive: true };
}
