/**
 * What happens to keys, as keyspace notifications name it. A command announces each change with one of
 * these constants through `context.changed`; the same call wakes watchers, blocked clients and caches.
 *
 * Source: redis.io/docs/manual/keyspace-notifications. The classes are the letters of
 * `notify-keyspace-events`.
 */

export const NOTIFY_GENERIC = 1 << 0; // g
export const NOTIFY_STRING = 1 << 1; // $
export const NOTIFY_LIST = 1 << 2; // l
export const NOTIFY_SET = 1 << 3; // s
export const NOTIFY_HASH = 1 << 4; // h
export const NOTIFY_ZSET = 1 << 5; // z
export const NOTIFY_EXPIRED = 1 << 6; // x
export const NOTIFY_EVICTED = 1 << 7; // e
export const NOTIFY_STREAM = 1 << 8; // t
export const NOTIFY_KEY_MISS = 1 << 9; // m
export const NOTIFY_MODULE = 1 << 10; // d
export const NOTIFY_NEW = 1 << 11; // n

export interface KeyEvent {
  /** Exactly one NOTIFY_ bit. */
  readonly class: number;
  readonly name: string;
  /** Who waits for the key may find what it waits for, or has to be told that there is nothing to wait for. */
  readonly wakes: boolean;
}

/** Families declare their events beside their commands; those that several use stand here. */
export const defineEvent = (eventClass: number, name: string): KeyEvent => ({
  class: eventClass,
  name,
  wakes: false,
});

export const defineWakingEvent = (eventClass: number, name: string): KeyEvent => ({
  class: eventClass,
  name,
  wakes: true,
});

export const DEL = defineEvent(NOTIFY_GENERIC, 'del');
export const EXPIRE = defineEvent(NOTIFY_GENERIC, 'expire');
export const PERSIST = defineEvent(NOTIFY_GENERIC, 'persist');
export const EXPIRED = defineEvent(NOTIFY_EXPIRED, 'expired');
export const EVICTED = defineEvent(NOTIFY_EVICTED, 'evicted');
export const KEY_MISS = defineEvent(NOTIFY_KEY_MISS, 'keymiss');
export const NEW = defineWakingEvent(NOTIFY_NEW, 'new');
