/**
 * A value from RDB, in two steps: `readValue` reads all of it and checks it, and what it returns is then put at a key.
 * So nothing has changed when the bytes turn out to be bad, or too few.
 *
 * What is not packed is only passed in the first step, and read again in the second: a set of a million members
 * never stands in a million objects.
 */
import { ENCODING_INTSET, ENCODING_LISTPACK } from '../../engine/entry.js';
import { validateIntset } from '../../engine/packed/intset.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { LoadedStream } from '../../engine/types/stream/stream.js';
import {
  type Creation,
  checkListpack,
  type Origin,
  type PassedStrings,
  readListpack,
  readStrings,
  require,
  requireUnique,
} from './elements.js';
import {
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
import { listOfStrings, readOldList, readOldQuicklist, readQuicklist } from './load-list.js';
import { readSortedSet, readSortedSetListpack, readSortedSetZiplist } from './load-sorted-set.js';
import { readStream } from './load-stream.js';
import { moduleName } from './module-name.js';
import { BadFormat, RdbReader } from './reader.js';
import { elementsOfZiplist, elementsOfZipmap, listpackOf } from './ziplist.js';

/** A sound value: a string's bytes, or how a collection is created. */
export type LoadedValue = Buffer | Creation;

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
      return listOfStrings(readStrings(reader, 1, 0, origin));
    case RDB_LIST_ZIPLIST:
      return readOldList(reader);
    case RDB_LIST_QUICKLIST:
      return readOldQuicklist(reader);
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
      return hashFrom(checkListpack(listpackOf(elementsOfZiplist(reader.string())), 2, 'client'));
    case RDB_HASH_LISTPACK:
      return hashFrom(readListpack(reader, 2, origin));
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

function set({ count, again }: PassedStrings): Creation {
  return ({ sets }, db, key, keyFrom, keyTo) => {
    const reader = again();
    const view = new ValueView();
    reader.stringInto(view);
    const entry = sets.create(db, key, keyFrom, keyTo, count, view.bytes, view.start, view.end);
    sets.reserve(entry, count);
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
    hashes.reserve(entry, count / 2);
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

function hashFrom(bytes: Buffer): Creation {
  return ({ hashes }, db, key, keyFrom, keyTo) =>
    hashes.createFromListpack(db, key, keyFrom, keyTo, bytes, 0, bytes.length);
}

const stream =
  (loaded: LoadedStream): Creation =>
  ({ streams }, db, key, keyFrom, keyTo) =>
    streams.createLoaded(db, key, keyFrom, keyTo, loaded);
