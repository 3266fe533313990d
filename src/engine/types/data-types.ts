/** The collections of one keyspace, by type: what a command works with. */
import type { Arena } from '../arena.js';
import type { KeyspaceCommons } from '../commons.js';
import type { EncodingLimits } from './encoding-limits.js';
import { Hashes } from './hash/hashes.js';
import { Lists } from './list/lists.js';
import { Sets } from './set/sets.js';
import { Streams } from './stream/streams.js';
import { Temporaries } from './temporaries.js';
import { SortedSets } from './zset/sorted-sets.js';

/** What whole values are read from and written to. */
export interface Collections {
  readonly arena: Arena;
  readonly lists: Lists;
  readonly hashes: Hashes;
  readonly sets: Sets;
  readonly sortedSets: SortedSets;
  readonly streams: Streams;
}

export class DataTypes implements Collections {
  readonly arena: Arena;
  readonly lists: Lists;
  readonly hashes: Hashes;
  readonly sets: Sets;
  readonly sortedSets: SortedSets;
  readonly streams: Streams;
  readonly temporaries: Temporaries;

  /** @param limits live: a change holds from the next write to each collection on */
  constructor(
    commons: KeyspaceCommons,
    readonly limits: EncodingLimits,
  ) {
    this.arena = commons.arena;
    this.lists = new Lists(commons, limits);
    this.temporaries = new Temporaries(commons);
    this.hashes = new Hashes(commons, limits);
    this.sets = new Sets(commons, limits, this.temporaries);
    this.streams = new Streams(commons, limits);
    this.sortedSets = new SortedSets(commons, limits, this.temporaries);
  }
}
