/**
 * Joins one connection of the reactor to one session of the server. The connection itself is the
 * session's `Transport`: nothing stands between a reply and the socket.
 */
import { type FrontendServer, type FrontendSession, READ_AHEAD_BYTES } from '../src/server/frontend.js';
import type { Connection } from './reactor/connection.js';
import type { ConnectionHandler } from './reactor/connection-handler.js';

export class Peer<S extends FrontendSession> implements ConnectionHandler {
  readonly #server: FrontendServer<S>;
  readonly #connection: Connection;
  #session: S | null = null;

  /** @param isLocal it came to an address that only this machine reaches */
  constructor(server: FrontendServer<S>, connection: Connection, isLocal: boolean) {
    this.#server = server;
    this.#connection = connection;
    connection.isLocal = isLocal;
    connection.readAheadBytes = READ_AHEAD_BYTES;
  }

  preload(): number {
    return this.#session?.preload?.() ?? 0;
  }

  opened(): void {
    this.#session = this.#server.open(this.#connection);
  }

  received(bytes: Buffer, start: number, end: number): number {
    const session = this.#session;
    // Refused: the transport is closing, nobody listens.
    if (session === null) return end - start;
    const consumed = this.#server.receive(session, bytes, start, end);
    if (consumed < end - start) this.#connection.bytesWanted = session.bytesWanted;
    return consumed;
  }

  drained(): void {
    if (this.#session !== null) this.#server.drained(this.#session);
    if (this.#connection.peerEnded) this.endedWhilePaused();
  }

  /** The replies owed go out, then it closes. */
  ended(): void {
    this.#connection.close(false);
  }

  /**
   * Paused with replies pending, the server waits for room, and the rest of the requests will be run.
   * Paused without any it waits for something else: a peer that ends while its request is blocked gives
   * it up, as with Redis.
   */
  endedWhilePaused(): void {
    if (this.#connection.isPaused && this.#connection.pendingBytes === 0) this.#connection.close(false);
  }

  closed(): void {
    if (this.#session !== null) this.#server.close(this.#session);
    this.#session = null;
  }
}
