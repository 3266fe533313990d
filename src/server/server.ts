/**
 * A januskv server without sockets: one keyspace, its commands and its clients. Frontends open sessions and
 * bring bytes; several frontends may serve one server. Nothing here is shared between two servers.
 */
import { randomBytes } from 'node:crypto';
import { block, type Clock, systemClock } from '../base/clock.js';
import { Random } from '../base/random.js';
import { Argv } from '../commands/argv.js';
import { Context } from '../commands/context.js';
import { CommandKeys } from '../commands/keys.js';
import { CommandTable } from '../commands/table.js';
import { Keyspace } from '../engine/keyspace.js';
import { RdbDumps } from '../persistence/rdb/dump.js';
import { Reply } from '../protocol/reply.js';
import type { ReplyError } from '../protocol/reply-error.js';
import { AccessControl } from './acl/access-control.js';
import { Blocking } from './blocking.js';
import { BufferLimits } from './clients/buffer-limits.js';
import { ClientEviction } from './clients/client-eviction.js';
import { ClientPause, type PauseHost } from './clients/client-pause.js';
import { type ClientHost, ClientRegistry } from './clients/client-registry.js';
import { noTransport } from './clients/no-transport.js';
import { SessionLife } from './clients/session-life.js';
import { renameCommands } from './config/command-names.js';
import { Config } from './config/config.js';
import { applyConfig } from './config/effects.js';
import { ServerDebugging } from './debugging.js';
import type { FrontendServer, Transport } from './frontend.js';
import { CommandStatistics } from './introspection/command-statistics.js';
import { Introspection } from './introspection/introspection.js';
import { type ProcessFacts, processFacts } from './introspection/process-facts.js';
import { WARNING } from './log-levels.js';
import { MEMORY_LIMITED, MemoryLimit } from './memory-limit.js';
import { Migrations } from './migration/migrations.js';
import { keyListener } from './observers/key-listener.js';
import { Notifications } from './observers/notifications.js';
import { ObserverRegistry } from './observers/observer-registry.js';
import { Tracking } from './observers/tracking.js';
import { unwrittenRefusal } from './persistence/aof-gate.js';
import { Persistence, type PersistenceHost } from './persistence/persistence.js';
import { Propagation, type PropagationHost } from './propagation/propagation.js';
import { RefusedEffects } from './propagation/refused-effects.js';
import { PubSub } from './pubsub.js';
import type { Master } from './replication/master.js';
import { Replication, type ReplicationHost } from './replication/replication.js';
import { Batches } from './requests/batches.js';
import { Dispatcher, type DispatcherHost } from './requests/dispatcher.js';
import { gatesOf } from './requests/gate-order.js';
import type { Gates } from './requests/gates.js';
import { Outbox } from './requests/outbox.js';
import { GUARDED } from './requests/protected-commands.js';
import { Serving, type ServingHost } from './requests/serving.js';
import { BUSY, BusyServing } from './scripting/busy.js';
import { Functions } from './scripting/functions.js';
import { ScriptDebugging } from './scripting/script-debugging.js';
import { Scripting } from './scripting/scripts.js';
import type { ServerOptions } from './server-options.js';
import { ServerTime } from './server-time.js';
import { servicesOf } from './service-list.js';
import { Session, STOP_PAUSED } from './session.js';
import { Shutdown } from './shutdown.js';
import { TickFrequency } from './tick-frequency.js';
import { Transactions } from './transactions.js';
import { Upkeep } from './upkeep.js';

/** A bit of `afterCommandMask`; introspection has the others. */
const TRACKS_REQUESTS = 1 << 2;
const PROPAGATES = 1 << 3;

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
  readonly time: ServerTime;
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
  readonly bufferLimits = new BufferLimits((...exceeded) => this.clients.disconnectFor(...exceeded));
  readonly clientEviction = new ClientEviction(this);
  readonly memoryLimit: MemoryLimit;
  readonly outbox = new Outbox(this);
  readonly pause = new ClientPause(this);
  readonly sessions = this.clients.sessions;
  readonly reply = new Reply();
  readonly limits = { bulkBytesMax: 512 * 1024 * 1024, hllSparseBytesMax: 3000, flushesAside: false };
  readonly dumps = new RdbDumps();

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
  readonly refusedEffects = new RefusedEffects(this);
  readonly persistence: Persistence;
  readonly replication: Replication;
  readonly migrations: Migrations;
  readonly shutdown: Shutdown;
  readonly debugging: ServerDebugging;
  /** Libraries that files keep beside the data. */
  readonly functions: Functions;
  readonly scripting: Scripting;
  readonly busy: BusyServing;
  /** Bugs of ours that showed themselves, for INFO; CONFIG RESETSTAT sets it back. */
  internalErrors = 0;
  states = GUARDED;
  afterCommandMask = 0;
  readonly frequency = new TickFrequency();
  /** `active-expire-effort`: how much of its time the server may give to work between commands, 1 to 10. */
  expireEffort = 1;

  readonly life = new SessionLife(this);
  readonly #options: ServerOptions;
  readonly #upkeep: Upkeep;
  readonly #batches: Batches;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#upkeep = new Upkeep(this, options);
    this.#batches = new Batches(this, this.#upkeep);
    this.config = options.config ?? new Config();
    this.clock = options.clock ?? systemClock;
    this.time = new ServerTime(this.clock);
    this.process = options.process ?? processFacts;
    const seed = options.seed ?? randomBytes(4).readUInt32LE();
    const random = new Random(seed);
    this.keyspace = new Keyspace({
      clock: this.clock,
      random,
      ...(options.hashSeed && { hashSeed: options.hashSeed }),
      ...(options.memory && { memory: options.memory }),
      databaseCount: this.config.get('databases'),
    });
    this.table = options.table ?? new CommandTable(options.declarations);
    renameCommands(this.table, this.config.get('rename-command'));
    this.keys = new CommandKeys(this.table);
    this.access = new AccessControl(this);
    this.gates = gatesOf(this);
    this.memoryLimit = new MemoryLimit(this, (isLimited) => {
      this.states = withBit(this.states, MEMORY_LIMITED, isLimited);
    });
    this.statistics = new CommandStatistics(this.table, this.clock);
    const nobody = new Session(0, noTransport, this.keyspace.databases[0], this.clock.wallMs());
    this.serving = new Serving(this, nobody);
    this.transactions = new Transactions(this.serving);
    this.blocking = new Blocking(this.serving);
    this.pubsub = new PubSub(this.serving);
    this.notifications = new Notifications(this.observers, this.pubsub);
    const { openDebugChannel = null, startDebugThread = null } = options;
    const debugging = new ScriptDebugging(this, openDebugChannel, startDebugThread);
    this.scripting = new Scripting(this.serving, debugging);
    this.functions = new Functions(this.serving, this.scripting.calls, this.dumps);
    this.scripting.calls.supervision.becameBusy = (isBusy) => {
      this.states = withBit(this.states, BUSY, isBusy);
    };
    this.introspection = new Introspection(this);
    this.tracking = new Tracking(this);
    this.propagation = new Propagation(this);
    this.persistence = new Persistence(this, options.disk ?? null);
    this.replication = new Replication(this, options.connect ?? null);
    this.migrations = new Migrations(this, options.connect ?? null);
    this.shutdown = new Shutdown(this, options.stop);
    this.debugging = new ServerDebugging(this, options.crash);
    this.context = new Context(this.keyspace, random, servicesOf(this), nobody);
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
    applyConfig(this.config, this);
  }

  open(transport: Transport): Session | null {
    return this.life.open(transport);
  }

  receive(session: Session, bytes: Buffer, start: number, end: number): number {
    return this.#batches.receive(session, bytes, start, end);
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
    this.introspection.loopTurns++;
    if (this.outbox.isHolding) this.outbox.hurry();
  }

  tick(): number {
    return this.#upkeep.tick();
  }

  openMasterSession(master: Master): Session {
    return this.life.openMaster(master);
  }

  close(session: Session): void {
    this.life.close(session);
  }

  clear(session: Session): void {
    this.life.clear(session);
  }

  endBroken(session: Session, error: unknown): void {
    this.life.endBroken(session, error);
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
    const answer = this.transactions.refused(session, id, refusal);
    if (answer !== refusal) this.introspection.refusedExec(session, this.dispatcher.argv);
    return answer;
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
    this.#upkeep.defer(work);
  }

  fail(message: string): void {
    this.log(WARNING, message);
    this.outbox.block();
    this.#options.fail?.(message);
  }

  hasten(delayMs: number): void {
    this.#upkeep.hasten(delayMs);
  }

  /** `rest` of the options is wanted at the end of the next batch. */
  restSoon(): void {
    this.#upkeep.restSoon();
  }

  afterCommand(session: Session, id: number, argv: Argv, elapsedUs: number): void {
    if ((this.afterCommandMask & PROPAGATES) !== 0) this.propagation.ran(session, id, argv);
    this.introspection.ran(session, id, argv, elapsedUs);
    this.tracking.ran(session, id, argv);
  }

  watchRequests(isWanted: boolean): void {
    this.afterCommandMask = withBit(this.afterCommandMask, TRACKS_REQUESTS, isWanted);
  }

  propagates(isWanted: boolean): void {
    this.afterCommandMask = withBit(this.afterCommandMask, PROPAGATES, isWanted);
  }

  beginsToWait(session: Session, id: number, argv: Argv): void {
    if (this.propagation.isWanted) this.propagation.ran(session, id, argv);
    this.introspection.waits(session, id, argv);
  }

  countError(error: ReplyError): void {
    this.introspection.errors.count(error);
    this.refusedEffects.refused(error);
  }

  sleep(ms: number): void {
    (this.#options.sleep ?? block)(ms);
  }

  internalError(error: unknown, command: string): void {
    this.internalErrors++;
    this.#options.internalError?.(error, command);
  }
}

function withBit(mask: number, bit: number, isSet: boolean): number {
  return isSet ? mask | bit : mask & ~bit;
}
