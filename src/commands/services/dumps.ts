/** Values as bytes of their own: what DUMP and RESTORE ask for. Implemented by persistence. */
import type { Arena } from '../../engine/arena.js';
import type { Database } from '../../engine/database.js';
import type { Hashes } from '../../engine/types/hash/hashes.js';
import type { Lists } from '../../engine/types/list/lists.js';
import type { Sets } from '../../engine/types/set/sets.js';
import type { Streams } from '../../engine/types/stream/streams.js';
import type { SortedSets } from '../../engine/types/zset/sorted-sets.js';

export interface DumpedCollections {
  readonly arena: Arena;
  readonly lists: Lists;
  readonly hashes: Hashes;
  readonly sets: Sets;
  readonly sortedSets: SortedSets;
  readonly streams: Streams;
}

export interface Dumps {
  dump(collections: DumpedCollections, entry: number): Buffer;
  /** Whether version and checksum of a dump are right. @param skipsChecksum the version alone is looked at */
  isIntact(bytes: Buffer, start: number, end: number, skipsChecksum?: boolean): boolean;
  /**
   * The value of an intact dump: a string's bytes, or how the collection is created at a key that doesn't exist.
   * @returns null when the bytes make no sense; nothing has changed in any case
   */
  load(
    bytes: Buffer,
    start: number,
    end: number,
  ):
    | Buffer
    | ((collections: DumpedCollections, db: Database, key: Buffer, keyFrom: number, keyTo: number) => number)
    | null;
}
