/**
 * The stream of effects that a master sends behind its snapshot. It runs as the requests of a client that may do everything and
 * gets no replies. Its session outlives the connection: with it, the next one may go on where this one broke.
 *
 * What was taken in counts, and goes on to those who follow this server, when no transaction is open: offsets name places
 * between units.
 */
import { QUEUEING, type Session } from '../session.js';
import type { ReplicationTraffic } from './replication-traffic.js';

export interface MasterStreamHost {
  readonly intake: { run(session: Session, bytes: Buffer, start: number, end: number): number };
  readonly replicas: { readonly traffic: ReplicationTraffic };
  closeSession(session: Session): void;
  /** So much of the stream was taken in: whoever follows this server gets it, too. */
  applied(bytes: Buffer, start: number, end: number): void;
}

export class MasterStream {
  readonly #host: MasterStreamHost;
  #session: Session | null = null;
  /** Of a request that isn't whole. */
  #packets: Buffer[] = [];
  #packetBytes = 0;
  /** Taken in, but a transaction is open: it counts with its end. */
  #unapplied: Buffer[] = [];

  constructor(host: MasterStreamHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#session !== null;
  }

  /** That the stream has selected. */
  get databaseId(): number {
    return this.#session?.db.id ?? 0;
  }

  /** A connection that goes on from here misses nothing, and gets nothing twice. */
  get isBetweenUnits(): boolean {
    return this.#unapplied.length === 0;
  }

  open(session: Session): void {
    this.#session = session;
  }

  /** It ends: another one is to come, or none. */
  close(): void {
    if (this.#session !== null) this.#host.closeSession(this.#session);
    this.#session = null;
    this.#unapplied = [];
  }

  /** Its session was closed by somebody else. */
  forgetSession(): void {
    this.#session = null;
  }

  /** A connection brings what follows: the beginning of a request. */
  begin(): void {
    this.#packets = [];
    this.#packetBytes = 0;
    if (this.#session === null) return;
    this.#session.partial = null;
    this.#session.bytesWanted = 1;
  }

  /** @param packet is kept as long as there is no whole request */
  take(packet: Buffer): void {
    const session = this.#session;
    if (session === null) return;
    this.#host.replicas.traffic.alsoReceived += packet.length;
    this.#packets.push(packet);
    this.#packetBytes += packet.length;
    // Joined once there is enough, so that a large value isn't copied with each packet.
    if (this.#packetBytes < session.bytesWanted) return;
    const window = this.#packets.length === 1 ? packet : Buffer.concat(this.#packets);
    const consumed = this.#host.intake.run(session, window, 0, window.length);
    this.#count(session, window.subarray(0, consumed));
    // Kept apart from the packet that it came with.
    this.#packets = consumed === window.length ? [] : [Buffer.from(window.subarray(consumed))];
    this.#packetBytes = window.length - consumed;
  }

  #count(session: Session, bytes: Buffer): void {
    if (bytes.length === 0) return;
    if ((session.states & QUEUEING) !== 0) {
      this.#unapplied.push(Buffer.from(bytes));
      return;
    }
    for (const piece of this.#unapplied.splice(0)) this.#host.applied(piece, 0, piece.length);
    this.#host.applied(bytes, 0, bytes.length);
  }
}
