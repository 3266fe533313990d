/** A value as RDB: its type and what it consists of, packed collections as the bytes they are. */
import { assert } from '../../base/assert.js';
import {
  ENCODING_INTSET,
  encodingOf,
  keyLength,
  keyStart,
  TYPE_HASH,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STREAM,
  TYPE_STRING,
  TYPE_ZSET,
  typeOf,
  valueLength,
  valueStart,
} from '../../engine/entry.js';
import { intsetBytes } from '../../engine/packed/intset.js';
import type { PackedRoot } from '../../engine/packed/packed-root.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { Collections } from '../../engine/types/data-types.js';
import type { Frozen } from '../../engine/types/frozen.js';
import type { FrozenElements, ShowElement } from '../../engine/types/frozen-elements.js';
import { readFrozenField } from '../../engine/types/hash/large-hash.js';
import { FrozenList, type ShowNode, type StoredNode } from '../../engine/types/list/frozen-list.js';
import { readFrozenMember as readFrozenSetMember } from '../../engine/types/set/large-set.js';
import { FrozenStream } from '../../engine/types/stream/frozen-stream.js';
import { readFrozenMember } from '../../engine/types/zset/elements.js';
import {
  NODE_PACKED,
  NODE_PLAIN,
  RDB_HASH,
  RDB_HASH_LISTPACK,
  RDB_LIST_QUICKLIST_2,
  RDB_SET,
  RDB_SET_INTSET,
  RDB_STREAM_2,
  RDB_STRING,
  RDB_ZSET_2,
  RDB_ZSET_LISTPACK,
} from './format.js';
import { frozenStream, streamInPieces } from './save-stream.js';
import type { RdbWriter } from './writer.js';

/** A type's number and the writer of what follows it, or of what follows the key. */
interface Form {
  readonly type: number;
  readonly save: (collections: Collections, entry: number, writer: RdbWriter) => void;
  /** Does the same, and rests now and then: the value must not change before it has come to its end. */
  readonly inPieces?: (collections: Collections, entry: number, writer: RdbWriter) => Pieces;
  /** Writes an element of a collection that is frozen, and may change. */
  readonly saveFrozen?: (bytes: Buffer, at: number, writer: RdbWriter) => void;
}

/** Each step writes some more. */
export type Pieces = Iterator<void, void>;

/** Elements between two rests, and nodes of lists and streams: a tenth of a millisecond. */
const PIECE_ELEMENTS = 1024;
const PIECE_NODES = 4;

export function saveValue(collections: Collections, entry: number, writer: RdbWriter): void {
  const form = formOf(collections, entry);
  writer.byte(form.type);
  form.save(collections, entry, writer);
}

/** The same with the key between type and value, as files have it. */
export function saveKeyAndValue(collections: Collections, entry: number, writer: RdbWriter): void {
  const form = formOf(collections, entry);
  const { arena } = collections;
  const start = keyStart(arena, entry);
  writer.byte(form.type);
  writer.string(arena.bytesOf(entry), start, start + keyLength(arena, entry));
  form.save(collections, entry, writer);
}

/** What follows the key of a large value. */
export type ValuePieces = (writer: RdbWriter) => Pieces;

/**
 * As `saveKeyAndValue`, of a large value, which may be written later than what comes before it.
 * @param frozen its elements; null: it must not change before it was written to its end
 * @returns null when it is a small one, of which nothing was written
 */
export function beginKeyAndValue(
  collections: Collections,
  entry: number,
  frozen: Frozen | null,
  writer: RdbWriter,
): ValuePieces | null {
  const { inPieces, saveFrozen, type } = formOf(collections, entry);
  if (inPieces === undefined) return null;
  const { arena } = collections;
  const start = keyStart(arena, entry);
  writer.byte(type);
  writer.string(arena.bytesOf(entry), start, start + keyLength(arena, entry));
  if (frozen === null) return (to) => inPieces(collections, entry, to);
  if (frozen instanceof FrozenStream) return frozenStream(frozen);
  if (frozen instanceof FrozenList) return (to) => frozenListInPieces(frozen, to);
  assert(saveFrozen !== undefined, 'what can be frozen can be written so');
  return (to) => frozenInPieces(frozen, saveFrozen, to);
}

function* frozenInPieces(
  frozen: FrozenElements,
  save: NonNullable<Form['saveFrozen']>,
  writer: RdbWriter,
): Pieces {
  let count = 0;
  const show: ShowElement = (bytes, at) => {
    save(bytes, at, writer);
    count++;
  };
  writer.count(frozen.count);
  while (!frozen.step(show)) {
    if (count < PIECE_ELEMENTS) continue;
    count = 0;
    yield;
  }
}

function inOnePiece(inPieces: NonNullable<Form['inPieces']>): Form['save'] {
  return (collections, entry, writer) => {
    const pieces = inPieces(collections, entry, writer);
    while (pieces.next().done !== true) {}
  };
}

function formOf(collections: Collections, entry: number): Form {
  const { arena, lists, hashes, sets, sortedSets } = collections;
  switch (typeOf(arena, entry)) {
    case TYPE_STRING:
      return STRING;
    case TYPE_LIST:
      return lists.isLarge(entry) ? LARGE_LIST : SMALL_LIST;
    case TYPE_SET:
      return !sets.isLarge(entry) && encodingOf(arena, entry) === ENCODING_INTSET ? INTSET : SET;
    case TYPE_ZSET:
      return sortedSets.isLarge(entry) ? LARGE_SORTED_SET : SMALL_SORTED_SET;
    case TYPE_HASH:
      return hashes.isLarge(entry) ? LARGE_HASH : SMALL_HASH;
    default:
      assert(typeOf(arena, entry) === TYPE_STREAM, 'every type has a form');
      return STREAM;
  }
}

/** Of the element that is written. */
const key = new ValueView();
const value = new ValueView();

const saveView = (view: ValueView, writer: RdbWriter): void =>
  writer.string(view.bytes, view.start, view.end);

const saveListpack = (root: PackedRoot, writer: RdbWriter): void =>
  writer.string(root.bytes, root.at, root.at + root.length);

const STRING: Form = {
  type: RDB_STRING,
  save({ arena }, entry, writer) {
    const start = valueStart(arena, entry);
    writer.string(arena.bytesOf(entry), start, start + valueLength(arena, entry));
  },
};

const SMALL_LIST: Form = {
  type: RDB_LIST_QUICKLIST_2,
  save({ lists }, entry, writer) {
    writer.count(1);
    writer.count(NODE_PACKED);
    saveListpack(lists.listpack(entry), writer);
  },
};

function saveNode(node: StoredNode, writer: RdbWriter): void {
  const { bytes, at, contentBytes, storedBytes } = node;
  writer.count(node.isPlain ? NODE_PLAIN : NODE_PACKED);
  if (node.isCompressed) writer.compressed(bytes, at, at + storedBytes, contentBytes);
  else writer.string(bytes, at, at + contentBytes);
}

function* listInPieces({ lists }: Collections, entry: number, writer: RdbWriter): Pieces {
  const { nodes } = lists.quicklist(entry);
  writer.count(nodes.count);
  for (let node = 0; node < nodes.count; node++) {
    saveNode(nodes.openStored(node), writer);
    if (node % PIECE_NODES === PIECE_NODES - 1) yield;
  }
}

function* frozenListInPieces(frozen: FrozenList, writer: RdbWriter): Pieces {
  const show: ShowNode = (node) => saveNode(node, writer);
  writer.count(frozen.count);
  for (let count = 1; !frozen.step(show); count++) if (count % PIECE_NODES === 0) yield;
}

const LARGE_LIST: Form = {
  type: RDB_LIST_QUICKLIST_2,
  save: inOnePiece(listInPieces),
  inPieces: listInPieces,
};

const INTSET: Form = {
  type: RDB_SET_INTSET,
  save({ sets }, entry, writer) {
    const { bytes, at } = sets.packed(entry);
    writer.string(bytes, at, at + intsetBytes(bytes, at));
  },
};

/** A set that is a listpack goes as its members: Redis 7.0 knows no other form of it. */
function* setInPieces({ sets }: Collections, entry: number, writer: RdbWriter): Pieces {
  writer.count(sets.length(entry));
  const cursor = sets.all(entry);
  for (let count = 1; cursor.next(); count++) {
    saveView(cursor.member, writer);
    if (count % PIECE_ELEMENTS === 0) yield;
  }
}

const SET: Form = {
  type: RDB_SET,
  save: inOnePiece(setInPieces),
  inPieces: setInPieces,
  saveFrozen(bytes, at, writer) {
    readFrozenSetMember(bytes, at, key);
    saveView(key, writer);
  },
};

const SMALL_SORTED_SET: Form = {
  type: RDB_ZSET_LISTPACK,
  save({ sortedSets }, entry, writer) {
    saveListpack(sortedSets.listpack(entry), writer);
  },
};

/** From the highest score: whoever reads it inserts at the front, which is fast. */
function* sortedSetInPieces({ sortedSets }: Collections, entry: number, writer: RdbWriter): Pieces {
  const length = sortedSets.length(entry);
  writer.count(length);
  const cursor = sortedSets.range(entry, length - 1, length, true);
  for (let count = 1; cursor.next(); count++) {
    saveView(cursor.member, writer);
    writer.double(cursor.score);
    if (count % PIECE_ELEMENTS === 0) yield;
  }
}

const LARGE_SORTED_SET: Form = {
  type: RDB_ZSET_2,
  save: inOnePiece(sortedSetInPieces),
  inPieces: sortedSetInPieces,
  saveFrozen(bytes, at, writer) {
    const score = readFrozenMember(bytes, at, key);
    saveView(key, writer);
    writer.double(score);
  },
};

const SMALL_HASH: Form = {
  type: RDB_HASH_LISTPACK,
  save({ hashes }, entry, writer) {
    saveListpack(hashes.listpack(entry), writer);
  },
};

function* hashInPieces({ hashes }: Collections, entry: number, writer: RdbWriter): Pieces {
  writer.count(hashes.length(entry));
  const cursor = hashes.all(entry);
  for (let count = 1; cursor.next(); count++) {
    saveView(cursor.field, writer);
    saveView(cursor.value, writer);
    if (count % PIECE_ELEMENTS === 0) yield;
  }
}

const LARGE_HASH: Form = {
  type: RDB_HASH,
  save: inOnePiece(hashInPieces),
  inPieces: hashInPieces,
  saveFrozen(bytes, at, writer) {
    readFrozenField(bytes, at, key, value);
    saveView(key, writer);
    saveView(value, writer);
  },
};

const STREAM: Form = { type: RDB_STREAM_2, save: inOnePiece(streamInPieces), inPieces: streamInPieces };
