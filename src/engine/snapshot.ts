/**
 * A walk over all entries as they were when it began, a few at a time, while commands go on.
 *
 * Every entry has one bit, its epoch. To begin is to flip the keyspace's: all entries there are now have the old
 * epoch, and all that come get the new one. The walk visits those of the old epoch and gives them the new one; and
 * before one of them changes or goes, whoever changes it calls `beforeChange`, which visits it at once. So each entry
 * is visited exactly once and with the value it had at the beginning, and nothing is copied or kept in memory.
 *
 * Costs: a comparison with null per write while there is no snapshot; the visit of the entry before its
 * first change while there is one. A value is visited whole: one of a million elements that is written to before its
 * turn holds the thread up for as long as its visit takes.
 *
 * FLUSHDB: what it drops is kept until it is visited. FLUSHALL takes the memory itself, so the walk is abandoned.
 */
import type { KeyspaceCommons } from './commons.js';
import type { Database } from './database.js';
import type { Entries } from './entries.js';
import { EPOCH_BIT, WORD_KIND } from './entry.js';

/** Reads the entries that it is shown. It must not change the keyspace. */
export interface SnapshotVisitor {
  /** The walk comes to a database: so many keys it has, of which so many expire. */
  database(id: number, size: number, expiring: number): void;
  /** @param atMs when the entry expires, ms since the epoch; -1: never */
  entry(databaseId: number, ref: number, atMs: number): void;
}

interface Part {
  readonly id: number;
  readonly entries: Entries;
  readonly size: number;
  readonly expiring: number;
}

export class Snapshot {
  /** Keys that it has to visit, and has visited. */
  readonly keyCount: number;
  visitedCount = 0;
  /** The data went away: what was visited is all there will ever be. */
  isAbandoned = false;
  isFinished = false;

  readonly #commons: KeyspaceCommons;
  /** Null: only the epochs are brought up, because nobody wants the rest. */
  #visitor: SnapshotVisitor | null;
  readonly #parts: readonly Part[];
  readonly #idOf = new Map<Entries, number>();
  /** What FLUSHDB dropped meanwhile. */
  readonly #kept: Entries[] = [];
  #part = 0;
  #cursor = 0;
  #isInPart = false;
  readonly #visit = (ref: number): void => {
    if (this.#isDue(ref)) this.#show(this.#parts[this.#part].entries, this.#parts[this.#part].id, ref);
  };

  /** Begins. No other snapshot of the keyspace may be under way. */
  constructor(commons: KeyspaceCommons, databases: readonly Database[], visitor: SnapshotVisitor) {
    this.#commons = commons;
    this.#visitor = visitor;
    this.#parts = databases
      .filter(({ size }) => size > 0)
      .map(({ id, entries, size, expiring }) => ({ id, entries, size, expiring }));
    for (const { id, entries } of this.#parts) this.#idOf.set(entries, id);
    this.keyCount = this.#parts.reduce((sum, { size }) => sum + size, 0);
    commons.epoch ^= EPOCH_BIT;
    commons.snapshot = this;
  }

  /** Visits a few entries. @returns true when all were visited */
  step(): boolean {
    if (this.isFinished) return true;
    if (this.#part === this.#parts.length) {
      this.#finish();
      return true;
    }
    const part = this.#parts[this.#part];
    if (!this.#isInPart) {
      this.#isInPart = true;
      this.#visitor?.database(part.id, part.size, part.expiring);
    }
    this.#cursor = part.entries.index.scan(this.#cursor, this.#visit);
    if (this.#cursor === 0) {
      this.#part++;
      this.#isInPart = false;
    }
    return false;
  }

  /** An entry is about to change or to go. */
  beforeChange(entries: Entries, ref: number): void {
    if (!this.#isDue(ref)) return;
    const id = this.#idOf.get(entries);
    // An entry of no part (one that stands in no database) is nobody's to see.
    if (id !== undefined) this.#show(entries, id, ref);
  }

  /** These were dropped. @returns true when they are kept for now: they are released at the end */
  keeps(entries: Entries): boolean {
    if (!this.#idOf.has(entries)) return false;
    this.#kept.push(entries);
    return true;
  }

  /** Nobody wants it any more. The walk goes on, for the next one's sake, and shows nothing. */
  cancel(): void {
    this.#visitor = null;
  }

  /** The memory of all entries is going. */
  abandon(): void {
    this.isAbandoned = true;
    this.#kept.length = 0;
    this.#finish();
  }

  #isDue(ref: number): boolean {
    return (this.#commons.arena.word(ref, WORD_KIND) & EPOCH_BIT) !== this.#commons.epoch;
  }

  #show(entries: Entries, id: number, ref: number): void {
    const { arena, epoch } = this.#commons;
    // Before the visit: should that fail, the walk still comes to its end.
    arena.setWord(ref, WORD_KIND, (arena.word(ref, WORD_KIND) & ~EPOCH_BIT) | epoch);
    this.visitedCount++;
    this.#visitor?.entry(id, ref, entries.expireAt(ref));
  }

  #finish(): void {
    this.isFinished = true;
    this.#commons.snapshot = null;
    for (const entries of this.#kept) this.#commons.reclaimer.release(entries, 0);
  }
}
