/**
 * MIGRATE, one at a time. While keys are on their way the data stand still (clients/client-pause.ts): writers wait, so that what
 * was sent is what is removed in the end, and readers see the keys where they were. Who asked is blocked, and its request
 * is run again when the transfer has ended; it is so, too, when that client is gone by then: its keys have gone over.
 *
 *     begin ─► transfer over a peer, perhaps one kept from before ─┬─ done ──► the request is run again
 *                 ▲                                                ├─ silent too long ──► it is told so
 *                 └── once, while no key was answered ─────────────┴─ lost
 */

import type { Clock } from '../../base/clock.js';
import type { Argv } from '../../commands/argv.js';
import type { Context } from '../../commands/context.js';
import type { Client } from '../../commands/services/client.js';
import type { Migration, MigrationOutcome, MigrationRequest } from '../../commands/services/migration.js';
import { NONE } from '../../engine/arena.js';
import { msBetween } from '../../engine/moment.js';
import type { RdbDumps } from '../../persistence/rdb/dump.js';
import { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { requestOf } from '../../protocol/request-writer.js';
import type { Blocking, Waiter } from '../blocking.js';
import type { ClientPause } from '../clients/client-pause.js';
import type { Connect } from '../replication/link.js';
import type { Session } from '../session.js';
import { Peer } from './peer.js';
import { Transfer } from './transfer.js';

const NOT_CONNECTED = new ReplyError('IOERR error or timeout connecting to the client');
const NOT_WRITTEN = new ReplyError('IOERR error or timeout writing to target instance');
const NOT_READ = new ReplyError('IOERR error or timeout reading to target instance');

/** As long as Redis keeps a connection that nothing was moved over, and as many. */
const PEER_IDLE_MS = 10_000;
const PEER_COUNT_MAX = 64;

export interface MigrationHost {
  readonly clock: Clock;
  readonly context: Context;
  readonly blocking: Blocking;
  readonly dumps: RdbDumps;
  readonly pause: ClientPause;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly dispatcher: { call(session: Session, id: number, argv: Argv, reply: Reply): void };
  readonly serving: { runAs(session: Session, reply: Reply, work: () => void): void };
  hasten(delayMs: number): void;
}

/** The migration that is under way. */
interface Course {
  readonly request: MigrationRequest;
  readonly waiter: Waiter;
  peer: Peer;
  transfer: Transfer;
  hasRetried: boolean;
  /** It fails when nothing has moved by then, monotonic clock. */
  dueMs: number;
}

export class Migrations implements Migration {
  readonly #host: MigrationHost;
  readonly #connect: Connect | null;
  readonly #peers = new Map<string, Peer>();
  readonly #outcomes = new WeakMap<Client, MigrationOutcome>();
  #course: Course | null = null;

  constructor(host: MigrationHost, connect: Connect | null) {
    this.#host = host;
    this.#connect = connect;
  }

  begin(argv: Argv, request: MigrationRequest): void {
    const { host, port } = request;
    if (this.#connect === null || port < 0) throw NOT_CONNECTED;
    const peer = this.#peerAt(this.#connect, host, port);
    const waiter = this.#host.blocking.waitForWork(argv);
    this.#host.pause.holdData('migration');
    const transfer = this.#attempt(peer, request, waiter);
    this.#course = { request, waiter, peer, transfer, hasRetried: false, dueMs: 0 };
    this.#progressed();
  }

  takeOutcome(client: Client): MigrationOutcome | null {
    const outcome = this.#outcomes.get(client) ?? null;
    this.#outcomes.delete(client);
    return outcome;
  }

  /** @returns ms until something is due, Infinity while nothing is */
  tick(): number {
    const nowMs = this.#nowMs();
    if (this.#course !== null) this.#look(this.#course, nowMs);
    for (const [name, peer] of this.#peers) {
      if (peer === this.#course?.peer) continue;
      if (!peer.isClosed && nowMs - peer.usedMs < PEER_IDLE_MS) continue;
      this.#drop(name, peer);
    }
    return this.#course === null ? Number.POSITIVE_INFINITY : this.#course.dueMs - nowMs;
  }

  /** The server ends: what isn't there yet stays here. */
  stop(): void {
    for (const [name, peer] of this.#peers) this.#drop(name, peer);
  }

  /** Decides at a tick, where a request may be run again, not in the midst of what a socket tells. */
  #look(course: Course, nowMs: number): void {
    const { transfer } = course;
    if (transfer.state === 'done') {
      this.#end(course, transfer.refusal === null ? null : refusedWith(transfer.refusal));
      return;
    }
    const isLost = transfer.state === 'lost';
    if (!isLost && nowMs < course.dueMs) return;
    const { host, port } = course.request;
    const reason = this.#reasonFor(course);
    this.#drop(nameOf(host, port), course.peer);
    if (isLost && course.peer.isOpen && !course.hasRetried && transfer.replyCount === 0) this.#retry(course);
    else this.#end(course, transfer.refusal === null ? reason : refusedWith(transfer.refusal));
  }

  /** One that was refused shows at the first write only, says Redis. */
  #reasonFor({ peer, transfer }: Course): ReplyError {
    if (!peer.isOpen) return peer.isRefused ? NOT_WRITTEN : NOT_CONNECTED;
    return transfer.isWritten ? NOT_READ : NOT_WRITTEN;
  }

  /** Most often the connection was kept from before, and the other end has closed it since. */
  #retry(course: Course): void {
    const { request, waiter } = course;
    if (this.#connect === null) return;
    course.hasRetried = true;
    course.peer = this.#peerAt(this.#connect, request.host, request.port);
    course.transfer = this.#attempt(course.peer, request, waiter);
    this.#progressed();
  }

  #attempt(peer: Peer, request: MigrationRequest, { argv, session }: Waiter): Transfer {
    const { databaseId, credentials, keys, replaces } = request;
    const restore = (key: number): Buffer | null => this.#restoration(session, argv, key, replaces);
    return new Transfer(peer, { databaseId, credentials, keys, restore }, () => this.#progressed());
  }

  #progressed(): void {
    const course = this.#course;
    if (course === null) return;
    course.dueMs = this.#nowMs() + course.request.timeoutMs;
    const isOver = course.transfer.state === 'done' || course.transfer.state === 'lost';
    this.#host.hasten(isOver ? 0 : course.request.timeoutMs);
  }

  #end(course: Course, error: ReplyError | null): void {
    const { waiter, peer, transfer } = course;
    const { blocking, pause, sessions, serving, dispatcher } = this.#host;
    const { session, id, argv } = waiter;
    this.#course = null;
    peer.usedMs = this.#nowMs();
    this.#outcomes.set(session, { error, arrived: transfer.arrived });
    if (sessions.has(session.id)) {
      blocking.conclude(waiter);
    } else {
      const nowhere = new Reply();
      serving.runAs(session, nowhere, () => dispatcher.call(session, id, argv, nowhere));
    }
    pause.releaseData('migration');
  }

  /** RESTORE of a key as it is now, or null when it is gone. */
  #restoration({ db }: Session, argv: Argv, key: number, replaces: boolean): Buffer | null {
    const { clock, context, dumps } = this.#host;
    const name = argv.bytes.subarray(argv.starts[key], argv.ends[key]);
    const entry = db.index.find(name, 0, name.length);
    if (entry === NONE) return null;
    const expireAtMs = db.expireAt(entry);
    const nowMs = clock.wallMs();
    const expires = expireAtMs >= 0;
    if (expires && expireAtMs < nowMs) return null;
    const restMs = expires ? msBetween(nowMs, expireAtMs) : 0;
    const ttlMs = expires && restMs < 1 ? 1 : restMs;
    const dumped = dumps.dump(context, entry);
    return requestOf(['RESTORE', name, `${ttlMs}`, dumped, ...(replaces ? ['REPLACE'] : [])]);
  }

  #peerAt(connect: Connect, host: string, port: number): Peer {
    const name = nameOf(host, port);
    const kept = this.#peers.get(name);
    if (kept !== undefined && !kept.isClosed) return kept;
    if (this.#peers.size >= PEER_COUNT_MAX) {
      const [oldest] = this.#peers;
      this.#drop(...oldest);
    }
    const peer = new Peer(connect, host, port);
    this.#peers.set(name, peer);
    return peer;
  }

  #drop(name: string, peer: Peer): void {
    peer.close();
    if (this.#peers.get(name) === peer) this.#peers.delete(name);
  }

  #nowMs(): number {
    return this.#host.clock.monotonicUs() / 1000;
  }
}

const nameOf = (host: string, port: number): string => `${host}:${port}`;

const refusedWith = (refusal: string): ReplyError =>
  new ReplyError(`ERR Target instance replied with error: ${refusal}`);
