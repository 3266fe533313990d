/**
 * A walk over all entries as they were when it began, a few at a time, while commands go on.
 *
 * Every entry has one bit, its epoch. A snapshot begins by flipping the keyspace's epoch: all existing entries now have the
 * old one, and all new entries get the new one. The walk visits entries of the old epoch and gives them the new one; and
 * code that is about to change or remove one first calls `beforeChange`, which visits it at once. So each entry is visited
 * exactly once, with the value it had at the beginning, and nothing is copied or kept in memory.
 *
 * A large collection is shown in pieces. If it is about to change before it has been shown, it is frozen: its elements stay
 * readable as they were (types/frozen-elements.ts), and each change costs one element, one node of a list or stream
 * (types/frozen-nodes.ts), or a few hundred pending entries of a stream's group (types/stream/sorted-ids.ts).
 *
 * Costs: without a snapshot one comparison with null per write; during one, the visit of an entry before its first change. A
 * small collection is then shown whole.
 *
 * FLUSHDB: what it drops is kept until it is visited. FLUSHALL takes the memory itself, so the walk is abandoned.
 */
import { NONE } from './arena.js';
import type { Collection } from './collections.js';
import type { KeyspaceCommons } from './commons.js';
import type { Database } from './database.js';
import { Entries } from './entries.js';
import { EPOCH_BIT, encodingOf, handleOf, isLarge, WORD_KIND } from './entry.js';
import type { Moment } from './moment.js';
import type { Keeper, Reclaimable } from './reclaimer.js';
import type { Frozen } from './types/frozen.js';

/** Reads the entries that it is shown. It must not change the keyspace. */
export interface SnapshotVisitor {
  /** The walk comes to a database, which has this many keys, of which this many expire. */
  database(id: number, size: number, expiring: number): void;
  /** @param atMs when the entry expires; -1: never */
  entry(databaseId: number, ref: number, atMs: Moment): void;
  /**
   * As `entry`, of a large collection, which is shown in pieces when its turn comes.
   * @param frozen its elements, for it may change and go meanwhile; null: it can't
   * @returns null when it is to be shown whole
   */
  begin(databaseId: number, ref: number, atMs: Moment, frozen: Frozen | null): LargeEntry | null;
}

/** A large collection that is shown in pieces, one at a time: the next is proceeded with when this is at its end. */
export interface LargeEntry {
  /** Shows the next piece. @returns true when it was the last */
  proceed(): boolean;
}

/** One that waits for its turn, or whose turn it is. */
interface Begun {
  readonly entry: LargeEntry;
  /** Null: it isn't frozen. */
  readonly collection: Collection | null;
}

interface Part {
  readonly id: number;
  readonly entries: Entries;
  readonly size: number;
  readonly expiring: number;
}

export class Snapshot implements Keeper {
  /** Keys that it has to visit, and has visited. */
  readonly keyCount: number;
  visitedCount = 0;
  /** The data went away: what was visited is all there will ever be. */
  isAbandoned = false;
  isFinished = false;
  /** About what is taken by collections that went before they were shown: it is free for the asking, only later. */
  keptBytes = 0;

  readonly #commons: KeyspaceCommons;
  /** Null: only the epochs are brought up to date, because nobody wants the rest. */
  #visitor: SnapshotVisitor | null;
  readonly #parts: readonly Part[];
  readonly #idOf = new Map<Entries, number>();
  /** What FLUSHDB dropped meanwhile, and collections that went before they were shown. */
  readonly #kept = new Map<Reclaimable, { readonly bytes: number }>();
  #part = 0;
  #cursor = 0;
  #isInPart = false;
  /** Of the bucket that was scanned last: collections that are to be shown in pieces, in the part `#largePart`. */
  readonly #large = new Set<number>();
  #largePart = 0;
  /** Large collections that were begun, in the order in which they are shown. */
  readonly #begun: Begun[] = [];
  /** The first of them, if it must not change: its entry; else NONE. */
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
    commons.reclaimer.keeper = this;
  }

  /** Visits a few entries. @returns true when all were visited */
  step(): boolean {
    if (this.isFinished) return true;
    if (this.#begun.length > 0) {
      this.#proceed();
      return false;
    }
    if (this.#large.size > 0) {
      const [ref] = this.#large;
      const { entries, id } = this.#parts[this.#largePart];
      this.#beginLarge(entries, id, ref);
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
    while (ref === this.#open) this.#proceed();
    if (!this.#isDue(ref)) return;
    const id = this.#idOf.get(entries);
    // An entry of no part (one in no database) isn't shown to anybody.
    if (id === undefined) return;
    if (this.#canFreeze(ref)) this.#beginLarge(entries, id, ref);
    else this.#show(entries, id, ref);
  }

  keeps(thing: Reclaimable): boolean {
    if (thing instanceof Entries) {
      if (!this.#idOf.has(thing)) return false;
      this.#kept.set(thing, { bytes: 0 });
      return true;
    }
    const begun = this.#begun.find(({ collection }) => collection === thing);
    const collection = begun?.collection ?? null;
    if (collection === null) return false;
    // The object itself has gone from what counts as used.
    const bytes = collection.memoryBytes() - collection.heapBytes;
    this.keptBytes += bytes;
    this.#kept.set(collection, { bytes });
    return true;
  }

  /** Nobody wants it any more. The walk goes on, for the next one's sake, and shows nothing. */
  cancel(): void {
    this.#visitor = null;
    this.#dropBegun();
  }

  /** The memory of all entries is going. */
  abandon(): void {
    this.isAbandoned = true;
    this.#kept.clear();
    this.#large.clear();
    this.#dropBegun();
    this.#finish();
  }

  #isDue(ref: number): boolean {
    return (this.#commons.arena.word(ref, WORD_KIND) & EPOCH_BIT) !== this.#commons.epoch;
  }

  #show(entries: Entries, id: number, ref: number): void {
    this.#mark(ref);
    this.#visitor?.entry(id, ref, entries.expireAt(ref));
  }

  #canFreeze(ref: number): boolean {
    const { arena, collections } = this.#commons;
    if (!isLarge(encodingOf(arena, ref))) return false;
    const collection = collections.get(handleOf(arena, ref));
    return collection.freeze !== undefined && collection.isSmall !== true;
  }

  #beginLarge(entries: Entries, id: number, ref: number): void {
    const { arena, collections } = this.#commons;
    const atMs = entries.expireAt(ref);
    this.#mark(ref);
    const visitor = this.#visitor;
    if (visitor === null) return;
    const collection = collections.get(handleOf(arena, ref));
    const frozen = this.#canFreeze(ref) ? (collection.freeze?.() ?? null) : null;
    const entry = visitor.begin(id, ref, atMs, frozen);
    if (entry === null) {
      collection.thaw?.();
      visitor.entry(id, ref, atMs);
      return;
    }
    this.#begun.push({ entry, collection: frozen === null ? null : collection });
    if (frozen === null) this.#open = ref;
  }

  #proceed(): void {
    const [{ entry, collection }] = this.#begun;
    // It may be called off meanwhile.
    if (!entry.proceed() || this.#begun.length === 0) return;
    this.#begun.shift();
    this.#open = NONE;
    if (collection === null) return;
    collection.thaw?.();
    const kept = this.#kept.get(collection);
    if (kept === undefined) return;
    this.#kept.delete(collection);
    this.keptBytes -= kept.bytes;
    this.#commons.reclaimer.release(collection, 0);
  }

  #dropBegun(): void {
    for (const { collection } of this.#begun) collection?.thaw?.();
    this.#begun.length = 0;
    this.#open = NONE;
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
    this.#commons.reclaimer.keeper = null;
    for (const thing of this.#kept.keys()) this.#commons.reclaimer.release(thing, 0);
  }
}
