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

const HEADER_BYTES = 4;
const LAYOUT: ElementLayout = { keyLengthWord: 0, keyOffset: HEADER_BYTES };

/** Points the view at the member of an element that was shown. */
export function readFrozenMember(bytes: Buffer, at: number, member: ValueView): void {
  const start = at + HEADER_BYTES;
  member.setSpan(bytes, start, start + readUint32(bytes, at));
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
    const arena = this.#arena;
    const ref = arena.allocate(HEADER_BYTES + end - start);
    arena.setWord(ref, 0, end - start);
    arena.write(ref, HEADER_BYTES, bytes, start, end, view ?? undefined);
    this.dict.insert(ref);
    this.#frozen?.adds(ref);
    return true;
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
    return this.#copyIf(() => true);
  }

  /** A set of those members that `keeps` wants. @param member what it is shown them with */
  select(keeps: (member: ValueView) => boolean, member: ValueView): LargeSet {
    return this.#copyIf((ref) => {
      this.read(ref, member);
      return keeps(member);
    });
  }

  #copyIf(isWanted: (ref: number) => boolean): LargeSet {
    const copy = new LargeSet(this.#arena, this.#seed);
    const arena = this.#arena;
    this.dict.cloneTo(copy.dict, (ref) =>
      isWanted(ref) ? arena.clone(ref, HEADER_BYTES + arena.word(ref, 0)) : NONE,
    );
    return copy;
  }
}
