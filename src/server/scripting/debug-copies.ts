/**
 * SCRIPT DEBUG YES: each script that is debugged runs on a copy of the data, in a thread with a server of its own, and what it
 * changes goes with that. Redis forks for it. Here a snapshot brings the data, as it brings them to a replica: the server is not
 * held up, and the copy takes the time and the memory of a full one. Meanwhile the client waits.
 *
 *     EVAL ─► snapshot ─► thread: loads it, runs EVAL as SCRIPT DEBUG SYNC does
 *     client ─ bytes ─► receive ─► thread          thread ─ bytes ─► client
 *
 * The bytes between client and thread pass through the server, so any frontend will do, and a client that goes is noticed.
 */
import { randomBytes } from 'node:crypto';
import type { Argv } from '../../commands/argv.js';
import { INTERNAL_ERROR } from '../../commands/errors.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Config } from '../config/config.js';
import { DIRECTIVE_NAMES, type DirectiveName } from '../config/table.js';
import type { Traffic } from '../introspection/traffic.js';
import type { SnapshotConsumer, Snapshots } from '../persistence/snapshots.js';
import type { Outbox } from '../requests/outbox.js';
import { type Session, STOP_CLOSING, STOP_DEBUGGED } from '../session.js';
import type { DebuggedRequest, DebugThread, DebugThreadListener, StartDebugThread } from './debug-thread.js';

/** So much may wait to be loaded before the snapshot waits. */
const LAGGING_BYTES_MAX = 8 * 1024 * 1024;
/** Each has a copy of the data. */
const COPIES_MAX = 8;
const END_MARK_BYTES = 20;

/** About files, other servers and other clients; users are told of apart. */
const LEFT_OUT: ReadonlySet<DirectiveName> = new Set<DirectiveName>([
  'aclfile',
  'appendonly',
  'dir',
  'listen',
  'masterauth',
  'maxclients',
  'replicaof',
  'requirepass',
  'save',
  'user',
]);

const refusal = (reason: string): ReplyError =>
  new ReplyError(`ERR Fork() failed: can't run EVAL in debugging mode: ${reason}`);

export const NO_THREADS = refusal('no threads are there to run it');
const IN_TRANSACTION = refusal('it is in a transaction');
const TOO_MANY = refusal('too many scripts are debugged');
const SNAPSHOT_UNDER_WAY = refusal('another snapshot is being taken');

export interface DebugCopiesHost {
  readonly config: Config;
  readonly states: number;
  readonly outbox: Outbox;
  readonly persistence: { readonly snapshots: Snapshots };
  readonly introspection: { readonly traffic: Traffic };
  hasten(delayMs: number): void;
  log(level: number, message: string): void;
  internalError(error: unknown, command: string): void;
}

export class DebugCopies {
  readonly #host: DebugCopiesHost;
  readonly #startThread: StartDebugThread;
  readonly #copies = new Map<Session, DebugCopy>();

  constructor(host: DebugCopiesHost, startThread: StartDebugThread) {
    this.#host = host;
    this.#startThread = startThread;
  }

  /** @throws why the script can't be debugged now */
  start(session: Session, argv: Argv): void {
    const { snapshots } = this.#host.persistence;
    if (session.isExecuting) throw IN_TRANSACTION;
    if (this.#copies.size >= COPIES_MAX) throw TOO_MANY;
    if (snapshots.isBusy) throw SNAPSHOT_UNDER_WAY;
    const copy = new DebugCopy(
      this.#host,
      session,
      requestOf(this.#host, session, argv),
      this.#startThread,
      () => this.#copies.delete(session),
    );
    this.#copies.set(session, copy);
    session.stops |= STOP_DEBUGGED;
    snapshots.begin(copy, []);
  }

  /** As `FrontendServer.receive`, of a client whose script is debugged. */
  receive(session: Session, bytes: Buffer, start: number, end: number): number {
    this.#copies.get(session)?.received(bytes.subarray(start, end));
    // Nothing of it is kept here.
    session.queryBytes = 0;
    return end - start;
  }

  /** The client is gone. */
  forget(session: Session): void {
    this.#copies.get(session)?.abandon();
  }
}

class DebugCopy implements SnapshotConsumer, DebugThreadListener {
  readonly #host: DebugCopiesHost;
  readonly #session: Session;
  readonly #forget: () => void;
  readonly #endMark: string;
  readonly #thread: DebugThread;
  #isComplete = false;
  #isOver = false;

  constructor(
    host: DebugCopiesHost,
    session: Session,
    request: DebuggedRequest,
    startThread: StartDebugThread,
    forget: () => void,
  ) {
    this.#host = host;
    this.#session = session;
    this.#forget = forget;
    this.#endMark = request.endMark;
    this.#thread = startThread(request, this);
  }

  // ── the snapshot ─────────────────────────────────────────────────────────────────────────────────

  get isCongested(): boolean {
    return this.#thread.laggingBytes > LAGGING_BYTES_MAX;
  }

  write(piece: Buffer): void {
    if (!this.#isOver) this.#thread.load(piece);
  }

  completed(): void {
    this.#isComplete = true;
    if (!this.#isOver) this.#thread.load(Buffer.from(this.#endMark, 'latin1'));
  }

  failed(error: Error): void {
    this.#isComplete = true;
    if (this.#isOver) return;
    const { bytes } = refusal(error.message);
    this.said(bytes);
    this.#end();
  }

  // ── the thread ───────────────────────────────────────────────────────────────────────────────────

  caughtUp(): void {
    if (!this.#isComplete) this.#host.hasten(0);
  }

  said(bytes: Buffer): void {
    this.#host.introspection.traffic.sent(bytes.length);
    this.#host.outbox.send(this.#session, bytes, 0, bytes.length);
  }

  logged(level: number, message: string): void {
    this.#host.log(level, message);
  }

  brokenBy(error: unknown): void {
    this.#host.internalError(error, 'eval');
  }

  ended(error: Error | null): void {
    if (error !== null) {
      this.brokenBy(error);
      this.said(INTERNAL_ERROR.bytes);
    }
    this.#end();
  }

  // ── the client ───────────────────────────────────────────────────────────────────────────────────

  received(bytes: Buffer): void {
    this.#host.introspection.traffic.received(bytes.length);
    if (!this.#isOver) this.#thread.received(bytes);
  }

  abandon(): void {
    this.#isOver = true;
    this.#forget();
    this.#thread.end();
    if (!this.#isComplete) this.#host.persistence.snapshots.cancel();
  }

  #end(): void {
    if (this.#isOver) return;
    const session = this.#session;
    this.abandon();
    session.stops |= STOP_CLOSING;
    if (this.#host.outbox.isHolding) this.#host.outbox.hurry();
    session.transport.close(false);
  }
}

function requestOf({ config, states }: DebugCopiesHost, session: Session, argv: Argv): DebuggedRequest {
  const names = DIRECTIVE_NAMES.filter((name) => !LEFT_OUT.has(name) && config.isChanged(name));
  return {
    settings: names.flatMap((name) => config.lines(name).map((line) => [name, line] as const)),
    states,
    client: {
      databaseId: session.db.id,
      resp: session.resp,
      name: session.name,
      user: session.user?.declaration.split(' ') ?? null,
    },
    request: encoded(argv),
    endMark: randomBytes(END_MARK_BYTES).toString('hex'),
  };
}

function encoded(argv: Argv): Uint8Array {
  const parts: Buffer[] = [Buffer.from(`*${argv.count}\r\n`)];
  for (let index = 0; index < argv.count; index++) {
    parts.push(Buffer.from(`$${argv.byteLength(index)}\r\n`), argv.copy(index), Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}
