/**
 * Clients that wait for keys, or for time to pass.
 *
 * A waiter keeps its request. When a key that somebody waits for comes into being, it is noted as ready. After the
 * command (or transaction, or script) that made it, ready keys are served in the order in which they became
 * ready, and the clients of a key in the order in which they came, each by running its request again; one that
 * finds nothing goes to the end of the line. Overwriting a key wakes only those who have to be told that the old one
 * went. Readers of a stream wait for entries, so each entry added wakes them.
 *
 * Source: redis.io/commands/blpop, "Priority and ordering of keys and clients".
 */
import type { Argv } from '../commands/argv.js';
import type { KeyEvent } from '../commands/events.js';
import type { Blocking as BlockingService, KeyWait } from '../commands/services/blocking.js';
import type { Database } from '../engine/database.js';
import { TYPE_NAMES, typeOf } from '../engine/entry.js';
import type { Keyspace } from '../engine/keyspace.js';
import type { ReplyError } from '../protocol/reply-error.js';
import type { KeyObserver, ObserverRegistry } from './observers/observer-registry.js';
import { type Session, STOP_BLOCKED } from './session.js';
import { type Timed, TimerQueue } from './timer-queue.js';

export class Waiter implements Timed {
  queueIndex = -1;
  readonly keyNames: string[] = [];

  constructor(
    readonly session: Session,
    readonly id: number,
    readonly argv: Argv,
    /** Null: it waits for time only. */
    readonly wait: KeyWait | null,
    /** Monotonic clock; Infinity: never. */
    readonly dueMs: number,
    readonly sinceUs: number,
    /** It waits for something that was begun in its name, and nothing but the end of that ends its waiting. */
    readonly isFirm: boolean,
  ) {}
}

const heedsLoss = ({ wait }: Waiter): boolean => wait?.wakesWhenGone ?? false;

interface ReadyKey {
  readonly db: Database;
  readonly key: Buffer;
  readonly name: string;
}

/** What blocking needs of its server. */
export interface BlockingHost {
  readonly currentSession: Session;
  readonly sessions: ReadonlyMap<number, Session>;
  /** The command being run. */
  readonly currentCommand: number;
  readonly keyspace: Keyspace;
  readonly observers: ObserverRegistry;
  /** A command of a transaction or a script: it can't wait. */
  readonly isInsideAtomic: boolean;
  monotonicMs(): number;
  /** Something is due earlier than the server last said. */
  hasten(dueMs: number): void;
  /** `serveReady` has to be called once the command at hand is over. */
  keysAreReady(): void;
  /** Runs a waiter's request again; its replies go out when it was served. */
  runAgain(waiter: Waiter): void;
  /** Sends the end of waiting to a client: an error, or null for a null array. */
  replyTo(session: Session, error: ReplyError | null): void;
}

export class Blocking implements BlockingService, KeyObserver {
  isTimeUp = false;
  /** Keys that became ready and were not served yet. */
  #ready: ReadyKey[] = [];
  readonly #readyNames = new Set<string>();
  readonly #waitersOf = new Map<string, Set<Waiter>>();
  /** How many wait for keys of each type. */
  readonly #waitersByType = new Int32Array(TYPE_NAMES.length);
  readonly #timers = new TimerQueue<Waiter>();
  readonly #observerBit: number;
  readonly #host: BlockingHost;
  /** The waiter whose request is being run again, and whether it found nothing. */
  #again: Waiter | null = null;
  #isStillWaiting = false;
  #count = 0;

  constructor(host: BlockingHost) {
    this.#host = host;
    this.#observerBit = host.observers.register(this);
  }

  /** Clients that wait. */
  get count(): number {
    return this.#count;
  }

  /** Keys that somebody waits for. */
  get keyCount(): number {
    return this.#waitersOf.size;
  }

  get canBlock(): boolean {
    return !this.#host.isInsideAtomic;
  }

  /** When the first waiter's time is up, on the monotonic clock. */
  get firstDueMs(): number {
    return this.#timers.firstDueMs;
  }

  waitForKeys(argv: Argv, wait: KeyWait, timeoutMs: number): void {
    if (this.#again !== null) {
      this.#isStillWaiting = true;
      return;
    }
    const waiter = this.#begin(argv, wait, timeoutMs);
    const { db } = waiter.session;
    for (const index of wait.keys) {
      const name = nameOf(db.id, argv.bytes, argv.starts[index], argv.ends[index]);
      let waiters = this.#waitersOf.get(name);
      if (waiters === undefined) {
        waiters = new Set();
        this.#waitersOf.set(name, waiters);
      }
      if (!waiters.has(waiter)) {
        waiters.add(waiter);
        waiter.keyNames.push(name);
      }
    }
    this.#observe(true);
  }

  waitForTime(argv: Argv, timeoutMs: number): void {
    this.#begin(argv, null, timeoutMs);
  }

  /** The client waits for something that its request began, until `conclude`; or is gone before. */
  waitForWork(argv: Argv): Waiter {
    return this.#begin(argv, null, 0, true);
  }

  /** What a client waited for is over: its request is run again. */
  conclude(waiter: Waiter): void {
    this.#runAgain(waiter);
  }

  unblock(clientId: number, error: ReplyError | null): boolean {
    const waiter = this.#host.sessions.get(clientId)?.waiter ?? null;
    if (waiter === null || waiter.isFirm) return false;
    if (error === null) this.#timeOut(waiter);
    else this.#answer(waiter, error);
    return true;
  }

  /** The session is gone, or reset. */
  forget(session: Session): void {
    if (session.waiter !== null) this.#end(session.waiter);
  }

  notify(event: KeyEvent, db: Database, keyBytes: Buffer, start: number, end: number): void {
    if (!event.wakes) return;
    const entry = db.index.find(keyBytes, start, end);
    if (entry !== 0 && this.#isAwaited(entry)) this.#becameReady(db, keyBytes, start, end);
  }

  keyChanged(db: Database, keyBytes: Buffer, start: number, end: number): void {
    const waiters = this.#waitersOf.get(nameOf(db.id, keyBytes, start, end));
    if (waiters === undefined) return;
    const entry = db.index.find(keyBytes, start, end);
    const type = entry === 0 ? -1 : typeOf(this.#host.keyspace.arena, entry);
    for (const waiter of waiters) {
      if (!heedsLoss(waiter) || waiter.wait?.type === type) continue;
      this.#becameReady(db, keyBytes, start, end);
      return;
    }
  }

  keyWent(db: Database, keyBytes: Buffer, start: number, end: number): void {
    const waiters = this.#waitersOf.get(nameOf(db.id, keyBytes, start, end));
    if (waiters !== undefined && [...waiters].some(heedsLoss)) this.#becameReady(db, keyBytes, start, end);
  }

  /** A key of the other database may be ready; those who have to be told that a key went run again anyway. */
  databaseReplacing(db: Database, other: Database | null): void {
    this.#becomesOf(db, other);
    if (other !== null) this.#becomesOf(other, db);
  }

  #becomesOf(db: Database, other: Database | null): void {
    const prefix = `${db.id}:`;
    for (const [name, waiters] of this.#waitersOf) {
      if (!name.startsWith(prefix)) continue;
      const key = Buffer.from(name.slice(prefix.length), 'latin1');
      const entry = other?.index.find(key, 0, key.length) ?? 0;
      const isReady = (entry !== 0 && this.#isAwaited(entry)) || [...waiters].some(heedsLoss);
      if (isReady) this.#becameReady(db, key, 0, key.length);
    }
  }

  /** True when somebody, be it for another key, waits for this entry's type: Redis looks no closer either. */
  #isAwaited(entry: number): boolean {
    return this.#waitersByType[typeOf(this.#host.keyspace.arena, entry)] > 0;
  }

  #becameReady(db: Database, keyBytes: Buffer, start: number, end: number): void {
    const name = nameOf(db.id, keyBytes, start, end);
    if (!this.#waitersOf.has(name) || this.#readyNames.has(name)) return;
    this.#readyNames.add(name);
    this.#ready.push({ db, key: Buffer.from(keyBytes.subarray(start, end)), name });
    this.#host.keysAreReady();
  }

  /** Serves who waits for the keys that became ready, those too that become ready meanwhile. */
  serveReady(): void {
    while (this.#ready.length > 0) {
      const ready = this.#ready;
      this.#ready = [];
      for (const key of ready) {
        this.#readyNames.delete(key.name);
        this.#serveKey(key);
      }
    }
  }

  /** Ends the waiting of those whose time is up. */
  serveDue(nowMs: number): void {
    for (;;) {
      const waiter = this.#timers.takeDue(nowMs);
      if (waiter === null) return;
      this.#timeOut(waiter);
    }
  }

  #serveKey({ db, key, name }: ReadyKey): void {
    const waiters = this.#waitersOf.get(name);
    if (waiters === undefined) return;
    for (const waiter of [...waiters]) {
      if (!waiters.has(waiter)) continue;
      const entry = db.find(key, 0, key.length);
      const type = entry === 0 ? -1 : typeOf(this.#host.keyspace.arena, entry);
      const { wait } = waiter;
      if (wait === null || (type !== wait.type && !wait.wakesWhenGone)) continue;
      this.#runAgain(waiter);
    }
  }

  #runAgain(waiter: Waiter): void {
    this.#again = waiter;
    this.#isStillWaiting = false;
    this.#host.runAgain(waiter);
    this.#again = null;
    if (this.#isStillWaiting) {
      this.#goToEnd(waiter);
      return;
    }
    this.#end(waiter);
    waiter.session.transport.resume();
  }

  #goToEnd(waiter: Waiter): void {
    for (const name of waiter.keyNames) {
      const waiters = this.#waitersOf.get(name);
      if (waiters?.delete(waiter)) waiters.add(waiter);
    }
  }

  /** True right after a request, run for the first time or again, left its client waiting. */
  isWaiting(session: Session): boolean {
    if (session.waiter === null) return false;
    return this.#again !== session.waiter || this.#isStillWaiting;
  }

  #timeOut(waiter: Waiter): void {
    if (waiter.wait !== null) {
      this.#answer(waiter, null);
      return;
    }
    this.isTimeUp = true;
    this.#runAgain(waiter);
    this.isTimeUp = false;
  }

  /** Ends the waiting in place of what the request would answer. @param error null for a null array */
  #answer(waiter: Waiter, error: ReplyError | null): void {
    this.#end(waiter);
    this.#host.replyTo(waiter.session, error);
    waiter.session.transport.resume();
  }

  #begin(argv: Argv, wait: KeyWait | null, timeoutMs: number, isFirm = false): Waiter {
    const host = this.#host;
    const session = host.currentSession;
    const nowMs = host.monotonicMs();
    const dueMs = timeoutMs === 0 ? Number.POSITIVE_INFINITY : nowMs + timeoutMs;
    const waiter = new Waiter(session, host.currentCommand, argv.clone(), wait, dueMs, nowMs * 1000, isFirm);
    session.stops |= STOP_BLOCKED;
    session.waiter = waiter;
    session.transport.pause();
    this.#count++;
    if (wait !== null) this.#waitersByType[wait.type]++;
    if (dueMs !== Number.POSITIVE_INFINITY) {
      this.#timers.add(waiter);
      host.hasten(dueMs);
    }
    return waiter;
  }

  #end(waiter: Waiter): void {
    const { session } = waiter;
    if (session.waiter !== waiter) return;
    session.waiter = null;
    session.stops &= ~STOP_BLOCKED;
    this.#count--;
    if (waiter.wait !== null) this.#waitersByType[waiter.wait.type]--;
    this.#timers.remove(waiter);
    for (const name of waiter.keyNames) {
      const waiters = this.#waitersOf.get(name);
      waiters?.delete(waiter);
      if (waiters?.size === 0) this.#waitersOf.delete(name);
    }
    if (this.#waitersOf.size === 0) this.#observe(false);
  }

  #observe(isActive: boolean): void {
    const { observers } = this.#host;
    observers.activate(this.#observerBit, isActive);
    observers.activateNewKeys(this.#observerBit, isActive);
  }
}

function nameOf(databaseId: number, keyBytes: Buffer, start: number, end: number): string {
  return `${databaseId}:${keyBytes.toString('latin1', start, end)}`;
}
