/**
 * The clients of a server: how many there may be, who they are, and how they are closed. It knows sessions
 * and their transports, and no command.
 */
import type { Context } from '../../commands/context.js';
import type { Client } from '../../commands/services/client.js';
import type { ClientFilter, Clients } from '../../commands/services/clients.js';
import { type CommandTable, NO_COMMAND } from '../../commands/table.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Transport } from '../frontend.js';
import { VERBOSE, WARNING } from '../log-levels.js';
import type { Dispatcher } from '../requests/dispatcher.js';
import type { Serving } from '../requests/serving.js';
import { MONITORING, type Session, STOP_BLOCKED, STOP_CLOSING, STOP_DEBUGGED } from '../session.js';
import type { BufferLimits, ClosingReport } from './buffer-limits.js';
import { clientLine, clientTypeOf, queryBytesOf } from './client-line.js';
import type { ClientPause } from './client-pause.js';
import { isLocalAddress, PROTECTED_MODE } from './protected-mode.js';

const TOO_MANY_CLIENTS = new ReplyError('ERR max number of clients reached');
/** How often all clients are looked at. */
const SWEEP_INTERVAL_MS = 1000;
/** What INFO calls recent. */
const RECENT_SECONDS = 8;

/** Bytes that one client makes the server keep. */
export interface LargestBuffers {
  /** Of an unfinished request. */
  readonly queryBytes: number;
  /** Of replies that it doesn't take. */
  readonly pendingBytes: number;
}

/** What the registry needs of its server. */
export interface ClientHost {
  readonly bufferLimits: BufferLimits;
  readonly context: Context;
  readonly table: CommandTable;
  readonly dispatcher: Dispatcher;
  readonly serving: Serving;
  readonly pause: ClientPause;
  /** Whether the default user needs no password. */
  readonly access: { readonly isOpen: boolean };
  log(level: number, message: string): void;
  /** The session's protocol version was changed. */
  protocolChanged(session: Session): void;
  /** Gives the session back its fresh state: nothing queued, watched, subscribed or tracked. */
  clear(session: Session): void;
  /** As the frontend's `close`: the session is over. */
  close(session: Session): void;
}

export class ClientRegistry implements Clients {
  readonly sessions = new Map<number, Session>();
  /** `maxclients` */
  countMax = 10_000;
  /** `protected-mode` */
  isProtected = true;
  /** `timeout`: silence after which a client is closed; 0 for never. */
  idleSecondsMax = 0;
  /** `request-timeout`: how long a request may take from its first byte to its last; 0 for ever. */
  requestSecondsMax = 0;
  /** For INFO; CONFIG RESETSTAT sets them back. */
  received = 0;
  rejected = 0;
  requestTimeouts = 0;

  #sweptMs = 0;
  /** The largest of each second, the last seconds only. */
  readonly #recent: LargestBuffers[] = [];

  constructor(readonly host: ClientHost) {}

  /** A connection came. @returns false when it was refused and told so */
  admit(transport: Transport): boolean {
    const refusal = this.#refusal(transport);
    if (refusal === null) {
      this.received++;
      return true;
    }
    this.rejected++;
    transport.write(refusal.bytes, 0, refusal.bytes.length);
    transport.close(false);
    return false;
  }

  #refusal(transport: Transport): ReplyError | null {
    if (this.sessions.size >= this.countMax) return TOO_MANY_CLIENTS;
    const isOpenToAll = !this.isProtected || !this.host.access.isOpen;
    const isAdmitted = isOpenToAll || transport.isLocal || isLocalAddress(transport.peerAddress);
    return isAdmitted ? null : PROTECTED_MODE;
  }

  isConnected(id: number): boolean {
    return this.sessions.has(id);
  }

  describe(client: Client): string {
    const session = this.sessions.get(client.id);
    return session === undefined ? '' : this.#line(session);
  }

  list(filter: ClientFilter): string {
    let lines = '';
    for (const session of this.#candidates(filter)) {
      if (session !== undefined && passes(session, filter)) lines += this.#line(session);
    }
    return lines;
  }

  /** Ends a session at once, and tells of it in the log. */
  disconnectFor(session: Session, report: ClosingReport): void {
    this.host.log(WARNING, report(this.#line(session).trimEnd()));
    this.disconnect(session);
  }

  kill(filter: ClientFilter): number {
    let count = 0;
    for (const session of this.sessions.values()) {
      if (!passes(session, filter)) continue;
      if (session === this.host.serving.batchSession) this.closeAfterReply(session);
      else this.disconnect(session);
      count++;
    }
    return count;
  }

  closeAfterReply(client: Client): void {
    const session = this.sessions.get(client.id);
    if (session !== undefined) session.stops |= STOP_CLOSING;
  }

  speak(client: Client, resp: number): void {
    const session = this.sessions.get(client.id);
    if (session === undefined) return;
    session.resp = resp;
    this.host.protocolChanged(session);
  }

  pause(timeoutMs: number, what: 'all' | 'writes'): void {
    this.host.pause.begin(timeoutMs, what);
  }

  unpause(): void {
    this.host.pause.end();
  }

  reset(client: Client): void {
    const session = this.sessions.get(client.id);
    if (session !== undefined) this.host.clear(session);
  }

  /** Closes a client that isn't being served, without what it is still owed. */
  disconnect(session: Session): void {
    session.stops |= STOP_CLOSING;
    session.transport.close(true);
    this.host.close(session);
  }

  /** Closes who was silent, or spoke, too long, once a second. Called at every tick. @param nowMs wall clock */
  sweep(nowMs: number, monotonicMs: number): void {
    if (monotonicMs - this.#sweptMs < SWEEP_INTERVAL_MS) return;
    this.#sweptMs = monotonicMs;
    this.#recent.push(this.#largest());
    if (this.#recent.length > RECENT_SECONDS) this.#recent.shift();
    for (const session of this.sessions.values()) {
      this.host.bufferLimits.checkOutput(session, nowMs);
      if (session.queryBytes > 0) this.#checkRequest(session, monotonicMs);
      if (this.idleSecondsMax === 0) continue;
      const idleSeconds = Math.floor(monotonicMs / 1000) - session.activeSeconds;
      if (idleSeconds <= this.idleSecondsMax || !this.#mayTimeOut(session)) continue;
      this.host.log(VERBOSE, 'Closing idle client');
      this.disconnect(session);
    }
  }

  #checkRequest(session: Session, monotonicMs: number): void {
    if (session.stops !== 0) {
      // It is the server that doesn't read on: the client may have sent the rest.
      session.requestSinceMs = monotonicMs;
      return;
    }
    if (this.requestSecondsMax === 0 || session.isMaster) return;
    if (monotonicMs - session.requestSinceMs <= this.requestSecondsMax * 1000) return;
    this.requestTimeouts++;
    this.disconnect(session);
  }

  /** The largest buffers of any client in the last seconds. */
  recentLargest(): LargestBuffers {
    return [...this.#recent, this.#largest()].reduce((a, b) => ({
      queryBytes: Math.max(a.queryBytes, b.queryBytes),
      pendingBytes: Math.max(a.pendingBytes, b.pendingBytes),
    }));
  }

  #largest(): LargestBuffers {
    let queryBytes = 0;
    let pendingBytes = 0;
    for (const session of this.sessions.values()) {
      queryBytes = Math.max(queryBytes, queryBytesOf(session));
      pendingBytes = Math.max(pendingBytes, session.transport.pendingBytes);
    }
    return { queryBytes, pendingBytes };
  }

  /** Ids are listed in the order in which they were asked for, and as often. */
  #candidates({ ids }: ClientFilter): Iterable<Session | undefined> {
    return ids === undefined ? this.sessions.values() : ids.map((id) => this.sessions.get(id));
  }

  /** Those who wait, or listen, are silent by their nature. */
  #mayTimeOut(session: Session): boolean {
    const isWaiting = (session.stops & (STOP_BLOCKED | STOP_DEBUGGED)) !== 0;
    return !isWaiting && (session.states & MONITORING) === 0 && clientTypeOf(session) === 'normal';
  }

  #line(session: Session): string {
    const { context, dispatcher, serving, table } = this.host;
    const isServed = session === serving.batchSession;
    const argv = isServed ? dispatcher.argv : (session.waiter?.argv ?? null);
    const command = session.lastCommand === NO_COMMAND ? 'NULL' : table.names[session.lastCommand];
    const nowSeconds = Math.floor(dispatcher.statistics.readUs / 1_000_000);
    const idleSeconds = isServed ? 0 : nowSeconds - session.activeSeconds;
    return clientLine(session, context.nowMs, idleSeconds, argv?.totalBytes() ?? 0, command);
  }
}

function passes(session: Session, filter: ClientFilter): boolean {
  const { ids, type, userName, peerAddress, localAddress, except } = filter;
  return (
    session !== except &&
    (ids === undefined || ids.includes(session.id)) &&
    (type === undefined || clientTypeOf(session) === type) &&
    (userName === undefined || session.userName === userName) &&
    (peerAddress === undefined || session.peerAddress === peerAddress) &&
    (localAddress === undefined || session.localAddress === localAddress)
  );
}
