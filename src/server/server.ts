/**
 * A januskv server without sockets: one keyspace, its commands and its clients. Frontends open sessions and
 * bring bytes; several frontends may serve one server. Nothing here is shared between two servers.
 */
import { type Clock, systemClock } from '../base/clock.js';
import { Random } from '../base/random.js';
import { Argv } from '../commands/argv.js';
import { Context } from '../commands/context.js';
import type { Declaration } from '../commands/define.js';
import { CommandTable } from '../commands/table.js';
import { Keyspace } from '../engine/keyspace.js';
import { Reply } from '../protocol/reply.js';
import type { ReplyError } from '../protocol/reply-error.js';
import { CommandStatistics } from './command-statistics.js';
import { Dispatcher, type DispatcherHost } from './dispatcher.js';
import type { FrontendServer, Transport } from './frontend.js';
import { authenticationGate, Gates } from './gates.js';
import { noTransport } from './no-transport.js';
import { ObserverRegistry } from './observer-registry.js';
import { Session, STOP_CLOSING } from './session.js';

/** Engine work between commands: half a millisecond at a time leaves 19 of 20 to the clients. */
const TICK_BUDGET_US = 500;
/** With nothing due, how often the clock and limits are looked at: Redis' `hz 10`. */
const TICK_INTERVAL_MS = 100;

export interface ServerOptions {
  readonly declarations: readonly Declaration[];
  readonly clock?: Clock;
  /** Of everything random but the hash. */
  readonly seed?: number;
  readonly hashSeed?: readonly [number, number];
  readonly databaseCount?: number;
  /** Told of bugs: what was thrown, and by which command. */
  readonly internalError?: (error: unknown, command: string) => void;
}

export class JanusServer implements FrontendServer<Session>, DispatcherHost {
  readonly clock: Clock;
  readonly keyspace: Keyspace;
  readonly table: CommandTable;
  readonly context: Context;
  readonly gates: Gates;
  readonly statistics: CommandStatistics;
  readonly observers = new ObserverRegistry();
  readonly sessions = new Map<number, Session>();
  readonly reply = new Reply();
  readonly limits = { bulkBytesMax: 512 * 1024 * 1024, hllSparseBytesMax: 3000 };

  states = 0;
  afterCommandMask = 0;

  readonly #dispatcher: Dispatcher;
  readonly #options: ServerOptions;
  #nextSessionId = 1;
  /** Wall clock minus monotonic clock, in ms: one reading of the clock serves as both. */
  #wallOffsetMs: number;
  /** The session whose batch is being run. */
  #current: Session | null = null;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    const seed = options.seed ?? Math.floor(Math.random() * 0x1_0000_0000);
    const random = new Random(seed);
    this.keyspace = new Keyspace({
      clock: this.clock,
      random,
      ...(options.hashSeed && { hashSeed: options.hashSeed }),
      ...(options.databaseCount && { databaseCount: options.databaseCount }),
    });
    this.table = new CommandTable(options.declarations);
    this.gates = new Gates([authenticationGate], this.table);
    this.statistics = new CommandStatistics(this.table, this.clock);
    const nobody = new Session(0, noTransport, this.keyspace.databases[0], this.clock.wallMs());
    this.context = new Context(
      this.keyspace,
      random,
      { observers: this.observers, limits: this.limits },
      nobody,
    );
    this.#dispatcher = new Dispatcher(
      this.table,
      this.context,
      new Argv(),
      this.reply,
      this.statistics,
      this,
      this.limits,
    );
    this.#wallOffsetMs = this.#measureWallOffset();
  }

  open(transport: Transport): Session | null {
    const session = new Session(
      this.#nextSessionId++,
      transport,
      this.keyspace.databases[0],
      this.clock.wallMs(),
    );
    this.sessions.set(session.id, session);
    return session;
  }

  receive(session: Session, bytes: Buffer, start: number, end: number): number {
    if (end - start < session.bytesWanted || session.stops !== 0) {
      session.queryBytes = end - start;
      return 0;
    }
    this.#beginBatch(session);
    const at = this.#dispatcher.runBatch(session, bytes, start, end);
    session.bytesIn += at - start;
    session.queryBytes = end - at;
    session.activeMs = this.context.nowMs;
    this.statistics.settle();
    this.#dispatcher.flush(session);
    this.#current = null;
    return at - start;
  }

  drained(_session: Session): void {}

  tick(): number {
    this.#wallOffsetMs = this.#measureWallOffset();
    this.keyspace.nowMs = this.clock.wallMs();
    return Math.min(TICK_INTERVAL_MS, this.keyspace.tick(TICK_BUDGET_US));
  }

  close(session: Session): void {
    session.stops |= STOP_CLOSING;
    this.sessions.delete(session.id);
  }

  afterCommand(): void {}

  countError(_error: ReplyError): void {}

  internalError(error: unknown, command: string): void {
    this.#options.internalError?.(error, command);
  }

  #beginBatch(session: Session): void {
    const nowUs = this.clock.monotonicUs();
    const nowMs = Math.floor(nowUs / 1000 + this.#wallOffsetMs);
    const { context, reply } = this;
    this.statistics.begin(nowUs);
    this.keyspace.nowMs = nowMs;
    context.nowMs = nowMs;
    context.client = session;
    context.db = session.db;
    reply.resp = session.resp;
    this.#current = session;
  }

  #measureWallOffset(): number {
    return this.clock.wallMs() - this.clock.monotonicUs() / 1000;
  }
}
