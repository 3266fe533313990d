/**
 * A large hash: a dict of fields. An element is a block:
 *
 *     | field length u32 | value length u32 | field | value |
 */
import { copyBytes } from '../../../base/bytes.js';
import { type Arena, NONE } from '../../arena.js';
import type { Collection } from '../../collections.js';
import { Dict, type ElementLayout } from '../../dict.js';
import { readUint32 } from '../../packed/listpack.js';
import type { ValueView } from '../../packed/value-view.js';
import { estimateDictBytes } from '../dict-memory.js';
import { FrozenElements } from '../frozen-elements.js';

const WORD_FIELD_LENGTH = 0;
const WORD_VALUE_LENGTH = 1;
const HEADER_BYTES = 8;
const LAYOUT: ElementLayout = { keyLengthWord: WORD_FIELD_LENGTH, keyOffset: HEADER_BYTES };

/** Points the views at field and value of an element that was shown. */
export function readFrozenField(bytes: Buffer, at: number, field: ValueView, value: ValueView): void {
  const start = at + HEADER_BYTES;
  const middle = start + readUint32(bytes, at + WORD_FIELD_LENGTH * 4);
  field.setSpan(bytes, start, middle);
  value.setSpan(bytes, middle, middle + readUint32(bytes, at + WORD_VALUE_LENGTH * 4));
}

export class LargeHash implements Collection {
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

  /** @returns false when the field was there: it has the new value then */
  set(
    field: Buffer,
    fieldFrom: number,
    fieldTo: number,
    value: Buffer,
    valueFrom: number,
    valueTo: number,
  ): boolean {
    const found = this.dict.find(field, fieldFrom, fieldTo);
    const fieldLength = fieldTo - fieldFrom;
    const valueLength = valueTo - valueFrom;
    if (found !== NONE) this.#frozen?.changes(found);
    const ref =
      found === NONE
        ? this.#insert(field, fieldFrom, fieldLength, valueLength)
        : this.#refit(found, fieldLength, valueLength);
    const at = this.#arena.offsetOf(ref) + HEADER_BYTES + fieldLength;
    copyBytes(value, valueFrom, valueTo, this.#arena.bytesOf(ref), at);
    return found === NONE;
  }

  /** @returns false when there is no such field */
  delete(field: Buffer, start: number, end: number): boolean {
    const ref = this.dict.remove(field, start, end);
    if (ref === NONE) return false;
    this.#frozen?.changes(ref);
    this.#arena.free(ref);
    return true;
  }

  /** Points the views at an element's field and value. */
  read(ref: number, field: ValueView, value: ValueView): void {
    const bytes = this.#arena.bytesOf(ref);
    const start = this.#arena.offsetOf(ref) + HEADER_BYTES;
    const middle = start + this.#arena.word(ref, WORD_FIELD_LENGTH);
    field.setSpan(bytes, start, middle);
    value.setSpan(bytes, middle, middle + this.#arena.word(ref, WORD_VALUE_LENGTH));
  }

  /** Points the view at an element's value. */
  readValue(ref: number, value: ValueView): void {
    const start = this.#arena.offsetOf(ref) + HEADER_BYTES + this.#arena.word(ref, WORD_FIELD_LENGTH);
    value.setSpan(this.#arena.bytesOf(ref), start, start + this.#arena.word(ref, WORD_VALUE_LENGTH));
  }

  freeze(): FrozenElements {
    const { dict } = this;
    const arena = this.#arena;
    this.#frozen = new FrozenElements({
      arena,
      dict,
      order: null,
      bytesOf: (ref) =>
        HEADER_BYTES + arena.word(ref, WORD_FIELD_LENGTH) + arena.word(ref, WORD_VALUE_LENGTH),
      keyOf(ref) {
        const start = arena.offsetOf(ref) + HEADER_BYTES;
        return arena.bytesOf(ref).toString('latin1', start, start + arena.word(ref, WORD_FIELD_LENGTH));
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

  copy(): LargeHash {
    const copy = new LargeHash(this.#arena, this.#seed);
    const arena = this.#arena;
    this.dict.cloneTo(copy.dict, (ref) =>
      arena.clone(
        ref,
        HEADER_BYTES + arena.word(ref, WORD_FIELD_LENGTH) + arena.word(ref, WORD_VALUE_LENGTH),
      ),
    );
    return copy;
  }

  /** Adds an element for the field that was just looked for in vain; its value is still to be written. */
  #insert(field: Buffer, fieldFrom: number, fieldLength: number, valueLength: number): number {
    const ref = this.#arena.allocate(HEADER_BYTES + fieldLength + valueLength);
    this.#arena.setWord(ref, WORD_FIELD_LENGTH, fieldLength);
    this.#arena.setWord(ref, WORD_VALUE_LENGTH, valueLength);
    const at = this.#arena.offsetOf(ref) + HEADER_BYTES;
    copyBytes(field, fieldFrom, fieldFrom + fieldLength, this.#arena.bytesOf(ref), at);
    this.dict.insert(ref);
    this.#frozen?.adds(ref);
    return ref;
  }

  /** Gives the element just found room for another value. @returns the element, which may have moved */
  #refit(found: number, fieldLength: number, valueLength: number): number {
    const arena = this.#arena;
    const bytes = HEADER_BYTES + fieldLength + valueLength;
    let ref = found;
    if (arena.word(found, WORD_VALUE_LENGTH) !== valueLength) {
      if (!arena.suits(arena.capacity(found), bytes)) {
        ref = arena.allocate(bytes);
        arena.copy(found, ref, HEADER_BYTES + fieldLength);
        this.dict.replace(found, ref);
        arena.free(found);
      }
      arena.setWord(ref, WORD_VALUE_LENGTH, valueLength);
    }
    return ref;
  }
}
