/**
 * A sorted set that a command computes as a whole: its members are put in order once, in the end.
 *
 *     build.begin(atLeast)
 *     … build.addNew(score, member)                   members known to be different, as those of one source are
 *     … or build.find(member) === NONE ? build.add(score, member) : build.setScore(element, score)
 *     const entry = build.end()      a temporary: see Temporaries
 *     … or build.sorted() to walk over them, and build.cancel()
 *
 * With `addNew` alone, the dict is filled in the end, too, and only if a large sorted set is wanted. One is built at
 * a time. Until `end` nobody else sees it.
 */
import { assert } from '../../../base/assert.js';
import { type CompareTies, KeyedRows } from '../../../base/keyed-rows.js';
import type { Arena } from '../../arena.js';
import type { KeyspaceCommons } from '../../commons.js';
import { Dict } from '../../dict.js';
import { ENCODING_LISTPACK, ENCODING_SKIPLIST, TYPE_ZSET } from '../../entry.js';
import { allocateListpack } from '../../packed/packed-root.js';
import { ValueView } from '../../packed/value-view.js';
import type { EncodingLimits } from '../encoding-limits.js';
import type { Temporaries } from '../temporaries.js';
import { compareMembers, createElement, ELEMENT_LAYOUT, readMember, scoreOf, setScore } from './elements.js';
import { LargeSortedSet } from './large-sorted-set.js';
import { PackedSortedSet } from './packed-sorted-set.js';
import { SortedSetCursor } from './sorted-set-cursor.js';

/** What a member takes in a listpack beside its text, with a score that is a small whole number. */
const PAIR_BYTES = 6;

/** Elements that are freed at once when they are dropped. */
const FREE_NOW_ELEMENTS = 4096;

export class SortedSetBuild {
  readonly #commons: KeyspaceCommons;
  readonly #arena: Arena;
  readonly #limits: EncodingLimits;
  readonly #temporaries: Temporaries;
  /** Elements by their scores. */
  readonly #order = new KeyedRows();
  readonly #compareMembers: CompareTies;
  readonly #packed: PackedSortedSet;
  readonly #cursor: SortedSetCursor;
  readonly #member = new ValueView();
  /** Where members are looked for; null as long as none was. */
  #dict: Dict | null = null;
  #memberCountMin = 0;
  /** Of all members together, and of the longest. */
  #memberBytes = 0;
  #memberBytesMax = 0;
  /** Whether scores in the elements differ from those in `#order`. */
  #hasNewScores = false;

  constructor(commons: KeyspaceCommons, limits: EncodingLimits, temporaries: Temporaries) {
    const { arena } = commons;
    this.#commons = commons;
    this.#arena = arena;
    this.#limits = limits;
    this.#temporaries = temporaries;
    this.#compareMembers = (element, other) => compareMembers(arena, element, other);
    this.#packed = new PackedSortedSet(arena);
    this.#cursor = new SortedSetCursor(arena);
  }

  /** @param memberCountMin how many members it will have for sure, where they are looked for */
  begin(memberCountMin = 0): void {
    this.#order.clear();
    this.#dict = null;
    this.#memberCountMin = memberCountMin;
    this.#memberBytes = 0;
    this.#memberBytesMax = 0;
    this.#hasNewScores = false;
  }

  /** Members so far. */
  get count(): number {
    return this.#order.count;
  }

  /** @returns the member's element, or NONE */
  find(member: ValueView): number {
    const dict = this.#dict ?? this.#beginDict();
    return dict.find(member.bytes, member.start, member.end, member.view);
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
    assert(this.#dict !== null, 'the member was looked for');
    this.#dict.insert(this.#place(score, member.bytes, member.start, member.end, member.view));
  }

  /** Adds a member that is not there, and that nobody will look for until the end. */
  addNew(score: number, member: ValueView): void {
    this.#place(score, member.bytes, member.start, member.end, member.view);
  }

  /** The same of a span. */
  addNewSpan(score: number, bytes: Buffer, start: number, end: number): void {
    this.#place(score, bytes, start, end, null);
  }

  /** Puts the members in order. @returns the one walk of this object over them; `cancel` ends it */
  sorted(): SortedSetCursor {
    this.#sort();
    this.#cursor.openWalk().these(this.#order.rows, this.#order.count);
    return this.#cursor;
  }

  /** @returns the entry of a temporary sorted set, a large one */
  end(): number {
    const order = this.#order;
    this.#sort();
    const large = new LargeSortedSet(this.#arena, this.#commons.hashSeed, this.#dict);
    large.tree.fill(order.keys, order.rows, order.count);
    if (this.#dict === null) large.dict.fill(order.rows, order.count);
    order.clear();
    this.#dict = null;
    return this.#temporaries.create(TYPE_ZSET, ENCODING_SKIPLIST, this.#commons.collections.add(large));
  }

  /** @returns the entry of a temporary sorted set, a listpack if that is within the limits */
  endCompact(): number {
    const { zsetMaxListpackEntries, zsetMaxListpackValueBytes } = this.#limits;
    const { count } = this.#order;
    if (count > zsetMaxListpackEntries || this.#memberBytesMax > zsetMaxListpackValueBytes) return this.end();
    this.#sort();
    const entry = this.#temporaries.create(TYPE_ZSET, ENCODING_LISTPACK, allocateListpack(this.#arena));
    this.#pack(entry);
    this.cancel();
    return entry;
  }

  /** Drops what was built. */
  cancel(): void {
    const order = this.#order;
    if (order.count > FREE_NOW_ELEMENTS) {
      this.#temporaries.discard(this.end());
      return;
    }
    this.#dict?.destroyStep(Number.POSITIVE_INFINITY, forget);
    this.#dict = null;
    for (let index = 0; index < order.count; index++) this.#arena.free(order.rows[index]);
    order.clear();
  }

  #sort(): void {
    const order = this.#order;
    if (this.#hasNewScores) {
      for (let index = 0; index < order.count; index++) {
        order.keys[index] = scoreOf(this.#arena, order.rows[index]);
      }
    }
    this.#hasNewScores = false;
    order.sort(this.#compareMembers);
  }

  #pack(entry: number): void {
    const packed = this.#packed.open(entry);
    const { count, keys, rows } = this.#order;
    packed.root.reserve(packed.root.length + this.#memberBytes + count * PAIR_BYTES);
    for (let index = 0; index < count; index++) {
      readMember(this.#arena, rows[index], this.#member);
      packed.append(keys[index], this.#member.bytes, this.#member.start, this.#member.end);
    }
    packed.root.trim();
  }

  #beginDict(): Dict {
    this.#dict = new Dict(this.#arena, ELEMENT_LAYOUT, ...this.#commons.hashSeed);
    this.#dict.reserve(this.#memberCountMin);
    return this.#dict;
  }

  #place(score: number, bytes: Buffer, start: number, end: number, view: DataView | null): number {
    const element = createElement(this.#arena, score, bytes, start, end, view);
    this.#order.add(score, element);
    this.#memberBytes += end - start;
    this.#memberBytesMax = Math.max(this.#memberBytesMax, end - start);
    return element;
  }
}

function forget(): void {}
