/**
 * This server's part among others: a master, whose stream of effects others follow, or a replica, which follows
 * another's. The history of the data has a name; offsets count the bytes of its stream. A replica that becomes a master
 * begins a new history that continues the old one: who followed that can go on here.
 */

import type { Clock } from '../../base/clock.js';
import type { Client } from '../../commands/services/client.js';
import type { Observers } from '../../commands/services/observers.js';
import type {
  Replication as ReplicationService,
  Role,
  SyncAnswer,
} from '../../commands/services/replication.js';
import type { Keyspace } from '../../engine/keyspace.js';
import type { EncodingLimits } from '../../engine/types/encoding-limits.js';
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Blocking } from '../blocking.js';
import type { Config } from '../config/config.js';
import { LOADING } from '../persistence/gates.js';
import type { Persistence } from '../persistence/persistence.js';
import { KeyspaceTarget } from '../persistence/rdb-target.js';
import type { Propagation } from '../propagation/propagation.js';
import { newRunId } from '../run-id.js';
import type { Session } from '../session.js';
import { CUT_OFF, READ_ONLY, UNFOLLOWED } from './gates.js';
import type { Connect } from './link.js';
import { Master, type MasterHost } from './master.js';
import { Replicas, type ReplicasHost } from './replicas.js';

const UNBLOCKED = new ReplyError(
  'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
);
const NO_OFFSET = -1;
export const NO_REPLICATION_ID = '0'.repeat(40);

export interface ReplicationHost {
  readonly clock: Clock;
  readonly config: Config;
  readonly keyspace: Keyspace;
  readonly context: { readonly encodingLimits: EncodingLimits };
  readonly functions: FunctionLibraries | null;
  readonly observers: Observers;
  readonly propagation: Propagation;
  readonly persistence: Persistence;
  readonly blocking: Blocking;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly clients: { disconnect(session: Session): void };
  readonly serving: { readonly isInsideAtomic: boolean };
  readonly memoryLimit: { isLeftToMaster: boolean };
  readonly introspection: { readonly identity: { readonly listeners: readonly { readonly port: number }[] } };
  states: number;
  /** A session of no frontend. */
  openMasterSession(master: Master): Session;
  close(session: Session): void;
  receive(session: Session, bytes: Buffer, start: number, end: number): number;
  log(level: number, message: string): void;
  hasten(delayMs: number): void;
}

interface Waiting {
  readonly sessionId: number;
  readonly offset: number;
  readonly count: number;
}

export class Replication implements ReplicationService, ReplicasHost, MasterHost {
  readonly replicas: Replicas;
  master: Master | null = null;
  replicationId = newRunId();
  /** The history that this one continues, and up to where. */
  previousId = NO_REPLICATION_ID;
  previousOffset = NO_OFFSET;

  readonly #host: ReplicationHost;
  readonly #connect: Connect | null;
  /** The data are those of the history: a master may be asked to go on from there. */
  #hasHistory = false;
  #isAttached = false;
  /** What the sink is to be, once the request at hand is over. */
  #wantsStream = false;
  #waiting: Waiting[] = [];

  constructor(host: ReplicationHost, connect: Connect | null) {
    this.#host = host;
    this.#connect = connect;
    this.replicas = new Replicas(this);
    for (const name of ['min-replicas-to-write', 'min-replicas-max-lag'] as const) {
      host.config.watch(name, () => this.#judge());
    }
    host.config.watch('replica-read-only', () => this.#judge());
    host.config.watch('replica-serve-stale-data', () => this.#judge());
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

  get offset(): number {
    return this.replicas.offset;
  }

  get history(): { readonly id: string; readonly offset: number } | null {
    return this.#hasHistory ? { id: this.replicationId, offset: this.offset } : null;
  }

  // What commands ask.

  follow(address: string, port: number): boolean {
    if (this.master !== null && this.master.address === address && this.master.port === port) return false;
    const host = this.#host;
    for (const { id, waiter } of host.sessions.values()) {
      if (waiter !== null) host.blocking.unblock(id, UNBLOCKED);
    }
    // A master's own data are a history, too, if anybody could have followed it.
    if (this.master === null) this.#hasHistory = this.replicas.backlog !== null;
    else this.master.leave();
    this.replicas.flush();
    this.master = new Master(this, address, port);
    this.replicas.isFollowing = true;
    this.#want(false);
    this.#judge();
    host.log(2, `REPLICAOF ${address}:${port} enabled`);
    host.hasten(0);
    return true;
  }

  lead(): void {
    const { master } = this;
    if (master === null) return;
    master.leave();
    this.master = null;
    this.replicas.isFollowing = false;
    this.#continueHistory();
    // They come back, and go on with the history that continues theirs.
    this.replicas.disconnectAll();
    if (this.replicas.backlog !== null) {
      this.replicas.selectedDb = -1;
      this.#want(true);
    }
    this.#judge();
    this.#host.log(2, 'MASTER MODE enabled');
  }

  role(): Role {
    const { master, replicas } = this;
    if (master === null) {
      return {
        kind: 'master',
        offset: replicas.offset,
        replicas: replicas.all
          .filter(({ state }) => state === 'online')
          .map(({ address, listeningPort, acknowledgedOffset }) => ({
            address,
            port: listeningPort,
            offset: acknowledgedOffset,
          })),
      };
    }
    const { address, port, state } = master;
    return { kind: 'slave', address, port, state, offset: state === 'connected' ? replicas.offset : -1 };
  }

  configure(client: Client, option: string, value: string): void {
    const session = this.#host.sessions.get(client.id);
    if (session === undefined) return;
    const replica = this.replicas.of(session);
    if (option === 'listening-port') replica.listeningPort = Number(value);
    else if (option === 'ip-address') replica.announcedAddress = value;
    else if (option === 'rdb-only') replica.wantsSnapshotOnly = value === '1';
    else if (option === 'capa' && value.toLowerCase() === 'eof') replica.takesEndMark = true;
    else if (option === 'capa' && value.toLowerCase() === 'psync2') replica.takesNewHistory = true;
  }

  acknowledged(client: Client, offset: number): void {
    const session = this.#host.sessions.get(client.id);
    if (session !== undefined) this.replicas.acknowledge(session, offset);
  }

  acknowledgeToMaster(client: Client): void {
    if (this.#host.sessions.get(client.id)?.isMaster) this.master?.acknowledge();
  }

  synchronize(client: Client, id: string, offset: number): SyncAnswer {
    const session = this.#host.sessions.get(client.id);
    if (session === undefined || session.replica?.state != null) return { kind: 'nothing' };
    if (this.master !== null && !this.master.isConnected) return { kind: 'no-master' };
    const from = offset - 1;
    if (this.#canContinue(id, from)) {
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
    const waiting = this.#waiting.find(({ sessionId }) => sessionId === client.id);
    // Its waiting is over: what others wrote meanwhile is not its concern.
    if (waiting !== undefined && this.#host.blocking.isTimeUp) return waiting.offset;
    this.replicas.flush();
    return client.lastUnit === 0 ? 0 : this.replicas.unitEndOffset;
  }

  acknowledgedCount(offset: number): number {
    return this.replicas.acknowledgedCount(offset);
  }

  wakeWhenAcknowledged(client: Client, offset: number, count: number): void {
    this.#waiting = this.#waiting.filter(({ sessionId }) => sessionId !== client.id);
    this.#waiting.push({ sessionId: client.id, offset, count });
    this.replicas.askForAcknowledgement();
    this.#host.hasten(0);
  }

  renewId(): void {
    this.replicationId = newRunId();
    this.previousId = NO_REPLICATION_ID;
    this.previousOffset = NO_OFFSET;
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
    if (this.#wantsStream !== this.#isAttached && !this.#host.serving.isInsideAtomic) this.#settleStream();
    this.replicas.endBatch();
  }

  tick(): void {
    const { master } = this;
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

  hasten(delayMs: number): void {
    this.#host.hasten(delayMs);
  }

  log(level: number, message: string): void {
    this.#host.log(level, message);
  }

  replicasChanged(): void {
    this.#judge();
    if (this.#waiting.length === 0) return;
    const { sessions, blocking } = this.#host;
    const served = this.#waiting.filter(({ offset, count }) => this.acknowledgedCount(offset) >= count);
    // As if its time were up: it is told how many there are.
    for (const { sessionId } of served) blocking.unblock(sessionId, null);
    this.#waiting = this.#waiting.filter(({ sessionId }) => sessions.get(sessionId)?.waiter != null);
  }

  streamWanted(isWanted: boolean): void {
    if (this.master !== null) return;
    this.#want(isWanted);
    if (!this.#host.serving.isInsideAtomic) this.#settleStream();
  }

  masterChanged(): void {
    this.#judge();
  }

  snapshotBegins(): KeyspaceTarget {
    const { keyspace, observers, context, functions } = this.#host;
    this.#host.states |= LOADING;
    this.#hasHistory = false;
    // Theirs is another history from now on.
    this.replicas.disconnectAll();
    this.#empty(keyspace, observers);
    return new KeyspaceTarget(keyspace, context.encodingLimits, functions, { keepsExpired: true });
  }

  snapshotEnded(error: Error | null): void {
    const { keyspace, observers } = this.#host;
    this.#host.states &= ~LOADING;
    if (error !== null) this.#empty(keyspace, observers);
    else this.#host.log(2, 'MASTER <-> REPLICA sync: Finished with success');
  }

  adoptHistory(id: string, offset: number): void {
    this.#hasHistory = true;
    this.replicationId = id;
    this.previousId = NO_REPLICATION_ID;
    this.previousOffset = NO_OFFSET;
    this.replicas.restart(offset);
  }

  renameHistory(id: string): void {
    this.previousId = this.replicationId;
    this.previousOffset = this.offset;
    this.replicationId = id;
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

  receive(session: Session, bytes: Buffer, start: number, end: number): number {
    const { keyspace } = this.#host;
    // The master decides what has expired.
    keyspace.expiryIgnored = true;
    try {
      return this.#host.receive(session, bytes, start, end);
    } finally {
      keyspace.expiryIgnored = false;
    }
  }

  applied(bytes: Buffer, start: number, end: number): void {
    this.replicas.keepBacklog();
    this.replicas.feed(bytes, start, end);
  }

  #empty(keyspace: Keyspace, observers: Observers): void {
    if (observers.mask !== 0) for (const db of keyspace.databases) observers.databaseReplacing(db, null);
    keyspace.flushAll();
  }

  /** @param from the first byte that the replica hasn't got */
  #canContinue(id: string, from: number): boolean {
    if (this.replicas.backlog === null) return false;
    return id === this.replicationId || (id === this.previousId && from <= this.previousOffset);
  }

  #continueHistory(): void {
    this.previousId = this.replicationId;
    this.previousOffset = this.offset;
    this.replicationId = newRunId();
  }

  #want(isWanted: boolean): void {
    this.#wantsStream = isWanted;
    if (!this.#host.serving.isInsideAtomic) this.#settleStream();
  }

  #settleStream(): void {
    if (this.#wantsStream === this.#isAttached) return;
    this.#isAttached = this.#wantsStream;
    if (this.#isAttached) this.#host.propagation.attach(this.replicas);
    else this.#host.propagation.detach(this.replicas);
  }

  /** What replication keeps commands from now. */
  #judge(): void {
    const { config, keyspace } = this.#host;
    const { master } = this;
    const least = config.get('min-replicas-to-write');
    const isUnfollowed =
      master === null &&
      least > 0 &&
      config.get('min-replicas-max-lag') > 0 &&
      this.replicas.goodCount < least;
    const isReadOnly = master !== null && config.get('replica-read-only');
    const isCutOff = master !== null && !master.isConnected && !config.get('replica-serve-stale-data');
    this.#setState(UNFOLLOWED, isUnfollowed);
    this.#setState(READ_ONLY, isReadOnly);
    this.#setState(CUT_OFF, isCutOff);
    // Keys go when the master says so; one that may be written to lets them go itself.
    keyspace.expiryLeftToMaster = isReadOnly;
    this.#host.memoryLimit.isLeftToMaster = master !== null && config.get('replica-ignore-maxmemory');
  }

  #setState(state: number, isSet: boolean): void {
    if (isSet) this.#host.states |= state;
    else this.#host.states &= ~state;
  }
}
