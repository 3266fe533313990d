/**
 * Who is being served: the session whose batch is being run, and the session whose command runs at this moment,
 * which is another one while a blocked client gets what it waited for. Transactions, blocking and publishing see
 * their server through this.
 */
import { assert } from '../../base/assert.js';
import type { Clock } from '../../base/clock.js';
import type { Argv } from '../../commands/argv.js';
import type { Context } from '../../commands/context.js';
import { DENYOOM } from '../../commands/flags.js';
import { type CommandTable, NO_COMMAND } from '../../commands/table.js';
import type { Database } from '../../engine/database.js';
import type { Keyspace } from '../../engine/keyspace.js';
import { Reply } from '../../protocol/reply.js';
import type { ReplyError } from '../../protocol/reply-error.js';
import type { AccessControl } from '../acl/access-control.js';
import type { BlockingHost, Waiter } from '../blocking.js';
import type { BufferLimits } from '../clients/buffer-limits.js';
import { settleReplyMode } from '../clients/reply-mode.js';
import type { Traffic } from '../introspection/traffic.js';
import type { ObserverRegistry } from '../observers/observer-registry.js';
import { UNWRITTEN } from '../persistence/aof-gate.js';
import { MISCONFIGURED, UNSAVED } from '../persistence/gates.js';
import type { PubSubHost } from '../pubsub.js';
import { CUT_OFF, READ_ONLY, READ_ONLY_REPLICA, TOO_FEW_REPLICAS, UNFOLLOWED } from '../replication/gates.js';
import type { RequestFlags } from '../scripting/request-flags.js';
import type { ScriptingHost } from '../scripting/script-calls.js';
import { REPLY_ON, type Session } from '../session.js';
import type { TransactionHost } from '../transactions.js';
import type { Dispatcher } from './dispatcher.js';
import type { Gates } from './gates.js';
import type { Outbox } from './outbox.js';

/** Bits of `unfinishedWork`. */
const READY_KEYS = 1 << 0;
const PUSHES = 1 << 1;
const INVALIDATIONS = 1 << 2;

/** What serving needs of the server as a whole. */
export interface ServingHost {
  readonly clock: Clock;
  readonly table: CommandTable;
  readonly keyspace: Keyspace;
  readonly observers: ObserverRegistry;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly context: Context;
  /** The replies to the batch. */
  readonly reply: Reply;
  readonly dispatcher: Dispatcher;
  readonly introspection: {
    readonly traffic: Traffic;
    scriptBegins(session: Session, argv: Argv): void;
  };
  readonly bufferLimits: BufferLimits;
  readonly outbox: Outbox;
  readonly access: AccessControl;
  readonly gates: Gates;
  /** Server-wide states that gates ask about. */
  readonly states: number;
  serveReadyKeys(): void;
  /** Tells the client being served which of its cached keys its own request changed. */
  tellInvalidations(): void;
  /** Why commands that need memory may not run now, or null. */
  refuseForMemory(): ReplyError | null;
  /** Why what can't be kept may not be written, or null. */
  refuseUnwritten(): ReplyError | null;
  hasten(delayMs: number): void;
  /** A bug showed itself outside of any command: the session whose request it was gets told so, and is closed. */
  endBroken(session: Session, error: unknown): void;
  /** A message of a script's for the server's log. */
  log(level: number, message: string): void;
}

export class Serving implements TransactionHost, BlockingHost, PubSubHost, ScriptingHost {
  /** What is to be done after the request at hand; 0 in the common case. */
  unfinishedWork = 0;
  /** Scripts that are running: their commands can't wait. */
  scriptDepth = 0;
  /** The session whose batch is being run; null between batches. */
  batchSession: Session | null = null;

  readonly #host: ServingHost;
  #session: Session;
  /** What was served when another session's turn came from inside of it. */
  #interrupted: {
    readonly session: Session;
    readonly batchSession: Session | null;
    readonly db: Database;
  } | null = null;
  /** Messages to the session being served, which go after its reply. */
  readonly #pushes = new Reply();
  /** Replies to sessions whose batch isn't being run. */
  readonly #aside = new Reply();
  /** The session whose request is being run again; messages to it go after its reply, too. */
  #sessionAside: Session | null = null;
  readonly #pushesAside = new Reply();

  constructor(host: ServingHost, nobody: Session) {
    this.#host = host;
    this.#session = nobody;
  }

  get currentSession(): Session {
    return this.#session;
  }

  get currentCommand(): number {
    return this.#host.dispatcher.currentId;
  }

  get requestFlags(): RequestFlags {
    return this.#host.gates.requestFlags;
  }

  get isCutOff(): boolean {
    return (this.#host.states & CUT_OFF) !== 0 && !this.#session.isMaster;
  }

  get table(): CommandTable {
    return this.#host.table;
  }

  get bufferLimits(): BufferLimits {
    return this.#host.bufferLimits;
  }

  get keyspace(): Keyspace {
    return this.#host.keyspace;
  }

  get observers(): ObserverRegistry {
    return this.#host.observers;
  }

  get sessions(): ReadonlyMap<number, Session> {
    return this.#host.sessions;
  }

  get reply(): Reply {
    return this.#host.reply;
  }

  get isInsideAtomic(): boolean {
    return this.#session.isExecuting || this.scriptDepth > 0;
  }

  beginBatch(session: Session): void {
    this.batchSession = session;
    this.#attend(session, this.#host.reply);
  }

  endBatch(): void {
    this.batchSession = null;
  }

  /** The batch ended where it shouldn't have. */
  forgetBatch(): void {
    this.batchSession = null;
    this.#sessionAside = null;
    this.#pushes.reset();
    this.#aside.reset();
    this.#pushesAside.reset();
  }

  /** From inside of a command: what is served is another session's batch, until `endAside`. */
  serveAside(session: Session, reply: Reply): void {
    const { context } = this.#host;
    this.#interrupted = {
      session: this.#session,
      batchSession: this.batchSession,
      db: context.db,
    };
    this.batchSession = session;
    this.#attend(session, reply);
  }

  endAside(): void {
    const interrupted = this.#interrupted;
    assert(interrupted !== null, 'a batch was interrupted');
    const { context, keyspace } = this.#host;
    this.#interrupted = null;
    this.batchSession = interrupted.batchSession;
    this.#session = interrupted.session;
    context.client = interrupted.session;
    context.db = interrupted.db;
    keyspace.noTouch = interrupted.session.isNoTouch;
  }

  /** After a request: serves clients that waited for what it brought, then sends this client its messages. */
  finish(): void {
    if ((this.unfinishedWork & INVALIDATIONS) !== 0) this.#host.tellInvalidations();
    if ((this.unfinishedWork & READY_KEYS) !== 0) {
      this.#host.serveReadyKeys();
      // Those who were served changed keys, too.
      this.#host.tellInvalidations();
    }
    this.unfinishedWork = 0;
    if (this.#pushes.length === 0) return;
    this.#host.reply.rawSpan(this.#pushes.bytes, 0, this.#pushes.length);
    this.#pushes.reset();
  }

  keysAreReady(): void {
    this.unfinishedWork |= READY_KEYS;
  }

  invalidationsPend(): void {
    this.unfinishedWork |= INVALIDATIONS;
  }

  push(session: Session, bytes: Buffer, start: number, end: number): void {
    if (session === this.batchSession) {
      this.#pushes.rawSpan(bytes, start, end);
      this.unfinishedWork |= PUSHES;
      return;
    }
    if (session === this.#sessionAside) this.#pushesAside.rawSpan(bytes, start, end);
    else this.#send(session, bytes, start, end);
  }

  #send(session: Session, bytes: Buffer, start: number, end: number): void {
    this.#host.introspection.traffic.sent(end - start);
    this.#host.outbox.send(session, bytes, start, end);
    if (session.transport.pendingBytes > 0) {
      this.#host.bufferLimits.checkOutput(session, this.#host.keyspace.nowMs);
    }
  }

  runQueued(id: number, argv: Argv, reply: Reply): void {
    this.#host.dispatcher.call(this.#session, id, argv, reply);
  }

  runWithin(id: number, argv: Argv, reply: Reply): void {
    this.#host.dispatcher.callWithin(this.#session, id, argv, reply);
  }

  refuseQueued(id: number, argv: Argv): ReplyError | null {
    return this.#host.access.refusalInTransaction(this.#session, id, argv);
  }

  refuseInScript(id: number, argv: Argv): ReplyError | null {
    return this.#host.access.refusalInScript(this.#session, id, argv);
  }

  mayRun(id: number, argv: Argv): boolean {
    return this.#host.access.allows(this.#session, id, argv);
  }

  scriptBegins(argv: Argv): void {
    this.#host.dispatcher.statistics.scripts.begin();
    this.#host.introspection.scriptBegins(this.#session, argv);
  }

  refuseForMemory(): ReplyError | null {
    return this.#host.refuseForMemory();
  }

  countFailures(id: number, count: number): void {
    this.#host.dispatcher.statistics.failed[id] += count;
  }

  countRefusal(id: number, refusal: ReplyError): void {
    const { dispatcher } = this.#host;
    if (id !== NO_COMMAND) dispatcher.statistics.rejected[id]++;
    dispatcher.host.countError(refusal);
  }

  reselect(): void {
    this.#host.context.db = this.#session.db;
  }

  log(level: number, message: string): void {
    this.#host.log(level, message);
  }

  refuseExecution(flags: number): ReplyError | null {
    return (flags & DENYOOM) !== 0 ? this.#host.refuseForMemory() : null;
  }

  /** Why a command of a script that writes may not run now, or null. */
  refuseWriting(): ReplyError | null {
    const { states } = this.#host;
    if ((states & (READ_ONLY | UNFOLLOWED | UNSAVED | UNWRITTEN)) === 0 || this.#session.isMaster)
      return null;
    if ((states & UNSAVED) !== 0) return MISCONFIGURED;
    if ((states & UNWRITTEN) !== 0) return this.#host.refuseUnwritten();
    return (states & UNFOLLOWED) !== 0 ? TOO_FEW_REPLICAS : READ_ONLY_REPLICA;
  }

  monotonicMs(): number {
    return this.#host.clock.monotonicUs() / 1000;
  }

  hasten(dueMs: number): void {
    this.#host.hasten(dueMs - this.monotonicMs());
  }

  /** Does something as another client than the one being served. */
  runAs(session: Session, reply: Reply, work: () => void): void {
    const served = this.#session;
    this.#attend(session, reply);
    try {
      work();
    } finally {
      this.#attend(served, this.#host.reply);
    }
  }

  runAgain(waiter: Waiter): void {
    const served = this.#session;
    const { session } = waiter;
    this.#attend(session, this.#aside);
    this.#sessionAside = session;
    try {
      this.#callAgain(waiter);
    } catch (error) {
      this.#aside.reset();
      this.#host.endBroken(session, error);
    }
    this.#sessionAside = null;
    this.#sendAside(session);
    this.#attend(served, this.#host.reply);
  }

  /** What its user may do can have changed while it waited. */
  #callAgain({ session, id, argv, wait }: Waiter): void {
    const refusal = wait === null ? null : this.#host.access.refusal(session, id, argv);
    if (refusal === null) {
      this.#host.dispatcher.call(session, id, argv, this.#aside);
      return;
    }
    this.countRefusal(id, refusal);
    this.#aside.error(refusal);
  }

  replyTo(session: Session, error: ReplyError | null): void {
    this.#aside.resp = session.resp;
    if (error === null) this.#aside.nullArray();
    else this.#aside.error(error);
    this.#sendAside(session);
  }

  /** The reply first, whatever CLIENT REPLY leaves of it, then messages. */
  #sendAside(session: Session): void {
    if (this.#aside.length > 0 && session.replyMode !== REPLY_ON) settleReplyMode(session, this.#aside, 0);
    for (const part of [this.#aside, this.#pushesAside]) {
      if (part.length > 0) this.#send(session, part.bytes, 0, part.length);
      part.reset();
    }
  }

  #attend(session: Session, reply: Reply): void {
    const { context, keyspace } = this.#host;
    this.#session = session;
    context.client = session;
    context.db = session.db;
    keyspace.noTouch = session.isNoTouch;
    reply.resp = session.resp;
  }
}
