/**
 * WATCH: which sessions watch which keys, and whether one of them has changed.
 *
 * A key is remembered under `<database>:<key>`. A change breaks the watch of every session that watches it. A key whose time
 * comes counts as changed unless it was dead already when WATCH was called.
 */
import type { Database } from '../../engine/database.js';
import type { KeyObserver, ObserverRegistry } from './observer-registry.js';

interface WatchedKey {
  readonly db: Database;
  readonly key: Buffer;
  /** It was dead when WATCH was called: that it still is doesn't count as a change. */
  wasExpired: boolean;
}

/** What one session watches. */
export class SessionWatch {
  /** By the names that `WatchedKeys` knows them by. */
  readonly keys = new Map<string, WatchedKey>();
  /** One of the keys changed. */
  isBroken = false;
}

export class WatchedKeys implements KeyObserver {
  readonly #observers: ObserverRegistry;
  readonly #observerBit: number;
  readonly #watches = new Map<string, Set<SessionWatch>>();

  constructor(observers: ObserverRegistry) {
    this.#observers = observers;
    this.#observerBit = observers.register(this);
  }

  /** Keys watched by all sessions. */
  get count(): number {
    return this.#watches.size;
  }

  /** Adds the key [start, end) of `bytes` to what a session watches. */
  add(watch: SessionWatch, db: Database, bytes: Buffer, start: number, end: number): void {
    // One that is broken already can't break again.
    if (watch.isBroken) return;
    const key = Buffer.from(bytes.subarray(start, end));
    const name = nameOf(db, key, 0, key.length);
    if (watch.keys.has(name)) return;
    watch.keys.set(name, { db, key, wasExpired: isExpired(db, key) });
    let watches = this.#watches.get(name);
    if (watches === undefined) {
      watches = new Set();
      this.#watches.set(name, watches);
      this.#observers.activate(this.#observerBit, true);
    }
    watches.add(watch);
  }

  /** From here on the session watches nothing, and nothing has changed for it. */
  clear(watch: SessionWatch): void {
    for (const name of watch.keys.keys()) {
      const watches = this.#watches.get(name);
      watches?.delete(watch);
      if (watches?.size === 0) this.#watches.delete(name);
    }
    watch.keys.clear();
    watch.isBroken = false;
    if (this.#watches.size === 0) this.#observers.activate(this.#observerBit, false);
  }

  keyChanged(db: Database, keyBytes: Buffer, start: number, end: number): void {
    const name = nameOf(db, keyBytes, start, end);
    const watches = this.#watches.get(name);
    if (watches === undefined) return;
    for (const watch of watches) {
      const watched = watch.keys.get(name);
      // Redis looks no further where a key that was dead before is replaced without having gone.
      if (watched?.wasExpired) return;
      watch.isBroken = true;
    }
  }

  /** A key that was dead already when WATCH was called doesn't change by going. */
  keyWent(db: Database, keyBytes: Buffer, start: number, end: number): void {
    const name = nameOf(db, keyBytes, start, end);
    for (const watch of this.#watches.get(name) ?? []) {
      const watched = watch.keys.get(name);
      if (watched?.wasExpired) watched.wasExpired = false;
      else watch.isBroken = true;
    }
  }

  databaseReplacing(db: Database, other: Database | null): void {
    for (const [name, watches] of this.#watches) {
      for (const watch of watches) {
        const watched = watch.keys.get(name);
        if (watched !== undefined && isReplaced(watched, db, other)) watch.isBroken = true;
      }
    }
  }
}

/** Whether the time of one of the keys has come without anybody having noticed. */
export function hasExpiredKey(watch: SessionWatch): boolean {
  for (const { db, key, wasExpired } of watch.keys.values()) {
    if (!wasExpired && isExpired(db, key)) return true;
  }
  return false;
}

/** A key changes when it is in either database, unless it was dead and stays so. */
function isReplaced(watched: WatchedKey, db: Database, other: Database | null): boolean {
  if (watched.db !== db && watched.db !== other) return false;
  const { key } = watched;
  const next = watched.db === db ? other : db;
  const isThere = watched.db.index.find(key, 0, key.length) !== 0;
  const willBeThere = next !== null && next.index.find(key, 0, key.length) !== 0;
  const willBeDead = next !== null && isExpired(next, key);
  if (watched.wasExpired && isThere) {
    watched.wasExpired = willBeThere;
    return willBeThere && !willBeDead;
  }
  if (!isThere && willBeDead) {
    watched.wasExpired = true;
    return false;
  }
  return isThere || willBeThere;
}

/** True when the key is still there and its time has come. */
function isExpired(db: Database, key: Buffer): boolean {
  const entry = db.index.find(key, 0, key.length);
  return entry !== 0 && db.isExpired(entry);
}

function nameOf(db: Database, keyBytes: Buffer, start: number, end: number): string {
  return `${db.id}:${keyBytes.toString('latin1', start, end)}`;
}
