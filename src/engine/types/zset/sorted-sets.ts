/**
 * The sorted set type: what a sorted set is to a command, whichever of its encodings it has.
 *
 *     listpack    member, score … in one block (packed-sorted-set.ts), up to zset-max-listpack-entries
 *     skiplist    a dict and a rank tree (large-sorted-set.ts); the name is Redis'
 *
 * Members have ranks, from 0, by score and then by their bytes. Ranges by score or by name are ranges of
 * ranks, found with `countBelow` and `countBelowName`.
 *
 * `entry` is the keyspace entry; its reference stays valid whatever is done to the sorted set. Spans
 * passed in must not lie in the sorted set that is changed. It may be left empty: then the caller
 * removes the key. Encodings change when Redis 7.2 changes them.
 */
import { type Arena, NONE } from '../../arena.js';
import type { KeyspaceCommons } from '../../commons.js';
import type { Database } from '../../database.js';
import {
  ENCODING_LISTPACK,
  ENCODING_SKIPLIST,
  encodingOf,
  rootOf,
  setEncoding,
  TYPE_ZSET,
  WORD_VALUE,
} from '../../entry.js';
import { firstEntry, LISTPACK_BYTES_MAX, NO_ENTRY, nextEntry } from '../../packed/listpack.js';
import { allocateCopy, allocateListpack, type PackedRoot } from '../../packed/packed-root.js';
import type { EncodingLimits } from '../encoding-limits.js';
import type { Temporaries } from '../temporaries.js';
import { scoreOf } from './elements.js';
import { LargeSortedSet } from './large-sorted-set.js';
import { PackedSortedSet } from './packed-sorted-set.js';
import { SortedSetBuild } from './sorted-set-build.js';
import { SortedSetCursor } from './sorted-set-cursor.js';
import { TableJoin } from './table-join.js';

/** What `add` may and may not do: ZADD's options, or several of them. */
export const ADD_NX = 1;
export const ADD_XX = 2;
export const ADD_GT = 4;
export const ADD_LT = 8;
export const ADD_INCR = 16;

/** What `add` did. */
export const ADDED = 1;
export const UPDATED = 2;
/** The member has the score already. */
export const UNCHANGED = 3;
/** An option forbade it. */
export const NOT_DONE = 4;
/** The score, or its sum with the increment, is no number: nothing is changed. */
export const NOT_A_NUMBER = 5;

export class SortedSets {
  /** After `add`: the member's score. After `rank`: that of the member found. */
  foundScore = 0;
  /** Builds those that are computed. */
  readonly build: SortedSetBuild;
  /** Tells what large ones have in common. */
  readonly join: TableJoin;

  readonly #commons: KeyspaceCommons;
  readonly #arena: Arena;
  readonly #limits: EncodingLimits;
  readonly #temporaries: Temporaries;
  readonly #packed: PackedSortedSet;
  readonly #cursor: SortedSetCursor;
  /** Walks a sorted set that is converted, maybe amid a walk of a command's. */
  readonly #converted: SortedSetCursor;

  constructor(commons: KeyspaceCommons, limits: EncodingLimits, temporaries: Temporaries) {
    this.#commons = commons;
    this.#arena = commons.arena;
    this.#limits = limits;
    this.#temporaries = temporaries;
    this.build = new SortedSetBuild(commons, limits, temporaries);
    this.join = new TableJoin(commons);
    this.#packed = new PackedSortedSet(this.#arena);
    this.#cursor = new SortedSetCursor(this.#arena);
    this.#converted = new SortedSetCursor(this.#arena);
  }

  /**
   * Creates an empty sorted set at a key that does not exist, in the encoding for so many members of
   * which the first is so long. @returns its entry
   */
  create(
    db: Database,
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    memberCount: number,
    firstMemberBytes: number,
  ): number {
    const small = this.fitsListpack(memberCount, firstMemberBytes);
    const root = small ? allocateListpack(this.#arena) : this.#allocateLarge();
    return db.create(key, keyFrom, keyTo, TYPE_ZSET, small ? ENCODING_LISTPACK : ENCODING_SKIPLIST, root);
  }

  /** Creates an empty small sorted set without a key: see Temporaries. It grows as one at a key does. For a large one: `build`. */
  createTemporary(): number {
    return this.#temporaries.create(TYPE_ZSET, ENCODING_LISTPACK, allocateListpack(this.#arena));
  }

  /** Whether so many members of up to so many bytes may be packed. */
  fitsListpack(memberCount: number, memberBytes: number): boolean {
    return (
      memberCount <= this.#limits.zsetMaxListpackEntries &&
      memberBytes <= this.#limits.zsetMaxListpackValueBytes
    );
  }

  /** Ends `build` at a key that doesn't exist. @returns its entry */
  createBuilt(db: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    return this.#temporaries.publish(this.build.end(), db, key, keyFrom, keyTo);
  }

  /** Creates a sorted set from a sound listpack without duplicates, as a dump has it. @returns its entry */
  createFromListpack(
    db: Database,
    key: Buffer,
    keyFrom: number,
    keyTo: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): number {
    const root = allocateCopy(this.#arena, bytes, start, end);
    const entry = db.create(key, keyFrom, keyTo, TYPE_ZSET, ENCODING_LISTPACK, root);
    if (this.length(entry) > this.#limits.zsetMaxListpackEntries) this.#enlarge(entry);
    return entry;
  }

  /** Members. */
  length(entry: number): number {
    return this.isLarge(entry) ? this.#large(entry).dict.size : this.#packed.open(entry).count;
  }

  /** Says how many members a command is about to add to a sorted set that exists. */
  expect(entry: number, memberCount: number): void {
    if (memberCount > this.#limits.zsetMaxListpackEntries && !this.isLarge(entry)) this.#enlarge(entry);
  }

  /** A member's score; NaN when it is absent. @param view of `member`, if the caller has one */
  score(entry: number, member: Buffer, start: number, end: number, view?: DataView | null): number {
    if (this.isLarge(entry)) {
      const element = this.#large(entry).dict.find(member, start, end, view);
      return element === NONE ? Number.NaN : scoreOf(this.#arena, element);
    }
    const packed = this.#packed.open(entry);
    return packed.find(member, start, end) === NO_ENTRY ? Number.NaN : packed.foundScore;
  }

  /**
   * Adds a member or changes its score, as far as `flags` allow.
   * @param score with ADD_INCR, what is added to the score there is
   * @returns ADDED … NOT_A_NUMBER; the score that the member then has is in `foundScore`
   */
  add(entry: number, score: number, flags: number, member: Buffer, start: number, end: number): number {
    if (Number.isNaN(score)) return NOT_A_NUMBER;
    return this.isLarge(entry)
      ? this.#addLarge(entry, score, flags, member, start, end)
      : this.#addPacked(entry, score, flags, member, start, end);
  }

  /** @returns false when there is no such member */
  remove(entry: number, member: Buffer, start: number, end: number): boolean {
    if (this.isLarge(entry)) {
      const large = this.#large(entry);
      const element = large.dict.find(member, start, end);
      if (element === NONE) return false;
      large.remove(element);
      return true;
    }
    const offset = this.#packed.open(entry).find(member, start, end);
    if (offset === NO_ENTRY) return false;
    this.#packed.delete(offset, 1);
    return true;
  }

  /** A member's rank from the lowest, with its score in `foundScore`; −1 when it is absent. */
  rank(entry: number, member: Buffer, start: number, end: number): number {
    if (this.isLarge(entry)) {
      const large = this.#large(entry);
      const element = large.dict.find(member, start, end);
      if (element === NONE) return -1;
      this.foundScore = scoreOf(this.#arena, element);
      return large.tree.rankOf(this.foundScore, element);
    }
    const packed = this.#packed.open(entry);
    const offset = packed.find(member, start, end);
    if (offset === NO_ENTRY) return -1;
    this.foundScore = packed.foundScore;
    return packed.rankOf(offset);
  }

  /** How many members have a lower score, or (`orEqual`) one that is not higher: the rank where those end. */
  countBelow(entry: number, score: number, orEqual: boolean): number {
    if (this.isLarge(entry)) return this.#large(entry).tree.countBelow(score, orEqual);
    return this.#packed.open(entry).countBelow(score, orEqual);
  }

  /** The same by the members' bytes, of a sorted set whose scores are all equal. */
  countBelowName(entry: number, name: Buffer, start: number, end: number, orEqual: boolean): number {
    if (this.isLarge(entry)) return this.#large(entry).tree.countBelowName(name, start, end, orEqual);
    return this.#packed.open(entry).countBelowName(name, start, end, orEqual);
  }

  /**
   * A walk over `count` members from a rank on, upwards or (`backwards`) downwards; all must be there.
   * @returns the one cursor of this object: it serves one walk at a time
   */
  range(entry: number, rank: number, count: number, backwards: boolean): SortedSetCursor {
    this.#openRange(this.#cursor, entry, rank, count, backwards);
    return this.#cursor;
  }

  /** Removes `count` members from a rank on; as many must be there. */
  removeRange(entry: number, rank: number, count: number): void {
    if (count === 0) return;
    if (this.isLarge(entry)) {
      this.#large(entry).removeRange(rank, count);
    } else {
      const packed = this.#packed.open(entry);
      packed.delete(packed.offsetAt(rank), count);
    }
  }

  /** A member by chance, all equally likely: `cursor.next()` has been called. For one not empty. */
  random(entry: number): SortedSetCursor {
    const cursor = this.range(entry, this.#commons.random.below(this.length(entry)), 1, false);
    cursor.next();
    return cursor;
  }

  /** A walk over `count` different members by chance, all sets of them equally likely; at most all. */
  sample(entry: number, count: number): SortedSetCursor {
    const cursor = this.#cursor;
    const { random } = this.#commons;
    if (this.isLarge(entry)) {
      cursor.openWalk().sample(this.#large(entry).dict, random, count);
      return cursor;
    }
    const { root, count: size } = this.#packed.open(entry);
    const picked = cursor.pickFromListpack(root.bytes, root.at);
    let member = firstEntry(root.at);
    let left = size;
    for (let wanted = Math.min(count, size); wanted > 0; left--) {
      if (random.below(left) < wanted) {
        wanted--;
        picked.collect(member);
      }
      member = nextEntry(root.bytes, nextEntry(root.bytes, member));
    }
    return cursor;
  }

  /**
   * ZSCAN: a walk over about `count` members from `position` on, and over all of a listpack. Go on with
   * `cursor.position` until that is 0.
   */
  scan(entry: number, position: number, count: number): SortedSetCursor {
    if (!this.isLarge(entry)) return this.range(entry, 0, this.length(entry), false);
    this.#cursor.openWalk().scan(this.#large(entry).dict, position, count);
    return this.#cursor;
  }

  /** Bytes of the value, without its entry. */
  memoryBytes(entry: number): number {
    if (this.isLarge(entry)) return this.#large(entry).memoryBytes();
    return this.#arena.capacity(rootOf(this.#arena, entry));
  }

  isLarge(entry: number): boolean {
    return encodingOf(this.#arena, entry) === ENCODING_SKIPLIST;
  }

  /** The listpack of a sorted set that is not large: see PackedRoot for how long it stays where it is. */
  listpack(entry: number): PackedRoot {
    return this.#packed.open(entry).root;
  }

  #large(entry: number): LargeSortedSet {
    return this.#commons.collections.get(rootOf(this.#arena, entry)) as LargeSortedSet;
  }

  #allocateLarge(): number {
    return this.#commons.collections.add(new LargeSortedSet(this.#arena, this.#commons.hashSeed));
  }

  #addLarge(entry: number, score: number, flags: number, member: Buffer, start: number, end: number): number {
    const large = this.#large(entry);
    const element = large.dict.find(member, start, end);
    if (element === NONE) {
      if (flags & ADD_XX) return NOT_DONE;
      large.insert(score, member, start, end);
      this.foundScore = score;
      return ADDED;
    }
    const outcome = this.#decide(scoreOf(this.#arena, element), score, flags);
    if (outcome === UPDATED) large.setScore(element, this.foundScore);
    return outcome;
  }

  #addPacked(
    entry: number,
    score: number,
    flags: number,
    member: Buffer,
    start: number,
    end: number,
  ): number {
    const packed = this.#packed.open(entry);
    const offset = packed.find(member, start, end);
    if (offset !== NO_ENTRY) {
      const outcome = this.#decide(packed.foundScore, score, flags);
      if (outcome === UPDATED) {
        packed.delete(offset, 1);
        packed.insert(this.foundScore, member, start, end);
      }
      return outcome;
    }
    if (flags & ADD_XX) return NOT_DONE;
    if (
      packed.count >= this.#limits.zsetMaxListpackEntries ||
      end - start > this.#limits.zsetMaxListpackValueBytes ||
      packed.root.length + end - start > LISTPACK_BYTES_MAX
    ) {
      this.#enlarge(entry);
      return this.#addLarge(entry, score, flags, member, start, end);
    }
    packed.insert(score, member, start, end);
    this.foundScore = score;
    return ADDED;
  }

  /** What is to be done with a member that is there. The score it is to have is put into `foundScore`. */
  #decide(current: number, score: number, flags: number): number {
    this.foundScore = current;
    if (flags & ADD_NX) return NOT_DONE;
    const wanted = flags & ADD_INCR ? current + score : score;
    if (Number.isNaN(wanted)) return NOT_A_NUMBER;
    if (flags & ADD_LT && wanted >= current) return NOT_DONE;
    if (flags & ADD_GT && wanted <= current) return NOT_DONE;
    this.foundScore = wanted;
    return wanted === current ? UNCHANGED : UPDATED;
  }

  #openRange(cursor: SortedSetCursor, entry: number, rank: number, count: number, backwards: boolean): void {
    if (this.isLarge(entry)) {
      cursor.openTree(this.#large(entry), rank, count, backwards);
      return;
    }
    const packed = this.#packed.open(entry);
    const { bytes, at } = packed.root;
    cursor.openListpack(bytes, at, at + packed.offsetAt(rank), count, backwards);
  }

  #enlarge(entry: number): void {
    const large = new LargeSortedSet(this.#arena, this.#commons.hashSeed);
    const root = rootOf(this.#arena, entry);
    const cursor = this.#converted;
    this.#openRange(cursor, entry, 0, this.length(entry), false);
    const { member } = cursor;
    while (cursor.next()) {
      const known = large.dict.find(member.bytes, member.start, member.end);
      if (known === NONE) large.insert(cursor.score, member.bytes, member.start, member.end);
    }
    this.#arena.setWord(entry, WORD_VALUE, this.#commons.collections.add(large));
    setEncoding(this.#arena, entry, ENCODING_SKIPLIST);
    this.#arena.free(root);
  }
}
