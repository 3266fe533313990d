/** A sorted set under test, and what it should be. */
import type { Database } from '../../../src/engine/database.js';
import { ENCODING_NAMES, encodingOf } from '../../../src/engine/entry.js';
import type { Keyspace } from '../../../src/engine/keyspace.js';
import { DataTypes } from '../../../src/engine/types/data-types.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import type { SortedSetCursor } from '../../../src/engine/types/zset/sorted-set-cursor.js';
import type { SortedSets } from '../../../src/engine/types/zset/sorted-sets.js';
import { bytesOf, testKeyspace } from './support.js';

export type Pair = [member: string, score: number];

/** A sorted set under test: strings in, strings out. */
export class SortedSet {
  readonly database: Database;
  readonly limits = new EncodingLimits();
  readonly types: DataTypes;
  readonly sortedSets: SortedSets;
  readonly entry: number;

  constructor(
    entriesMax = 128,
    readonly keyspace: Keyspace = testKeyspace(),
  ) {
    this.database = keyspace.databases[0];
    this.types = new DataTypes(keyspace, this.limits);
    this.sortedSets = this.types.sortedSets;
    this.limits.zsetMaxListpackEntries = entriesMax;
    this.entry = this.sortedSets.create(this.database, bytesOf('zset'), 0, 4, 1, 1);
  }

  get length(): number {
    return this.sortedSets.length(this.entry);
  }

  get encoding(): string {
    return ENCODING_NAMES[encodingOf(this.keyspace.arena, this.entry)];
  }

  add(member: string, score: number, flags = 0): number {
    return this.sortedSets.add(this.entry, score, flags, bytesOf(member), 0, member.length);
  }

  remove(member: string): boolean {
    return this.sortedSets.remove(this.entry, bytesOf(member), 0, member.length);
  }

  score(member: string): number {
    return this.sortedSets.score(this.entry, bytesOf(member), 0, member.length);
  }

  rank(member: string): number {
    return this.sortedSets.rank(this.entry, bytesOf(member), 0, member.length);
  }

  range(rank = 0, count = this.length - rank, backwards = false): Pair[] {
    return pairs(this.sortedSets.range(this.entry, rank, count, backwards));
  }
}

export function pairs(cursor: SortedSetCursor): Pair[] {
  const seen: Pair[] = [];
  while (cursor.next()) seen.push([cursor.member.toString(), cursor.score]);
  return seen;
}

/** The reference: a map, sorted whenever order is asked for. */
export class Model extends Map<string, number> {
  ordered(): Pair[] {
    return [...this].sort(
      ([a, aScore], [b, bScore]) => aScore - bScore || Buffer.compare(bytesOf(a), bytesOf(b)),
    );
  }
}

/** A listpack keeps no sign of zero, nor does Redis'. */
export function unsigned(all: Pair[]): Pair[] {
  return all.map(([member, score]) => [member, score === 0 ? 0 : score]);
}
