/**
 * A value from RDB, in two steps: `readValue` reads all of it and checks it, and what it returns is then put at a key.
 * So nothing has changed when the bytes turn out to be bad, or too few.
 *
 * What is not packed is only passed in the first step, and read again in the second: a set of a million members
 * never stands in a million objects.
 */
import { parseDouble } from '../../base/double.js';
import type { Database } from '../../engine/database.js';
import { ENCODING_INTSET, ENCODING_LISTPACK } from '../../engine/entry.js';
import { validateIntset } from '../../engine/packed/intset.js';
import { firstEntry, LISTPACK_END, nextEntry } from '../../engine/packed/listpack.js';
import { hasDuplicates, NOT_A_LISTPACK, validateListpack } from '../../engine/packed/listpack-validate.js';
import { entryAsDouble, readEntry } from '../../engine/packed/listpack-value.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { LoadedStream } from '../../engine/types/stream/stream.js';
import { ADDED } from '../../engine/types/zset/sorted-sets.js';
import type { Collections } from './collections.js';
import {
  NODE_PACKED,
  NODE_PLAIN,
  RDB_HASH,
  RDB_HASH_LISTPACK,
  RDB_HASH_ZIPLIST,
  RDB_HASH_ZIPMAP,
  RDB_LIST,
  RDB_LIST_QUICKLIST,
  RDB_LIST_QUICKLIST_2,
  RDB_LIST_ZIPLIST,
  RDB_MODULE,
  RDB_MODULE_2,
  RDB_SET,
  RDB_SET_INTSET,
  RDB_SET_LISTPACK,
  RDB_STREAM,
  RDB_STREAM_2,
  RDB_STREAM_3,
  RDB_STRING,
  RDB_ZSET,
  RDB_ZSET_2,
  RDB_ZSET_LISTPACK,
  RDB_ZSET_ZIPLIST,
} from './format.js';
import { readStream } from './load-stream.js';
import { moduleName } from './module-name.js';
import { BadFormat, RdbReader } from './reader.js';
import { elementsOfZiplist, elementsOfZipmap } from './ziplist.js';

/** Creates a collection at a key that doesn't exist. @returns its entry */
export type Creation = (
  collections: Collections,
  db: Database,
  key: Buffer,
  keyFrom: number,
  keyTo: number,
) => number;

/** A sound value: a string's bytes, or how a collection is created. */
export type LoadedValue = Buffer | Creation;

/**
 * Whether duplicates among elements are looked for: in what any client may send (RESTORE). In a file, which is either
 * ours or damaged, they come to light when the value is created: that throws BadFormat then, and leaves a part of it.
 */
export type Origin = 'client' | 'file';

/** @returns null unless the bytes begin with a sound value of a known type */
export function loadValue(bytes: Buffer, start: number, end: number): LoadedValue | null {
  const reader = new RdbReader(bytes, start, end);
  try {
    return readValue(reader, reader.byte(), 'client');
  } catch (error) {
    if (error instanceof BadFormat) return null;
    throw error;
  }
}

/** @throws BadFormat */
export function readValue(reader: RdbReader, type: number, origin: Origin): LoadedValue {
  switch (type) {
    case RDB_STRING:
      return reader.string();
    case RDB_LIST:
      return list(readStrings(reader, 1, 0, origin));
    case RDB_LIST_ZIPLIST:
      return listOf(elementsOfZiplist(reader.string()));
    case RDB_LIST_QUICKLIST:
      return listOf(readZiplists(reader));
    case RDB_LIST_QUICKLIST_2:
      return readQuicklist(reader);
    case RDB_SET:
      return set(readStrings(reader, 1, 1, origin));
    case RDB_SET_INTSET:
      return readIntset(reader);
    case RDB_SET_LISTPACK:
      return readSetListpack(reader, origin);
    case RDB_HASH:
      return hash(readStrings(reader, 2, 2, origin));
    case RDB_HASH_ZIPMAP:
      return hashOf(elementsOfZipmap(reader.string()));
    case RDB_HASH_ZIPLIST:
      return hashOf(elementsOfZiplist(reader.string()));
    case RDB_HASH_LISTPACK:
      return readHashListpack(reader, origin);
    case RDB_ZSET:
      return readSortedSet(reader, origin, (scores) => scores.textDouble());
    case RDB_ZSET_2:
      return readSortedSet(reader, origin, (scores) => scores.double());
    case RDB_ZSET_ZIPLIST:
      return readSortedSetZiplist(reader);
    case RDB_ZSET_LISTPACK:
      return readSortedSetListpack(reader, origin);
    case RDB_STREAM:
    case RDB_STREAM_2:
    case RDB_STREAM_3:
      return stream(readStream(reader, type));
    case RDB_MODULE:
    case RDB_MODULE_2:
      throw new BadFormat(
        `data of the module '${moduleName(reader.bigCount())}', and januskv has no modules`,
      );
    default:
      throw new BadFormat(`unknown type ${type}`);
  }
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new BadFormat(otherwise);
}

/** @param keys what must be unique, as text of one byte a character */
function requireUnique(keys: readonly string[]): void {
  require(new Set(keys).size === keys.length, 'duplicates');
}

/** Strings that were passed, to be read again. */
interface PassedStrings {
  readonly count: number;
  /** A reader at the first of them. */
  again(): RdbReader;
  readonly longestBytes: number;
  readonly totalBytes: number;
}

/** @param stride from one string that must be unique to the next; 0: none must */
function readStrings(
  reader: RdbReader,
  stringsPerElement: number,
  stride: number,
  origin: Origin,
): PassedStrings {
  const elementCount = reader.elementCount();
  require(elementCount > 0, 'empty');
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
  const keys: string[] = [];
  for (let index = 0; index < count; index++) {
    const string = reader.string();
    if (stride !== 0 && index % stride === 0) keys.push(string.toString('latin1'));
  }
  requireUnique(keys);
}

/** @param stride entries to one element, whose first must be unique; 0: anything goes */
function readListpack(reader: RdbReader, stride: number, origin: Origin): Buffer {
  const bytes = reader.string();
  const count = validateListpack(bytes, 0, bytes.length);
  require(count !== NOT_A_LISTPACK, 'not a listpack');
  if (stride === 0) return bytes;
  require(count > 0 && count % stride === 0, 'not such a listpack');
  if (origin === 'client') require(!hasDuplicates(bytes, 0, stride), 'duplicates');
  return bytes;
}

function list({ count, again, totalBytes }: PassedStrings): Creation {
  return ({ lists }, db, key, keyFrom, keyTo) => {
    const entry = lists.create(db, key, keyFrom, keyTo);
    lists.expect(entry, totalBytes, count);
    const reader = again();
    const view = new ValueView();
    for (let left = count; left > 0; left--) {
      reader.stringInto(view);
      lists.push(entry, false, view.bytes, view.start, view.end);
    }
    return entry;
  };
}

function listOf(elements: readonly Buffer[]): Creation {
  require(elements.length > 0, 'empty');
  const bytes = elements.reduce((sum, element) => sum + element.length, 0);
  return ({ lists }, db, key, keyFrom, keyTo) => {
    const entry = lists.create(db, key, keyFrom, keyTo);
    lists.expect(entry, bytes, elements.length);
    for (const element of elements) lists.push(entry, false, element, 0, element.length);
    return entry;
  };
}

function readZiplists(reader: RdbReader): Buffer[] {
  const nodes: Buffer[][] = [];
  for (let left = reader.elementCount(); left > 0; left--) nodes.push(elementsOfZiplist(reader.string()));
  return nodes.flat();
}

function readQuicklist(reader: RdbReader): Creation {
  const nodes: { readonly isPlain: boolean; readonly bytes: Buffer }[] = [];
  for (let left = reader.elementCount(); left > 0; left--) {
    const container = reader.count();
    require(container === NODE_PLAIN || container === NODE_PACKED, 'unknown container');
    const isPlain = container === NODE_PLAIN;
    const bytes = isPlain ? reader.string() : readListpack(reader, 0, 'file');
    const isEmpty = !isPlain && bytes[firstEntry(0)] === LISTPACK_END;
    if (!isEmpty) nodes.push({ isPlain, bytes });
  }
  require(nodes.length > 0, 'empty');
  return ({ lists }, db, key, keyFrom, keyTo) => {
    const entry = lists.create(db, key, keyFrom, keyTo);
    for (const { isPlain, bytes } of nodes) lists.loadNode(entry, isPlain, bytes, 0, bytes.length);
    lists.settleLoaded(entry);
    return entry;
  };
}

function set({ count, again }: PassedStrings): Creation {
  return ({ sets }, db, key, keyFrom, keyTo) => {
    const reader = again();
    const view = new ValueView();
    reader.stringInto(view);
    const entry = sets.create(db, key, keyFrom, keyTo, count, view.bytes, view.start, view.end);
    sets.add(entry, view.bytes, view.start, view.end);
    for (let left = count - 1; left > 0; left--) {
      reader.stringInto(view);
      require(sets.add(entry, view.bytes, view.start, view.end), 'duplicates');
    }
    return entry;
  };
}

function readIntset(reader: RdbReader): Creation {
  const bytes = reader.string();
  require(validateIntset(bytes, 0, bytes.length), 'not an intset');
  return ({ sets }, db, key, keyFrom, keyTo) =>
    sets.createFromPacked(db, key, keyFrom, keyTo, ENCODING_INTSET, bytes, 0, bytes.length);
}

function readSetListpack(reader: RdbReader, origin: Origin): Creation {
  const bytes = readListpack(reader, 1, origin);
  return ({ sets }, db, key, keyFrom, keyTo) =>
    sets.createFromPacked(db, key, keyFrom, keyTo, ENCODING_LISTPACK, bytes, 0, bytes.length);
}

function hash({ count, again, longestBytes, totalBytes }: PassedStrings): Creation {
  return ({ hashes }, db, key, keyFrom, keyTo) => {
    const entry = hashes.create(db, key, keyFrom, keyTo);
    hashes.expect(entry, count / 2, longestBytes, totalBytes);
    const reader = again();
    const field = new ValueView();
    const value = new ValueView();
    for (let left = count; left > 0; left -= 2) {
      reader.stringInto(field);
      reader.stringInto(value);
      const isNew = hashes.set(
        entry,
        field.bytes,
        field.start,
        field.end,
        value.bytes,
        value.start,
        value.end,
      );
      require(isNew, 'duplicates');
    }
    return entry;
  };
}

/** @param strings field, value, field, value … */
function hashOf(strings: readonly Buffer[]): Creation {
  require(strings.length > 0 && strings.length % 2 === 0, 'not pairs');
  requireUnique(strings.filter((_, index) => index % 2 === 0).map((field) => field.toString('latin1')));
  const longest = strings.reduce((most, string) => Math.max(most, string.length), 0);
  const total = strings.reduce((sum, string) => sum + string.length, 0);
  return ({ hashes }, db, key, keyFrom, keyTo) => {
    const entry = hashes.create(db, key, keyFrom, keyTo);
    hashes.expect(entry, strings.length / 2, longest, total);
    for (let index = 0; index < strings.length; index += 2) {
      const field = strings[index];
      const value = strings[index + 1];
      hashes.set(entry, field, 0, field.length, value, 0, value.length);
    }
    return entry;
  };
}

function readHashListpack(reader: RdbReader, origin: Origin): Creation {
  const bytes = readListpack(reader, 2, origin);
  return ({ hashes }, db, key, keyFrom, keyTo) =>
    hashes.createFromListpack(db, key, keyFrom, keyTo, bytes, 0, bytes.length);
}

/** @param score reads the next one */
function readSortedSet(reader: RdbReader, origin: Origin, score: (reader: RdbReader) => number): Creation {
  const count = reader.elementCount();
  require(count > 0, 'empty');
  const start = reader.at;
  let firstBytes = 0;
  for (let left = count; left > 0; left--) {
    const length = reader.skipString();
    if (left === count) firstBytes = length;
    require(!Number.isNaN(score(reader)), 'a score is no number');
  }
  const end = reader.at;
  const again = (): RdbReader => new RdbReader(reader.bytes, start, end);
  if (origin === 'client') {
    const members = again();
    const texts: string[] = [];
    for (let left = count; left > 0; left--) {
      texts.push(members.string().toString('latin1'));
      score(members);
    }
    requireUnique(texts);
  }
  return ({ sortedSets }, db, key, keyFrom, keyTo) => {
    const entry = sortedSets.create(db, key, keyFrom, keyTo, count, firstBytes);
    const members = again();
    const view = new ValueView();
    for (let left = count; left > 0; left--) {
      members.stringInto(view);
      const outcome = sortedSets.add(entry, score(members), 0, view.bytes, view.start, view.end);
      require(outcome === ADDED, 'duplicates');
    }
    return entry;
  };
}

interface ScoredMember {
  readonly member: Buffer;
  readonly score: number;
}

function sortedSetOf(members: readonly ScoredMember[]): Creation {
  const [first] = members;
  require(!members.some(({ score }) => Number.isNaN(score)), 'a score is no number');
  return ({ sortedSets }, db, key, keyFrom, keyTo) => {
    const entry = sortedSets.create(db, key, keyFrom, keyTo, members.length, first.member.length);
    for (const { member, score } of members) {
      require(sortedSets.add(entry, score, 0, member, 0, member.length) === ADDED, 'duplicates');
    }
    return entry;
  };
}

function readSortedSetZiplist(reader: RdbReader): Creation {
  const strings = elementsOfZiplist(reader.string());
  require(strings.length > 0 && strings.length % 2 === 0, 'not pairs');
  const members: ScoredMember[] = [];
  for (let index = 0; index < strings.length; index += 2) {
    members.push({ member: strings[index], score: parseDouble(strings[index + 1].toString('latin1')) });
  }
  requireUnique(members.map(({ member }) => member.toString('latin1')));
  return sortedSetOf(members);
}

/** Member by member, so that their order is right whatever the bytes say. */
function readSortedSetListpack(reader: RdbReader, origin: Origin): Creation {
  const bytes = readListpack(reader, 2, origin);
  const members: ScoredMember[] = [];
  const view = new ValueView();
  for (let at = firstEntry(0); bytes[at] !== LISTPACK_END; ) {
    const scoreAt = readEntry(bytes, at, view);
    const member = Buffer.from(view.bytes.subarray(view.start, view.end));
    members.push({ member, score: entryAsDouble(bytes, scoreAt) });
    at = nextEntry(bytes, scoreAt);
  }
  return sortedSetOf(members);
}

const stream =
  (loaded: LoadedStream): Creation =>
  ({ streams }, db, key, keyFrom, keyTo) =>
    streams.createLoaded(db, key, keyFrom, keyTo, loaded);
