/**
 * The intset: a sorted array of distinct integers, identical to Redis' format.
 *
 *     | encoding u32 | count u32 | integer … integer |        little-endian
 *
 * `encoding` is the width of every integer: 2, 4 or 8 bytes, the narrowest that held all of them so
 * far; it never narrows again. `at` is the offset of an intset in `bytes`. Integers come in and go out
 * as `Int64`, exact to all 64 bits. Everything but `validateIntset` trusts the intset.
 */
import { compareWords, type Int64 } from './int64.js';
import { readUint32, writeUint32 } from './listpack.js';
import { moveBytes } from './listpack-edit.js';

export const INTSET_HEADER_BYTES = 8;

/** Makes an empty intset of INTSET_HEADER_BYTES. */
export function initializeIntset(bytes: Buffer, at: number): void {
  writeUint32(bytes, at, 2);
  writeUint32(bytes, at + 4, 0);
}

export function intsetWidth(bytes: Buffer, at: number): number {
  return readUint32(bytes, at);
}

export function intsetCount(bytes: Buffer, at: number): number {
  return readUint32(bytes, at + 4);
}

/** Its length in bytes, header included. */
export function intsetBytes(bytes: Buffer, at: number): number {
  return INTSET_HEADER_BYTES + intsetWidth(bytes, at) * intsetCount(bytes, at);
}

/** The width that `value` needs. */
function widthOf(value: Int64): number {
  const small = value.lo | 0;
  if (small >> 31 !== value.hi) return 8;
  return (small << 16) >> 16 === small ? 2 : 4;
}

/** Reads the integer at `index` (which must exist) into `into`. */
export function intsetGet(bytes: Buffer, at: number, index: number, into: Int64): void {
  const width = intsetWidth(bytes, at);
  const from = at + INTSET_HEADER_BYTES + index * width;
  if (width === 8) into.setWords(readUint32(bytes, from + 4), readUint32(bytes, from));
  else into.setNumber(width === 4 ? readInt32(bytes, from) : readInt16(bytes, from));
}

/** The index at which `value` stands; −1 − (the index at which it would be inserted) when it is absent. */
export function intsetSearch(bytes: Buffer, at: number, value: Int64): number {
  const width = intsetWidth(bytes, at);
  if (widthOf(value) > width) return -1 - (value.hi < 0 ? 0 : intsetCount(bytes, at));
  const base = at + INTSET_HEADER_BYTES;
  const sought = value.lo | 0;
  let low = 0;
  let high = intsetCount(bytes, at) - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const from = base + middle * width;
    let order: number;
    if (width === 2) order = readInt16(bytes, from) - sought;
    else if (width === 4) order = readInt32(bytes, from) - sought;
    else order = compareWords(readInt32(bytes, from + 4), readInt32(bytes, from), value.hi, value.lo);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1 - low;
}

/** Bytes that the intset takes once `value`, which it does not have, is inserted. */
export function intsetBytesWith(bytes: Buffer, at: number, value: Int64): number {
  const width = Math.max(intsetWidth(bytes, at), widthOf(value));
  return INTSET_HEADER_BYTES + width * (intsetCount(bytes, at) + 1);
}

/**
 * Inserts `value` in place; the caller owns `intsetBytesWith` bytes there.
 * @param position what `intsetSearch` answered for it: below zero
 */
export function intsetInsert(bytes: Buffer, at: number, position: number, value: Int64): void {
  const index = -1 - position;
  const count = intsetCount(bytes, at);
  const needed = widthOf(value);
  if (needed > intsetWidth(bytes, at)) {
    // A value that needs more room than all others lies before them or after them.
    widen(bytes, at, needed, index === 0 ? 1 : 0);
  } else {
    const width = intsetWidth(bytes, at);
    const from = at + INTSET_HEADER_BYTES + index * width;
    moveBytes(bytes, from + width, from, at + INTSET_HEADER_BYTES + count * width);
  }
  const width = intsetWidth(bytes, at);
  writeWords(bytes, at + INTSET_HEADER_BYTES + index * width, width, value.hi, value.lo);
  writeUint32(bytes, at + 4, count + 1);
}

/** Deletes the integer at `index`. */
export function intsetDelete(bytes: Buffer, at: number, index: number): void {
  const width = intsetWidth(bytes, at);
  const count = intsetCount(bytes, at);
  const from = at + INTSET_HEADER_BYTES + index * width;
  moveBytes(bytes, from, from + width, at + INTSET_HEADER_BYTES + count * width);
  writeUint32(bytes, at + 4, count - 1);
}

/** Rewrites every integer `width` bytes wide and `shift` places later, from the last backwards. */
function widen(bytes: Buffer, at: number, width: number, shift: number): void {
  const old = intsetWidth(bytes, at);
  const base = at + INTSET_HEADER_BYTES;
  for (let index = intsetCount(bytes, at) - 1; index >= 0; index--) {
    const from = base + index * old;
    const small = old === 2 ? readInt16(bytes, from) : readInt32(bytes, from);
    writeWords(bytes, base + (index + shift) * width, width, small >> 31, small);
  }
  writeUint32(bytes, at, width);
}

/**
 * Whether `length` bytes (which must lie within `bytes`) are exactly one intset, sorted and free of
 * duplicates. No input makes this read beyond them. Redis takes no empty intset either.
 */
export function validateIntset(bytes: Buffer, at: number, length: number): boolean {
  if (length < INTSET_HEADER_BYTES) return false;
  const width = intsetWidth(bytes, at);
  const count = intsetCount(bytes, at);
  if (width !== 2 && width !== 4 && width !== 8) return false;
  if (count === 0 || length !== INTSET_HEADER_BYTES + width * count) return false;
  for (let from = at + INTSET_HEADER_BYTES + width; from < at + length; from += width) {
    if (compareAt(bytes, from - width, from, width) >= 0) return false;
  }
  return true;
}

function compareAt(bytes: Buffer, a: number, b: number, width: number): number {
  if (width === 2) return readInt16(bytes, a) - readInt16(bytes, b);
  if (width === 4) return readInt32(bytes, a) - readInt32(bytes, b);
  return compareWords(
    readInt32(bytes, a + 4),
    readInt32(bytes, a),
    readInt32(bytes, b + 4),
    readInt32(bytes, b),
  );
}

function readInt16(bytes: Buffer, at: number): number {
  return ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
}

function readInt32(bytes: Buffer, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function writeWords(bytes: Buffer, at: number, width: number, hi: number, lo: number): void {
  if (width === 2) {
    bytes[at] = lo;
    bytes[at + 1] = lo >>> 8;
    return;
  }
  writeUint32(bytes, at, lo);
  if (width === 8) writeUint32(bytes, at + 4, hi);
}
