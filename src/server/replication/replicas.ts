/**
 * Those who follow this server. They get a snapshot and then the stream of effects; one whose connection broke goes on
 * where it was if the backlog still has it.
 *
 *     PSYNC ──► CONTINUE, what it missed ─────────────────────────────────► online
 *           └─► waiting ─► FULLRESYNC, snapshot ─► loading ─ first ACK ─►
 *
 * While this server follows another one itself, its stream is that one's, byte for byte, and so are offsets.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import { Reply } from '../../protocol/reply.js';
import type { Config } from '../config/config.js';
import { NOTICE, WARNING } from '../log-levels.js';
import type { RdbFile } from '../persistence/rdb-file.js';
import type { Snapshots } from '../persistence/snapshots.js';
import { type PropagationSink, TO_REPLICAS } from '../propagation/sink.js';
import type { Session } from '../session.js';
import { Backlog } from './backlog.js';
import { FileSender } from './file-sender.js';
import { Replica } from './replica.js';
import { ReplicationTraffic } from './replication-traffic.js';
import { SnapshotSender, type SnapshotSenderHost } from './snapshot-sender.js';

const PING = Buffer.from('*1\r\n$4\r\nPING\r\n');
const GETACK = Buffer.from('*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n');
/** Keeps a connection alive before anything can be sent on it. */
const ALIVE = Buffer.from('\n');
const END_MARK_BYTES = 20;
/** Redis makes none smaller. */
const BACKLOG_BYTES_MIN = 16 * 1024;
const TICK_INTERVAL_MS = 1000;

export interface ReplicasHost {
  readonly clock: Clock;
  readonly config: Config;
  readonly persistence: { readonly snapshots: Snapshots; readonly rdb: RdbFile };
  /** The name of the history that offsets belong to. */
  readonly replicationId: string;
  /** The database that the stream goes on with, unless it says which. */
  readonly streamDatabase: number;
  disconnectSession(session: Session): void;
  /** More waits to be sent to it: that may be too much. */
  checkOutput(session: Session): void;
  hasten(delayMs: number): void;
  log(level: number, message: string): void;
  /** Somebody acknowledged more, came or went. */
  replicasChanged(): void;
  /** The stream is wanted from now on, or not any more. Between requests only. */
  streamWanted(isWanted: boolean): void;
  /** The backlog is gone: offsets stand still from now on, whatever changes. */
  backlogDropped(): void;
}

export class Replicas implements PropagationSink, SnapshotSenderHost {
  readonly target = TO_REPLICAS;
  selectedDb = -1;
  /** Bytes of the stream, ever. */
  offset = 0;
  /** Where the last change in it ends: PING and the like may follow. */
  unitEndOffset = 0;
  backlog: Backlog | null = null;
  fullCount = 0;
  partialCount = 0;
  partialRefusedCount = 0;
  /** The stream is a master's, which keeps it alive itself. */
  isFollowing = false;
  /** With replicas and with the master, if there is one. */
  readonly traffic = new ReplicationTraffic();

  readonly #host: ReplicasHost;
  readonly #replicas = new Set<Replica>();
  /** Of the stream, what this batch of requests brought. */
  readonly #pending = new Reply();
  #sender: SnapshotSender | FileSender | null = null;
  #wantsAcknowledgement = false;
  /** There are changes among what is pending. */
  #hasUnits = false;
  #tickedMs = 0;
  #pingedMs = 0;
  /** Since when nobody follows. */
  #aloneSinceMs = 0;

  constructor(host: ReplicasHost) {
    this.#host = host;
    host.config.watch('repl-backlog-size', (bytes) => {
      this.backlog?.resize(Math.max(bytes, BACKLOG_BYTES_MIN));
    });
  }

  get id(): string {
    return this.#host.replicationId;
  }

  get streamDatabase(): number {
    return this.#host.streamDatabase;
  }

  /** Those that asked to follow, in the order in which they came. */
  get all(): readonly Replica[] {
    return [...this.#replicas].filter(({ state }) => state !== null);
  }

  get count(): number {
    return this.all.length;
  }

  /** Those whose last acknowledgement is not older than `min-replicas-max-lag`. */
  get goodCount(): number {
    const nowMs = this.#host.clock.wallMs();
    const lagMs = this.#host.config.get('min-replicas-max-lag') * 1000;
    return this.all.filter(
      ({ state, acknowledgedMs }) => state === 'online' && nowMs - acknowledgedMs <= lagMs,
    ).length;
  }

  /** How many have acknowledged the stream up to an offset. */
  acknowledgedCount(offset: number): number {
    return this.all.filter(
      ({ state, acknowledgedOffset }) => state === 'online' && acknowledgedOffset >= offset,
    ).length;
  }

  /** How many have the stream up to an offset on their disks. */
  syncedCount(offset: number): number {
    return this.all.filter(({ state, syncedOffset }) => state === 'online' && syncedOffset >= offset).length;
  }

  /** What is known of a client that may become a replica. */
  of(session: Session): Replica {
    session.replica ??= new Replica(session, this.#host.clock.wallMs(), this.traffic);
    return session.replica;
  }

  /** Takes a client as a replica that gets a snapshot first. */
  addFull(session: Session, isOld: boolean): void {
    const replica = this.of(session);
    replica.isOld = isOld;
    replica.state = 'waiting';
    if (this.#host.config.get('repl-disable-tcp-nodelay')) replica.gatherPackets();
    this.#replicas.add(replica);
    this.fullCount++;
    this.#host.hasten(0);
  }

  /** Takes a client as a replica that has the stream up to `offset`. @returns what it has yet to get */
  addPartial(session: Session, backlog: Backlog, offset: number): Buffer {
    const replica = this.of(session);
    replica.state = 'online';
    replica.acknowledgedMs = this.#host.clock.wallMs();
    this.#replicas.add(replica);
    this.partialCount++;
    this.#host.replicasChanged();
    const missed = backlog.since(offset);
    this.traffic.alsoSent += missed.length;
    return missed;
  }

  acknowledge(session: Session, offset: number, syncedOffset: number): void {
    const { replica } = session;
    if (replica === null || replica.state === null) return;
    replica.acknowledgedMs = this.#host.clock.wallMs();
    if (offset > replica.acknowledgedOffset) replica.acknowledgedOffset = offset;
    if (syncedOffset > replica.syncedOffset) replica.syncedOffset = syncedOffset;
    if (replica.state === 'loading') {
      replica.goOnline();
      this.#host.log(
        NOTICE,
        `Synchronization with replica ${replica.address}:${replica.listeningPort} succeeded`,
      );
    }
    this.#host.replicasChanged();
  }

  forget(session: Session): void {
    const { replica } = session;
    if (replica === null) return;
    this.#replicas.delete(replica);
    if (this.#sender?.forget(replica)) this.#host.persistence.snapshots.cancel();
    if (this.#replicas.size === 0) this.#aloneSinceMs = this.#host.clock.wallMs();
    this.#host.replicasChanged();
  }

  disconnect(replica: Replica): void {
    this.#host.disconnectSession(replica.session);
  }

  disconnectAll(): void {
    for (const replica of this.all) this.disconnect(replica);
  }

  /** Its socket took everything. */
  drained(session: Session): void {
    if (session.replica?.state === 'receiving') this.#host.hasten(0);
  }

  beginUnit(): void {
    this.#hasUnits = true;
  }

  write(bytes: Buffer, start: number, end: number): void {
    this.#pending.rawSpan(bytes, start, end);
  }

  /** Hands over what the batch brought so far. */
  flush(): void {
    const { length } = this.#pending;
    if (length === 0) return;
    this.feed(this.#pending.bytes, 0, length);
    this.#pending.reset();
    if (this.#hasUnits) this.unitEndOffset = this.offset;
    this.#hasUnits = false;
  }

  /** The stream goes on: to those online, and to be kept for the others. */
  feed(bytes: Buffer, start: number, end: number): void {
    if (this.backlog === null) return;
    this.backlog.append(bytes, start, end);
    this.offset += end - start;
    let copy: Buffer | null = null;
    for (const replica of this.#replicas) {
      if (replica.state === 'online') {
        replica.send(bytes, start, end);
      } else if (replica.state === 'receiving' || replica.state === 'loading') {
        copy ??= Buffer.from(bytes.subarray(start, end));
        replica.hold(copy);
      }
      if (replica.pendingBytes > 0) this.#host.checkOutput(replica.session);
    }
  }

  /** Replicas are asked how far they are, once after the batch. */
  askForAcknowledgement(): void {
    this.#wantsAcknowledgement = true;
  }

  /** After each batch of requests. */
  endBatch(): void {
    this.flush();
    if (!this.#wantsAcknowledgement) return;
    this.#wantsAcknowledgement = false;
    if (this.backlog !== null) this.feed(GETACK, 0, GETACK.length);
  }

  /** Begins a backlog where there is none. */
  keepBacklog(): Backlog {
    this.backlog ??= new Backlog(
      Math.max(this.#host.config.get('repl-backlog-size'), BACKLOG_BYTES_MIN),
      this.offset,
    );
    return this.backlog;
  }

  /** The stream is another one now. */
  restart(offset: number): void {
    this.#pending.reset();
    this.offset = offset;
    this.backlog = null;
    this.keepBacklog();
    this.selectedDb = -1;
  }

  /** The stream goes on where it was when the data were saved, and whoever followed may come back. */
  resume(offset: number): void {
    this.restart(offset);
    this.#aloneSinceMs = this.#host.clock.wallMs();
  }

  snapshotBegins(): number {
    this.flush();
    this.keepBacklog();
    this.#host.streamWanted(true);
    this.selectedDb = -1;
    return this.offset;
  }

  newEndMark(): string {
    return randomBytes(END_MARK_BYTES).toString('hex');
  }

  ended(error: Error | null): void {
    this.#sender = null;
    if (error !== null) this.#host.log(WARNING, `Sending a snapshot to replicas failed: ${error.message}`);
    this.#host.replicasChanged();
  }

  /** @param canSync false while this server itself has no data to show */
  tick(canSync: boolean): void {
    const { clock, config } = this.#host;
    const nowMs = clock.wallMs();
    if (canSync) this.#startIfDue(nowMs);
    this.#sender?.proceed();
    if (Math.abs(nowMs - this.#tickedMs) < TICK_INTERVAL_MS) return;
    this.#tickedMs = nowMs;
    this.#dropSilent(nowMs);
    this.#keepAlive();
    if (nowMs - this.#pingedMs >= config.get('repl-ping-replica-period') * 1000) {
      this.#pingedMs = nowMs;
      this.#ping();
    }
    this.#dropBacklog(nowMs);
    if (this.#replicas.size > 0) this.#host.replicasChanged();
  }

  #startIfDue(nowMs: number): void {
    const { config, persistence } = this.#host;
    if (this.#replicas.size === 0 || this.#sender !== null || persistence.snapshots.isBusy) return;
    const waiting = this.all.filter(({ state }) => state === 'waiting');
    if (waiting.length === 0) return;
    const sinceMs = Math.min(...waiting.map((replica) => replica.sinceMs));
    const most = config.get('repl-diskless-sync-max-replicas');
    const usesFile =
      !config.get('repl-diskless-sync') && waiting[0].filter === 'all' && persistence.rdb.hasDisk;
    const isDue =
      usesFile ||
      // It can't share a snapshot that is sent while it is written, so nobody is waited for.
      waiting.some(({ takesEndMark }) => !takesEndMark) ||
      nowMs - sinceMs >= config.get('repl-diskless-sync-delay') * 1000 ||
      (most > 0 && waiting.length >= most);
    if (!isDue) return;
    // Who wants less than the data gets it in another one.
    const [{ filter }] = waiting;
    const alike = waiting.filter((replica) => replica.filter === filter);
    if (usesFile) {
      this.#sender = new FileSender(this, alike, persistence.rdb);
      this.#sender.start();
    } else {
      this.#sender = new SnapshotSender(this, alike);
      this.#sender.start(persistence.snapshots, filter);
    }
  }

  /** A replica that follows says every second how far it is. */
  #dropSilent(nowMs: number): void {
    const timeoutMs = this.#host.config.get('repl-timeout') * 1000;
    const monotonicMs = this.#host.clock.monotonicUs() / 1000;
    for (const replica of this.all) {
      // While it loads, it says that it is there, and no more.
      const silentMs =
        replica.state === 'loading'
          ? monotonicMs - replica.session.activeSeconds * 1000
          : nowMs - replica.acknowledgedMs;
      if (replica.state !== 'online' && replica.state !== 'loading') continue;
      if (silentMs <= timeoutMs) continue;
      this.#host.log(WARNING, `Disconnecting timedout replica ${replica.address}:${replica.listeningPort}`);
      this.disconnect(replica);
    }
  }

  /** Whoever waits for a snapshot may wait for longer than it takes to be given up: by repl-diskless-sync-delay alone. */
  #keepAlive(): void {
    this.#sender?.keepAlive();
    for (const replica of this.#replicas) if (replica.state === 'waiting') replica.send(ALIVE);
  }

  #ping(): void {
    if (!this.isFollowing && this.count > 0) {
      this.write(PING, 0, PING.length);
      this.flush();
    }
  }

  #dropBacklog(nowMs: number): void {
    if (this.backlog === null || this.#replicas.size > 0 || this.isFollowing) return;
    const ttlSeconds = this.#host.config.get('repl-backlog-ttl');
    if (ttlSeconds === 0 || nowMs - this.#aloneSinceMs <= ttlSeconds * 1000) return;
    this.#host.log(
      NOTICE,
      `Replication backlog freed after ${ttlSeconds} seconds without connected replicas.`,
    );
    this.backlog = null;
    this.#host.streamWanted(false);
    this.#host.backlogDropped();
  }
}
