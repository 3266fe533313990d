/**
 * The sets that commands compute from sets: walks over what they have and have not in common, and sets without a key made of
 * those (see Temporaries). Such a set has the encoding that Redis gives it.
 *
 * Each of the two walks is the one of this object: it serves one command at a time.
 */
import { NONE } from '../../arena.js';
import type { KeyspaceCommons } from '../../commons.js';
import { ENCODING_HASHTABLE, ENCODING_INTSET, ENCODING_LISTPACK, TYPE_SET } from '../../entry.js';
import { Int64 } from '../../packed/int64.js';
import type { ValueView } from '../../packed/value-view.js';
import type { EncodingLimits } from '../encoding-limits.js';
import type { Temporaries } from '../temporaries.js';
import { IntsetUnion } from './intset-union.js';
import type { SetRoots } from './set-roots.js';
import { SetSelection } from './set-selection.js';
import type { Sets } from './sets.js';

/**
 * Of so many sets at most a union's members are looked for in the sets before their own, which costs a table for each of those.
 * Looking through the listpack that grows takes up to six times as long.
 */
const SOURCES_COMPARED_MAX = 4;

export class ComputedSets {
  readonly #commons: KeyspaceCommons;
  readonly #limits: EncodingLimits;
  readonly #temporaries: Temporaries;
  readonly #sets: Sets;
  readonly #roots: SetRoots;
  readonly #selection: SetSelection;
  readonly #union: IntsetUnion;
  readonly #integer = new Int64();

  constructor(
    commons: KeyspaceCommons,
    limits: EncodingLimits,
    temporaries: Temporaries,
    sets: Sets,
    roots: SetRoots,
  ) {
    this.#commons = commons;
    this.#limits = limits;
    this.#temporaries = temporaries;
    this.#sets = sets;
    this.#roots = roots;
    this.#selection = new SetSelection(roots, (entry, { bytes, start, end, view }) =>
      sets.has(entry, bytes, start, end, view),
    );
    this.#union = new IntsetUnion(commons.arena);
  }

  /**
   * A walk over those members of a set that all others have, or that none of them has.
   * @param source NONE: of nothing
   */
  select(source: number, others: readonly number[], areShared: boolean): SetSelection {
    this.#selection.begin(source, others, areShared);
    return this.#selection;
  }

  /** A walk over the integers that any of some intsets has. */
  uniteIntsets(entries: readonly number[]): IntsetUnion {
    this.#union.begin(entries);
    return this.#union;
  }

  /**
   * Creates a set of what a selection, which has just begun, goes to.
   * @param asIntset whether Redis begins with an intset: then integers, too many for one, become a hash table
   */
  fromSelection(selection: SetSelection, asIntset: boolean): number {
    const { source, encoding } = selection;
    if (encoding === ENCODING_HASHTABLE) {
      const root = this.#commons.collections.add(this.#roots.large(source).copyOf(selection));
      return this.#settle(this.#temporaries.create(TYPE_SET, encoding, root), asIntset);
    }
    const entry = this.#create(source === NONE ? ENCODING_INTSET : encoding);
    while (selection.next()) {
      if (encoding === ENCODING_INTSET) this.#append(entry, selection.integer.hi, selection.integer.lo);
      else this.#addNew(entry, selection.read());
    }
    return this.#settle(entry, asIntset);
  }

  /** Creates a set of what any of some intsets has. */
  uniteIntegers(sources: readonly number[]): number {
    let union = this.uniteIntsets(sources);
    let count = 0;
    while (union.next()) count++;
    union = this.uniteIntsets(sources);
    if (count <= this.#roots.intsetCountMax) {
      const entry = this.#create(ENCODING_INTSET);
      while (union.next()) this.#append(entry, union.integer.hi, union.integer.lo);
      return entry;
    }
    const entry = this.#create(ENCODING_HASHTABLE);
    this.#roots.large(entry).fill(union, count);
    return entry;
  }

  /**
   * Creates a set of what any of some sets has.
   * @param encoding to begin with, where that is not sure to be outgrown
   */
  unite(sources: readonly number[], encoding: number): number {
    let most = 0;
    for (const source of sources) most = Math.max(most, this.#sets.length(source));
    const entry = this.#create(most > this.#smallCountMax ? ENCODING_HASHTABLE : encoding);
    if (this.#sets.isLarge(entry) || sources.length > SOURCES_COMPARED_MAX) {
      for (const source of sources) this.#addAll(entry, source);
      return entry;
    }
    for (const [index, source] of sources.entries()) {
      const unseen = this.select(source, sources.slice(0, index), false);
      while (unseen.next()) this.#addNew(entry, unseen.read());
    }
    return entry;
  }

  get #smallCountMax(): number {
    return Math.max(this.#roots.intsetCountMax, this.#limits.setMaxListpackEntries);
  }

  #create(encoding: number): number {
    return this.#temporaries.create(TYPE_SET, encoding, this.#roots.allocate(encoding));
  }

  #addAll(entry: number, source: number): void {
    const sets = this.#sets;
    if (sets.isLarge(entry) && sets.length(entry) === 0) {
      const { dict } = this.#roots.large(entry);
      if (sets.isLarge(source)) {
        this.#roots.large(source).copyTo(this.#roots.large(entry));
        return;
      }
      dict.reserve(sets.length(source));
    }
    const cursor = sets.all(source);
    const { member } = cursor;
    while (cursor.next()) sets.add(entry, member.bytes, member.start, member.end, member.view);
  }

  /** Adds an integer, greater than all there are, to an intset that has room for it. */
  #append(entry: number, hi: number, lo: number): void {
    this.#integer.setWords(hi, lo);
    this.#roots.appendInteger(entry, this.#integer);
  }

  /** Adds a member that is not there: a listpack needn't be looked through for it. */
  #addNew(entry: number, { bytes, start, end }: ValueView): void {
    if (this.#roots.encodingOf(entry) === ENCODING_LISTPACK)
      this.#sets.appendPacked(entry, bytes, start, end);
    else this.#sets.add(entry, bytes, start, end);
  }

  /** Gives a set that is complete the encoding that suits its members. @returns it */
  #settle(entry: number, asIntset: boolean): number {
    const encoding = this.#roots.encodingOf(entry);
    if (encoding === ENCODING_INTSET) {
      this.#sets.expect(entry, this.#roots.count(entry));
      return entry;
    }
    const suitable = this.#suitableEncoding(entry, asIntset);
    if (suitable !== encoding) this.#roots.convert(entry, suitable);
    return entry;
  }

  #suitableEncoding(entry: number, asIntset: boolean): number {
    const count = this.#roots.count(entry);
    if (count > this.#smallCountMax) return ENCODING_HASHTABLE;
    const fitsIntset = count <= this.#roots.intsetCountMax;
    if ((fitsIntset || asIntset) && this.#areIntegers(entry)) {
      return fitsIntset ? ENCODING_INTSET : ENCODING_HASHTABLE;
    }
    return this.#sets.fitsListpack(entry) ? ENCODING_LISTPACK : ENCODING_HASHTABLE;
  }

  #areIntegers(entry: number): boolean {
    const cursor = this.#sets.all(entry);
    while (cursor.next()) {
      const { bytes, start, end } = cursor.member;
      if (!this.#integer.parse(bytes, start, end)) return false;
    }
    return true;
  }
}
