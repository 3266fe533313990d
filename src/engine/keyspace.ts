/**
 * The keyspace: all databases of one server over one arena, and the work that goes on between commands.
 *
 * The server sets `nowMs` before each batch of commands and calls `tick` between batches.
 */
import type { KeyspaceOptions } from './commons.js';
import { KeyspaceCommons } from './commons.js';
import { Database } from './database.js';
import { Eviction } from './eviction.js';

export type { KeyspaceListener, KeyspaceOptions, KeyspaceStats } from './commons.js';

const DATABASE_COUNT = 16;
/** Keys expired between two looks at the clock: about 20 µs of work. */
const EXPIRE_BATCH = 32;

export class Keyspace extends KeyspaceCommons {
  readonly databases: Database[] = [];
  readonly eviction = new Eviction(this, this.databases);

  /** DEBUG SET-ACTIVE-EXPIRE: false leaves expired keys until something touches them. */
  activeExpiry = true;

  /** Database that the next round of active expiry starts with. */
  #nextDatabase = 0;

  constructor(options: KeyspaceOptions = {}) {
    super(options);
    const count = options.databaseCount ?? DATABASE_COUNT;
    for (let id = 0; id < count; id++) this.databases.push(new Database(id, this));
  }

  /** Bytes of all data: what the arena handed out and what collections hold on the JavaScript heap. */
  usedBytes(): number {
    return this.arena.usedBytes + this.collections.heapBytes;
  }

  /** Exchanges the contents of two databases. */
  swap(first: number, second: number): void {
    const a = this.databases[first];
    const b = this.databases[second];
    const { entries } = a;
    a.entries = b.entries;
    b.entries = entries;
  }

  /** Databases that are being filled to take the place of all others; null while there are none. */
  replacement: readonly Database[] | null = null;

  /** Others are about to come: until they are whole these stay. No snapshot may begin meanwhile. */
  beginReplacement(): readonly Database[] {
    this.replacement = this.databases.map(({ id }) => new Database(id, this));
    return this.replacement;
  }

  /** They are whole. What was there is freed between commands. */
  useReplacement(): void {
    this.ownExpiries.clear();
    for (const { id, entries } of this.replacement ?? []) {
      this.databases[id].flush();
      this.databases[id].entries = entries;
    }
    this.replacement = null;
  }

  /** They will never be. */
  dropReplacement(): void {
    for (const database of this.replacement ?? []) database.flush();
    this.replacement = null;
  }

  /** Drops everything at once: the arena's memory goes whole. A snapshot under way comes to nothing. */
  flushAll(): void {
    this.ownExpiries.clear();
    // They are in the same memory.
    if (this.replacement !== null) {
      for (const database of this.databases) database.flush();
      return;
    }
    this.snapshot?.abandon();
    this.reclaimer.clear();
    this.collections.clear();
    this.arena.clear();
    for (const database of this.databases) database.reset();
  }

  /**
   * Expires keys and frees what was dropped, for about `budgetUs`.
   * @returns ms until there is more to do: 0 = now, Infinity = not before the next command
   */
  tick(budgetUs: number): number {
    const start = this.clock.monotonicUs();
    // Half for each; what one does not need, the other has.
    const reclaimed = this.#reclaim(start + budgetUs / 2);
    const expired = this.#expire(start + budgetUs);
    const allReclaimed = reclaimed || (expired && this.#reclaim(start + budgetUs));
    const allGivenBack = this.arena.collectDropped();
    if (!expired || !allReclaimed || !allGivenBack) return 0;
    return this.#msUntilNextExpiry();
  }

  /** @returns true when nothing is left to free */
  #reclaim(deadlineUs: number): boolean {
    while (this.reclaimer.step()) {
      if (this.clock.monotonicUs() >= deadlineUs) return false;
    }
    return true;
  }

  /** @returns true when no key is due that may go */
  #expire(deadlineUs: number): boolean {
    if (!this.activeExpiry || this.expiryPaused) return true;
    if (this.expiryLeftToMaster) {
      // Whatever is left waits for the next tick: nobody knows whether any of it is due.
      this.ownExpiries.expire(this.databases, () => this.clock.monotonicUs() >= deadlineUs);
      return true;
    }
    for (let count = 0; count < this.databases.length; count++) {
      const database = this.databases[this.#nextDatabase];
      while (this.#expireBatch(database)) {
        if (this.clock.monotonicUs() >= deadlineUs) {
          this.#nextDatabase = (this.#nextDatabase + 1) % this.databases.length;
          return false;
        }
      }
      this.#nextDatabase = (this.#nextDatabase + 1) % this.databases.length;
    }
    return true;
  }

  /** @returns true when more keys of the database are due */
  #expireBatch(database: Database): boolean {
    for (let count = 0; count < EXPIRE_BATCH; count++) {
      const { expiry } = database.entries;
      if (expiry.firstAt >= this.nowMs) return false;
      database.expireEntry(expiry.firstRef);
    }
    return true;
  }

  /** Own keys of a replica are looked at by each tick, whenever that comes. */
  #msUntilNextExpiry(): number {
    let firstAt = Number.POSITIVE_INFINITY;
    if (!this.activeExpiry || this.keepsExpired) return firstAt;
    for (const database of this.databases) firstAt = Math.min(firstAt, database.entries.expiry.firstAt);
    return Math.max(1, firstAt + 1 - this.nowMs);
  }
}
