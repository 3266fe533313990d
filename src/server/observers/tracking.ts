/**
 * Client-side caching: which clients to tell that a key changed.
 *
 * By default a key that a tracked client reads is remembered until it changes; then its readers are told once. In
 * broadcast mode nothing is remembered: clients are told of every change to keys that begin with their prefixes, in
 * one message for a batch of requests. Keys are byte strings (latin1) here, the same key of two databases is one.
 *
 * Source: redis.io/docs/manual/client-side-caching.
 */
import type { Argv } from '../../commands/argv.js';
import { READONLY } from '../../commands/flags.js';
import type { CommandKeys } from '../../commands/keys.js';
import type { Client } from '../../commands/services/client.js';
import type {
  TrackingOptions,
  Tracking as TrackingService,
  TrackingState,
} from '../../commands/services/tracking.js';
import type { CommandTable } from '../../commands/table.js';
import type { Database } from '../../engine/database.js';
import { QUEUEING, type Session } from '../session.js';
import { Broadcasts } from './broadcasts.js';
import type { KeyObserver, ObserverRegistry } from './observer-registry.js';
import { TrackingMessages } from './tracking-messages.js';

/** Keys forgotten at most after one request, and in one tick, when there are too many. */
const FORGOTTEN_AFTER_REQUEST_COUNT_MAX = 100;
const FORGOTTEN_IN_TICK_COUNT_MAX = 1000;

/** How a session is tracked. */
export interface SessionTracking extends TrackingState {
  isCachingSet: boolean;
  isRedirectBroken: boolean;
}

/** What tracking needs of its server. */
export interface TrackingHost {
  readonly table: CommandTable;
  readonly keys: CommandKeys;
  readonly observers: ObserverRegistry;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly serving: {
    readonly currentSession: Session;
    readonly batchSession: Session | null;
    /** A transaction or a script runs commands. */
    readonly isInsideAtomic: boolean;
    readonly scriptDepth: number;
    /** `tellPending` must be called after the current request. */
    invalidationsPend(): void;
    push(session: Session, bytes: Buffer, start: number, end: number): void;
  };
  /** Whether `ran` has to be called after each request. */
  watchRequests(isWanted: boolean): void;
}

export class Tracking implements TrackingService, KeyObserver {
  /** `tracking-table-max-keys`; 0 for any number. */
  keyCountMax = 1_000_000;

  readonly #host: TrackingHost;
  readonly #observerBit: number;
  readonly #tracked = new Set<Session>();
  /** Who read which key. */
  readonly #readers = new Map<string, Set<Session>>();
  readonly #broadcasts: Broadcasts;
  readonly #messages = new TrackingMessages();
  /** By command id: 1 for those whose keys are remembered. */
  readonly #isRead: Uint8Array;
  /** By command id: 1 for CLIENT, which isn't the request that CLIENT CACHING is about. */
  readonly #keepsCaching: Uint8Array;
  /** The request at hand empties databases, one after another, and everybody was told. */
  #isFlushTold = false;
  /** What the request at hand made invalid for its own client; null for all keys. */
  #pending: (readonly string[] | null)[] = [];
  /** How that client was tracked before the request at hand ended it: it is told nevertheless, as by Redis. */
  #endedTracking: SessionTracking | null = null;
  #reader: Session | null = null;
  #argv: Argv | null = null;

  constructor(host: TrackingHost) {
    this.#host = host;
    this.#observerBit = host.observers.register(this);
    const { declarations, flagsOf, names } = host.table;
    this.#keepsCaching = Uint8Array.from(names, (name) => (name.startsWith('client|') ? 1 : 0));
    // Of a script that reads, the commands are remembered and not the script.
    this.#isRead = Uint8Array.from(declarations, ({ group }, id) =>
      (flagsOf[id] & READONLY) !== 0 && group !== 'scripting' ? 1 : 0,
    );
    this.#broadcasts = new Broadcasts((session, keys) => this.#tell(session, keys));
  }

  /** Clients that are tracked. */
  get clientCount(): number {
    return this.#tracked.size;
  }

  /** Keys remembered, and for how many clients. */
  get keyCount(): number {
    return this.#readers.size;
  }

  get readerCount(): number {
    let count = 0;
    for (const readers of this.#readers.values()) count += readers.size;
    return count;
  }

  get prefixCount(): number {
    return this.#broadcasts.prefixCount;
  }

  stateOf(client: Client): SessionTracking | null {
    return this.#host.sessions.get(client.id)?.tracking ?? null;
  }

  start(client: Client, options: TrackingOptions): void {
    const session = this.#host.sessions.get(client.id);
    if (session === undefined) return;
    const before = session.tracking?.prefixes ?? [];
    const added = options.broadcasts && options.prefixes.length === 0 ? [''] : options.prefixes;
    const prefixes = [...new Set([...before, ...added])].sort();
    session.tracking = { ...options, prefixes, isCachingSet: false, isRedirectBroken: false };
    if (options.broadcasts) this.#broadcasts.add(session, added);
    this.#tracked.add(session);
    this.#settle();
  }

  stop(client: Client): void {
    const session = this.#host.sessions.get(client.id);
    if (session !== undefined) this.forget(session);
  }

  setCaching(client: Client): void {
    const state = this.stateOf(client);
    if (state !== null) state.isCachingSet = true;
  }

  /** The session is over, or reset. */
  forget(session: Session): void {
    const { tracking } = session;
    if (tracking === null) return;
    if (tracking.broadcasts) this.#broadcasts.remove(session, tracking.prefixes);
    session.tracking = null;
    if (this.#pending.length > 0 && session === this.#host.serving.batchSession)
      this.#endedTracking = tracking;
    this.#tracked.delete(session);
    this.#settle();
  }

  /** A request ran: remembers what it read. */
  ran(session: Session, id: number, argv: Argv): void {
    this.#isFlushTold = false;
    if (session.tracking !== null) this.#rememberRead(session, session.tracking, id, argv);
    if (this.#readers.size > this.keyCountMax && !this.#host.serving.isInsideAtomic)
      this.#forgetExcess(FORGOTTEN_AFTER_REQUEST_COUNT_MAX);
  }

  #rememberRead(session: Session, tracking: SessionTracking, id: number, argv: Argv): void {
    if (this.#isRead[id] !== 0 && remembers(tracking)) {
      this.#reader = session;
      this.#argv = argv;
      this.#host.keys.find(id, argv, this.#remember);
      this.#argv = null;
    }
    // CLIENT CACHING is about the next request, or all those of a transaction or script.
    const isPartOfRequest = this.#host.serving.isInsideAtomic || (session.states & QUEUEING) !== 0;
    if (!isPartOfRequest && this.#keepsCaching[id] === 0) tracking.isCachingSet = false;
  }

  keyChanged(_db: Database, keyBytes: Buffer, start: number, end: number): void {
    this.#changed(keyBytes.toString('latin1', start, end), this.#host.serving.currentSession);
  }

  /** Nobody changed it, so everybody is told. */
  keyWent(_db: Database, keyBytes: Buffer, start: number, end: number): void {
    this.#changed(keyBytes.toString('latin1', start, end), null);
  }

  #changed(key: string, author: Session | null): void {
    // As in Redis, broadcasts take a script for another author than the client that runs it.
    this.#broadcasts.changed(key, this.#host.serving.scriptDepth > 0 ? null : author);
    this.#forgetKey(key, author);
  }

  databaseReplacing(_db: Database, other: Database | null): void {
    if (other !== null || this.#isFlushTold) return;
    this.#isFlushTold = true;
    // In the order in which they connected, as Redis does.
    const tracked = [...this.#tracked].sort((one, other) => one.id - other.id);
    for (const session of tracked) this.#tell(session, null);
    this.#readers.clear();
  }

  /** After a request: tells its client what it changed itself. How, is as the client has it now. */
  tellPending(): void {
    const pending = this.#pending;
    this.#pending = [];
    const { batchSession } = this.#host.serving;
    const tracking = batchSession?.tracking ?? this.#endedTracking;
    this.#endedTracking = null;
    if (batchSession === null || tracking === null) return;
    for (const keys of pending) this.#send(batchSession, tracking, keys);
  }

  /** Sends what a batch of requests made known. */
  endBatch(): void {
    this.#broadcasts.send();
  }

  /** Called at every tick: what requests leave undone when the limit sinks. */
  tick(): void {
    this.endBatch();
    this.#forgetExcess(FORGOTTEN_IN_TICK_COUNT_MAX);
  }

  /** When too many keys are remembered, the oldest count as changed. */
  #forgetExcess(countMax: number): void {
    if (this.keyCountMax === 0) return;
    let excess = Math.min(this.#readers.size - this.keyCountMax, countMax);
    for (const key of this.#readers.keys()) {
      if (excess-- <= 0) return;
      this.#forgetKey(key, null);
    }
  }

  readonly #remember = (index: number): void => {
    const key = this.#argv?.latin1(index);
    if (key === undefined || this.#reader === null) return;
    let readers = this.#readers.get(key);
    if (readers === undefined) {
      readers = new Set();
      this.#readers.set(key, readers);
    }
    readers.add(this.#reader);
  };

  /** Tells a key's readers that it changed, and forgets them. @param author who changed it */
  #forgetKey(key: string, author: Session | null): void {
    const readers = this.#readers.get(key);
    if (readers === undefined) return;
    this.#readers.delete(key);
    for (const session of readers) {
      const { tracking } = session;
      // Some have gone, or do it otherwise now.
      if (tracking === null || tracking.broadcasts || (tracking.skipsOwn && session === author)) continue;
      this.#tell(session, [key]);
    }
  }

  /** @param keys null for all of them */
  #tell(session: Session, keys: readonly string[] | null): void {
    const { tracking } = session;
    const { serving } = this.#host;
    if (tracking === null) return;
    if (session === serving.batchSession) {
      this.#pending.push(keys);
      serving.invalidationsPend();
    } else this.#send(session, tracking, keys);
  }

  #send(session: Session, tracking: SessionTracking, keys: readonly string[] | null): void {
    const { sessions, serving } = this.#host;
    const target = tracking.redirect === 0 ? session : sessions.get(tracking.redirect);
    const message =
      target === undefined
        ? this.#messages.redirectBroken(session, tracking.redirect)
        : this.#messages.invalidation(target, session.resp, tracking.redirect !== 0, keys);
    if (target === undefined) tracking.isRedirectBroken = true;
    if (message !== null) serving.push(target ?? session, message.bytes, 0, message.length);
  }

  #settle(): void {
    const isAny = this.#tracked.size > 0;
    this.#host.observers.activate(this.#observerBit, isAny);
    this.#host.watchRequests(isAny);
    if (!isAny) this.#readers.clear();
  }
}

function remembers({ broadcasts, optIn, optOut, isCachingSet }: SessionTracking): boolean {
  if (broadcasts) return false;
  return optIn ? isCachingSet : !(optOut && isCachingSet);
}
