/**
 * A walk over members and scores of a sorted set, in order from a rank, or over some picked out, without
 * allocation. The sorted set must not change meanwhile.
 */
import { EMPTY_BYTES } from '../../../base/bytes.js';
import { type Arena, NONE } from '../../arena.js';
import { nextEntry, previousEntry } from '../../packed/listpack.js';
import { entryAsDouble, readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import { ElementRefs } from '../element-refs.js';
import { ElementWalk } from '../element-walk.js';
import { readMember, scoreOf } from './elements.js';
import type { LargeSortedSet } from './large-sorted-set.js';
import type { RankNodes } from './rank-nodes.js';

const LISTPACK = 0;
const TREE = 1;
const WALK = 2;

export class SortedSetCursor {
  /** What `next` arrived at. */
  readonly member = new ValueView();
  score = 0;

  readonly #arena: Arena;
  #kind = LISTPACK;
  #left = 0;
  #backwards = false;

  #bytes: Buffer = EMPTY_BYTES;
  #at = 0;
  /** The next member in a listpack. */
  #entry = 0;
  /** Offsets of the members picked from a listpack, when it is not walked in order. */
  readonly #picked = new ElementRefs();
  #picks = false;
  #nextPicked = 0;

  #nodes: RankNodes | null = null;
  /** The next item in a tree. */
  #leaf = NONE;
  #index = 0;

  readonly #walk = new ElementWalk();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** ZSCAN's next cursor; 0 when all has been seen. */
  get position(): number {
    return this.#kind === WALK ? this.#walk.position : 0;
  }

  /** `count` members in order, from the one at `entry`; as many must be there. */
  openListpack(bytes: Buffer, at: number, entry: number, count: number, backwards: boolean): void {
    this.#openPacked(bytes, at);
    this.#entry = entry;
    this.#left = count;
    this.#backwards = backwards;
  }

  /** Members of a listpack to be added to what this returns, as offsets in `bytes`. */
  pickFromListpack(bytes: Buffer, at: number): ElementRefs {
    this.#openPacked(bytes, at);
    this.#picks = true;
    return this.#picked;
  }

  /** `count` members in order, from a rank on; as many must be there. */
  openTree(large: LargeSortedSet, rank: number, count: number, backwards: boolean): void {
    this.#kind = TREE;
    this.#left = count;
    this.#backwards = backwards;
    if (count === 0) return;
    large.tree.seekRank(rank);
    this.#nodes = large.tree.nodes;
    this.#leaf = large.tree.leaf;
    this.#index = large.tree.index;
  }

  /** @returns the walk to say which elements to */
  openWalk(): ElementWalk {
    this.#kind = WALK;
    return this.#walk;
  }

  /** Goes to the next member. @returns false when there is none */
  next(): boolean {
    if (this.#kind === TREE) return this.#nextInTree();
    if (this.#kind === LISTPACK) return this.#picks ? this.#nextPick() : this.#nextEntry();
    const element = this.#walk.next();
    if (element === NONE) return false;
    this.#readElement(element);
    return true;
  }

  #nextInTree(): boolean {
    const nodes = this.#nodes;
    if (this.#left === 0 || nodes === null) return false;
    this.#left--;
    if (this.#index < 0) {
      this.#leaf = nodes.previous(this.#leaf);
      this.#index = nodes.count(this.#leaf) - 1;
    } else if (this.#index === nodes.count(this.#leaf)) {
      this.#leaf = nodes.next(this.#leaf);
      this.#index = 0;
    }
    this.score = nodes.leafScore(this.#leaf, this.#index);
    readMember(this.#arena, nodes.leafElement(this.#leaf, this.#index), this.member);
    this.#index += this.#backwards ? -1 : 1;
    return true;
  }

  #nextEntry(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    const entry = this.#entry;
    const next = this.#readPair(entry);
    if (!this.#backwards) this.#entry = next;
    else if (this.#left > 0) {
      this.#entry = previousEntry(this.#bytes, this.#at, previousEntry(this.#bytes, this.#at, entry));
    }
    return true;
  }

  #nextPick(): boolean {
    if (this.#nextPicked === this.#picked.count) return false;
    this.#readPair(this.#picked.at(this.#nextPicked++));
    return true;
  }

  /** @returns the following member's entry */
  #readPair(entry: number): number {
    const scoreEntry = readEntry(this.#bytes, entry, this.member);
    this.score = entryAsDouble(this.#bytes, scoreEntry);
    return nextEntry(this.#bytes, scoreEntry);
  }

  #readElement(element: number): void {
    this.score = scoreOf(this.#arena, element);
    readMember(this.#arena, element, this.member);
  }

  #openPacked(bytes: Buffer, at: number): void {
    this.#kind = LISTPACK;
    this.#bytes = bytes;
    this.#at = at;
    this.#picks = false;
    this.#picked.clear();
    this.#nextPicked = 0;
  }
}
