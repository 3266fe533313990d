/**
 * A value from RDB, in two steps: `loadValue` reads and checks all of it, and what it returns is then put at a
 * key. So nothing has changed when the bytes turn out to be bad.
 */
import type { Database } from '../../engine/database.js';
import { ENCODING_INTSET, ENCODING_LISTPACK } from '../../engine/entry.js';
import { validateIntset } from '../../engine/packed/intset.js';
import { firstEntry, LISTPACK_END, nextEntry } from '../../engine/packed/listpack.js';
import { hasDuplicates, NOT_A_LISTPACK, validateListpack } from '../../engine/packed/listpack-validate.js';
import { entryAsDouble, readEntry } from '../../engine/packed/listpack-value.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { Collections } from './collections.js';
import {
  NODE_PACKED,
  NODE_PLAIN,
  RDB_HASH,
  RDB_HASH_LISTPACK,
  RDB_LIST,
  RDB_LIST_QUICKLIST_2,
  RDB_SET,
  RDB_SET_INTSET,
  RDB_SET_LISTPACK,
  RDB_STRING,
  RDB_ZSET_2,
  RDB_ZSET_LISTPACK,
} from './format.js';
import { BadFormat, RdbReader } from './reader.js';

/** A sound value: a string's bytes, or how a collection is created at a key that doesn't exist. */
export type LoadedValue =
  | Buffer
  | ((collections: Collections, db: Database, key: Buffer, keyFrom: number, keyTo: number) => number);

/** @returns null unless the bytes begin with a sound value of a known type */
export function loadValue(bytes: Buffer, start: number, end: number): LoadedValue | null {
  const reader = new RdbReader(bytes, start, end);
  try {
    return load(reader);
  } catch (error) {
    if (error instanceof BadFormat) return null;
    throw error;
  }
}

function load(reader: RdbReader): LoadedValue {
  switch (reader.byte()) {
    case RDB_STRING:
      return reader.string();
    case RDB_LIST:
      return loadList(reader);
    case RDB_LIST_QUICKLIST_2:
      return loadQuicklist(reader);
    case RDB_SET:
      return loadSet(reader);
    case RDB_SET_INTSET:
      return loadIntset(reader);
    case RDB_SET_LISTPACK:
      return loadSetListpack(reader);
    case RDB_HASH:
      return loadHash(reader);
    case RDB_HASH_LISTPACK:
      return loadHashListpack(reader);
    case RDB_ZSET_2:
      return loadSortedSet(reader);
    case RDB_ZSET_LISTPACK:
      return loadSortedSetListpack(reader);
    default:
      throw new BadFormat('unknown type');
  }
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new BadFormat(otherwise);
}

function readStrings(reader: RdbReader, stringsPerElement: number): Buffer[] {
  const count = reader.elementCount();
  require(count > 0, 'empty');
  const strings: Buffer[] = [];
  for (let left = count * stringsPerElement; left > 0; left--) strings.push(reader.string());
  return strings;
}

/** @param stride strings from one that must be unique to the next */
function requireUnique(strings: readonly Buffer[], stride: number): void {
  const seen = new Set<string>();
  for (let index = 0; index < strings.length; index += stride) seen.add(strings[index].toString('latin1'));
  require(seen.size === strings.length / stride, 'duplicates');
}

/** @param stride entries to one element, whose first must be unique; 0: anything goes */
function readListpack(reader: RdbReader, stride: number): Buffer {
  const bytes = reader.string();
  const count = validateListpack(bytes, 0, bytes.length);
  require(count !== NOT_A_LISTPACK, 'not a listpack');
  if (stride === 0) return bytes;
  require(count > 0 && count % stride === 0 && !hasDuplicates(bytes, 0, stride), 'not such a listpack');
  return bytes;
}

function loadList(reader: RdbReader): LoadedValue {
  const elements = readStrings(reader, 1);
  const bytes = elements.reduce((sum, element) => sum + element.length, 0);
  return ({ lists }, db, key, keyFrom, keyTo) => {
    const entry = lists.create(db, key, keyFrom, keyTo);
    lists.expect(entry, bytes, elements.length);
    for (const element of elements) lists.push(entry, false, element, 0, element.length);
    return entry;
  };
}

function loadQuicklist(reader: RdbReader): LoadedValue {
  const nodes: { readonly isPlain: boolean; readonly bytes: Buffer }[] = [];
  for (let left = reader.elementCount(); left > 0; left--) {
    const container = reader.count();
    require(container === NODE_PLAIN || container === NODE_PACKED, 'unknown container');
    const isPlain = container === NODE_PLAIN;
    const bytes = isPlain ? reader.string() : readListpack(reader, 0);
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

function loadSet(reader: RdbReader): LoadedValue {
  const members = readStrings(reader, 1);
  requireUnique(members, 1);
  const [first] = members;
  return ({ sets }, db, key, keyFrom, keyTo) => {
    const entry = sets.create(db, key, keyFrom, keyTo, members.length, first, 0, first.length);
    for (const member of members) sets.add(entry, member, 0, member.length);
    return entry;
  };
}

function loadIntset(reader: RdbReader): LoadedValue {
  const bytes = reader.string();
  require(validateIntset(bytes, 0, bytes.length), 'not an intset');
  return ({ sets }, db, key, keyFrom, keyTo) =>
    sets.createFromPacked(db, key, keyFrom, keyTo, ENCODING_INTSET, bytes, 0, bytes.length);
}

function loadSetListpack(reader: RdbReader): LoadedValue {
  const bytes = readListpack(reader, 1);
  return ({ sets }, db, key, keyFrom, keyTo) =>
    sets.createFromPacked(db, key, keyFrom, keyTo, ENCODING_LISTPACK, bytes, 0, bytes.length);
}

function loadHash(reader: RdbReader): LoadedValue {
  const strings = readStrings(reader, 2);
  requireUnique(strings, 2);
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

function loadHashListpack(reader: RdbReader): LoadedValue {
  const bytes = readListpack(reader, 2);
  return ({ hashes }, db, key, keyFrom, keyTo) =>
    hashes.createFromListpack(db, key, keyFrom, keyTo, bytes, 0, bytes.length);
}

interface ScoredMember {
  readonly member: Buffer;
  readonly score: number;
}

function sortedSetOf(members: readonly ScoredMember[]): LoadedValue {
  const [first] = members;
  require(!members.some(({ score }) => Number.isNaN(score)), 'a score is no number');
  return ({ sortedSets }, db, key, keyFrom, keyTo) => {
    const entry = sortedSets.create(db, key, keyFrom, keyTo, members.length, first.member.length);
    for (const { member, score } of members) sortedSets.add(entry, score, 0, member, 0, member.length);
    return entry;
  };
}

function loadSortedSet(reader: RdbReader): LoadedValue {
  const members: ScoredMember[] = [];
  for (let left = reader.elementCount(); left > 0; left--) {
    const member = reader.string();
    members.push({ member, score: reader.double() });
  }
  require(members.length > 0, 'empty');
  requireUnique(
    members.map(({ member }) => member),
    1,
  );
  return sortedSetOf(members);
}

/** Member by member, so that their order is right whatever the bytes say. */
function loadSortedSetListpack(reader: RdbReader): LoadedValue {
  const bytes = readListpack(reader, 2);
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
