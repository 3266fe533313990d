/**
 * A large set: a dict of members. An element is a block:
 *
 *     | length u32 | member |
 */
import { type Arena, NONE } from '../../arena.js';
import type { Collection } from '../../collections.js';
import { Dict, type ElementLayout } from '../../dict.js';
import { readUint32 } from '../../packed/listpack.js';
import { ValueView } from '../../packed/value-view.js';
import { estimateDictBytes } from '../dict-memory.js';
import { FrozenElements } from '../frozen-elements.js';
import type { SetSelection } from './set-selection.js';

const HEADER_BYTES = 4;
const LAYOUT: ElementLayout = { keyLengthWord: 0, keyOffset: HEADER_BYTES };

/** Points the view at the member of an element that was shown. */
export function readFrozenMember(bytes: Buffer, at: number, member: ValueView): void {
  const start = at + HEADER_BYTES;
  member.setSpan(bytes, start, start + readUint32(bytes, at));
}

/** A walk over members of sets. */
export interface MemberWalk {
  /** @returns false when there is none left */
  next(): boolean;
  /** The member at which it stands, until the next step. */
  read(): ValueView;
}

export class LargeSet implements Collection {
  readonly heapBytes = 700;
  readonly dict: Dict;

  readonly #arena: Arena;
  readonly #seed: readonly [number, number];
  #frozen: FrozenElements | null = null;
  readonly #freeElement = (ref: number): void => this.#arena.free(ref);

  constructor(arena: Arena, seed: readonly [number, number]) {
    this.#arena = arena;
    this.#seed = seed;
    this.dict = new Dict(arena, LAYOUT, seed[0], seed[1]);
  }

  /** @returns false when the member was there */
  add(bytes: Buffer, start: number, end: number, view?: DataView | null): boolean {
    if (this.dict.find(bytes, start, end, view) !== NONE) return false;
    const ref = this.#place(bytes, start, end, view);
    this.dict.insert(ref);
    this.#frozen?.adds(ref);
    return true;
  }

  /** Adds the members of a walk, so many different ones, to a set that is empty. */
  fill(walk: MemberWalk, count: number): void {
    const elements = new Uint32Array(count);
    for (let index = 0; index < count && walk.next(); index++) {
      const { bytes, start, end, view } = walk.read();
      elements[index] = this.#place(bytes, start, end, view);
    }
    this.dict.fill(elements, count);
  }

  /** @returns false when there is no such member */
  remove(bytes: Buffer, start: number, end: number): boolean {
    const ref = this.dict.remove(bytes, start, end);
    if (ref === NONE) return false;
    this.#frozen?.changes(ref);
    this.#arena.free(ref);
    return true;
  }

  removeElement(ref: number): void {
    this.#frozen?.changes(ref);
    this.dict.removeElement(ref);
    this.#arena.free(ref);
  }

  /** Points the view at an element's member. */
  read(ref: number, member: ValueView): void {
    const start = this.#arena.offsetOf(ref) + HEADER_BYTES;
    const end = start + this.#arena.word(ref, 0);
    member.setSpan(this.#arena.bytesOf(ref), start, end, this.#arena.viewOf(ref));
  }

  freeze(): FrozenElements {
    const { dict } = this;
    const arena = this.#arena;
    const view = new ValueView();
    this.#frozen = new FrozenElements({
      arena,
      dict,
      order: null,
      bytesOf: (ref) => HEADER_BYTES + arena.word(ref, 0),
      keyOf: (ref) => {
        this.read(ref, view);
        return view.bytes.toString('latin1', view.start, view.end);
      },
    });
    return this.#frozen;
  }

  thaw(): void {
    this.#frozen = null;
  }

  memoryBytes(): number {
    return this.heapBytes + estimateDictBytes(this.#arena, this.dict);
  }

  freeStep(elementCount: number): boolean {
    return this.dict.destroyStep(elementCount, this.#freeElement);
  }

  copy(): LargeSet {
    const copy = new LargeSet(this.#arena, this.#seed);
    this.copyTo(copy);
    return copy;
  }

  /** Adds all members to a set that is empty. */
  copyTo(copy: LargeSet): void {
    this.dict.cloneTo(copy.dict, (ref) => this.#clone(ref));
  }

  /** A set of those members of this one that a selection, which has just begun, goes to. */
  copyOf(selection: SetSelection): LargeSet {
    const copy = new LargeSet(this.#arena, this.#seed);
    const { walk } = selection;
    copy.dict.mirror(this.dict);
    while (selection.next()) copy.dict.insertAlike(walk, this.#clone(walk.ref));
    copy.dict.settle();
    return copy;
  }

  /** An element with this member, which has yet to go into the dict. */
  #place(bytes: Buffer, start: number, end: number, view?: DataView | null): number {
    const arena = this.#arena;
    const ref = arena.allocate(HEADER_BYTES + end - start);
    arena.setWord(ref, 0, end - start);
    arena.write(ref, HEADER_BYTES, bytes, start, end, view ?? undefined);
    return ref;
  }

  #clone(ref: number): number {
    return this.#arena.clone(ref, HEADER_BYTES + this.#arena.word(ref, 0));
  }
}
