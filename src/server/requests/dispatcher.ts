/**
 * From bytes to commands: finds requests, resolves names, asks the gates, runs, and hands the replies of a
 * batch to the transport in one piece. It knows no command by name and no socket.
 */
import type { Argv } from '../../commands/argv.js';
import type { Context } from '../../commands/context.js';
import { INTERNAL_ERROR, NO_MEMORY } from '../../commands/errors.js';
import { type CommandTable, NO_COMMAND } from '../../commands/table.js';
import { OutOfMemoryError } from '../../engine/chunk-memory.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { MALFORMED, RequestParser } from '../../protocol/request-parser.js';
import { settleReplyMode } from '../clients/reply-mode.js';
import type { CommandStatistics } from '../introspection/command-statistics.js';
import type { Traffic } from '../introspection/traffic.js';
import { QUEUEING, REPLY_ON, type Session, STOP_CLOSING, STOP_PAUSED, UNAUTHENTICATED } from '../session.js';
import { type Gates, POSTPONED } from './gates.js';
import type { Outbox } from './outbox.js';
import { isHttp, unknownCommand } from './unknown-command.js';

/** Replies are handed over in pieces of about this size, so that no batch holds much memory. */
const FLUSH_BYTES = 256 * 1024;

/**
 * The rest of a batch waits while the client lags so far behind with its replies: 64 KiB of requests can ask for
 * gigabytes. As generous as frontends are with what they read.
 */
const PENDING_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Others wait no longer than this for the pipeline of one client, and what the clock's next reading takes (32 fast commands at
 * most): 10,000 SETs in one write held a PING up for 14 ms, and before their code was compiled for far more.
 */
const BATCH_US_MAX = 500;

/**
 * Scripts, and whatever else takes long one by one, may go on for longer: their client waits for all of them, and what it is
 * told in pieces it answers in pieces. BullMQ's jobs a second to redis-server's: 0.87 with 0.5 ms (ten runs, 0.77 to 1.0),
 * 0.91 with this (five, 0.88 to 0.95), 0.95 without a limit (six, 0.90 to 1.0).
 */
const SLOW_BATCH_US_MAX = 4000;

/** What the dispatcher needs to know of its server, and tells it. */
export interface DispatcherHost {
  /** Server-wide states that gates ask about. */
  readonly states: number;
  readonly gates: Gates;
  readonly introspection: { readonly traffic: Traffic };
  readonly outbox: Outbox;
  /** Anything that wants to see a request after it ran: 0 while nothing does. */
  readonly afterCommandMask: number;
  /** @param elapsedUs how long it ran, or -1 when it was timed with others */
  afterCommand(session: Session, id: number, argv: Argv, elapsedUs: number): void;
  /** The request left its client waiting. */
  beginsToWait(session: Session, id: number, argv: Argv): void;
  /** An error went to a client: errorstats. */
  countError(error: ReplyError): void;
  /** A request has to wait: it isn't consumed, and the session takes no more until it may go on. */
  postpone(session: Session): void;
  /**
   * A request was refused before it could run or be queued.
   * @param id of its command, or NO_COMMAND
   * @returns what to answer
   */
  requestRefused(session: Session, id: number, refusal: ReplyError): ReplyError;
  /** Between MULTI and EXEC. @returns false when the request has to run now */
  queue(session: Session, id: number, argv: Argv, reply: Reply): boolean;
  /** The request that ran left its client waiting: it isn't over. */
  isWaiting(session: Session): boolean;
  /** Keys that blocked clients wait for became ready, or messages to this client wait for its reply to end. */
  readonly unfinishedWork: number;
  finishWork(session: Session): void;
  /** A bug of ours showed itself. */
  internalError(error: unknown, command: string): void;
}

export class Dispatcher {
  /** The command being run. */
  currentId = NO_COMMAND;
  /** So much is replied before what follows in the batch is run. */
  #flushBytes = FLUSH_BYTES;

  readonly #parser: RequestParser;
  /** Where errors were counted last, and how many it then held. */
  #failedIn: Reply | null = null;
  #errorsCounted = 0;

  constructor(
    readonly table: CommandTable,
    readonly context: Context,
    readonly argv: Argv,
    readonly reply: Reply,
    readonly statistics: CommandStatistics,
    readonly host: DispatcherHost,
    limits: { bulkBytesMax: number },
  ) {
    this.#parser = new RequestParser(argv, limits);
  }

  /** A client whose replies come to so much in one piece may not be kept: requests behind those aren't run then. */
  set pieceBytesMax(bytes: number) {
    this.#flushBytes = Math.min(FLUSH_BYTES, bytes - 1);
  }

  /** Runs the whole requests in [start, end). @returns the offset of the first byte not consumed */
  runBatch(session: Session, bytes: Buffer, start: number, end: number): number {
    const { argv, reply } = this;
    const parser = this.#parser;
    const endUs = this.statistics.readUs + BATCH_US_MAX;
    let at = start;
    while (at < end && session.stops === 0) {
      const next = parser.parse(bytes, at, end, session.partial, (session.states & UNAUTHENTICATED) === 0);
      if (next < 0) {
        if (next === MALFORMED) {
          this.#refuseProtocol(session, parser.error);
          return end;
        }
        session.partial = parser.partial;
        session.bytesWanted = parser.bytesWanted;
        return at;
      }
      session.partial = null;
      session.bytesWanted = 1;
      if (argv.count !== 0 && !this.runRequest(session)) return at;
      at = next;
      if (reply.length > this.#flushBytes) this.#flushAhead(session);
      if (this.statistics.readUs > endUs && at < end && this.#givesWay(session, endUs)) return at;
    }
    return at;
  }

  /**
   * Runs the request in `argv` for a client: resolution, gates, command, reply mode.
   * @returns false when it was postponed
   */
  runRequest(session: Session): boolean {
    const { argv, reply } = this;
    const mark = reply.length;
    const id = this.#resolve(session);
    session.lastCommand = id;
    if (id !== NO_COMMAND) {
      const heeded = (session.states | this.host.states) & this.host.gates.heededBy[id];
      const refusal = heeded === 0 ? null : this.host.gates.refusal(heeded, session, id);
      if (refusal === POSTPONED) {
        this.host.postpone(session);
        return false;
      }
      if (refusal !== null) this.#reject(session, id, refusal);
      else if ((session.states & QUEUEING) === 0 || !this.host.queue(session, id, argv, reply)) {
        this.call(session, id, argv, reply);
      }
    }
    if (session.replyMode !== REPLY_ON && session.waiter === null) settleReplyMode(session, reply, mark);
    if (this.host.unfinishedWork !== 0) this.host.finishWork(session);
    return true;
  }

  /** Runs a command that may run: also those of MULTI. */
  call(session: Session, id: number, argv: Argv, reply: Reply): void {
    const { statistics, host } = this;
    const isTimed = statistics.isPrecise || statistics.isTimedAlone[id] !== 0;
    if (isTimed) statistics.settle();
    const startUs = statistics.readUs;
    const errors = reply.errorCount;
    this.#run(id, argv, reply);
    if (session.waiter !== null && host.isWaiting(session)) {
      host.beginsToWait(session, id, argv);
      return;
    }
    let elapsedUs = -1;
    if (isTimed) elapsedUs = statistics.ran(id, startUs);
    else statistics.ranFast(id);
    if (reply.errorCount !== errors) this.#countFailure(id, reply);
    if (host.afterCommandMask !== 0 || elapsedUs >= statistics.slowUs)
      host.afterCommand(session, id, argv, elapsedUs);
  }

  /** Runs a command that a script calls: it can't wait, and what the script did before it isn't its own. */
  callWithin(session: Session, id: number, argv: Argv, reply: Reply): void {
    const { statistics, host } = this;
    const startUs = statistics.beginWithin(id);
    const errors = reply.errorCount;
    this.#run(id, argv, reply);
    const elapsedUs = statistics.ranWithin(id, startUs);
    if (reply.errorCount !== errors) this.#countFailure(id, reply);
    if (host.afterCommandMask !== 0 || elapsedUs >= statistics.slowUs)
      host.afterCommand(session, id, argv, elapsedUs);
  }

  /** Gives what was replied so far to the client being served. */
  flush(session: Session): void {
    const { reply } = this;
    if (reply.length === 0) return;
    this.host.introspection.traffic.sent(reply.length);
    this.host.outbox.send(session, reply.bytes, 0, reply.length);
    reply.reset();
  }

  /**
   * In the middle of a batch that takes long.
   * @param endUs when one of fast commands would be over
   * @returns false when there is nobody to give way to, or it may go on
   */
  #givesWay(session: Session, endUs: number): boolean {
    if (session.stops !== 0 || session.transport.offerAgain === undefined) return false;
    const { isTimedAlone, readUs } = this.statistics;
    const isSlow = session.lastCommand !== NO_COMMAND && isTimedAlone[session.lastCommand] !== 0;
    if (isSlow && readUs < endUs + SLOW_BATCH_US_MAX - BATCH_US_MAX) return false;
    session.transport.offerAgain();
    return true;
  }

  /** In the middle of a batch: what comes next may have to wait until the client took what is there. */
  #flushAhead(session: Session): void {
    this.flush(session);
    if (session.stops !== 0 || session.transport.pendingBytes <= PENDING_BYTES_MAX) return;
    session.stops |= STOP_PAUSED;
    session.transport.pause();
  }

  #run(id: number, argv: Argv, reply: Reply): void {
    const mark = reply.length;
    const run = this.table.runOf[id];
    this.currentId = id;
    try {
      // A container that can't stand alone was refused by its arity.
      run?.(this.context, argv, reply);
    } catch (thrown) {
      reply.rewind(mark);
      if (thrown instanceof ReplyError) {
        reply.error(thrown);
      } else if (thrown instanceof OutOfMemoryError) {
        reply.error(NO_MEMORY);
      } else {
        this.host.internalError(thrown, this.table.names[id]);
        reply.error(INTERNAL_ERROR);
      }
    }
  }

  #resolve(session: Session): number {
    let id = NO_COMMAND;
    let refusal: ReplyError;
    try {
      id = this.table.resolve(this.argv);
      if (id !== NO_COMMAND) return id;
      if (isHttp(this.argv)) {
        this.reply.rewind(0);
        session.stops |= STOP_CLOSING;
        return NO_COMMAND;
      }
      refusal = unknownCommand(this.argv);
    } catch (thrown) {
      if (!(thrown instanceof ReplyError)) throw thrown;
      refusal = thrown;
      id = this.table.lookup(this.argv);
    }
    this.#reject(session, id, refusal);
    return NO_COMMAND;
  }

  #reject(session: Session, id: number, refusal: ReplyError): void {
    if (id !== NO_COMMAND) this.statistics.rejected[id]++;
    this.#answerError(this.host.requestRefused(session, id, refusal));
  }

  #answerError(error: ReplyError): void {
    this.reply.error(error);
    this.host.countError(error);
  }

  /** What fails within EXEC is the failure of its own command, and not EXEC's too. */
  #countFailure(id: number, reply: Reply): void {
    if (reply === this.#failedIn && reply.errorCount === this.#errorsCounted) return;
    this.#failedIn = reply;
    this.#errorsCounted = reply.errorCount;
    this.statistics.failed[id]++;
    if (reply.lastError !== null) this.host.countError(reply.lastError);
  }

  /** The connection can't go on: nobody knows where its next request would begin. */
  #refuseProtocol(session: Session, error: ReplyError): void {
    this.#answerError(error);
    session.stops |= STOP_CLOSING;
  }
}
