/**
 * Publish and subscribe. Channel names are byte strings (latin1) here. A message is written once for each protocol
 * version and handed to every listener's transport.
 *
 * Source: redis.io/docs/interact/pubsub.
 */
import { globMatches } from '../base/glob.js';
import type { Argv } from '../commands/argv.js';
import type { ChannelKind, PubSub as PubSubService } from '../commands/services/pubsub.js';
import { Reply } from '../protocol/reply.js';
import { REPLY_OFF, REPLY_SKIP, type Session, SUBSCRIBED } from './session.js';

/** What one session listens to, by kind; null on sessions that never subscribed. */
export interface SessionSubscriptions {
  readonly channel: Set<string>;
  readonly pattern: Set<string>;
  readonly shard: Set<string>;
}

const SUBSCRIBE_WORDS: Record<ChannelKind, string> = {
  channel: 'subscribe',
  pattern: 'psubscribe',
  shard: 'ssubscribe',
};
const UNSUBSCRIBE_WORDS: Record<ChannelKind, string> = {
  channel: 'unsubscribe',
  pattern: 'punsubscribe',
  shard: 'sunsubscribe',
};

/** How a message begins in RESP2 and in RESP3. */
const ARRAY_MARK = 0x2a; // *
const PUSH_MARK = 0x3e; // >

/** What publishing needs of its server. */
export interface PubSubHost {
  readonly currentSession: Session;
  readonly reply: Reply;
  /** Sends bytes that don't answer a session's request; after its reply when it is being served. */
  push(session: Session, bytes: Buffer, start: number, end: number): void;
}

interface Listeners {
  /** The pattern's bytes, to match with. */
  readonly bytes: Buffer;
  readonly sessions: Set<Session>;
}

export class PubSub implements PubSubService {
  readonly #host: PubSubHost;
  readonly #listeners: Record<ChannelKind, Map<string, Listeners>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };
  /** The message being sent. */
  readonly #message = new Reply();

  constructor(host: PubSubHost) {
    this.#host = host;
  }

  subscribe(kind: ChannelKind, argv: Argv, first: number): void {
    const session = this.#host.currentSession;
    session.subscriptions ??= { channel: new Set(), pattern: new Set(), shard: new Set() };
    for (let index = first; index < argv.count; index++) {
      const name = argv.latin1(index);
      if (!session.subscriptions[kind].has(name)) this.#add(session, kind, name);
      this.#answer(SUBSCRIBE_WORDS[kind], name, session, kind);
    }
    this.#settleState(session);
  }

  unsubscribe(kind: ChannelKind, argv: Argv, first: number): void {
    const session = this.#host.currentSession;
    const names =
      argv.count > first
        ? Array.from({ length: argv.count - first }, (_, index) => argv.latin1(first + index))
        : [...(session.subscriptions?.[kind] ?? [])];
    for (const name of names) {
      this.#remove(session, kind, name);
      this.#answer(UNSUBSCRIBE_WORDS[kind], name, session, kind);
    }
    if (names.length === 0) this.#answer(UNSUBSCRIBE_WORDS[kind], null, session, kind);
    this.#settleState(session);
  }

  publish(kind: ChannelKind, argv: Argv, channelIndex: number, messageIndex: number): number {
    const { bytes, starts, ends } = argv;
    return this.publishBytes(
      kind,
      bytes.subarray(starts[channelIndex], ends[channelIndex]),
      bytes.subarray(starts[messageIndex], ends[messageIndex]),
    );
  }

  /** @returns deliveries */
  publishBytes(kind: ChannelKind, channel: Buffer, message: Buffer): number {
    let count = 0;
    const named = this.#listeners[kind];
    const direct = named.size === 0 ? undefined : named.get(channel.toString('latin1'));
    if (direct !== undefined) {
      this.#compose(kind === 'shard' ? 'smessage' : 'message', null, channel, message);
      count += this.#deliver(direct.sessions);
    }
    if (kind === 'shard') return count;
    for (const { bytes, sessions } of this.#listeners.pattern.values()) {
      if (!globMatches(bytes, 0, bytes.length, channel, 0, channel.length)) continue;
      this.#compose('pmessage', bytes, channel, message);
      count += this.#deliver(sessions);
    }
    return count;
  }

  /** True when a message to some channel could have a listener at all. */
  get hasListeners(): boolean {
    return this.#listeners.channel.size + this.#listeners.pattern.size > 0;
  }

  channels(kind: ChannelKind): Iterable<string> {
    return this.#listeners[kind].keys();
  }

  listenerCount(kind: ChannelKind, channel: string): number {
    return this.#listeners[kind].get(channel)?.sessions.size ?? 0;
  }

  patternCount(): number {
    return this.#listeners.pattern.size;
  }

  channelCount(kind: ChannelKind): number {
    return this.#listeners[kind].size;
  }

  isSubscriber(): boolean {
    return (this.#host.currentSession.states & SUBSCRIBED) !== 0;
  }

  /** A session ends, or is reset. */
  forget(session: Session): void {
    const { subscriptions } = session;
    if (subscriptions === null) return;
    for (const kind of ['channel', 'pattern', 'shard'] as const) {
      for (const name of [...subscriptions[kind]]) this.#remove(session, kind, name);
    }
    this.#settleState(session);
  }

  /** After HELLO: in RESP3 a subscriber may send anything. */
  protocolChanged(session: Session): void {
    this.#settleState(session);
  }

  #add(session: Session, kind: ChannelKind, name: string): void {
    session.subscriptions?.[kind].add(name);
    let listeners = this.#listeners[kind].get(name);
    if (listeners === undefined) {
      listeners = { bytes: Buffer.from(name, 'latin1'), sessions: new Set() };
      this.#listeners[kind].set(name, listeners);
    }
    listeners.sessions.add(session);
  }

  #remove(session: Session, kind: ChannelKind, name: string): void {
    if (!session.subscriptions?.[kind].delete(name)) return;
    const listeners = this.#listeners[kind].get(name);
    listeners?.sessions.delete(session);
    if (listeners?.sessions.size === 0) this.#listeners[kind].delete(name);
  }

  /**
   * The reply to one channel of SUBSCRIBE and its kin: a push even though it answers a request, so that CLIENT REPLY
   * doesn't leave it out.
   */
  #answer(word: string, name: string | null, session: Session, kind: ChannelKind): void {
    const isPushed = session.replyMode === REPLY_OFF || session.replyMode === REPLY_SKIP;
    const reply = isPushed ? this.#message : this.#host.reply;
    if (isPushed) {
      reply.reset();
      reply.resp = session.resp;
    }
    reply.push(3);
    reply.bulkLatin1(word);
    if (name === null) reply.null();
    else reply.bulkLatin1(name);
    reply.integer(this.#countFor(session, kind));
    if (isPushed) this.#host.push(session, reply.bytes, 0, reply.length);
  }

  /** Shard channels are counted apart from the others. */
  #countFor(session: Session, kind: ChannelKind): number {
    const { subscriptions } = session;
    if (subscriptions === null) return 0;
    if (kind === 'shard') return subscriptions.shard.size;
    return subscriptions.channel.size + subscriptions.pattern.size;
  }

  #settleState(session: Session): void {
    const { subscriptions } = session;
    const count =
      subscriptions === null
        ? 0
        : subscriptions.channel.size + subscriptions.pattern.size + subscriptions.shard.size;
    if (count > 0 && session.resp === 2) session.states |= SUBSCRIBED;
    else session.states &= ~SUBSCRIBED;
  }

  #compose(word: string, pattern: Buffer | null, channel: Buffer, message: Buffer): void {
    const out = this.#message;
    out.reset();
    out.push(pattern === null ? 3 : 4);
    out.bulkLatin1(word);
    if (pattern !== null) out.bulk(pattern, 0, pattern.length);
    out.bulk(channel, 0, channel.length);
    out.bulk(message, 0, message.length);
  }

  #deliver(sessions: Set<Session>): number {
    const { bytes, length } = this.#message;
    for (const session of sessions) {
      // All else is the same in both, and whoever gets it copies it.
      bytes[0] = session.resp === 2 ? ARRAY_MARK : PUSH_MARK;
      this.#host.push(session, bytes, 0, length);
    }
    return sessions.size;
  }
}
