/**
 * Values on their way into and out of a listpack. `ListpackValue` is one to be written or looked for:
 * its integer form is worked out once, however many entries it is compared with. `readEntry` is the
 * way out. An integer is stored as such when the text is its one canonical form, so equality by
 * integer and equality by text are the same.
 */
import { copyBytes, EMPTY_BYTES, equalBytes } from '../../base/bytes.js';
import { readDouble, WHOLE_MAX, writeDouble } from '../../base/double.js';
import { copyView, keptViewOf } from '../../base/views.js';
import { Int64 } from './int64.js';
import {
  backLengthBytes,
  INTEGER_16_BITS,
  INTEGER_24_BITS,
  INTEGER_32_BITS,
  INTEGER_64_BITS,
  LISTPACK_END,
  NO_ENTRY,
  nextEntry,
  readUint32,
  STRING_32_BITS,
  writeUint32,
} from './listpack.js';
import type { ValueView } from './value-view.js';

/** Seventeen digits, a sign, a point, six zeros and an exponent. */
const SCORE_TEXT_BYTES_MAX = 32;

/** A reused value. The span it was set to must stay as it is until the value has been used. */
export class ListpackValue {
  bytes: Buffer = EMPTY_BYTES;
  start = 0;
  end = 0;
  isInteger = false;
  readonly integer = new Int64();
  payloadBytes = 0;
  /** Bytes the value takes in a listpack. */
  entryBytes = 0;

  readonly #scratch: Buffer = Buffer.alloc(SCORE_TEXT_BYTES_MAX);

  setSpan(bytes: Buffer, start: number, end: number): this {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.isInteger = this.integer.parse(bytes, start, end);
    const length = end - start;
    if (this.isInteger) this.payloadBytes = integerPayloadBytes(this.integer.number);
    else this.payloadBytes = length < 64 ? 1 + length : length < 4096 ? 2 + length : 5 + length;
    this.entryBytes = this.payloadBytes + backLengthBytes(this.payloadBytes);
    return this;
  }

  /**
   * An integer that has no text: it can be written, not looked for.
   * @param value a whole number within 64 bits
   */
  setInteger(value: number): this {
    this.bytes = EMPTY_BYTES;
    this.start = 0;
    this.end = 0;
    this.isInteger = true;
    this.integer.setNumber(value);
    this.payloadBytes = integerPayloadBytes(this.integer.number);
    this.entryBytes = this.payloadBytes + 1;
    return this;
  }

  /** As `setInteger`, of a signed 64-bit integer in two words. */
  setWords(hi: number, lo: number): this {
    this.setInteger(0);
    this.integer.setWords(hi, lo);
    this.payloadBytes = integerPayloadBytes(this.integer.number);
    this.entryBytes = this.payloadBytes + 1;
    return this;
  }

  /**
   * A score, as Redis stores it: an integer if it is whole and not huge, else its shortest text. It can be
   * written, not looked for.
   */
  setScore(score: number): this {
    if (Number.isInteger(score) && Math.abs(score) <= WHOLE_MAX) return this.setInteger(score);
    return this.setSpan(this.#scratch, 0, writeDouble(score, this.#scratch, 0));
  }

  /** Whether the span, which is no entry, has the text of this value. */
  equalsSpan(bytes: Buffer, start: number, end: number): boolean {
    return equalBytes(bytes, start, end, this.bytes, this.start, this.end);
  }

  /** Whether the entry at `entry` holds this value. */
  equals(bytes: Buffer, entry: number): boolean {
    const head = bytes[entry];
    if (head >= 0x80 && head < 0xc0) {
      const length = head & 0x3f;
      if (length !== this.end - this.start) return false;
      // From the end: members of one collection often begin alike.
      const shift = entry + 1 - this.start;
      const sought = this.bytes;
      let index = this.end - 1;
      while (index >= this.start && sought[index] === bytes[index + shift]) index--;
      return index < this.start;
    }
    if (head < 0x80) return this.isInteger && head === this.integer.number;
    return this.#equalsLong(bytes, entry, head);
  }

  #equalsLong(bytes: Buffer, entry: number, head: number): boolean {
    if (head >= 0xe0 && head <= STRING_32_BITS) {
      const length = stringBytes(bytes, entry, head);
      const start = entry + (head === STRING_32_BITS ? 5 : 2);
      return equalBytes(bytes, start, start + length, this.bytes, this.start, this.end);
    }
    if (!this.isInteger) return false;
    if (head !== INTEGER_64_BITS) return smallInteger(bytes, entry, head) === this.integer.number;
    return (
      readUint32(bytes, entry + 1) === this.integer.lo &&
      (readUint32(bytes, entry + 5) | 0) === this.integer.hi
    );
  }

  /**
   * Writes the entry, all `entryBytes` of it.
   * @param view of the same memory, if there is one: short strings are copied faster through it
   */
  write(bytes: Buffer, entry: number, view: DataView | null = null): void {
    if (this.isInteger) this.#writeInteger(bytes, entry);
    else this.#writeString(bytes, entry, view);
    writeBackLength(bytes, entry + this.payloadBytes, this.payloadBytes);
  }

  #writeInteger(bytes: Buffer, entry: number): void {
    const { hi, lo } = this.integer;
    switch (this.payloadBytes) {
      case 1:
        bytes[entry] = lo;
        break;
      case 2:
        bytes[entry] = 0xc0 | ((lo >>> 8) & 0x1f);
        bytes[entry + 1] = lo;
        break;
      case 3:
        bytes[entry] = INTEGER_16_BITS;
        bytes[entry + 1] = lo;
        bytes[entry + 2] = lo >>> 8;
        break;
      case 4:
        bytes[entry] = INTEGER_24_BITS;
        bytes[entry + 1] = lo;
        bytes[entry + 2] = lo >>> 8;
        bytes[entry + 3] = lo >>> 16;
        break;
      case 5:
        bytes[entry] = INTEGER_32_BITS;
        writeUint32(bytes, entry + 1, lo);
        break;
      default:
        bytes[entry] = INTEGER_64_BITS;
        writeUint32(bytes, entry + 1, lo);
        writeUint32(bytes, entry + 5, hi);
    }
  }

  #writeString(bytes: Buffer, entry: number, view: DataView | null): void {
    const length = this.end - this.start;
    let at = entry + 1;
    if (length < 64) {
      bytes[entry] = 0x80 | length;
      const from = view === null ? null : keptViewOf(this.bytes);
      if (view !== null && from !== null) {
        copyView(from, this.start, view, at, length);
        return;
      }
    } else if (length < 4096) {
      bytes[entry] = 0xe0 | (length >>> 8);
      bytes[at++] = length;
    } else {
      bytes[entry] = STRING_32_BITS;
      writeUint32(bytes, at, length);
      at += 4;
    }
    copyBytes(this.bytes, this.start, this.end, bytes, at);
  }
}

/** @param value NaN when beyond ±(2^53 − 1) */
function integerPayloadBytes(value: number): number {
  if (value >= 0 && value <= 127) return 1;
  if (value >= -4096 && value <= 4095) return 2;
  if (value >= -0x8000 && value <= 0x7fff) return 3;
  if (value >= -0x80_0000 && value <= 0x7f_ffff) return 4;
  if (value >= -0x8000_0000 && value <= 0x7fff_ffff) return 5;
  return 9;
}

function writeBackLength(bytes: Buffer, at: number, payload: number): void {
  if (payload <= 127) {
    bytes[at] = payload;
    return;
  }
  let rest = payload;
  let index = at + backLengthBytes(payload) - 1;
  for (; index > at; index--) {
    bytes[index] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  bytes[at] = rest;
}

/** Length of the string of an entry whose encoding says 12 or 32 bits of length. */
function stringBytes(bytes: Buffer, entry: number, head: number): number {
  if (head === STRING_32_BITS) return readUint32(bytes, entry + 1);
  return ((head & 0x0f) << 8) | bytes[entry + 1];
}

/** The integer of an entry of 13 to 32 bits. */
function smallInteger(bytes: Buffer, entry: number, head: number): number {
  if (head < 0xe0) return (((head << 8) | bytes[entry + 1]) << 19) >> 19;
  if (head === INTEGER_16_BITS) return ((bytes[entry + 1] | (bytes[entry + 2] << 8)) << 16) >> 16;
  if (head === INTEGER_24_BITS) {
    return ((bytes[entry + 1] | (bytes[entry + 2] << 8) | (bytes[entry + 3] << 16)) << 8) >> 8;
  }
  return readUint32(bytes, entry + 1) | 0;
}

/**
 * Points `view` at the entry's text; integers get theirs formatted into the view.
 * @returns the following entry, or the end mark
 */
export function readEntry(bytes: Buffer, entry: number, view: ValueView): number {
  const head = bytes[entry];
  if (head >= 0x80 && head < 0xc0) {
    const end = entry + 1 + (head & 0x3f);
    view.setSpan(bytes, entry + 1, end);
    return end + 1;
  }
  if (head < 0x80) {
    view.setInteger(head);
    return entry + 2;
  }
  if (head >= 0xe0 && head <= STRING_32_BITS) {
    const start = entry + (head === STRING_32_BITS ? 5 : 2);
    const end = start + stringBytes(bytes, entry, head);
    view.setSpan(bytes, start, end);
    return end + backLengthBytes(end - entry);
  }
  if (head === INTEGER_64_BITS) {
    view.setWords(readUint32(bytes, entry + 5) | 0, readUint32(bytes, entry + 1));
  } else {
    view.setInteger(smallInteger(bytes, entry, head));
  }
  return nextEntry(bytes, entry);
}

/** The entry as a double: what a score is. Text that is no number counts as 0, as it does for Redis. */
export function entryAsDouble(bytes: Buffer, entry: number): number {
  const head = bytes[entry];
  if (head < 0x80) return head;
  if (head >= 0xc0 && (head < 0xe0 || head > STRING_32_BITS)) {
    if (head !== INTEGER_64_BITS) return smallInteger(bytes, entry, head);
    return (readUint32(bytes, entry + 5) | 0) * 0x1_0000_0000 + readUint32(bytes, entry + 1);
  }
  const start = entry + (head < 0xc0 ? 1 : head === STRING_32_BITS ? 5 : 2);
  const length = head < 0xc0 ? head & 0x3f : stringBytes(bytes, entry, head);
  const value = readDouble(bytes, start, start + length);
  return Number.isNaN(value) ? 0 : value;
}

/**
 * The first entry equal to `value`, from `from` on.
 * @param skip entries to leave out after each one compared: 1 looks at the fields of a hash only
 * @returns NO_ENTRY when there is none
 */
export function findEntry(bytes: Buffer, from: number, value: ListpackValue, skip: number): number {
  const shortHead = value.end - value.start < 0x40 ? 0x80 | (value.end - value.start) : -1;
  let entry = from;
  for (let head = bytes[entry]; head !== LISTPACK_END; head = bytes[entry]) {
    // A short string of another length, which most are, is passed by without a call.
    const differs = head >= 0x80 && head < 0xc0 && head !== shortHead;
    if (!differs && value.equals(bytes, entry)) return entry;
    entry = nextEntry(bytes, entry);
    for (let left = skip; left > 0; left--) entry = nextEntry(bytes, entry);
  }
  return NO_ENTRY;
}
