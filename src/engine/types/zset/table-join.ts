/**
 * A walk over the members of a large set or sorted set that tells their scores in others, too: large ones, whose tables say where to
 * look without a hash (see `Dict.findAlike`). In no order. Reused; none of them must change meanwhile.
 */
import { type Arena, NONE } from '../../arena.js';
import { BucketWalk } from '../../bucket-walk.js';
import type { KeyspaceCommons } from '../../commons.js';
import type { Dict } from '../../dict.js';
import { encodingOf, isLarge, rootOf, TYPE_ZSET, typeOf } from '../../entry.js';
import { ValueView } from '../../packed/value-view.js';
import type { LargeSet } from '../set/large-set.js';
import { scoreOf } from './elements.js';
import type { LargeSortedSet } from './large-sorted-set.js';

/** The score of a plain set's member. */
const PLAIN_SCORE = 1;

export class TableJoin {
  readonly #commons: KeyspaceCommons;
  readonly #arena: Arena;
  readonly #walk = new BucketWalk();
  readonly #member = new ValueView();
  #dicts: Dict[] = [];
  #areSorted: boolean[] = [];

  constructor(commons: KeyspaceCommons) {
    this.#commons = commons;
    this.#arena = commons.arena;
  }

  /**
   * @param entries of sets and sorted sets; the first is walked
   * @returns false, and nothing begins, when not all of them are large
   */
  begin(entries: readonly number[]): boolean {
    const arena = this.#arena;
    if (!entries.every((entry) => entry !== NONE && isLarge(encodingOf(arena, entry)))) return false;
    const { collections } = this.#commons;
    this.#dicts = entries.map(
      (entry) => (collections.get(rootOf(arena, entry)) as LargeSet | LargeSortedSet).dict,
    );
    this.#areSorted = entries.map((entry) => typeOf(arena, entry) === TYPE_ZSET);
    this.#dicts[0].walk(this.#walk);
    return true;
  }

  /** Goes to the next member of the first. @returns false when there is none */
  next(): boolean {
    return this.#walk.next() !== NONE;
  }

  /** The member's score in the index-th of the entries: NaN where it is absent. */
  score(index: number): number {
    const element = index === 0 ? this.#walk.ref : this.#dicts[index].findAlike(this.#walk);
    if (element === NONE) return Number.NaN;
    return this.#areSorted[index] ? scoreOf(this.#arena, element) : PLAIN_SCORE;
  }

  /** The member at which the walk stands, until the next step. */
  read(): ValueView {
    this.#walk.readKey(this.#member);
    return this.#member;
  }
}
