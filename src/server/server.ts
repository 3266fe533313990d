/**
 * A januskv server without sockets: one keyspace, its commands and its clients. Frontends open sessions and
 * bring bytes; several frontends may serve one server. Nothing here is shared between two servers.
 */
import { randomBytes } from 'node:crypto';
import { block, type Clock, systemClock } from '../base/clock.js';
import { Random } from '../base/random.js';
import { Argv } from '../commands/argv.js';
import { Context } from '../commands/context.js';
import type { Declaration } from '../commands/define.js';
import { INTERNAL_ERROR } from '../commands/errors.js';
import { CommandKeys } from '../commands/keys.js';
import type { Services } from '../commands/services/services.js';
import { CommandTable, NO_COMMAND } from '../commands/table.js';
import { Keyspace } from '../engine/keyspace.js';
import { rdbDumps } from '../persistence/rdb/dump.js';
import { Reply } from '../protocol/reply.js';
import type { ReplyError } from '../protocol/reply-error.js';
import { AccessControl } from './acl/access-control.js';
import { accessGate } from './acl/gate.js';
import { Blocking } from './blocking.js';
import { BufferLimits } from './buffer-limits.js';
import { ClientEviction } from './client-eviction.js';
import { ClientPause, type PauseHost, pauseGate, writePauseGate } from './client-pause.js';
import { type ClientHost, ClientRegistry } from './client-registry.js';
import { renameCommands } from './command-names.js';
import { CommandStatistics } from './command-statistics.js';
import { Config } from './config/config.js';
import { applyConfig } from './config/effects.js';
import { Dispatcher, type DispatcherHost } from './dispatcher.js';
import type { FrontendServer, Transport } from './frontend.js';
import { authenticationGate, Gates, subscriberGate, transactionGate } from './gates.js';
import { Introspection } from './introspection.js';
import { keyListener } from './key-listener.js';
import { MEMORY_LIMITED, MemoryLimit, memoryGate } from './memory-limit.js';
import { monitorGate } from './monitors.js';
import { noTransport } from './no-transport.js';
import { Notifications } from './notifications.js';
import { ObserverRegistry } from './observer-registry.js';
import { Outbox } from './outbox.js';
import { unwrittenGate, unwrittenRefusal } from './persistence/aof-gate.js';
import type { Disk } from './persistence/disk.js';
import { loadingGate, unsavedGate } from './persistence/gates.js';
import { Persistence, type PersistenceHost } from './persistence/persistence.js';
import { type ProcessFacts, processFacts } from './process-facts.js';
import { Propagation, type PropagationHost } from './propagation/propagation.js';
import { debugGate, GUARDED } from './protected-commands.js';
import { PubSub } from './pubsub.js';
import { cutOffGate, readOnlyGate, unfollowedGate } from './replication/gates.js';
import type { Connect } from './replication/link.js';
import type { Master } from './replication/master.js';
import { masterTransport } from './replication/master-transport.js';
import { Replication, type ReplicationHost } from './replication/replication.js';
import { BUSY, BusyServing, busyGate } from './scripting/busy.js';
import { Functions } from './scripting/functions.js';
import { Scripting } from './scripting/scripts.js';
import { Serving, type ServingHost } from './serving.js';
import { Session, STOP_CLOSING, STOP_PAUSED } from './session.js';
import { Tracking } from './tracking.js';
import { Transactions } from './transactions.js';

/** Engine work between commands: half a millisecond at a time leaves 19 of 20 to the clients. */
const TICK_BUDGET_US = 500;

/** A bit of `afterCommandMask`; introspection has the others. */
const TRACKS_REQUESTS = 1 << 2;
const PROPAGATES = 1 << 3;

/** A level of the log. */
const WARNING = 3;

export interface ServerOptions {
  readonly declarations: readonly Declaration[];
  /** Redis' defaults when absent. */
  readonly config?: Config;
  readonly clock?: Clock;
  /** Of everything random but the hash. */
  readonly seed?: number;
  readonly hashSeed?: readonly [number, number];
  /** `tick` has to be called in so many ms, earlier than it last said. */
  readonly hasten?: (delayMs: number) => void;
  /** Does something once, when the frontends had their turn; at the end of the batch or tick when absent. */
  readonly defer?: (work: () => void) => void;
  /** What clients are about to be told can't be kept: the server has to end, and nobody gets a reply any more. */
  readonly fail?: (message: string) => void;
  /** SHUTDOWN was called: close the frontends, then forget the server. */
  readonly stop?: () => void;
  readonly process?: ProcessFacts;
  /** The way to other servers, to follow them; without one, none can be followed. */
  readonly connect?: Connect;
  /** Where files are kept; without one, nothing is. */
  readonly disk?: Disk;
  /** Told what scripts log. @param level 0 debug … 3 warning */
  readonly log?: (level: number, message: string) => void;
  /** Holds the thread up, for DEBUG SLEEP. */
  readonly sleep?: (ms: number) => void;
  /** Told of bugs: what was thrown, and by which command. */
  readonly internalError?: (error: unknown, command: string) => void;
}

export class JanusServer
  implements
    FrontendServer<Session>,
    DispatcherHost,
    ClientHost,
    PauseHost,
    PersistenceHost,
    PropagationHost,
    ReplicationHost,
    ServingHost
{
  readonly config: Config;
  readonly clock: Clock;
  readonly keyspace: Keyspace;
  readonly table: CommandTable;
  readonly keys: CommandKeys;
  readonly context: Context;
  readonly gates: Gates;
  readonly statistics: CommandStatistics;
  readonly observers = new ObserverRegistry((isWanted) => {
    this.keyspace.announcesNew = isWanted;
  });
  readonly access: AccessControl;
  readonly clients = new ClientRegistry(this);
  readonly bufferLimits = new BufferLimits((session) => this.clients.disconnect(session));
  readonly clientEviction = new ClientEviction(this);
  readonly memoryLimit: MemoryLimit;
  readonly outbox: Outbox;
  readonly pause: ClientPause;
  readonly sessions = this.clients.sessions;
  readonly reply = new Reply();
  readonly limits = { bulkBytesMax: 512 * 1024 * 1024, hllSparseBytesMax: 3000 };

  readonly dispatcher: Dispatcher;
  readonly serving: Serving;
  readonly transactions: Transactions;
  readonly blocking: Blocking;
  readonly pubsub: PubSub;
  readonly notifications: Notifications;
  readonly process: ProcessFacts;
  readonly introspection: Introspection;
  readonly tracking: Tracking;
  readonly propagation: Propagation;
  readonly persistence: Persistence;
  readonly replication: Replication;
  /** Libraries that files keep beside the data. */
  readonly functions: Functions;
  readonly scripting: Scripting;
  readonly busy: BusyServing;

  /** Bugs of ours that showed themselves, for INFO; CONFIG RESETSTAT sets it back. */
  internalErrors = 0;

  states = GUARDED;
  afterCommandMask = 0;
  /** With nothing due, how often the clock and limits are looked at: `hz`. */
  tickIntervalMs = 100;
  /** `active-expire-effort`: how much of its time the server may give to work between commands, 1 to 10. */
  expireEffort = 1;

  readonly #options: ServerOptions;
  #nextSessionId = 1;
  #deferred: (() => void) | null = null;
  /** Wall clock minus monotonic clock, in ms: one reading of the clock serves as both. */
  #wallOffsetMs: number;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.config = options.config ?? new Config();
    this.clock = options.clock ?? systemClock;
    this.process = options.process ?? processFacts;
    const seed = options.seed ?? randomBytes(4).readUInt32LE();
    const random = new Random(seed);
    this.keyspace = new Keyspace({
      clock: this.clock,
      random,
      ...(options.hashSeed && { hashSeed: options.hashSeed }),
      databaseCount: this.config.get('databases'),
    });
    this.table = new CommandTable(options.declarations);
    renameCommands(this.table, this.config.get('rename-command'));
    this.keys = new CommandKeys(this.table);
    this.access = new AccessControl(this);
    this.gates = this.#makeGates();
    this.memoryLimit = new MemoryLimit(this.keyspace, (isLimited) => {
      this.states = isLimited ? this.states | MEMORY_LIMITED : this.states & ~MEMORY_LIMITED;
    });
    this.outbox = new Outbox(this);
    this.pause = new ClientPause(this);
    this.statistics = new CommandStatistics(this.table, this.clock);
    const nobody = new Session(0, noTransport, this.keyspace.databases[0], this.clock.wallMs());
    this.serving = new Serving(this, nobody);
    this.transactions = new Transactions(this.serving);
    this.blocking = new Blocking(this.serving);
    this.pubsub = new PubSub(this.serving);
    this.notifications = new Notifications(this.observers, this.pubsub);
    this.scripting = new Scripting(this.serving);
    this.functions = new Functions(this.serving, this.scripting.calls);
    this.scripting.calls.supervision.becameBusy = (isBusy) => {
      this.states = isBusy ? this.states | BUSY : this.states & ~BUSY;
    };
    this.introspection = new Introspection(this);
    this.tracking = new Tracking(this);
    this.propagation = new Propagation(this);
    this.persistence = new Persistence(this, options.disk ?? null);
    this.replication = new Replication(this, options.connect ?? null);
    this.context = new Context(this.keyspace, random, this.#services(), nobody);
    this.dispatcher = new Dispatcher(
      this.table,
      this.context,
      new Argv(),
      this.reply,
      this.statistics,
      this,
      this.limits,
    );
    this.busy = new BusyServing(this);
    this.keyspace.listener = keyListener(this.keyspace, this.observers, this.propagation);
    this.#wallOffsetMs = this.#measureWallOffset();
    applyConfig(this.config, this);
  }

  open(transport: Transport): Session | null {
    if (!this.clients.admit(transport)) return null;
    const session = new Session(
      this.#nextSessionId++,
      transport,
      this.keyspace.databases[0],
      this.clock.wallMs(),
    );
    this.access.welcome(session);
    this.sessions.set(session.id, session);
    return session;
  }

  receive(session: Session, bytes: Buffer, start: number, end: number): number {
    try {
      return this.#receive(session, bytes, start, end);
    } catch (error) {
      this.#endBrokenBatch(session, error);
      return end - start;
    }
  }

  #receive(session: Session, bytes: Buffer, start: number, end: number): number {
    if (this.serving.scriptDepth !== 0) return this.busy.receive(session, bytes, start, end);
    const keptBytes = session.queryBytes;
    session.queryBytes = end - start;
    if (end - start < session.bytesWanted || session.stops !== 0) {
      this.bufferLimits.checkQuery(session);
      return 0;
    }
    this.#beginBatch(session);
    const at = this.dispatcher.runBatch(session, bytes, start, end);
    this.introspection.traffic.received(at - start);
    session.queryBytes = end - at;
    session.activeMs = this.context.nowMs;
    this.statistics.settle();
    this.dispatcher.flush(session);
    this.serving.endBatch();
    this.tracking.endBatch();
    if (this.propagation.isWanted) this.#endPropagation(session);
    if ((session.stops & STOP_CLOSING) !== 0) session.transport.close(false);
    else this.#checkBuffers(session, keptBytes === 0 || at > start);
    return at - start;
  }

  drained(session: Session): void {
    try {
      if (session.replica !== null) this.replication.drained(session);
    } catch (error) {
      this.endBroken(session, error);
    }
    if ((session.stops & STOP_PAUSED) === 0) return;
    session.stops &= ~STOP_PAUSED;
    session.transport.resume();
  }

  endTurn(): void {
    if (this.outbox.isHolding) this.outbox.hurry();
  }

  tick(): number {
    try {
      return this.#tick();
    } catch (error) {
      this.propagation.isBetweenRequests = false;
      this.internalError(error, 'tick');
      return this.tickIntervalMs;
    }
  }

  #tick(): number {
    this.#wallOffsetMs = this.#measureWallOffset();
    this.keyspace.nowMs = this.clock.wallMs();
    this.clients.sweep(this.keyspace.nowMs, this.clock.monotonicUs() / 1000);
    this.clientEviction.tick();
    const pauseMs = this.pause.tick();
    this.tracking.tick();
    const nowUs = this.clock.monotonicUs();
    this.statistics.begin(nowUs);
    this.blocking.serveDue(nowUs / 1000);
    if (this.serving.unfinishedWork !== 0) this.serving.finish();
    const delayMs = this.#tickParts(pauseMs, nowUs);
    if (this.propagation.isWanted) this.propagation.endBatch();
    this.replication.endBatch();
    this.#runDeferred();
    return delayMs;
  }

  #tickParts(pauseMs: number, nowUs: number): number {
    return Math.min(
      this.tickIntervalMs,
      pauseMs,
      // What is being loaded doesn't expire yet.
      this.persistence.loading === null ? this.#tickKeyspace() : 0,
      this.persistence.tick(),
      this.#tickReplication(),
      this.blocking.firstDueMs - nowUs / 1000,
    );
  }

  #tickReplication(): number {
    if (this.persistence.loading === null) this.replication.tick();
    return Number.POSITIVE_INFINITY;
  }

  /** The client in whose name a master's stream runs. */
  openMasterSession(master: Master): Session {
    const transport = masterTransport(master);
    const session = new Session(
      this.#nextSessionId++,
      transport,
      this.keyspace.databases[0],
      this.clock.wallMs(),
    );
    session.isMaster = true;
    this.sessions.set(session.id, session);
    return session;
  }

  close(session: Session): void {
    if (!this.sessions.delete(session.id)) return;
    session.stops |= STOP_CLOSING;
    try {
      this.#forget(session);
    } catch (error) {
      this.internalError(error, 'close');
    }
  }

  clear(session: Session): void {
    this.#forget(session);
    session.db = this.keyspace.databases[0];
    session.forgetModes();
    this.access.welcome(session);
  }

  protocolChanged(session: Session): void {
    this.pubsub.protocolChanged(session);
  }

  get unfinishedWork(): number {
    return this.serving.unfinishedWork;
  }

  finishWork(): void {
    this.serving.finish();
  }

  postpone(session: Session): void {
    this.pause.hold(session);
  }

  requestRefused(session: Session, id: number, refusal: ReplyError): ReplyError {
    return this.transactions.refused(session, id, refusal);
  }

  queue(session: Session, id: number, argv: Argv, reply: Reply): boolean {
    return this.transactions.queue(session, id, argv, reply);
  }

  isWaiting(session: Session): boolean {
    return this.blocking.isWaiting(session);
  }

  serveReadyKeys(): void {
    this.blocking.serveReady();
  }

  tellInvalidations(): void {
    this.tracking.tellPending();
  }

  refuseForMemory(): ReplyError | null {
    return this.memoryLimit.makeRoom();
  }

  refuseUnwritten(): ReplyError | null {
    const error = this.persistence.aof.log?.error ?? null;
    return error === null ? null : unwrittenRefusal(error);
  }

  log(level: number, message: string): void {
    this.#options.log?.(level, message);
  }

  defer(work: () => void): void {
    if (this.#options.defer !== undefined) this.#options.defer(work);
    else this.#deferred = work;
  }

  fail(message: string): void {
    this.log(WARNING, message);
    this.outbox.block();
    this.#options.fail?.(message);
  }

  /** A frontend can serve its clients from inside of a command: while a script runs long, it does. */
  servesInside(serve: () => void): void {
    const { supervision } = this.scripting.calls;
    const earlier = supervision.serveOthers;
    supervision.serveOthers = () => {
      earlier?.();
      serve();
    };
  }

  hasten(delayMs: number): void {
    this.#options.hasten?.(delayMs);
  }

  afterCommand(session: Session, id: number, argv: Argv, elapsedUs: number): void {
    if ((this.afterCommandMask & PROPAGATES) !== 0) this.propagation.ran(session, id, argv);
    this.introspection.ran(session, id, argv, elapsedUs);
    this.tracking.ran(session, id, argv);
  }

  watchRequests(isWanted: boolean): void {
    this.#afterCommand(TRACKS_REQUESTS, isWanted);
  }

  propagates(isWanted: boolean): void {
    this.#afterCommand(PROPAGATES, isWanted);
  }

  beginsToWait(session: Session, id: number, argv: Argv): void {
    if (this.propagation.isWanted) this.propagation.ran(session, id, argv);
    this.introspection.waits(session, id, argv);
  }

  countError(error: ReplyError): void {
    this.introspection.errors.count(error);
  }

  /** SHUTDOWN. @returns false when whoever made the server left no way to stop it */
  requestStop(): boolean {
    this.scripting.calls.supervision.abandon();
    this.#options.stop?.();
    return this.#options.stop !== undefined;
  }

  sleep(ms: number): void {
    (this.#options.sleep ?? block)(ms);
  }

  /** Wall clock in µs. */
  wallUs(): number {
    return this.clock.monotonicUs() + this.#wallOffsetMs * 1000;
  }

  internalError(error: unknown, command: string): void {
    this.internalErrors++;
    this.#options.internalError?.(error, command);
  }

  endBroken(session: Session, error: unknown): void {
    const id = session.lastCommand;
    this.internalError(error, id === NO_COMMAND ? 'a request' : this.table.names[id]);
    if ((session.stops & STOP_CLOSING) === 0) {
      session.transport.write(INTERNAL_ERROR.bytes, 0, INTERNAL_ERROR.bytes.length);
    }
    session.stops |= STOP_CLOSING;
    session.transport.close(false);
  }

  /** A bug outside of any command: its client gets the replies to what ran before, and goes. Others are served on. */
  #endBrokenBatch(session: Session, error: unknown): void {
    if (this.serving.scriptDepth === 0) {
      session.isExecuting = false;
      this.serving.forgetBatch();
      this.dispatcher.flush(session);
    }
    this.endBroken(session, error);
  }

  #afterCommand(bit: number, isWanted: boolean): void {
    this.afterCommandMask = isWanted ? this.afterCommandMask | bit : this.afterCommandMask & ~bit;
  }

  #tickKeyspace(): number {
    const startUs = this.clock.monotonicUs();
    this.propagation.isBetweenRequests = true;
    const delayMs = this.keyspace.tick(TICK_BUDGET_US * this.expireEffort);
    this.propagation.isBetweenRequests = false;
    const endUs = this.clock.monotonicUs();
    this.introspection.tick(endUs, endUs - startUs, TICK_BUDGET_US * this.expireEffort);
    // Somebody may have waited for a key that expired.
    if (this.serving.unfinishedWork !== 0) this.serving.finish();
    return delayMs;
  }

  /** What the batch changed goes to those who listen. A client that is to go gets its replies first. */
  #endPropagation(session: Session): void {
    this.propagation.endBatch();
    this.replication.endBatch();
    this.#runDeferred();
    if ((session.stops & STOP_CLOSING) !== 0 && this.outbox.isHolding) this.outbox.hurry();
  }

  #runDeferred(): void {
    const work = this.#deferred;
    this.#deferred = null;
    work?.();
  }

  #beginBatch(session: Session): void {
    const nowUs = this.clock.monotonicUs();
    const nowMs = Math.floor(nowUs / 1000 + this.#wallOffsetMs);
    this.statistics.begin(nowUs);
    this.keyspace.nowMs = nowMs;
    this.context.nowMs = nowMs;
    this.serving.beginBatch(session);
  }

  /** Nothing waits for this session, nothing is queued, watched or listened to by it any more. */
  #forget(session: Session): void {
    this.transactions.forget(session);
    this.blocking.forget(session);
    this.pubsub.forget(session);
    this.replication.forget(session);
    this.pause.forget(session);
    this.tracking.forget(session);
    this.introspection.monitors.forget(session);
  }

  /** @param isNewRequest what is kept of an unfinished request began with this batch */
  #checkBuffers(session: Session, isNewRequest: boolean): void {
    if (session.transport.pendingBytes > 0) this.bufferLimits.checkOutput(session, this.keyspace.nowMs);
    if (session.queryBytes === 0) return;
    if (isNewRequest) session.requestSinceMs = this.statistics.readUs / 1000;
    this.bufferLimits.checkQuery(session);
  }

  /** In the order in which Redis asks. */
  #makeGates(): Gates {
    return new Gates(
      [
        debugGate((session) => this.introspection.configuration.allowsDebug(session)),
        authenticationGate,
        transactionGate,
        accessGate(this.access, () => this.dispatcher.argv),
        memoryGate(this.table, () => this.memoryLimit),
        unsavedGate(this.table),
        unfollowedGate(this.table),
        readOnlyGate(this.table),
        unwrittenGate(this.table, () => this.refuseUnwritten()),
        subscriberGate(this.table),
        monitorGate,
        cutOffGate,
        loadingGate,
        pauseGate,
        writePauseGate(this.table),
        busyGate(
          () => this.scripting.calls,
          () => this.busy.argv,
        ),
      ],
      this.table,
    );
  }

  #services(): Services {
    return {
      commands: this.table,
      keys: this.keys,
      access: this.access,
      authentication: this.access,
      blocking: this.blocking,
      propagation: this.propagation,
      pubsub: this.pubsub,
      functions: this.functions,
      scripting: this.scripting,
      tracking: this.tracking,
      transactions: this.transactions,
      clients: this.clients,
      observers: this.observers,
      limits: this.limits,
      dumps: rdbDumps,
      persistence: this.persistence,
      replication: this.replication,
      appendOnlyFile: this.persistence.aof,
      ...this.introspection.services(),
    };
  }

  #measureWallOffset(): number {
    return this.clock.wallMs() - this.clock.monotonicUs() / 1000;
  }
}
