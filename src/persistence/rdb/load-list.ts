/** A list from RDB, in the five forms there are. @throws BadFormat */
import type { Database } from '../../engine/database.js';
import { firstEntry, LISTPACK_END } from '../../engine/packed/listpack.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { Collections } from '../../engine/types/data-types.js';
import { type Creation, type PassedStrings, readListpack, require, requireElements } from './elements.js';
import { NODE_PACKED, NODE_PLAIN } from './format.js';
import type { RdbReader } from './reader.js';
import { elementsOfZiplist, listpackOf } from './ziplist.js';

export function listOfStrings({ count, again, totalBytes }: PassedStrings): Creation {
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

/** A node of a list that is not packed (`isPlain`), or a listpack. */
interface ListNode {
  readonly isPlain: boolean;
  readonly bytes: Buffer;
}

/** A ziplist becomes a node, whatever its size. */
export function readOldList(reader: RdbReader): Creation {
  const elements = elementsOfZiplist(reader.string());
  requireElements(elements.length);
  const node = { isPlain: false, bytes: listpackOf(elements) };
  return (collections, db, key, keyFrom, keyTo) => listFrom([node], collections, db, key, keyFrom, keyTo);
}

export function readOldQuicklist(reader: RdbReader): Creation {
  const nodes: ListNode[] = [];
  for (let left = reader.elementCount(); left > 0; left--) {
    const elements = elementsOfZiplist(reader.string());
    if (elements.length > 0) nodes.push({ isPlain: false, bytes: listpackOf(elements) });
  }
  return quicklist(nodes);
}

export function readQuicklist(reader: RdbReader): Creation {
  const nodes: ListNode[] = [];
  for (let left = reader.elementCount(); left > 0; left--) {
    const container = reader.count();
    require(container === NODE_PLAIN || container === NODE_PACKED, 'unknown container');
    const isPlain = container === NODE_PLAIN;
    const bytes = isPlain ? reader.string() : readListpack(reader, 0, 'file');
    require(!isPlain || bytes.length > 0, 'an element of no bytes has no node of its own');
    const isEmpty = !isPlain && bytes[firstEntry(0)] === LISTPACK_END;
    if (!isEmpty) nodes.push({ isPlain, bytes });
  }
  return quicklist(nodes);
}

function quicklist(nodes: readonly ListNode[]): Creation {
  requireElements(nodes.length);
  return (collections, db, key, keyFrom, keyTo) => {
    const entry = listFrom(nodes, collections, db, key, keyFrom, keyTo);
    collections.lists.settleLoaded(entry);
    return entry;
  };
}

function listFrom(
  nodes: readonly ListNode[],
  { lists }: Collections,
  db: Database,
  key: Buffer,
  keyFrom: number,
  keyTo: number,
): number {
  const entry = lists.create(db, key, keyFrom, keyTo);
  for (const { isPlain, bytes } of nodes) lists.loadNode(entry, isPlain, bytes, 0, bytes.length);
  return entry;
}
