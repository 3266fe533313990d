/**
 * The nodes of a stream as something that takes entries, marks them deleted and loses them. Which node an entry goes to,
 * and what is left of a node when entries go, is as in Redis. It counts per node; totals and groups are the stream's.
 *
 * It works on the nodes of whichever stream the row is opened for, and keeps nothing between calls.
 *
 * The layout of a node is in stream-node.ts.
 */
import { copyBytes, EMPTY_BYTES } from '../../../base/bytes.js';
import type { Arena } from '../../arena.js';
import {
  endEntry,
  headerCount,
  initializeListpack,
  LISTPACK_BYTES_MAX,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  listpackBytes,
  nextEntry,
  writeHeader,
} from '../../packed/listpack.js';
import { replaceEntry } from '../../packed/listpack-edit.js';
import { entryAsDouble, ListpackValue } from '../../packed/listpack-value.js';
import type { EncodingLimits } from '../encoding-limits.js';
import type { NodeRow } from './node-row.js';
import { StreamId } from './stream-id.js';
import {
  deletedCountAt,
  FLAG_DELETED,
  FLAG_SAME_FIELDS,
  firstStreamEntry,
  liveCount,
  liveCountAt,
  masterFieldCountAt,
  previousStreamEntry,
  readStreamId,
  skipStreamEntry,
} from './stream-node.js';

/** The most that an entry's six numbers take, two of which may have 64 bits, and that the node's counts grow by. */
const ENTRY_OVERHEAD_BYTES = 48;
/** Of a new node with its first entry: eight numbers, of which all but the counts of fields and words are small. */
const NODE_OVERHEAD_BYTES = LISTPACK_EMPTY_BYTES + 6 * 2 + 2 * 6;
/** Bytes that encoding and back length of one string take at most. */
const STRING_OVERHEAD_BYTES = 10;
/** Of strings up to so many bytes. */
const SHORT_STRING_MAX = 63;
const SHORT_OVERHEAD_BYTES = 2;

/** What most numbers of an entry are below: one byte, and its back length of 1. See packed/listpack.ts. */
const SMALL_MAX = 127;

/** Fields and values of an entry: `pairs` × (field, value) from span `first` on. */
export interface EntryFields {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly first: number;
  readonly pairs: number;
}

export class StreamNodes {
  readonly #row: NodeRow;
  readonly #arena: Arena;
  readonly #limits: EncodingLimits;
  readonly #value = new ListpackValue();
  readonly #master = new StreamId();
  readonly #id = new StreamId();
  /** The open node. */
  #bytes: Buffer = EMPTY_BYTES;
  #at = 0;
  /** Where the next entry is put, and how many were put there. */
  #end = 0;
  #added = 0;

  constructor(row: NodeRow, arena: Arena, limits: EncodingLimits) {
    this.#row = row;
    this.#arena = arena;
    this.#limits = limits;
  }

  /**
   * Adds an entry behind all others.
   * @param isEmpty whether no entry is left: nodes that are still there give way to a new one, since after XSETID
   * went back they may lie behind the entry
   */
  append(id: StreamId, fields: EntryFields, isEmpty: boolean): void {
    let dataBytes = 0;
    let wrappingBytes = 0;
    for (let index = 0; index < fields.pairs * 2; index++) {
      const length = fields.ends[fields.first + index] - fields.starts[fields.first + index];
      dataBytes += length;
      wrappingBytes += length <= SHORT_STRING_MAX ? SHORT_OVERHEAD_BYTES : STRING_OVERHEAD_BYTES;
    }
    const most = dataBytes + wrappingBytes;
    const row = this.#row;
    const last = row.nodeCount - 1;
    if (last >= 0) this.#open(last);
    if (last >= 0 && this.#takes(dataBytes)) {
      row.frozen?.changes(last);
      this.#reserve(last, most + ENTRY_OVERHEAD_BYTES);
    } else {
      if (isEmpty) while (row.nodeCount > 0) row.removeNode(0);
      this.#createNode(id, fields, most + NODE_OVERHEAD_BYTES);
    }
    this.#write(id, fields);
  }

  /** Adds a node, which is sound, behind all others. @param bytes exactly the node */
  appendNode(master: StreamId, bytes: Buffer): void {
    this.#row.addNode(master, bytes.length);
    this.#open(this.#row.nodeCount - 1);
    copyBytes(bytes, 0, bytes.length, this.#bytes, this.#at);
  }

  /** How many entries of a node are not deleted. */
  live(node: number): number {
    this.#open(node);
    return liveCount(this.#bytes, this.#at);
  }

  /** Of a node's last entry, deleted or not. @returns valid until the next call */
  lastIdOf(node: number): StreamId {
    this.#open(node);
    const end = this.#at + listpackBytes(this.#bytes, this.#at) - 1;
    const entry = previousStreamEntry(this.#bytes, this.#at, end);
    readStreamId(this.#bytes, entry, this.#master, this.#id);
    return this.#id;
  }

  /** Deletes an entry. @param offset of its flags in the node, as cursors tell it */
  deleteAt(node: number, offset: number): void {
    if (this.live(node) === 1) {
      this.#row.removeNode(node);
      return;
    }
    this.#row.frozen?.changes(node);
    this.#bytes[this.#at + offset] |= FLAG_DELETED;
    this.#count(node, 1);
  }

  /**
   * Deletes entries at the front of node 0.
   * @param countMax at most so many
   * @param minId null, or the id where they end
   * @returns how many
   */
  deleteFirst(countMax: number, minId: StreamId | null): number {
    this.#row.frozen?.changes(0);
    this.#open(0);
    const bytes = this.#bytes;
    const masterFields = entryAsDouble(bytes, masterFieldCountAt(bytes, this.#at));
    let deleted = 0;
    let entry = firstStreamEntry(bytes, this.#at);
    while (bytes[entry] !== LISTPACK_END && deleted < countMax) {
      const flags = bytes[entry];
      const rest = readStreamId(bytes, entry, this.#master, this.#id);
      if (minId !== null && this.#id.compare(minId) >= 0) break;
      if ((flags & FLAG_DELETED) === 0) {
        bytes[entry] = flags | FLAG_DELETED;
        deleted++;
      }
      entry = skipStreamEntry(bytes, flags, rest, masterFields);
    }
    if (deleted > 0) this.#count(0, deleted);
    return deleted;
  }

  #open(node: number): void {
    const ref = this.#row.nodeRef(node);
    this.#bytes = this.#arena.bytesOf(ref);
    this.#at = this.#arena.offsetOf(ref);
    this.#row.readMasterId(node, this.#master);
  }

  /** Makes room for so many more bytes in the open node, which grows by half besides. */
  #reserve(node: number, addedBytes: number): void {
    const total = listpackBytes(this.#bytes, this.#at);
    if (total + addedBytes <= this.#row.nodeCapacity(node)) return;
    this.#row.resizeNode(node, total + addedBytes + (total >>> 1));
    this.#open(node);
  }

  /** Whether the last node, which is open, takes another entry. */
  #takes(dataBytes: number): boolean {
    const { streamNodeMaxBytes, streamNodeMaxEntries } = this.#limits;
    const total = listpackBytes(this.#bytes, this.#at);
    const bytesMax = streamNodeMaxBytes === 0 ? LISTPACK_BYTES_MAX : streamNodeMaxBytes;
    if (total + dataBytes >= Math.min(bytesMax, LISTPACK_BYTES_MAX)) return false;
    return streamNodeMaxEntries === 0 || this.#entriesOfOpenNode() < streamNodeMaxEntries;
  }

  /** Deleted ones included. */
  #entriesOfOpenNode(): number {
    const deletedAt = deletedCountAt(this.#bytes, this.#at);
    return liveCount(this.#bytes, this.#at) + entryAsDouble(this.#bytes, deletedAt);
  }

  /** A node with a master entry, and room for the first entry. */
  #createNode(id: StreamId, fields: EntryFields, bytes: number): void {
    this.#row.addNode(id, bytes);
    this.#open(this.#row.nodeCount - 1);
    initializeListpack(this.#bytes, this.#at);
    this.#begin();
    this.#putInteger(0);
    this.#putInteger(0);
    this.#putInteger(fields.pairs);
    for (let pair = 0; pair < fields.pairs; pair++) this.#putSpan(fields, fields.first + pair * 2);
    this.#putInteger(0);
    this.#finish();
  }

  /** Writes an entry into the open node, which has the room. */
  #write(id: StreamId, fields: EntryFields): void {
    const { first, pairs } = fields;
    const master = this.#master;
    const isSame = this.#hasMasterFields(fields);
    this.#begin();
    this.#putInteger(isSame ? FLAG_SAME_FIELDS : 0);
    this.#putDifference(id.msHi | 0, id.msLo | 0, master.msHi | 0, master.msLo | 0);
    this.#putDifference(id.seqHi | 0, id.seqLo | 0, master.seqHi | 0, master.seqLo | 0);
    if (!isSame) this.#putInteger(pairs);
    for (let pair = 0; pair < pairs; pair++) {
      if (!isSame) this.#putSpan(fields, first + pair * 2);
      this.#putSpan(fields, first + pair * 2 + 1);
    }
    this.#putInteger(isSame ? pairs + 3 : pairs * 2 + 4);
    this.#finish();
    const liveAt = liveCountAt(this.#at);
    const live = liveCount(this.#bytes, this.#at) + 1;
    if (live <= SMALL_MAX) this.#bytes[liveAt] = live;
    else this.#replaceInteger(liveAt, live);
  }

  #hasMasterFields({ bytes, starts, ends, first, pairs }: EntryFields): boolean {
    const countAt = masterFieldCountAt(this.#bytes, this.#at);
    if (entryAsDouble(this.#bytes, countAt) !== pairs) return false;
    let at = nextEntry(this.#bytes, countAt);
    for (let pair = 0; pair < pairs; pair++) {
      const index = first + pair * 2;
      this.#value.setSpan(bytes, starts[index], ends[index]);
      if (!this.#value.equals(this.#bytes, at)) return false;
      at = nextEntry(this.#bytes, at);
    }
    return true;
  }

  /** From here to `finish` entries are put behind the last one of the open node, whose header follows at the end. */
  #begin(): void {
    this.#end = endEntry(this.#bytes, this.#at);
    this.#added = 0;
  }

  #finish(): void {
    const at = this.#at;
    this.#bytes[this.#end] = LISTPACK_END;
    const count = headerCount(this.#bytes, at);
    writeHeader(this.#bytes, at, this.#end + 1 - at, Math.min(count + this.#added, LISTPACK_COUNT_UNKNOWN));
  }

  #put(value: ListpackValue): void {
    value.write(this.#bytes, this.#end);
    this.#end += value.entryBytes;
    this.#added++;
  }

  /** @param value at least 0 */
  #putInteger(value: number): void {
    if (value <= SMALL_MAX) {
      this.#bytes[this.#end] = value;
      this.#bytes[this.#end + 1] = 1;
      this.#end += 2;
      this.#added++;
    } else {
      this.#put(this.#value.setInteger(value));
    }
  }

  #putSpan({ bytes, starts, ends }: EntryFields, index: number): void {
    this.#put(this.#value.setSpan(bytes, starts[index], ends[index]));
  }

  /** Words are signed here: as arguments they would be objects beyond 2^31. */
  #putDifference(hi: number, lo: number, masterHi: number, masterLo: number): void {
    const low = (lo >>> 0) - (masterLo >>> 0);
    const high = (hi - masterHi - (low < 0 ? 1 : 0)) | 0;
    if (high === 0 && low >= 0) this.#putInteger(low);
    else this.#put(this.#value.setWords(high, low));
  }

  #replaceInteger(entry: number, value: number): void {
    replaceEntry(this.#bytes, this.#at, entry, this.#value.setInteger(value));
  }

  /** Moves entries of a node from the live to the deleted ones. */
  #count(node: number, deleted: number): void {
    this.#open(node);
    this.#reserve(node, 16);
    this.#replaceInteger(liveCountAt(this.#at), liveCount(this.#bytes, this.#at) - deleted);
    const at = deletedCountAt(this.#bytes, this.#at);
    this.#replaceInteger(at, entryAsDouble(this.#bytes, at) + deleted);
  }
}
