/**
 * This server's part among others: a master, whose stream of effects others follow, or a replica, which follows
 * another's. The history of the data has a name; offsets count the bytes of its stream. A replica that becomes a master
 * begins a new history that continues the old one: who followed that can go on here.
 */

import type { Clock } from '../../base/clock.js';
import type { Client } from '../../commands/services/client.js';
import type {
  FailoverRequest,
  Replication as ReplicationService,
  Role,
  SyncAnswer,
} from '../../commands/services/replication.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Blocking } from '../blocking.js';
import type { ClientPause } from '../clients/client-pause.js';
import type { Config } from '../config/config.js';
import { NOTICE } from '../log-levels.js';
import type { Persistence } from '../persistence/persistence.js';
import { newRunId } from '../run-id.js';
import type { Session } from '../session.js';
import { AcknowledgementWaiters } from './acknowledgement-waiters.js';
import { Failover, type FailoverHost } from './failover.js';
import { History } from './history.js';
import { Intake, type IntakeHost } from './intake.js';
import type { Connect } from './link.js';
import { Master, type MasterHost } from './master.js';
import { Replicas, type ReplicasHost } from './replicas.js';
import { changePart, judge } from './restrictions.js';
import * as resumption from './resumption.js';
import { roleOf } from './role.js';
import { StreamSwitch, type StreamSwitchHost } from './stream-switch.js';
import { SyncedOffset } from './synced-offset.js';

const NOT_TO_A_MASTER = new ReplyError("ERR PSYNC FAILOVER can't be sent to a master.");
const OTHER_HISTORY = new ReplyError('ERR PSYNC FAILOVER replid must match my replid.');
const UNBLOCKED = new ReplyError(
  'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
);

/** Directives that decide what a server's part keeps it from. */
const RESTRICTING = [
  'min-replicas-to-write',
  'min-replicas-max-lag',
  'replica-read-only',
  'replica-serve-stale-data',
  'replica-ignore-maxmemory',
] as const;

export interface ReplicationHost extends IntakeHost, StreamSwitchHost {
  readonly clock: Clock;
  readonly persistence: Persistence;
  readonly blocking: Blocking;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly clients: { disconnect(session: Session): void };
  readonly bufferLimits: { checkOutput(session: Session, nowMs: number): void };
  readonly memoryLimit: { isLeftToMaster: boolean };
  readonly pause: ClientPause;
  readonly introspection: { readonly identity: { readonly listeners: readonly { readonly port: number }[] } };
  /** A session of no frontend. */
  openMasterSession(master: Master): Session;
  close(session: Session): void;
  hasten(delayMs: number): void;
}

export class Replication implements ReplicationService, ReplicasHost, MasterHost, FailoverHost {
  readonly replicas: Replicas;
  master: Master | null = null;
  readonly history = new History();
  readonly intake: Intake;
  resumedDatabase = 0;

  readonly #host: ReplicationHost;
  readonly #connect: Connect | null;
  readonly #stream: StreamSwitch;
  readonly #waiters: AcknowledgementWaiters;
  readonly #synced: SyncedOffset;
  readonly failover: Failover;

  constructor(host: ReplicationHost, connect: Connect | null) {
    this.#host = host;
    this.#connect = connect;
    this.replicas = new Replicas(this);
    this.#stream = new StreamSwitch(host, this.replicas);
    this.#waiters = new AcknowledgementWaiters(host);
    this.#synced = new SyncedOffset(host, () => this.offset);
    this.failover = new Failover(this);
    this.intake = new Intake(host, () => this.replicas.disconnectAll());
    host.persistence.auxFields = () => resumption.fieldsOf(this);
    host.persistence.aof.writing.reachedDisk = () => this.master?.synced();
    host.persistence.loadedFile = (target) => resumption.resume(this, target);
    for (const name of RESTRICTING) host.config.watch(name, () => judge(this.#host, this));
  }

  get clock(): Clock {
    return this.#host.clock;
  }

  get config(): Config {
    return this.#host.config;
  }

  get persistence(): Persistence {
    return this.#host.persistence;
  }

  get connect(): Connect | null {
    return this.#connect;
  }

  get listeningPort(): number {
    return this.#host.introspection.identity.listeners.find(({ port }) => port > 0)?.port ?? 0;
  }

  get streamDatabase(): number {
    return this.master?.streamDatabase ?? 0;
  }

  get isReplica(): boolean {
    return this.master !== null;
  }

  get isFailingOver(): boolean {
    return this.failover.state !== 'no-failover';
  }

  get offset(): number {
    return this.replicas.offset;
  }

  get syncedOffset(): number {
    return this.#synced.offset;
  }

  get knownHistory(): { readonly id: string; readonly offset: number } | null {
    return this.history.isShared ? { id: this.history.id, offset: this.offset } : null;
  }

  get replicationId(): string {
    return this.history.id;
  }

  // What commands ask.

  follow(address: string, port: number): boolean {
    if (this.master !== null && this.master.address === address && this.master.port === port) return false;
    const host = this.#host;
    for (const { id, waiter } of host.sessions.values()) {
      if (waiter !== null) host.blocking.unblock(id, UNBLOCKED);
    }
    // A master's own data are a history, too.
    if (this.master === null) this.history.isShared = true;
    else this.master.leave();
    this.replicas.flush();
    this.master = new Master(this, address, port);
    this.replicas.isFollowing = true;
    this.#stream.turn(false);
    changePart(this.#host, this);
    host.log(NOTICE, `REPLICAOF ${address}:${port} enabled`);
    host.hasten(0);
    return true;
  }

  lead(): void {
    const { master } = this;
    if (master === null) return;
    master.leave();
    this.master = null;
    this.replicas.isFollowing = false;
    this.history.continueAs(newRunId(), this.offset);
    // They come back, and go on with the history that continues theirs.
    this.replicas.disconnectAll();
    if (this.replicas.backlog !== null) {
      this.replicas.selectedDb = -1;
      this.#stream.turn(true);
    }
    changePart(this.#host, this);
    // A synchronization that failed may have left it behind.
    this.intake.restartFile();
    this.#host.log(NOTICE, 'MASTER MODE enabled');
  }

  role(): Role {
    return roleOf(this);
  }

  configure(client: Client, option: string, value: string): void {
    const session = this.#host.sessions.get(client.id);
    if (session !== undefined) this.replicas.of(session).configure(option, value);
  }

  acknowledged(client: Client, offset: number, syncedOffset: number): void {
    const session = this.#host.sessions.get(client.id);
    if (session !== undefined) this.replicas.acknowledge(session, offset, syncedOffset);
  }

  acknowledgeToMaster(client: Client): void {
    if (this.#host.sessions.get(client.id)?.isMaster) this.master?.acknowledgeSoon();
  }

  synchronize(client: Client, id: string, offset: number, hasReplies: boolean): SyncAnswer {
    const session = this.#host.sessions.get(client.id);
    if (session === undefined || session.replica?.state != null) return { kind: 'nothing' };
    if (this.master !== null && !this.master.isConnected) return { kind: 'no-master' };
    if (hasReplies || session.pendingBytes > 0) return { kind: 'pending-output' };
    const from = offset - 1;
    if (this.replicas.backlog !== null && this.history.includes(id, from)) {
      // What this batch brought so far belongs to what the replica missed.
      this.replicas.flush();
      const backlog = this.replicas.keepBacklog();
      if (backlog.has(from)) {
        const { takesNewHistory } = this.replicas.of(session);
        const missed = this.replicas.addPartial(session, backlog, from);
        return { kind: 'continue', id: takesNewHistory ? this.replicationId : '', missed };
      }
    }
    if (id !== '?') this.replicas.partialRefusedCount++;
    this.replicas.addFull(session, id === '');
    return { kind: 'nothing' };
  }

  /** What a client wrote last ends at this offset, or before. */
  offsetOf(client: Client): number {
    const waitedFor = this.#waiters.offsetOf(client);
    if (waitedFor !== null) return waitedFor;
    this.replicas.flush();
    return client.lastUnit === 0 ? 0 : this.replicas.unitEndOffset;
  }

  failOver(request: FailoverRequest): void {
    this.failover.begin(request);
  }

  abortFailover(): void {
    this.failover.abort();
  }

  takeOver(id: string): void {
    if (this.master === null) throw NOT_TO_A_MASTER;
    if (id !== this.history.id) throw OTHER_HISTORY;
    this.lead();
  }

  get handsOver(): boolean {
    return this.failover.state === 'failover-in-progress';
  }

  handedOver(isAccepted: boolean): void {
    this.failover.concluded(isAccepted);
  }

  holdWrites(): void {
    this.#host.pause.holdData('failover');
  }

  resumeWrites(): void {
    this.#host.pause.releaseData('failover');
  }

  syncedCount(offset: number): number {
    return this.replicas.syncedCount(offset);
  }

  askForAcknowledgement(): void {
    this.replicas.askForAcknowledgement();
    this.#host.hasten(0);
  }

  acknowledgedCount(offset: number): number {
    return this.replicas.acknowledgedCount(offset);
  }

  wakeWhenAcknowledged(client: Client, offset: number, count: number): void {
    this.#waiters.add(client, offset, count);
    this.askForAcknowledgement();
  }

  renewId(): void {
    this.history.renew();
  }

  // What the server tells.

  /** Follows whom the configuration names: `replicaof`. */
  start(): void {
    const [address, port] = this.config.get('replicaof').split(' ');
    if (port !== undefined) this.follow(address, Number(port));
  }

  /** The server ends. */
  stop(): void {
    this.master?.leave();
  }

  /** After each batch of requests, and each tick. */
  endBatch(): void {
    this.#stream.settle();
    this.replicas.endBatch();
  }

  tick(): void {
    const { master } = this;
    this.failover.tick();
    master?.tick();
    this.replicas.tick(master === null || master.isConnected);
  }

  drained(session: Session): void {
    this.replicas.drained(session);
  }

  forget(session: Session): void {
    if (session.replica !== null) this.replicas.forget(session);
  }

  // What replicas and the master ask.

  disconnectSession(session: Session): void {
    this.#host.clients.disconnect(session);
  }

  checkOutput(session: Session): void {
    this.#host.bufferLimits.checkOutput(session, this.#host.clock.wallMs());
  }

  hasten(delayMs: number): void {
    this.#host.hasten(delayMs);
  }

  log(level: number, message: string): void {
    this.#host.log(level, message);
  }

  replicasChanged(): void {
    judge(this.#host, this);
    this.failover.acknowledged();
    this.#waiters.serve((offset) => this.acknowledgedCount(offset));
    this.#host.persistence.aof.wakeWaiters();
  }

  streamWanted(isWanted: boolean): void {
    if (this.master === null) this.#stream.turn(isWanted);
  }

  /** Who was followed up to here must not go on here: what changes while nobody listens is in no stream. */
  backlogDropped(): void {
    this.renewId();
  }

  masterChanged(): void {
    judge(this.#host, this);
  }

  historyEnds(): void {
    this.history.isShared = false;
  }

  adoptHistory(id: string, offset: number): void {
    this.history.adopt(id);
    this.replicas.restart(offset);
    this.#synced.restart();
  }

  renameHistory(id: string): void {
    this.history.continueAs(id, this.offset);
    // They learn of the new name when they come back.
    this.replicas.disconnectAll();
  }

  openSession(master: Master, databaseId: number): Session {
    const session = this.#host.openMasterSession(master);
    session.db = this.#host.keyspace.databases[databaseId] ?? session.db;
    return session;
  }

  closeSession(session: Session): void {
    this.#host.close(session);
  }

  applied(bytes: Buffer, start: number, end: number): void {
    this.replicas.keepBacklog();
    this.replicas.feed(bytes, start, end);
  }
}
