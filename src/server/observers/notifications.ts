/**
 * Keyspace notifications: changes to keys as messages on the channels `__keyspace@<db>__:<key>` and
 * `__keyevent@<db>__:<event>`, for the classes that `notify-keyspace-events` names.
 *
 * Source: redis.io/docs/manual/keyspace-notifications.
 */
import * as event from '../../commands/events.js';
import type { Database } from '../../engine/database.js';
import type { PubSub } from '../pubsub.js';
import type { KeyObserver, ObserverRegistry } from './observer-registry.js';

/** The channels by key, and by event: settings beside the classes. */
const NOTIFY_KEYSPACE = 1 << 12; // K
const NOTIFY_KEYEVENT = 1 << 13; // E

const CLASS_LETTERS: readonly (readonly [string, number])[] = [
  ['g', event.NOTIFY_GENERIC],
  ['$', event.NOTIFY_STRING],
  ['l', event.NOTIFY_LIST],
  ['s', event.NOTIFY_SET],
  ['h', event.NOTIFY_HASH],
  ['z', event.NOTIFY_ZSET],
  ['x', event.NOTIFY_EXPIRED],
  ['e', event.NOTIFY_EVICTED],
  ['t', event.NOTIFY_STREAM],
  ['d', event.NOTIFY_MODULE],
  ['n', event.NOTIFY_NEW],
];
const OTHER_LETTERS: readonly (readonly [string, number])[] = [
  ['K', NOTIFY_KEYSPACE],
  ['E', NOTIFY_KEYEVENT],
  ['m', event.NOTIFY_KEY_MISS],
];
/** The letter A: every class but misses and new keys, which would be a flood. */
const NOTIFY_ALL = CLASS_LETTERS.reduce((all, [, bit]) => (bit === event.NOTIFY_NEW ? all : all | bit), 0);

/** The value of `notify-keyspace-events`, or -1 when a letter is none. */
export function parseNotifyClasses(letters: string): number {
  let classes = 0;
  for (const letter of letters) {
    const known = [...CLASS_LETTERS, ...OTHER_LETTERS, ['A', NOTIFY_ALL] as const].find(
      ([own]) => own === letter,
    );
    if (known === undefined) return -1;
    classes |= known[1];
  }
  return classes;
}

export function formatNotifyClasses(classes: number): string {
  const named = (letters: readonly (readonly [string, number])[]): string =>
    letters
      .filter(([, bit]) => (classes & bit) !== 0)
      .map(([letter]) => letter)
      .join('');
  const isAll = (classes & NOTIFY_ALL) === NOTIFY_ALL;
  return (isAll ? 'A' : named(CLASS_LETTERS)) + named(OTHER_LETTERS);
}

/** Of channels for keys of usual length. */
const CHANNEL_BYTES = 512;

/** An event's name, and its channel in the database where it happened last. */
interface NamedEvent {
  readonly name: Buffer;
  database: number;
  channel: Buffer;
}

export class Notifications implements KeyObserver {
  #classes = 0;
  readonly #events = new Map<event.KeyEvent, NamedEvent>();
  /** `__keyspace@<db>__:` of `#prefixDatabase`, and behind it the key at hand. */
  #channel: Buffer = Buffer.alloc(CHANNEL_BYTES);
  #prefixDatabase = -1;
  #prefixBytes = 0;
  readonly #observerBit: number;

  constructor(
    readonly observers: ObserverRegistry,
    readonly pubsub: PubSub,
  ) {
    this.#observerBit = observers.register(this);
  }

  get classes(): number {
    return this.#classes;
  }

  set classes(classes: number) {
    this.#classes = classes;
    const isOn = (classes & (NOTIFY_KEYSPACE | NOTIFY_KEYEVENT)) !== 0;
    this.observers.activate(this.#observerBit, isOn);
    this.observers.activateNewKeys(this.#observerBit, isOn && (classes & event.NOTIFY_NEW) !== 0);
  }

  notify(happened: event.KeyEvent, db: Database, keyBytes: Buffer, start: number, end: number): void {
    if ((this.#classes & happened.class) === 0 || !this.pubsub.hasListeners) return;
    const named = this.#named(happened, db.id);
    if ((this.#classes & NOTIFY_KEYSPACE) !== 0) {
      this.pubsub.publishBytes('channel', this.#channelOf(db.id, keyBytes, start, end), named.name);
    }
    if ((this.#classes & NOTIFY_KEYEVENT) !== 0) {
      this.pubsub.publishBytes('channel', named.channel, keyBytes.subarray(start, end));
    }
  }

  #named(happened: event.KeyEvent, database: number): NamedEvent {
    let named = this.#events.get(happened);
    if (named === undefined) {
      named = { name: Buffer.from(happened.name), database: -1, channel: Buffer.alloc(0) };
      this.#events.set(happened, named);
    }
    if (named.database !== database) {
      named.database = database;
      named.channel = Buffer.from(`__keyevent@${database}__:${happened.name}`);
    }
    return named;
  }

  /** @returns bytes that stay until the next call */
  #channelOf(database: number, keyBytes: Buffer, start: number, end: number): Buffer {
    if (this.#prefixDatabase !== database) {
      this.#prefixDatabase = database;
      this.#prefixBytes = this.#channel.write(`__keyspace@${database}__:`, 'latin1');
    }
    const byteLength = this.#prefixBytes + end - start;
    // A longer one is rare, and nobody's to keep.
    if (byteLength > this.#channel.length) {
      return Buffer.concat([this.#channel.subarray(0, this.#prefixBytes), keyBytes.subarray(start, end)]);
    }
    keyBytes.copy(this.#channel, this.#prefixBytes, start, end);
    return this.#channel.subarray(0, byteLength);
  }
}
