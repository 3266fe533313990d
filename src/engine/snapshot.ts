/**
 * A walk over all entries as they were when it began, a few at a time, while commands go on.
 *
 * Every entry has one bit, its epoch. To begin is to flip the keyspace's: all entries there are now have the old
 * epoch, and all that come get the new one. The walk visits those of the old epoch and gives them the new one; and
 * before one of them changes or goes, whoever changes it calls `beforeChange`, which visits it at once. So each entry
 * is visited exactly once and with the value it had at the beginning, and nothing is copied or kept in memory.
 *
 * A large collection is shown in pieces, when the others of its bucket were; one that is to change before its end is
 * shown to its end first.
 *
 * Costs: a comparison with null per write while there is no snapshot; the visit of the entry before its
 * first change while there is one. A collection of a million elements that is written to before its turn, or in the
 * middle of it, holds the thread up for as long as the rest of its visit takes.
 *
 * FLUSHDB: what it drops is kept until it is visited. FLUSHALL takes the memory itself, so the walk is abandoned.
 */
import { NONE } from './arena.js';
import type { KeyspaceCommons } from './commons.js';
import type { Database } from './database.js';
import type { Entries } from './entries.js';
import { EPOCH_BIT, encodingOf, isLarge, WORD_KIND } from './entry.js';

/** Reads the entries that it is shown. It must not change the keyspace. */
export interface SnapshotVisitor {
  /** The walk comes to a database: so many keys it has, of which so many expire. */
  database(id: number, size: number, expiring: number): void;
  /** @param atMs when the entry expires, ms since the epoch; -1: never */
  entry(databaseId: number, ref: number, atMs: number): void;
  /** As `entry`, of a large collection, which is shown in pieces from now on. @returns false when it is to be shown whole */
  begin(databaseId: number, ref: number, atMs: number): boolean;
  /** The next piece of it. @returns true when it was the last */
  proceed(): boolean;
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
  /** Of the bucket that was scanned last: collections that are to be shown in pieces, in the part `#largePart`. */
  readonly #large = new Set<number>();
  #largePart = 0;
  /** The collection that is being shown in pieces, or NONE. */
  #open = NONE;
  readonly #visit = (ref: number): void => {
    if (!this.#isDue(ref)) return;
    if (isLarge(encodingOf(this.#commons.arena, ref))) this.#large.add(ref);
    else this.#show(this.#parts[this.#part].entries, this.#parts[this.#part].id, ref);
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
    if (this.#open !== NONE) {
      this.#proceed();
      return false;
    }
    if (this.#large.size > 0) {
      this.#beginLarge();
      return false;
    }
    if (this.#part === this.#parts.length) {
      this.#finish();
      return true;
    }
    const part = this.#parts[this.#part];
    if (!this.#isInPart) {
      this.#isInPart = true;
      this.#visitor?.database(part.id, part.size, part.expiring);
    }
    this.#largePart = this.#part;
    this.#cursor = part.entries.index.scan(this.#cursor, this.#visit);
    if (this.#cursor === 0) {
      this.#part++;
      this.#isInPart = false;
    }
    return false;
  }

  /** An entry is about to change or to go. */
  beforeChange(entries: Entries, ref: number): void {
    if (ref === this.#open) this.#proceedToEnd();
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
    this.#open = NONE;
  }

  /** The memory of all entries is going. */
  abandon(): void {
    this.isAbandoned = true;
    this.#kept.length = 0;
    this.#large.clear();
    this.#open = NONE;
    this.#finish();
  }

  #isDue(ref: number): boolean {
    return (this.#commons.arena.word(ref, WORD_KIND) & EPOCH_BIT) !== this.#commons.epoch;
  }

  #show(entries: Entries, id: number, ref: number): void {
    this.#mark(ref);
    this.#visitor?.entry(id, ref, entries.expireAt(ref));
  }

  #beginLarge(): void {
    const [ref] = this.#large;
    const { entries, id } = this.#parts[this.#largePart];
    const atMs = entries.expireAt(ref);
    this.#mark(ref);
    const visitor = this.#visitor;
    if (visitor === null) return;
    if (visitor.begin(id, ref, atMs)) this.#open = ref;
    else visitor.entry(id, ref, atMs);
  }

  #proceed(): void {
    // It may be called off meanwhile.
    if (this.#visitor?.proceed() !== false) this.#open = NONE;
  }

  #proceedToEnd(): void {
    while (this.#open !== NONE) this.#proceed();
  }

  /** Before the visit: should that fail, the walk still comes to its end. */
  #mark(ref: number): void {
    const { arena, epoch } = this.#commons;
    arena.setWord(ref, WORD_KIND, (arena.word(ref, WORD_KIND) & ~EPOCH_BIT) | epoch);
    this.visitedCount++;
    if (this.#large.size > 0) this.#large.delete(ref);
  }

  #finish(): void {
    this.isFinished = true;
    this.#commons.snapshot = null;
    for (const entries of this.#kept) this.#commons.reclaimer.release(entries, 0);
  }
}
