/** The collections of one keyspace, by type: what a command works with. */
import type { KeyspaceCommons } from '../commons.js';
import type { EncodingLimits } from './encoding-limits.js';
import { Hashes } from './hash/hashes.js';
import { Lists } from './list/lists.js';

export class DataTypes {
  readonly lists: Lists;
  readonly hashes: Hashes;

  /** @param limits live: a change holds from the next write to each collection on */
  constructor(
    commons: KeyspaceCommons,
    readonly limits: EncodingLimits,
  ) {
    this.lists = new Lists(commons, limits);
    this.hashes = new Hashes(commons, limits);
  }
}
