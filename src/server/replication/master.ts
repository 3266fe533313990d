/**
 * The server that this one follows: the connection to it, what it sends, and how far that was taken in.
 *
 *     connect ─► connecting ─► handshake ─┬─ CONTINUE ───────────────────────────► connected
 *        ▲                                └─ FULLRESYNC ─► sync (the snapshot) ──►     │
 *        └─ at once, if it was connected, or a second later ── the connection broke ◄──┘
 *
 * How a snapshot gets into the keyspace is `arrival.ts`, and how the stream that follows it does is `master-stream.ts`.
 */
import type { Clock } from '../../base/clock.js';
import { BadFormat } from '../../persistence/rdb/reader.js';
import { requestOf } from '../../protocol/request-writer.js';
import type { Config } from '../config/config.js';
import { NOTICE, WARNING } from '../log-levels.js';
import type { Session } from '../session.js';
import type { Arrival } from './arrival.js';
import { type Greeting, Handshake, HandshakeRefused } from './handshake.js';
import type { Intake } from './intake.js';
import type { Connect, Link, LinkHandler } from './link.js';
import { MasterStream, type MasterStreamHost } from './master-stream.js';

const RETRY_DELAY_MS = 1000;
const ACKNOWLEDGE_INTERVAL_MS = 1000;
/** A line of a handshake is not longer. */
const LINE_BYTES_MAX = 64 * 1024;
/** What is said while a snapshot is taken in, lest the master thinks that we are gone. */
const ALIVE = Buffer.from('\n');

/** As ROLE names it. */
export type MasterState = 'connect' | 'connecting' | 'handshake' | 'sync' | 'connected';

export interface MasterHost extends MasterStreamHost {
  readonly clock: Clock;
  readonly config: Config;
  readonly connect: Connect | null;
  /** Of the history that this server's data belong to, and how far it is; `?` when it is nobody's. */
  readonly knownHistory: { readonly id: string; readonly offset: number } | null;
  /** The port that this server listens on. */
  readonly listeningPort: number;
  log(level: number, message: string): void;
  hasten(delayMs: number): void;
  /** A snapshot comes: whatever becomes of it, the data are no history that could be gone on with. */
  historyEnds(): void;
  /** What the data are called, and were while they were a part of it. */
  readonly replicationId: string;
  readonly intake: Intake;
  /** The data are those of this history, as of this offset. */
  adoptHistory(id: string, offset: number): void;
  /** The history goes on under another name. */
  renameHistory(id: string): void;
  /** A client in whose name the stream runs. @param databaseId that it has selected */
  openSession(master: Master, databaseId: number): Session;
  readonly offset: number;
  /** The database that the stream goes on with when it is the first one that this process follows. */
  readonly resumedDatabase: number;
  /** So much of the stream is on the disk here; -1 while there is no append-only file. */
  readonly syncedOffset: number;
  /** This server was the master, and wants the other one to take its place. */
  readonly handsOver: boolean;
  /** What came of that. */
  handedOver(isAccepted: boolean): void;
  /** The state changed. */
  masterChanged(): void;
}

export class Master implements LinkHandler {
  state: MasterState = 'connect';
  /** When something came from it last. */
  lastReceivedMs: number;
  /** Since when there is no connection. */
  downSinceMs: number;
  arrival: Arrival | null = null;

  readonly #host: MasterHost;
  #link: Link | null = null;
  #handshake: Handshake | null = null;
  readonly #stream: MasterStream;
  #retryAtMs = 0;
  #acknowledgedMs = 0;
  #owesAcknowledgement = false;
  /** The master asked, and what it asked about isn't on our disk yet: up to here; 0: nothing is owed. */
  #owesSyncedOffset = 0;
  #isGone = false;
  /** Of a line that isn't whole. */
  #rest: Buffer = Buffer.alloc(0);
  #greeting: Greeting | null = null;

  constructor(
    host: MasterHost,
    readonly address: string,
    readonly port: number,
  ) {
    this.#host = host;
    this.#stream = new MasterStream(host);
    this.lastReceivedMs = host.clock.wallMs();
    this.downSinceMs = this.lastReceivedMs;
  }

  /** The database that the stream has selected. */
  get streamDatabase(): number {
    return this.#stream.databaseId;
  }

  /** Null while there is no connection. */
  get link(): Link | null {
    return this.#link;
  }

  get isConnected(): boolean {
    return this.state === 'connected';
  }

  /** It isn't followed any more. */
  leave(): void {
    this.#isGone = true;
    this.#link?.close();
    this.#link = null;
    this.#abandon(new Error('it is not followed any more'));
    this.#stream.close();
  }

  /** CLIENT KILL: a new connection follows. */
  dropConnection(): void {
    this.#stream.forgetSession();
    this.#link?.close();
  }

  tick(): void {
    if (this.#isGone) return;
    const { clock, config } = this.#host;
    const nowMs = clock.wallMs();
    // Nobody reads what it sends meanwhile.
    if (this.arrival?.isBeingLoaded) this.lastReceivedMs = nowMs;
    if (this.#link === null) {
      if (this.arrival !== null) return;
      if (nowMs >= this.#retryAtMs) this.#connect();
      return;
    }
    const timeoutMs = config.get('repl-timeout') * 1000;
    if (nowMs - this.lastReceivedMs > timeoutMs) {
      this.#host.log(WARNING, `Timeout: no data from MASTER ${this.address}:${this.port}`);
      this.#link.close();
      return;
    }
    if (nowMs - this.#acknowledgedMs < ACKNOWLEDGE_INTERVAL_MS) return;
    this.#acknowledgedMs = nowMs;
    if (this.state === 'connected') this.acknowledge();
    else if (this.state === 'sync') this.#link.write(ALIVE);
  }

  /**
   * The stream itself asks how far we are. What came with the question counts when all of it was taken in: the answer waits for
   * that, and so confirms the writes that the master asks about.
   */
  acknowledgeSoon(): void {
    this.#owesAcknowledgement = true;
  }

  /** Tells the master how far we are. */
  acknowledge(): void {
    this.#owesAcknowledgement = false;
    const { offset, syncedOffset } = this.#host;
    const synced = syncedOffset < 0 ? [] : ['FACK', `${syncedOffset}`];
    this.#link?.write(requestOf(['REPLCONF', 'ACK', `${offset}`, ...synced]));
  }

  connected(): void {
    if (this.#isGone || this.#link === null) return;
    const { config, knownHistory, listeningPort } = this.#host;
    const canContinue = knownHistory !== null && this.#stream.isBetweenUnits;
    this.#handshake = new Handshake(
      {
        user: config.get('masteruser'),
        password: config.get('masterauth'),
        port: config.get('replica-announce-port') || listeningPort,
        address: config.get('replica-announce-ip'),
        replicationId: canContinue ? knownHistory.id : '?',
        offset: canContinue ? knownHistory.offset + 1 : -1,
        handsOver: this.#host.handsOver,
      },
      (bytes) => this.#link?.write(bytes),
    );
    this.#set('handshake');
    this.#handshake.begin();
  }

  received(bytes: Buffer): void {
    if (this.#isGone || this.#link === null) return;
    this.lastReceivedMs = this.#host.clock.wallMs();
    try {
      this.#take(bytes);
    } catch (error) {
      if (!(error instanceof BadFormat || error instanceof HandshakeRefused)) throw error;
      this.#host.log(WARNING, `MASTER ${this.address}:${this.port}: ${error.message}`);
      this.#abandon(error);
      this.#link?.close();
      this.#host.handedOver(false);
    }
  }

  closed(error: Error | null): void {
    if (this.#isGone || this.#link === null) return;
    const nowMs = this.#host.clock.wallMs();
    const reason = error === null ? 'the connection was closed' : error.message;
    this.#host.log(WARNING, `Connection with MASTER ${this.address}:${this.port} lost: ${reason}`);
    this.#link = null;
    this.#handshake = null;
    this.#rest = Buffer.alloc(0);
    const wasConnected = this.state === 'connected';
    if (wasConnected) this.downSinceMs = nowMs;
    this.#owesSyncedOffset = 0;
    // All of the snapshot is here: its stream can be gone on with.
    if (this.arrival?.isBeingLoaded) return;
    this.#greeting = null;
    this.#abandon(new Error(reason));
    // What it sends meanwhile is kept for us only as long as its backlog has room.
    const delayMs = wasConnected ? 0 : RETRY_DELAY_MS;
    this.#retryAtMs = nowMs + delayMs;
    this.#set('connect');
    this.#host.hasten(delayMs);
  }

  /** The stream's session may go on: CLIENT PAUSE is over. */
  resume(): void {
    if (this.state === 'connected' && !this.#isGone) this.#takeStream(Buffer.alloc(0));
  }

  #connect(): void {
    const { connect } = this.#host;
    if (connect === null) {
      this.#retryAtMs = Number.POSITIVE_INFINITY;
      this.#host.log(WARNING, 'This server has no way to reach another one');
      return;
    }
    this.lastReceivedMs = this.#host.clock.wallMs();
    this.#host.log(NOTICE, `Connecting to MASTER ${this.address}:${this.port}`);
    this.#set('connecting');
    this.#link = connect(this.address, this.port, this, this.#host.config.get('bind-source-addr'));
  }

  #take(bytes: Buffer): void {
    if (this.state === 'connected') {
      this.#takeStream(bytes);
    } else if (this.arrival !== null) {
      this.#arrive(bytes);
    } else {
      this.#readLines(bytes);
    }
  }

  #takeStream(bytes: Buffer): void {
    this.#stream.take(bytes);
    if (!this.#owesAcknowledgement) return;
    this.acknowledge();
    const { offset, syncedOffset } = this.#host;
    this.#owesSyncedOffset = syncedOffset >= 0 && syncedOffset < offset ? offset : 0;
  }

  /** More is on our disk: the master may have asked for that. */
  synced(): void {
    if (this.#owesSyncedOffset === 0 || !this.isConnected) return;
    if (this.#host.syncedOffset < this.#owesSyncedOffset) return;
    this.#owesSyncedOffset = 0;
    this.acknowledge();
  }

  /** Until the greeting is over: what follows is a snapshot or the stream. */
  #readLines(bytes: Buffer): void {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = Buffer.alloc(0);
    for (;;) {
      const end = rest.indexOf(0x0a);
      if (end < 0) break;
      const line = rest.toString('latin1', 0, end).replace(/\r$/, '');
      rest = rest.subarray(end + 1);
      // An empty line only says that the master is alive.
      if (line === '') continue;
      if (this.#greeting !== null) {
        this.#beginLoading(line, this.#greeting);
        if (rest.length > 0) this.#arrive(rest);
        return;
      }
      const greeting = this.#handshake?.answered(line) ?? null;
      if (greeting === null) continue;
      this.#greeting = greeting;
      this.#host.handedOver(greeting.kind === 'partial');
      // It may not be followed any more.
      if (this.#isGone) return;
      if (greeting.kind === 'full') continue;
      this.#continueHistory(greeting.id);
      if (rest.length > 0) this.#takeStream(rest);
      return;
    }
    if (rest.length > LINE_BYTES_MAX) throw new HandshakeRefused('a line without an end');
    this.#rest = Buffer.from(rest);
  }

  #continueHistory(id: string): void {
    this.#host.log(NOTICE, 'Successful partial resynchronization with master.');
    if (id !== '' && id !== this.#host.knownHistory?.id) this.#host.renameHistory(id);
    if (!this.#stream.isOpen) this.#stream.open(this.#host.openSession(this, this.#host.resumedDatabase));
    this.#begin();
  }

  #beginLoading(line: string, greeting: Greeting): void {
    if (greeting.kind !== 'full') throw new HandshakeRefused('no snapshot was announced');
    const host = this.#host;
    host.log(NOTICE, `Full resync from master: ${greeting.id}:${greeting.offset}`);
    this.#stream.close();
    host.historyEnds();
    this.arrival = host.intake.expect(line, greeting.id === host.replicationId, {
      loaded: (databaseId, behind) => this.#loaded(greeting, databaseId, behind),
      failed: (error) => this.#failed(error),
    });
    this.#set('sync');
  }

  #arrive(bytes: Buffer): void {
    const { arrival } = this;
    this.#host.replicas.traffic.snapshotBytes += bytes.length;
    arrival?.take(bytes);
    if (arrival?.isBeingLoaded) this.#link?.pause?.();
  }

  #loaded({ id, offset }: Greeting & { kind: 'full' }, databaseId: number, behind: Buffer): void {
    this.arrival = null;
    this.#greeting = null;
    this.#host.adoptHistory(id, offset);
    this.#stream.open(this.#host.openSession(this, databaseId));
    this.#stream.begin();
    if (this.#link === null) {
      this.#set('connect');
      this.#host.hasten(0);
      return;
    }
    this.#begin();
    this.#link.resume?.();
    // It came with the snapshot, and is the stream's.
    this.#host.replicas.traffic.snapshotBytes -= behind.length;
    if (behind.length > 0) this.#takeStream(behind);
  }

  /** Not while bytes are taken in. */
  #failed(error: Error): void {
    this.#host.log(WARNING, `MASTER <-> REPLICA sync failed: ${error.message}`);
    this.arrival = null;
    if (this.#link !== null) {
      this.#link.resume?.();
      this.#link.close();
      return;
    }
    this.#retryAtMs = this.#host.clock.wallMs() + RETRY_DELAY_MS;
    this.#set('connect');
    this.#host.hasten(RETRY_DELAY_MS);
  }

  #abandon(error: Error): void {
    const { arrival } = this;
    this.arrival = null;
    arrival?.abandon(error);
  }

  /** The stream follows. */
  #begin(): void {
    this.#stream.begin();
    this.#set('connected');
    this.acknowledge();
  }

  #set(state: MasterState): void {
    this.state = state;
    this.#host.masterChanged();
  }
}
