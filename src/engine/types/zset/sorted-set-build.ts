/**
 * A large sorted set that a command computes as a whole: its members are put in order once, in the end.
 *
 *     build.begin(atLeast)
 *     … build.addNew(score, member)                   members known to be different, as those of one source are
 *     … or build.find(member) === NONE ? build.add(score, member) : build.setScore(element, score)
 *     const entry = build.end()      a temporary: see Temporaries
 *
 * With `addNew` alone, the dict is filled in the end, too: nothing is looked for, and no bucket splits. One is built
 * at a time. Until `end` nobody else sees it.
 */
import { type CompareTies, KeyedRows } from '../../../base/keyed-rows.js';
import type { Arena } from '../../arena.js';
import type { KeyspaceCommons } from '../../commons.js';
import { ENCODING_SKIPLIST, TYPE_ZSET } from '../../entry.js';
import type { ValueView } from '../../packed/value-view.js';
import type { Temporaries } from '../temporaries.js';
import { compareMembers, scoreOf, setScore } from './elements.js';
import { LargeSortedSet } from './large-sorted-set.js';

export class SortedSetBuild {
  readonly #commons: KeyspaceCommons;
  readonly #arena: Arena;
  readonly #temporaries: Temporaries;
  /** Elements by their scores. */
  readonly #order = new KeyedRows();
  readonly #compareMembers: CompareTies;
  #large: LargeSortedSet | null = null;
  /** Whether scores in the elements differ from those in `#order`. */
  #hasNewScores = false;

  constructor(commons: KeyspaceCommons, temporaries: Temporaries) {
    const { arena } = commons;
    this.#commons = commons;
    this.#arena = arena;
    this.#temporaries = temporaries;
    this.#compareMembers = (element, other) => compareMembers(arena, element, other);
  }

  /** @param memberCountMin how many members it will have for sure, where they are looked for */
  begin(memberCountMin = 0): void {
    this.#order.clear();
    this.#hasNewScores = false;
    this.#large = new LargeSortedSet(this.#arena, this.#commons.hashSeed);
    this.#large.dict.reserve(memberCountMin);
  }

  /** @returns the member's element, or NONE */
  find(member: ValueView): number {
    return this.#started.dict.find(member.bytes, member.start, member.end, member.view);
  }

  score(element: number): number {
    return scoreOf(this.#arena, element);
  }

  setScore(element: number, score: number): void {
    setScore(this.#arena, element, score);
    this.#hasNewScores = true;
  }

  /** Adds a member that the last `find` did not find. */
  add(score: number, member: ValueView): void {
    this.#started.dict.insert(this.#place(score, member.bytes, member.start, member.end, member.view));
  }

  /** Adds a member that is not there, and that nobody will look for until the end. */
  addNew(score: number, member: ValueView): void {
    this.#place(score, member.bytes, member.start, member.end, member.view);
  }

  /** The same of a span. */
  addNewSpan(score: number, bytes: Buffer, start: number, end: number): void {
    this.#place(score, bytes, start, end, null);
  }

  /** @returns the entry of a temporary sorted set; call `compact` when it is to be stored */
  end(): number {
    const large = this.#started;
    const order = this.#order;
    if (this.#hasNewScores) {
      for (let index = 0; index < order.count; index++) {
        order.keys[index] = scoreOf(this.#arena, order.rows[index]);
      }
    }
    order.sort(this.#compareMembers);
    large.tree.fill(order.keys, order.rows, order.count);
    if (large.dict.size === 0) large.dict.fill(order.rows, order.count);
    order.clear();
    this.#large = null;
    return this.#temporaries.create(TYPE_ZSET, ENCODING_SKIPLIST, this.#commons.collections.add(large));
  }

  /** Drops what was built so far. */
  cancel(): void {
    this.#temporaries.discard(this.end());
  }

  #place(score: number, bytes: Buffer, start: number, end: number, view: DataView | null): number {
    const element = this.#started.place(score, bytes, start, end, view);
    this.#order.add(score, element);
    return element;
  }

  get #started(): LargeSortedSet {
    if (this.#large === null) throw new Error('nothing is being built');
    return this.#large;
  }
}
