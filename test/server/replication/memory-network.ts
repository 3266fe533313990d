/**
 * Connections between servers in memory, in an order and in pieces that a seed decides. Bytes wait until `run` delivers
 * them; a connection may break at any byte.
 */
import type { Random } from '../../../src/base/random.js';
import type { Transport } from '../../../src/server/frontend.js';
import type { Connect, Link, LinkHandler } from '../../../src/server/replication/link.js';
import type { JanusServer } from '../../../src/server/server.js';
import type { Session } from '../../../src/server/session.js';

const PIECE_BYTES_MAX = 3000;

class Connection {
  /** Bytes under way. */
  #toMaster: Buffer = Buffer.alloc(0);
  #toReplica: Buffer = Buffer.alloc(0);
  /** Arrived at the master, but not whole. */
  #unread: Buffer = Buffer.alloc(0);
  readonly #session: Session | null;
  #isAnnounced = false;
  isOver = false;

  constructor(
    readonly master: JanusServer,
    readonly handler: LinkHandler,
  ) {
    const connection = this;
    const transport: Transport = {
      peerAddress: '127.0.0.1:50000',
      localAddress: '127.0.0.1:6379',
      descriptor: -1,
      get pendingBytes() {
        return connection.#toReplica.length;
      },
      write: (bytes, start, end) => {
        this.#toReplica = Buffer.concat([this.#toReplica, bytes.subarray(start, end)]);
      },
      pause() {},
      resume() {},
      close: () => this.break(),
    };
    this.#session = master.open(transport);
  }

  get link(): Link {
    return {
      pendingBytes: 0,
      write: (bytes) => {
        this.#toMaster = Buffer.concat([this.#toMaster, bytes]);
      },
      close: () => this.break(),
    };
  }

  get isIdle(): boolean {
    return this.isOver || (this.#isAnnounced && this.#toMaster.length + this.#toReplica.length === 0);
  }

  /** Moves a piece one way or the other. */
  step(random: Random): void {
    if (this.isOver) return;
    if (!this.#isAnnounced) {
      this.#isAnnounced = true;
      this.handler.connected();
    } else if (random.below(2) === 0) {
      const count = 1 + random.below(PIECE_BYTES_MAX);
      this.#unread = Buffer.concat([this.#unread, this.#toMaster.subarray(0, count)]);
      this.#toMaster = this.#toMaster.subarray(count);
      if (this.#session === null || this.#unread.length === 0) return;
      const consumed = this.master.receive(this.#session, this.#unread, 0, this.#unread.length);
      this.#unread = this.#unread.subarray(consumed);
    } else if (this.#toReplica.length > 0) {
      const count = 1 + random.below(PIECE_BYTES_MAX);
      const piece = Buffer.from(this.#toReplica.subarray(0, count));
      this.#toReplica = this.#toReplica.subarray(count);
      if (this.#toReplica.length === 0 && this.#session !== null) this.master.drained(this.#session);
      this.handler.received(piece);
    }
  }

  /** What is under way is lost. Both sides learn of it at once. */
  break(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.#session !== null) this.master.close(this.#session);
    this.handler.closed(new Error('the connection broke'));
  }
}

export class MemoryNetwork {
  readonly #servers = new Map<number, JanusServer>();
  #connections: Connection[] = [];

  constructor(readonly random: Random) {}

  /** The server can be reached at this port. */
  listen(port: number, server: JanusServer): void {
    this.#servers.set(port, server);
  }

  readonly connect: Connect = (_host, port, handler) => {
    const server = this.#servers.get(port);
    if (server === undefined) throw new Error(`nobody listens on ${port}`);
    const connection = new Connection(server, handler);
    this.#connections.push(connection);
    return connection.link;
  };

  get isIdle(): boolean {
    return this.#connections.every((connection) => connection.isIdle);
  }

  step(): void {
    this.#connections = this.#connections.filter(({ isOver }) => !isOver);
    for (const connection of [...this.#connections]) connection.step(this.random);
  }

  /** Breaks a connection, if there is one. */
  breakOne(): void {
    const { length } = this.#connections;
    if (length > 0) this.#connections[this.random.below(length)].break();
  }
}
