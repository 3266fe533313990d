/**
 * A stream: entries in nodes (stream-node.ts), a directory of the nodes, and consumer groups. Which node an entry
 * goes to, and what is left of a node when entries go, is as in Redis.
 *
 * Invariants: `length` is the sum of the nodes' live counts; nodes ascend by their master ids; `firstId` is the
 * first live entry's id, 0-0 when there is none.
 */
import { EMPTY_BYTES } from '../../../base/bytes.js';
import type { Arena } from '../../arena.js';
import type { Collection } from '../../collections.js';
import {
  initializeListpack,
  LISTPACK_BYTES_MAX,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  listpackBytes,
  nextEntry,
} from '../../packed/listpack.js';
import { appendEntry, replaceEntry } from '../../packed/listpack-edit.js';
import { entryAsDouble, ListpackValue } from '../../packed/listpack-value.js';
import type { EncodingLimits } from '../encoding-limits.js';
import type { ConsumerGroup } from './consumer-group.js';
import { NodeDirectory } from './node-directory.js';
import type { StreamFacts } from './read-count.js';
import { StreamCursor } from './stream-cursor.js';
import { MAX_ID, StreamId } from './stream-id.js';
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
import { add, type WideCount } from './wide-count.js';

/** Estimate of the objects of a stream without groups. */
const OBJECT_BYTES = 900;
/** Freeing a node costs about as much as freeing this many elements of a hash table. */
const NODE_COST = 4;
/** The most that counts and differences of one entry take, and that counters grow by. */
const ENTRY_OVERHEAD_BYTES = 64;

/** Fields and values of an entry: `pairs` × (field, value) from span `first` on. */
export interface EntryFields {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly first: number;
  readonly pairs: number;
}

/** What goes: all but the newest `maxLength`, or, when `minId` is given, what is before it. */
export interface TrimRequest {
  readonly maxLength: number;
  readonly minId: StreamId | null;
  /** Whole nodes only. */
  readonly approximate: boolean;
  /** Entries to remove at most; 0: all. Only with `approximate`. */
  readonly limit: number;
}

/** A stream as it comes from a dump. */
export interface LoadedStream extends StreamFacts {
  readonly nodes: readonly { readonly master: StreamId; readonly bytes: Buffer }[];
  readonly groups: readonly ConsumerGroup[];
}

export class Stream implements Collection {
  /** As accounted for in the table of collections. */
  heapBytes = OBJECT_BYTES;
  length = 0;
  /** Entries ever added. */
  entriesAdded: WideCount = 0;
  readonly firstId = new StreamId();
  readonly lastId = new StreamId();
  readonly maxDeletedId = new StreamId();
  readonly nodes = new NodeDirectory();
  readonly groups = new Map<string, ConsumerGroup>();

  readonly #arena: Arena;
  readonly #limits: EncodingLimits;
  readonly #value = new ListpackValue();
  readonly #master = new StreamId();
  readonly #id = new StreamId();
  readonly #cursor: StreamCursor;
  /** The open node. */
  #bytes: Buffer = EMPTY_BYTES;
  #at = 0;

  constructor(arena: Arena, limits: EncodingLimits) {
    this.#arena = arena;
    this.#limits = limits;
    this.#cursor = new StreamCursor(arena);
  }

  /** What `heapBytes` should be now. */
  currentHeapBytes(): number {
    let bytes = OBJECT_BYTES + this.nodes.heapBytes;
    for (const group of this.groups.values()) bytes += group.heapBytes;
    return bytes;
  }

  /** Adds an entry behind all others. @param id greater than `lastId` */
  append(id: StreamId, fields: EntryFields): void {
    let dataBytes = 0;
    for (let index = 0; index < fields.pairs * 2; index++) {
      dataBytes += fields.ends[fields.first + index] - fields.starts[fields.first + index];
    }
    const most = dataBytes + fields.pairs * 2 * 10 + ENTRY_OVERHEAD_BYTES;
    const last = this.nodes.count - 1;
    if (last < 0 || !this.#takes(last, dataBytes)) {
      if (this.length === 0) this.#removeDeadNodes();
      this.#createNode(id, fields, most);
    } else {
      this.#reserve(last, most);
    }
    this.#write(id, fields);
    this.length++;
    this.entriesAdded = add(this.entriesAdded, 1);
    this.lastId.copyFrom(id);
    if (this.length === 1) this.firstId.copyFrom(id);
  }

  /** @returns false when there is no such entry */
  delete(id: StreamId): boolean {
    const cursor = this.#cursor.open(this, id, id, false);
    if (!cursor.next()) return false;
    const { node, offset } = cursor;
    this.#open(node);
    const live = liveCount(this.#bytes, this.#at);
    if (live === 1) {
      this.#removeNode(node);
    } else {
      this.#bytes[this.#at + offset] |= FLAG_DELETED;
      this.#count(node, 1);
    }
    this.length--;
    if (id.compare(this.maxDeletedId) > 0) this.maxDeletedId.copyFrom(id);
    if (this.length === 0) this.firstId.setZero();
    else if (this.firstId.compare(id) === 0) this.#findFirst();
    return true;
  }

  has(id: StreamId): boolean {
    return this.#cursor.open(this, id, id, false).next();
  }

  /** The id of the last live entry; 0-0 when there is none. */
  readLastLiveId(id: StreamId): StreamId {
    const cursor = this.#cursor.open(this, id.setZero(), MAX_ID, true);
    return cursor.next() ? id.copyFrom(cursor.id) : id.setZero();
  }

  /** @returns how many entries went */
  trim(request: TrimRequest): number {
    const { maxLength, minId, approximate, limit } = request;
    let removed = 0;
    while (this.nodes.count > 0) {
      if (minId === null && this.length <= maxLength) break;
      this.#open(0);
      const live = liveCount(this.#bytes, this.#at);
      if (limit > 0 && removed + live > limit) break;
      if (minId === null ? this.length - live >= maxLength : this.#lastIdOfOpenNode().compare(minId) < 0) {
        this.#removeNode(0);
        this.length -= live;
        removed += live;
        continue;
      }
      if (!approximate) removed += this.#trimOpenNode(request);
      break;
    }
    if (this.length === 0) this.firstId.setZero();
    else if (removed > 0) this.#findFirst();
    return removed;
  }

  memoryBytes(): number {
    let bytes = this.heapBytes;
    for (let node = 0; node < this.nodes.count; node++) bytes += this.#arena.capacity(this.nodes.ref(node));
    return bytes;
  }

  freeStep(elementCount: number): boolean {
    for (let left = elementCount; left > 0; left -= NODE_COST) {
      if (this.nodes.count === 0) return true;
      this.#removeNode(this.nodes.count - 1);
    }
    return false;
  }

  /** Makes an empty stream what was read from a dump, whose nodes are sound and whose groups become its own. */
  load({ nodes, groups, ...facts }: LoadedStream): void {
    for (const { master, bytes } of nodes) {
      const ref = this.#arena.allocate(bytes.length);
      this.#arena.write(ref, 0, bytes, 0, bytes.length);
      this.nodes.append(master, ref);
    }
    for (const group of groups) this.groups.set(group.name, group);
    this.#takeFacts(facts);
  }

  copy(): Stream {
    const copy = new Stream(this.#arena, this.#limits);
    copy.#takeFacts(this);
    for (let node = 0; node < this.nodes.count; node++) {
      const ref = this.nodes.ref(node);
      const bytes = listpackBytes(this.#arena.bytesOf(ref), this.#arena.offsetOf(ref));
      const copied = this.#arena.allocate(bytes);
      this.#arena.copy(ref, copied, bytes);
      copy.nodes.append(this.nodes.readId(node, this.#id), copied);
    }
    for (const group of this.groups.values()) copy.groups.set(group.name, group.copy());
    copy.heapBytes = copy.currentHeapBytes();
    return copy;
  }

  #takeFacts({ length, entriesAdded, firstId, lastId, maxDeletedId }: StreamFacts): void {
    this.length = length;
    this.entriesAdded = entriesAdded;
    this.firstId.copyFrom(firstId);
    this.lastId.copyFrom(lastId);
    this.maxDeletedId.copyFrom(maxDeletedId);
  }

  #open(node: number): void {
    const ref = this.nodes.ref(node);
    this.#bytes = this.#arena.bytesOf(ref);
    this.#at = this.#arena.offsetOf(ref);
    this.nodes.readId(node, this.#master);
  }

  /** Makes room for so many more bytes in a node, and opens it. The last node grows by half at once. */
  #reserve(node: number, addedBytes: number): void {
    this.#open(node);
    const total = listpackBytes(this.#bytes, this.#at);
    const ref = this.nodes.ref(node);
    const capacity = this.#arena.capacity(ref);
    if (total + addedBytes <= capacity) return;
    this.nodes.setRef(node, this.#arena.resize(ref, Math.max(total + addedBytes, total + (total >>> 1))));
    this.#open(node);
  }

  /** Whether the last node takes another entry. One that is full gives back what it doesn't need. */
  #takes(node: number, dataBytes: number): boolean {
    this.#open(node);
    const { streamNodeMaxBytes, streamNodeMaxEntries } = this.#limits;
    const total = listpackBytes(this.#bytes, this.#at);
    const bytesMax = streamNodeMaxBytes === 0 ? LISTPACK_BYTES_MAX : streamNodeMaxBytes;
    const isFull =
      total + dataBytes >= Math.min(bytesMax, LISTPACK_BYTES_MAX) ||
      (streamNodeMaxEntries > 0 && this.#entriesOfOpenNode() >= streamNodeMaxEntries);
    if (isFull) this.nodes.setRef(node, this.#arena.resize(this.nodes.ref(node), total));
    return !isFull;
  }

  /** Deleted ones included. */
  #entriesOfOpenNode(): number {
    const deletedAt = deletedCountAt(this.#bytes, this.#at);
    return liveCount(this.#bytes, this.#at) + entryAsDouble(this.#bytes, deletedAt);
  }

  /** A node with a master entry, and room for the first entry. */
  #createNode(id: StreamId, fields: EntryFields, bytes: number): void {
    const ref = this.#arena.allocate(LISTPACK_EMPTY_BYTES + bytes * 2);
    this.nodes.append(id, ref);
    this.#open(this.nodes.count - 1);
    initializeListpack(this.#bytes, this.#at);
    this.#appendInteger(0);
    this.#appendInteger(0);
    this.#appendInteger(fields.pairs);
    for (let pair = 0; pair < fields.pairs; pair++) this.#appendSpan(fields, fields.first + pair * 2);
    this.#appendInteger(0);
  }

  /** Writes an entry into the open node, which has the room. */
  #write(id: StreamId, fields: EntryFields): void {
    const { first, pairs } = fields;
    const master = this.#master;
    const isSame = this.#hasMasterFields(fields);
    this.#appendInteger(isSame ? FLAG_SAME_FIELDS : 0);
    this.#appendDifference(id.msHi, id.msLo, master.msHi, master.msLo);
    this.#appendDifference(id.seqHi, id.seqLo, master.seqHi, master.seqLo);
    if (!isSame) this.#appendInteger(pairs);
    for (let pair = 0; pair < pairs; pair++) {
      if (!isSame) this.#appendSpan(fields, first + pair * 2);
      this.#appendSpan(fields, first + pair * 2 + 1);
    }
    this.#appendInteger(isSame ? pairs + 3 : pairs * 2 + 4);
    this.#replaceInteger(liveCountAt(this.#at), liveCount(this.#bytes, this.#at) + 1);
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

  #appendInteger(value: number): void {
    appendEntry(this.#bytes, this.#at, this.#value.setInteger(value));
  }

  #appendSpan({ bytes, starts, ends }: EntryFields, index: number): void {
    appendEntry(this.#bytes, this.#at, this.#value.setSpan(bytes, starts[index], ends[index]));
  }

  #appendDifference(hi: number, lo: number, masterHi: number, masterLo: number): void {
    const low = lo - masterLo;
    const high = hi - masterHi - (low < 0 ? 1 : 0);
    appendEntry(this.#bytes, this.#at, this.#value.setWords(high, low));
  }

  #replaceInteger(entry: number, value: number): void {
    replaceEntry(this.#bytes, this.#at, entry, this.#value.setInteger(value));
  }

  /** Moves entries of a node from the live to the deleted ones. */
  #count(node: number, deleted: number): void {
    this.#reserve(node, 16);
    this.#replaceInteger(liveCountAt(this.#at), liveCount(this.#bytes, this.#at) - deleted);
    const at = deletedCountAt(this.#bytes, this.#at);
    this.#replaceInteger(at, entryAsDouble(this.#bytes, at) + deleted);
  }

  #removeNode(node: number): void {
    this.#arena.free(this.nodes.ref(node));
    this.nodes.remove(node);
  }

  /** Of a stream without entries: after XSETID went back they may lie behind the entry to come. */
  #removeDeadNodes(): void {
    while (this.nodes.count > 0) this.#removeNode(this.nodes.count - 1);
  }

  /** Of its last entry, deleted or not. */
  #lastIdOfOpenNode(): StreamId {
    const end = this.#at + listpackBytes(this.#bytes, this.#at) - 1;
    const entry = previousStreamEntry(this.#bytes, this.#at, end);
    readStreamId(this.#bytes, entry, this.#master, this.#id);
    return this.#id;
  }

  /** Marks entries at the front of node 0 deleted. @returns how many */
  #trimOpenNode({ maxLength, minId }: TrimRequest): number {
    const bytes = this.#bytes;
    const masterFields = entryAsDouble(bytes, masterFieldCountAt(bytes, this.#at));
    let removed = 0;
    let entry = firstStreamEntry(bytes, this.#at);
    while (bytes[entry] !== LISTPACK_END) {
      if (minId === null && this.length <= maxLength) break;
      const flags = bytes[entry];
      const rest = readStreamId(bytes, entry, this.#master, this.#id);
      if (minId !== null && this.#id.compare(minId) >= 0) break;
      if ((flags & FLAG_DELETED) === 0) {
        bytes[entry] = flags | FLAG_DELETED;
        this.length--;
        removed++;
      }
      entry = skipStreamEntry(bytes, flags, rest, masterFields);
    }
    if (removed > 0) this.#count(0, removed);
    return removed;
  }

  #findFirst(): void {
    const cursor = this.#cursor.open(this, this.#id.setZero(), MAX_ID, false);
    if (cursor.next()) this.firstId.copyFrom(cursor.id);
  }
}
