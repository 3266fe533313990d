/**
 * One connection, as the server sees it: who the client is, and what state its requests are in. It
 * knows its transport and no socket.
 */
import type { Client } from '../commands/services/client.js';
import type { Database } from '../engine/database.js';
import type { PartialRequest } from '../protocol/request-parser.js';
import type { User } from './acl/user.js';
import type { Waiter } from './blocking.js';
import type { FrontendSession, Transport } from './frontend.js';
import type { SessionTracking } from './observers/tracking.js';
import type { SessionSubscriptions } from './pubsub.js';
import type { Replica } from './replication/replica.js';
import type { SessionTransaction } from './transactions.js';

/** What CLIENT LIST shows of a session without a user, as a master's is. */
const SUPERUSER_NAME = '(superuser)';

export class Session implements Client, FrontendSession {
  // What every batch reads or writes comes first, so that it shares cache lines: it is elsewhere for each client.
  /** The gates closed to this client (requests/gates.ts); 0 in the common case. */
  states = 0;
  /** Why no further request of it may run now: any STOP_ bit. */
  stops = 0;
  bytesWanted = 1;
  partial: PartialRequest | null = null;
  /** Bytes of an unfinished request, kept by the frontend. */
  queryBytes = 0;
  resp = 2;
  isNoTouch = false;
  /** CLIENT REPLY: REPLY_ON, REPLY_OFF, or one of the steps of SKIP. */
  replyMode = REPLY_ON;
  /** Its request that waits for a key or for time; null while none does. */
  waiter: Waiter | null = null;
  /** The command it ran last, or NO_COMMAND. */
  lastCommand = -1;
  /** When its last request ended, monotonic clock, in whole seconds: no number that V8 would keep elsewhere. */
  activeSeconds = 0;

  /** The user it acts as; null means no user, which may do everything. Only access control sets these two. */
  user: User | null = null;
  isAuthenticated = true;
  name = '';
  libraryName = '';
  libraryVersion = '';
  isNoEvict = false;

  /** What it queued and watches; null before its first MULTI or WATCH. */
  transaction: SessionTransaction | null = null;
  /** EXEC is running what it queued. */
  isExecuting = false;
  /** What it listens to; null before its first subscription. */
  subscriptions: SessionSubscriptions | null = null;
  /** How it is tracked for client-side caching; null while it isn't. */
  tracking: SessionTracking | null = null;

  /** What is known of it as one that follows this server; null while it never said so. */
  replica: Replica | null = null;
  /** It is the server that this one follows: whatever it sends is run, and nothing is replied. */
  isMaster = false;

  /** Bytes kept for it, as client eviction counted them last. */
  countedBytes = 0;
  /** Since when its unsent replies exceed the soft limit, wall clock; 0: they don't. */
  softLimitSinceMs = 0;

  /** The unit of propagation (propagation/propagation.ts) that its last write is in; 0: it wrote nothing that was passed on. */
  lastUnit = 0;

  /** When the unfinished request began, monotonic clock; without one, anything. */
  requestSinceMs = 0;

  constructor(
    readonly id: number,
    readonly transport: Transport,
    public db: Database,
    readonly createdMs: number,
  ) {}

  preload(): number {
    return this.states ^ this.lastCommand;
  }

  get userName(): string {
    return this.user?.name ?? SUPERUSER_NAME;
  }

  setReplies(mode: 'on' | 'off' | 'skip'): void {
    // Between MULTI and EXEC a SKIP may still be about the next request.
    if (mode === 'on') this.replyMode = this.replyMode === REPLY_SKIP_NEXT ? REPLY_SKIP_NEXT : REPLY_ON;
    else if (mode === 'off') this.replyMode = REPLY_OFF;
    else if (this.replyMode !== REPLY_OFF) this.replyMode = REPLY_SKIP_NEXT;
  }

  /** What RESET undoes; the library behind a connection stays the same. */
  forgetModes(): void {
    this.name = '';
    this.resp = 2;
    this.isNoEvict = false;
    this.isNoTouch = false;
    // The reply of RESET itself may be the one to leave out.
    if (this.replyMode !== REPLY_SKIP) this.replyMode = REPLY_ON;
  }

  /** Bytes that wait to be sent. Of a replica that loads its snapshot also what comes behind it. */
  get pendingBytes(): number {
    return this.replica === null ? this.transport.pendingBytes : this.replica.pendingBytes;
  }

  get peerAddress(): string {
    return this.transport.peerAddress;
  }

  get localAddress(): string {
    return this.transport.localAddress;
  }
}

/** A state that gates ask about: it has to AUTH before anything else. */
export const UNAUTHENTICATED = 1 << 0;
/** Between MULTI and EXEC. */
export const QUEUEING = 1 << 1;
/** MONITOR: it watches what others do. */
export const MONITORING = 1 << 3;
/** Its user isn't allowed everything. */
export const RESTRICTED = 1 << 4;
/** In RESP2 with a subscription: only subscriptions may follow. */
export const SUBSCRIBED = 1 << 2;

export const REPLY_ON = 0;
export const REPLY_OFF = 1;
/** This command's reply is left out … */
export const REPLY_SKIP = 2;
/** … because the one before was CLIENT REPLY SKIP. */
export const REPLY_SKIP_NEXT = 3;
/** An EXEC has settled what is left of its own reply; from the next request on it is REPLY_OFF. */
export const REPLY_OFF_NEXT = 4;

/** It will be closed; nothing of it runs any more. */
export const STOP_CLOSING = 1 << 0;
/** It waits for a key, or for replicas. */
export const STOP_BLOCKED = 1 << 1;
/** It doesn't take its replies. */
export const STOP_PAUSED = 1 << 2;
/** CLIENT PAUSE holds its next request back. */
export const STOP_POSTPONED = 1 << 3;
/** Its script is debugged on a copy of the data: what it sends is the debugger's. */
export const STOP_DEBUGGED = 1 << 4;
