/**
 * On a replica that clients write to, too: the keys that got their time here and not from the master. No master says when
 * they go, so they go by themselves, as Redis has it. All others of the replica are only hidden when their time has come.
 *
 * They are known by name, not by entry: a name stays until it is looked at and has no time any more.
 */
import type { Arena } from './arena.js';
import type { Database } from './database.js';
import { keyLength, keyStart } from './entry.js';

/** Names looked at between two looks at the clock. */
const LOOKS_BATCH = 64;

export class OwnExpiries {
  readonly #arena: Arena;
  /** By name, a character a byte: a bit for each database. */
  readonly #databasesOf = new Map<string, bigint>();
  /** Goes round and round; it lives through changes of the map. */
  #names = this.#databasesOf.keys();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Names, each counted once however many databases have it. */
  get size(): number {
    return this.#databasesOf.size;
  }

  /** @param ref the entry of the key */
  remember(databaseId: number, ref: number): void {
    const start = keyStart(this.#arena, ref);
    const end = start + keyLength(this.#arena, ref);
    const name = this.#arena.bytesOf(ref).toString('latin1', start, end);
    this.#databasesOf.set(name, (this.#databasesOf.get(name) ?? 0n) | (1n << BigInt(databaseId)));
  }

  clear(): void {
    this.#databasesOf.clear();
  }

  /** Looks at each name once, or until time is up, and removes what is due. It goes on where it stopped. */
  expire(databases: readonly Database[], isTimeUp: () => boolean): void {
    for (let left = this.size; left > 0; left--) {
      const name = this.#nextName();
      if (name !== null) this.#lookAt(name, databases);
      if (left % LOOKS_BATCH === 0 && isTimeUp()) return;
    }
  }

  #nextName(): string | null {
    const { value, done } = this.#names.next();
    if (done !== true) return value;
    this.#names = this.#databasesOf.keys();
    return this.#names.next().value ?? null;
  }

  #lookAt(name: string, databases: readonly Database[]): void {
    const key = Buffer.from(name, 'latin1');
    let expiring = 0n;
    for (let bits = this.#databasesOf.get(name) ?? 0n, id = 0; bits !== 0n; bits >>= 1n, id++) {
      if ((bits & 1n) !== 0n && staysWithTime(databases[id], key)) expiring |= 1n << BigInt(id);
    }
    if (expiring === 0n) this.#databasesOf.delete(name);
    else this.#databasesOf.set(name, expiring);
  }
}

/** @returns true when it is to be looked at again: it has a time, which hasn't come. Else it is gone now, or lasts */
function staysWithTime(database: Database, key: Buffer): boolean {
  const ref = database.index.find(key, 0, key.length);
  if (ref === 0) return false;
  const isExpired = database.isExpired(ref);
  if (isExpired) database.expireEntry(ref);
  return !isExpired && database.expireAt(ref) >= 0;
}
