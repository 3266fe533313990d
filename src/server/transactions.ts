/**
 * MULTI and EXEC: what each session queued. EXEC runs nothing where a key that the session watches has changed
 * (observers/watched-keys.ts).
 */
import { Argv } from '../commands/argv.js';
import { DENYOOM, LOADING, STALE, WRITE } from '../commands/flags.js';
import type { Transactions as TransactionService } from '../commands/services/transactions.js';
import { type CommandTable, NO_COMMAND } from '../commands/table.js';
import type { Reply } from '../protocol/reply.js';
import { ReplyError } from '../protocol/reply-error.js';
import type { ObserverRegistry } from './observers/observer-registry.js';
import { hasExpiredKey, SessionWatch, WatchedKeys } from './observers/watched-keys.js';
import type { RequestFlags } from './scripting/request-flags.js';
import { QUEUEING, REPLY_OFF, REPLY_OFF_NEXT, REPLY_SKIP, type Session, STOP_CLOSING } from './session.js';

const ABORTED = new ReplyError('EXECABORT Transaction discarded because of previous errors.');
const QUEUED = Buffer.from('+QUEUED\r\n');

/** Copies of requests that are kept for the next transactions, and how large they may be: 128 KiB of them at most. */
const SPARE_REQUESTS_MAX = 128;
const SPARE_REQUEST_BYTES_MAX = 1024;
const SPARE_REQUEST_WORDS_MAX = 64;

/** Flags that allow something. */
const PERMISSIONS = LOADING | STALE;

/** Where a word begins and where it ends; Redis has a pointer. */
const WORD_BYTES = 8;

/** These run at once, also between MULTI and EXEC. */
const UNQUEUED = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

/** What a session has of transactions; null until it first uses them. */
export class SessionTransaction {
  readonly ids: number[] = [];
  readonly requests: Argv[] = [];
  /** A request was refused while queueing: EXEC answers EXECABORT. */
  isAborted = false;
  /** Where it is broken, EXEC answers null. */
  readonly watch = new SessionWatch();
  queuedBytes = 0;
  /** How many commands the EXEC under way runs. */
  executingCount = 0;
  /** Flags that any of the queued commands has. */
  flags = 0;
  /** Permissions that any of them lacks. */
  #lacked = 0;

  clear(): void {
    this.ids.length = 0;
    this.requests.length = 0;
    this.isAborted = false;
    this.queuedBytes = 0;
    this.flags = 0;
    this.#lacked = 0;
  }

  /** A command with these flags was queued. */
  countIn(flags: number): void {
    this.flags |= flags;
    this.#lacked |= ~flags & PERMISSIONS;
  }

  /** EXEC does what any of the queue does, and may do what all of it may. @param declared flags of EXEC */
  flagsOfExec(declared: number): number {
    return (declared | this.flags) & ~this.#lacked;
  }
}

/** What transactions need of their server. */
export interface TransactionHost {
  readonly currentSession: Session;
  readonly table: CommandTable;
  readonly observers: ObserverRegistry;
  readonly requestFlags: RequestFlags;
  readonly bufferLimits: { keepsMore(session: Session): void };
  /** Runs one queued command for the current session. */
  runQueued(id: number, argv: Argv, reply: Reply): void;
  /** Why the current session may no longer run a request that it queued, or null. */
  refuseQueued(id: number, argv: Argv): ReplyError | null;
  /** Why the queue may not run now, although each of its commands could be queued; or null. */
  refuseExecution(flags: number): ReplyError | null;
}

export class Transactions implements TransactionService {
  readonly #host: TransactionHost;
  readonly #watched: WatchedKeys;
  readonly #isUnqueued: Uint8Array;
  readonly #spare: Argv[] = [];

  constructor(host: TransactionHost) {
    this.#host = host;
    this.#watched = new WatchedKeys(host.observers);
    this.#isUnqueued = Uint8Array.from(host.table.names, (name) => (UNQUEUED.has(name) ? 1 : 0));
  }

  isOpen(): boolean {
    return (this.#host.currentSession.states & QUEUEING) !== 0;
  }

  isRunning(): boolean {
    return this.#host.currentSession.isExecuting;
  }

  begin(): void {
    const session = this.#host.currentSession;
    this.#of(session);
    session.states |= QUEUEING;
  }

  discard(): void {
    this.forget(this.#host.currentSession);
  }

  /** A request of a session between MULTI and EXEC. @returns false when it has to run now */
  queue(session: Session, id: number, argv: Argv, reply: Reply): boolean {
    if (this.#isUnqueued[id] !== 0) return false;
    const transaction = this.#of(session);
    // A transaction that can't run any more keeps nothing.
    if (!transaction.isAborted && !transaction.watch.isBroken) {
      const request = argv.cloneInto(this.#spare.pop() ?? new Argv(argv.count));
      transaction.ids.push(id);
      transaction.requests.push(request);
      transaction.queuedBytes += request.totalBytes() + request.count * WORD_BYTES;
      transaction.countIn(this.#host.requestFlags.of(id, argv));
      this.#host.bufferLimits.keepsMore(session);
    }
    reply.raw(QUEUED);
    return true;
  }

  /**
   * A request was refused: a transaction that is being queued won't run, and one whose EXEC it was is over.
   * @returns what to answer: of an EXEC another error
   */
  refused(session: Session, id: number, refusal: ReplyError): ReplyError {
    if (id !== NO_COMMAND && this.#host.table.names[id] === 'exec') {
      this.forget(session);
      return abortedBecause(refusal);
    }
    if ((session.states & QUEUEING) !== 0) this.#of(session).isAborted = true;
    return refusal;
  }

  execute(reply: Reply): void {
    const session = this.#host.currentSession;
    const transaction = this.#of(session);
    const isBroken = transaction.watch.isBroken || hasExpiredKey(transaction.watch);
    if (transaction.isAborted) {
      this.forget(session);
      throw ABORTED;
    }
    if (isBroken) {
      this.forget(session);
      reply.nullArray();
      return;
    }
    const refusal = this.#host.refuseExecution(transaction.flags & (WRITE | DENYOOM));
    if (refusal !== null) {
      this.forget(session);
      throw abortedBecause(refusal);
    }
    // The queue's own WATCHes are void before the first command runs.
    const ids = transaction.ids.slice();
    const requests = transaction.requests.slice();
    this.forget(session);
    // Of an array whose CLIENT REPLY changes in the middle a part is left out, be it its head: so does Redis.
    if (!leavesOut(session)) reply.array(ids.length);
    session.isExecuting = true;
    transaction.executingCount = ids.length;
    try {
      for (let index = 0; index < ids.length; index++) {
        const mark = reply.length;
        // Who ended its own connection hears no more, whole array or not, though all commands run.
        const isEnding = (session.stops & STOP_CLOSING) !== 0;
        this.#runQueued(ids[index], requests[index], reply);
        if (isEnding || leavesOut(session)) reply.rewind(mark);
      }
    } finally {
      session.isExecuting = false;
    }
    this.#recycle(requests);
    if (session.replyMode === REPLY_OFF) session.replyMode = REPLY_OFF_NEXT;
  }

  #recycle(requests: readonly Argv[]): void {
    for (const request of requests) {
      if (this.#spare.length === SPARE_REQUESTS_MAX) return;
      const isSmall =
        request.bytes.length <= SPARE_REQUEST_BYTES_MAX && request.starts.length <= SPARE_REQUEST_WORDS_MAX;
      if (isSmall) this.#spare.push(request);
    }
  }

  #runQueued(id: number, request: Argv, reply: Reply): void {
    const refusal = this.#host.refuseQueued(id, request);
    if (refusal === null) this.#host.runQueued(id, request, reply);
    else reply.error(refusal);
  }

  watch(bytes: Buffer, start: number, end: number): void {
    const session = this.#host.currentSession;
    this.#watched.add(this.#of(session).watch, session.db, bytes, start, end);
  }

  unwatch(): void {
    const { transaction } = this.#host.currentSession;
    if (transaction === null) return;
    this.#watched.clear(transaction.watch);
  }

  /** Ends a session's transaction, if it has one: DISCARD, EXEC, RESET, the end of the connection. */
  forget(session: Session): void {
    const { transaction } = session;
    if (transaction === null) return;
    session.states &= ~QUEUEING;
    this.#watched.clear(transaction.watch);
    transaction.clear();
  }

  /** Keys watched by all sessions. */
  get watchedCount(): number {
    return this.#watched.count;
  }

  #of(session: Session): SessionTransaction {
    session.transaction ??= new SessionTransaction();
    return session.transaction;
  }
}

/** What EXEC answers when it is refused itself: the reason, without the code that says nothing. */
function abortedBecause(refusal: ReplyError): ReplyError {
  const reason = refusal.message.replace(/^ERR /, '');
  return new ReplyError(`EXECABORT Transaction discarded because of: ${reason}`);
}

/** CLIENT REPLY: whether what is replied now is left out. */
function leavesOut({ replyMode }: Session): boolean {
  return replyMode === REPLY_OFF || replyMode === REPLY_SKIP;
}
