/**
 * One client as CLIENT LIST shows it: 32 fields on a line, in Redis' order. Clients of the server read it by
 * name, people read it by position.
 *
 * Source: redis.io/commands/client-list. `rbs` and `rbp`, the size of a client's own reply buffer and how much of it was
 * used lately, are 0: no client has one. Replies are gathered in one buffer for all (`obl` is 0 for that reason, too), and
 * what the kernel doesn't take is `omem`. Only a client in the middle of a request has a query buffer of its own.
 */
import type { ClientType } from '../../commands/services/clients.js';
import type { SessionSubscriptions } from '../pubsub.js';
import {
  MONITORING,
  QUEUEING,
  type Session,
  STOP_BLOCKED,
  STOP_CLOSING,
  STOP_POSTPONED,
} from '../session.js';

/**
 * What a client costs besides its bytes: the session, its connection and what the frontend keeps of it.
 * Growth of the JavaScript heap over 4,000 idle connections of v2, divided by their number; node:net adds 2,400.
 */
const SESSION_BYTES = 800;
/** A channel or a watched key: its name, and its places in a map and a set. */
const OBSERVED_BYTES = 150;
/** Redis counts what waits for a client in blocks of 16 KiB. */
const REPLY_BLOCK_BYTES = 16 * 1024;

export function clientTypeOf({ subscriptions, replica, isMaster }: Session): ClientType {
  if (isMaster) return 'master';
  if (replica !== null && replica.state !== null) return 'replica';
  return subscriptions !== null && subscriptionCount(subscriptions) > 0 ? 'pubsub' : 'normal';
}

function subscriptionCount({ channel, pattern, shard }: SessionSubscriptions): number {
  return channel.size + pattern.size + shard.size;
}

/** Requests since MULTI, or of the EXEC under way; -1 outside. */
function queuedCount({ states, transaction, isExecuting }: Session): number {
  if (transaction === null) return -1;
  if (isExecuting) return transaction.executingCount;
  return states & QUEUEING ? transaction.ids.length : -1;
}

/** Bytes of the requests between MULTI and EXEC. */
function queuedBytes(session: Session): number {
  return session.transaction?.queuedBytes ?? 0;
}

/** Bytes of what the client listens to and watches. */
function observedBytes({ subscriptions, transaction }: Session): number {
  const count =
    (subscriptions === null ? 0 : subscriptionCount(subscriptions)) + (transaction?.watch.keys.size ?? 0);
  return count * OBSERVED_BYTES;
}

/** Bytes of unfinished requests. The frontend has more of them than it offers while they can't be run. */
export function queryBytesOf({ queryBytes, transport }: Session): number {
  return Math.max(queryBytes, transport.keptInput?.heldBytes ?? 0);
}

/** Allocated for what else the client sends. */
function spareQueryBytes({ transport }: Session): number {
  return transport.keptInput?.roomBytes ?? 0;
}

/** Bytes that a client makes the server keep. */
export function clientBytes(session: Session, argumentBytes: number): number {
  return (
    SESSION_BYTES +
    queryBytesOf(session) +
    spareQueryBytes(session) +
    argumentBytes +
    queuedBytes(session) +
    observedBytes(session) +
    session.pendingBytes
  );
}

function flagsOf(session: Session): string {
  let flags = '';
  if (clientTypeOf(session) === 'replica') flags += 'S';
  if (session.isMaster) flags += 'M';
  if (session.states & MONITORING) flags += 'O';
  if (clientTypeOf(session) === 'pubsub') flags += 'P';
  if (session.states & QUEUEING || session.isExecuting) flags += 'x';
  if (session.stops & (STOP_BLOCKED | STOP_POSTPONED)) flags += 'b';
  if (session.tracking !== null) {
    flags += 't';
    if (session.tracking.isRedirectBroken) flags += 'R';
    if (session.tracking.broadcasts) flags += 'B';
  }
  if (session.transaction?.watch.isBroken) flags += 'd';
  if (session.stops & STOP_CLOSING) flags += 'c';
  if (session.transport.peerAddress.startsWith('/')) flags += 'U';
  if (session.isNoEvict) flags += 'e';
  if (session.isNoTouch) flags += 'T';
  return flags === '' ? 'N' : flags;
}

/** As Redis' clock of whole seconds has it. */
function secondsSince(thenMs: number, nowMs: number): number {
  return Math.max(0, Math.floor(nowMs / 1000) - Math.floor(thenMs / 1000));
}

/**
 * @param idleSeconds by another clock than its age: its seconds begin elsewhere
 * @param argumentBytes of the request being run for it, or that it waits with
 * @param command full name of its last command
 */
export function clientLine(
  session: Session,
  nowMs: number,
  idleSeconds: number,
  argumentBytes: number,
  command: string,
): string {
  const { descriptor } = session.transport;
  const { pendingBytes } = session;
  const { subscriptions } = session;
  const age = secondsSince(session.createdMs, nowMs);
  return (
    `id=${session.id} addr=${session.peerAddress} laddr=${session.localAddress} fd=${descriptor}` +
    ` name=${session.name} age=${age} idle=${Math.min(age, Math.max(0, idleSeconds))}` +
    ` flags=${flagsOf(session)} db=${session.db.id} sub=${subscriptions?.channel.size ?? 0}` +
    ` psub=${subscriptions?.pattern.size ?? 0} ssub=${subscriptions?.shard.size ?? 0}` +
    ` multi=${queuedCount(session)} qbuf=${queryBytesOf(session)} qbuf-free=${spareQueryBytes(session)}` +
    ` argv-mem=${argumentBytes} multi-mem=${queuedBytes(session)} rbs=0 rbp=0` +
    ` obl=0 oll=${Math.ceil(pendingBytes / REPLY_BLOCK_BYTES)} omem=${pendingBytes}` +
    ` tot-mem=${clientBytes(session, argumentBytes)} events=${pendingBytes > 0 ? 'rw' : 'r'} cmd=${command}` +
    ` user=${session.userName} redir=${session.tracking?.redirect ?? -1} resp=${session.resp}` +
    ` lib-name=${session.libraryName} lib-ver=${session.libraryVersion}\n`
  );
}
