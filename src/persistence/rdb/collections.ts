/** What values are read from and written to. */
import type { Arena } from '../../engine/arena.js';
import type { Hashes } from '../../engine/types/hash/hashes.js';
import type { Lists } from '../../engine/types/list/lists.js';
import type { Sets } from '../../engine/types/set/sets.js';
import type { Streams } from '../../engine/types/stream/streams.js';
import type { SortedSets } from '../../engine/types/zset/sorted-sets.js';

export interface Collections {
  readonly arena: Arena;
  readonly lists: Lists;
  readonly hashes: Hashes;
  readonly sets: Sets;
  readonly sortedSets: SortedSets;
  readonly streams: Streams;
}
