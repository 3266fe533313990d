/**
 * What a collection hands out: one element's bytes, where they lie. A view is reused: it holds until
 * the next read through it and the next write to the arena, whichever comes first. Elements stored as
 * integers have no text of their own and get theirs in the view's scratch.
 */
import { EMPTY_BYTES, writeInteger } from '../../base/bytes.js';
import { INT64_TEXT_BYTES_MAX, writeInt64 } from './int64.js';

export class ValueView {
  bytes: Buffer = EMPTY_BYTES;
  start = 0;
  end = 0;
  /** The view of `bytes`, if the owner of the memory keeps one. */
  view: DataView | null = null;
  /** Whether the element is stored as an integer. Its text stands in the span either way. */
  isInteger = false;
  /** That integer; NaN when it exceeds ±(2^53 − 1), where only the text is exact. */
  integer = Number.NaN;

  readonly #scratch = Buffer.allocUnsafe(INT64_TEXT_BYTES_MAX + 4);
  readonly #scratchView = new DataView(this.#scratch.buffer, this.#scratch.byteOffset, this.#scratch.length);

  setSpan(bytes: Buffer, start: number, end: number, view: DataView | null = null): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.view = view;
    this.isInteger = false;
    this.integer = Number.NaN;
  }

  /** @param value within ±(2^53 − 1) */
  setInteger(value: number): void {
    this.bytes = this.#scratch;
    this.view = this.#scratchView;
    this.start = 0;
    this.end = writeInteger(value, this.#scratch, 0);
    this.isInteger = true;
    this.integer = value;
  }

  /** hi × 2^32 + lo, `hi` signed. */
  setWords(hi: number, lo: number): void {
    const value = hi * 0x1_0000_0000 + (lo >>> 0);
    this.bytes = this.#scratch;
    this.view = this.#scratchView;
    this.start = 0;
    this.end = writeInt64(hi, lo, this.#scratch, 0);
    this.isInteger = true;
    this.integer = Number.isSafeInteger(value) ? value : Number.NaN;
  }

  /** The element as a string of its own, for messages and tests; not for a hot path. */
  toString(): string {
    return this.bytes.toString('latin1', this.start, this.end);
  }
}
