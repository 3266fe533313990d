/**
 * What collections of all types have in common when they are read: strings that are passed now and read again when the
 * collection is created, and listpacks; and what has to hold of them. @throws BadFormat
 */
import { DistinctSpans } from '../../base/distinct-spans.js';
import type { Database } from '../../engine/database.js';
import { hasDuplicates, NOT_A_LISTPACK, validateListpack } from '../../engine/packed/listpack-validate.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { Collections } from '../../engine/types/data-types.js';
import { BadFormat, EmptyValue, RdbReader } from './reader.js';

/** Creates a collection at a key that doesn't exist. @returns its entry */
export type Creation = (
  collections: Collections,
  db: Database,
  key: Buffer,
  keyFrom: number,
  keyTo: number,
) => number;

/**
 * Whether duplicates among elements are looked for: in what any client may send (RESTORE). In a file, which is either
 * ours or damaged, they come to light when the value is created: that throws BadFormat then, and leaves a part of it.
 */
export type Origin = 'client' | 'file';

export function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new BadFormat(otherwise);
}

export function requireElements(count: number): void {
  if (count === 0) throw new EmptyValue();
}

/** @param keys what must be unique, as text of one byte a character */
export function requireUnique(keys: readonly string[]): void {
  require(new Set(keys).size === keys.length, 'duplicates');
}

/** Strings that were passed, to be read again. */
export interface PassedStrings {
  readonly count: number;
  /** A reader at the first of them. */
  again(): RdbReader;
  readonly longestBytes: number;
  readonly totalBytes: number;
}

/** @param stride from one string that must be unique to the next; 0: none must */
export function readStrings(
  reader: RdbReader,
  stringsPerElement: number,
  stride: number,
  origin: Origin,
): PassedStrings {
  const elementCount = reader.elementCount();
  requireElements(elementCount);
  const count = elementCount * stringsPerElement;
  const start = reader.at;
  let longestBytes = 0;
  let totalBytes = 0;
  for (let left = count; left > 0; left--) {
    const length = reader.skipString();
    longestBytes = Math.max(longestBytes, length);
    totalBytes += length;
  }
  const end = reader.at;
  const again = (): RdbReader => new RdbReader(reader.bytes, start, end);
  if (origin === 'client') checkStrings(again(), count, stride);
  return { count, again, longestBytes, totalBytes };
}

function checkStrings(reader: RdbReader, count: number, stride: number): void {
  const keys = new DistinctSpans(stride === 0 ? 0 : count / stride);
  const view = new ValueView();
  for (let index = 0; index < count; index++) {
    reader.stringInto(view);
    if (stride === 0 || index % stride !== 0) continue;
    require(keys.add(view.bytes, view.start, view.end), 'duplicates');
  }
}

/** @param stride entries to one element, whose first must be unique; 0: anything goes */
export function readListpack(reader: RdbReader, stride: number, origin: Origin): Buffer {
  return checkListpack(reader.string(), stride, origin);
}

export function checkListpack(bytes: Buffer, stride: number, origin: Origin): Buffer {
  const count = validateListpack(bytes, 0, bytes.length);
  require(count !== NOT_A_LISTPACK, 'not a listpack');
  if (stride === 0) return bytes;
  requireElements(count);
  require(count % stride === 0, 'not such a listpack');
  if (origin === 'client') require(!hasDuplicates(bytes, 0, stride), 'duplicates');
  return bytes;
}
