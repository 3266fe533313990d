/**
 * A large sorted set that a command computes as a whole: members go to the dict as they come and are put in order
 * once, in the end. Scores may change meanwhile at no cost.
 *
 *     build.begin(atLeast)
 *     … build.find(member) === NONE ? build.add(score, member) : build.setScore(element, score)
 *     const entry = build.end()      a temporary: see Temporaries
 *
 * One is built at a time. Until `end` nobody else sees it.
 */
import type { Arena } from '../../arena.js';
import type { KeyspaceCommons } from '../../commons.js';
import { ENCODING_SKIPLIST, TYPE_ZSET } from '../../entry.js';
import type { ValueView } from '../../packed/value-view.js';
import type { Temporaries } from '../temporaries.js';
import { scoreOf, setScore } from './elements.js';
import { ItemOrder } from './item-order.js';
import { LargeSortedSet } from './large-sorted-set.js';

export class SortedSetBuild {
  readonly #commons: KeyspaceCommons;
  readonly #arena: Arena;
  readonly #temporaries: Temporaries;
  readonly #order: ItemOrder;
  #large: LargeSortedSet | null = null;

  constructor(commons: KeyspaceCommons, temporaries: Temporaries) {
    this.#commons = commons;
    this.#arena = commons.arena;
    this.#temporaries = temporaries;
    this.#order = new ItemOrder(this.#arena);
  }

  /** @param memberCountMin how many members it will have for sure */
  begin(memberCountMin: number): void {
    this.#order.clear();
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
  }

  /** Adds a member that the last `find` did not find. */
  add(score: number, member: ValueView): void {
    this.#order.add(this.#started.place(score, member.bytes, member.start, member.end));
  }

  /** Adds a member that is not there. */
  addNew(score: number, member: ValueView): void {
    this.find(member);
    this.add(score, member);
  }

  /** @returns the entry of a temporary sorted set; call `compact` when it is to be stored */
  end(): number {
    const large = this.#started;
    const order = this.#order;
    order.sort();
    large.tree.fill(order.scores, order.elements, order.count);
    order.clear();
    this.#large = null;
    return this.#temporaries.create(TYPE_ZSET, ENCODING_SKIPLIST, this.#commons.collections.add(large));
  }

  get #started(): LargeSortedSet {
    if (this.#large === null) throw new Error('nothing is being built');
    return this.#large;
  }
}
