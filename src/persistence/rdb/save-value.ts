/** A value as RDB: its type and what it consists of, packed collections as the bytes they are. */
import {
  ENCODING_INTSET,
  encodingOf,
  TYPE_HASH,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STRING,
  TYPE_ZSET,
  typeOf,
  valueLength,
  valueStart,
} from '../../engine/entry.js';
import { intsetBytes } from '../../engine/packed/intset.js';
import type { PackedRoot } from '../../engine/packed/packed-root.js';
import type { ValueView } from '../../engine/packed/value-view.js';
import type { Collections } from './collections.js';
import {
  NODE_PACKED,
  NODE_PLAIN,
  RDB_HASH,
  RDB_HASH_LISTPACK,
  RDB_LIST_QUICKLIST_2,
  RDB_SET,
  RDB_SET_INTSET,
  RDB_STRING,
  RDB_ZSET_2,
  RDB_ZSET_LISTPACK,
} from './format.js';
import type { RdbWriter } from './writer.js';

/** @returns false for a type that has no form here; nothing is written then */
export function saveValue(collections: Collections, entry: number, writer: RdbWriter): boolean {
  switch (typeOf(collections.arena, entry)) {
    case TYPE_STRING:
      saveString(collections, entry, writer);
      return true;
    case TYPE_LIST:
      saveList(collections, entry, writer);
      return true;
    case TYPE_SET:
      saveSet(collections, entry, writer);
      return true;
    case TYPE_ZSET:
      saveSortedSet(collections, entry, writer);
      return true;
    case TYPE_HASH:
      saveHash(collections, entry, writer);
      return true;
    default:
      return false;
  }
}

const saveView = (view: ValueView, writer: RdbWriter): void =>
  writer.string(view.bytes, view.start, view.end);

const saveListpack = (root: PackedRoot, writer: RdbWriter): void =>
  writer.string(root.bytes, root.at, root.at + root.length);

function saveString({ arena }: Collections, entry: number, writer: RdbWriter): void {
  const start = valueStart(arena, entry);
  writer.byte(RDB_STRING);
  writer.string(arena.bytesOf(entry), start, start + valueLength(arena, entry));
}

function saveList({ lists }: Collections, entry: number, writer: RdbWriter): void {
  writer.byte(RDB_LIST_QUICKLIST_2);
  if (!lists.isLarge(entry)) {
    writer.count(1);
    writer.count(NODE_PACKED);
    saveListpack(lists.listpack(entry), writer);
    return;
  }
  const { nodes } = lists.quicklist(entry);
  writer.count(nodes.count);
  for (let node = 0; node < nodes.count; node++) {
    nodes.open(node);
    writer.count(nodes.isPlain ? NODE_PLAIN : NODE_PACKED);
    writer.string(nodes.bytes, nodes.at, nodes.at + nodes.contentBytes);
  }
}

/** A set that is a listpack goes as its members: Redis 7.0 knows no other form of it. */
function saveSet({ arena, sets }: Collections, entry: number, writer: RdbWriter): void {
  if (encodingOf(arena, entry) === ENCODING_INTSET) {
    const { bytes, at } = sets.packed(entry);
    writer.byte(RDB_SET_INTSET);
    writer.string(bytes, at, at + intsetBytes(bytes, at));
    return;
  }
  writer.byte(RDB_SET);
  writer.count(sets.length(entry));
  const cursor = sets.all(entry);
  while (cursor.next()) saveView(cursor.member, writer);
}

/** From the highest score: whoever reads it inserts at the front, which is fast. */
function saveSortedSet({ sortedSets }: Collections, entry: number, writer: RdbWriter): void {
  if (!sortedSets.isLarge(entry)) {
    writer.byte(RDB_ZSET_LISTPACK);
    saveListpack(sortedSets.listpack(entry), writer);
    return;
  }
  const length = sortedSets.length(entry);
  writer.byte(RDB_ZSET_2);
  writer.count(length);
  const cursor = sortedSets.range(entry, length - 1, length, true);
  while (cursor.next()) {
    saveView(cursor.member, writer);
    writer.double(cursor.score);
  }
}

function saveHash({ hashes }: Collections, entry: number, writer: RdbWriter): void {
  if (!hashes.isLarge(entry)) {
    writer.byte(RDB_HASH_LISTPACK);
    saveListpack(hashes.listpack(entry), writer);
    return;
  }
  writer.byte(RDB_HASH);
  writer.count(hashes.length(entry));
  const cursor = hashes.all(entry);
  while (cursor.next()) {
    saveView(cursor.field, writer);
    saveView(cursor.value, writer);
  }
}
