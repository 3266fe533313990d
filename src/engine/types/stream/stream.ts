/**
 * A stream: entries in nodes, what is counted of them, and consumer groups.
 *
 * What an addition reads lies side by side in one JavaScript object, the directory of nodes and the last id included:
 * with many streams each object it has to look into is a cache miss.
 *
 * Invariants: `length` is the sum of the nodes' live counts; nodes ascend by their master ids; `firstId` is the
 * first live entry's id, 0-0 when there is none.
 */
import type { Collection } from '../../collections.js';
import type { ConsumerGroup } from './consumer-group.js';
import type { FrozenStream } from './frozen-stream.js';
import { NodeDirectory } from './node-directory.js';
import type { StreamFacts } from './read-count.js';
import type { StreamCursor } from './stream-cursor.js';
import { MAX_ID, StreamId } from './stream-id.js';
import type { EntryFields, StreamNodes } from './stream-nodes.js';
import { add, type WideCount } from './wide-count.js';

/** The objects of a stream without groups (measured over 100,000 of them, its place among the collections included). */
const OBJECT_BYTES = 260;
/** The map that comes with the first group, measured likewise. */
const GROUPS_BYTES = 180;
/** Freeing a node costs about as much as freeing this many elements of a hash table. */
const NODE_COST = 4;

/** A stream of no more nodes is shown whole in a tenth of a millisecond. */
const SMALL_NODES = 8;
/** Nor of more entries that a group has pending. */
const SMALL_PENDING = 256;

/** Most streams have none, and a map of its own is a fifth of a stream. */
const NO_GROUPS: ReadonlyMap<string, ConsumerGroup> = new Map();

/** 0-0. Never changed. */
const ZERO_ID = new StreamId();

/** What goes: all but the newest `maxLength`, or, when `minId` is given, what is before it. */
export interface TrimRequest {
  readonly maxLength: number;
  readonly minId: StreamId | null;
  /** Whole nodes only. */
  readonly approximate: boolean;
  /** Entries to remove at most; 0: all. Only with `approximate`. */
  readonly limit: number;
}

/** What all streams of a keyspace work with; nothing of it is a stream's longer than a call. */
export interface StreamTools {
  readonly nodes: StreamNodes;
  readonly cursor: StreamCursor;
  readonly lastId: StreamId;
}

/** A stream as it comes from a dump. */
export interface LoadedStream extends StreamFacts {
  readonly nodes: readonly { readonly master: StreamId; readonly bytes: Buffer }[];
  readonly groups: readonly ConsumerGroup[];
}

export class Stream extends NodeDirectory implements Collection {
  // The words of the last id, signed as in StreamId.
  #lastMsHi = 0;
  #lastMsLo = 0;
  #lastSeqHi = 0;
  #lastSeqLo = 0;
  length = 0;
  /** Entries ever added. */
  entriesAdded: WideCount = 0;
  readonly #tools: StreamTools;
  /** As accounted for in the table of collections. */
  heapBytes = OBJECT_BYTES;
  readonly firstId = new StreamId();
  /** Null: 0-0. */
  #maxDeletedId: StreamId | null = null;
  #groups: Map<string, ConsumerGroup> | null = null;

  constructor(tools: StreamTools) {
    super();
    this.#tools = tools;
  }

  /** To be read at once and not to be changed: it holds until another stream is asked for its own. */
  get lastId(): StreamId {
    return this.#tools.lastId.set(this.#lastMsHi, this.#lastMsLo, this.#lastSeqHi, this.#lastSeqLo);
  }

  setLastId(id: StreamId): void {
    this.#lastMsHi = id.msHi | 0;
    this.#lastMsLo = id.msLo | 0;
    this.#lastSeqHi = id.seqHi | 0;
    this.#lastSeqLo = id.seqLo | 0;
  }

  get maxDeletedId(): StreamId {
    return this.#maxDeletedId ?? ZERO_ID;
  }

  setMaxDeletedId(id: StreamId): void {
    this.#maxDeletedId ??= new StreamId();
    this.#maxDeletedId.copyFrom(id);
  }

  /** Consumer groups by name. */
  get groups(): ReadonlyMap<string, ConsumerGroup> {
    if (this.#groups === null) return NO_GROUPS;
    this.#tools.nodes.frozenOf(this)?.groupsAreAskedFor();
    return this.#groups;
  }

  /** @param group of a name that no other group has */
  addGroup(group: ConsumerGroup): void {
    this.#groups ??= new Map();
    this.#groups.set(group.name, group);
  }

  /** @returns false when there is none of that name */
  deleteGroup(name: string): boolean {
    return this.#groups?.delete(name) ?? false;
  }

  /** What `heapBytes` should be now. */
  currentHeapBytes(): number {
    let bytes = OBJECT_BYTES + this.directoryBytes;
    if (this.#groups === null) return bytes;
    bytes += GROUPS_BYTES;
    for (const group of this.#groups.values()) bytes += group.heapBytes;
    return bytes;
  }

  /** Adds an entry behind all others. @param id greater than `lastId` */
  append(id: StreamId, fields: EntryFields): void {
    this.#nodes.append(id, fields, this.length === 0);
    this.length++;
    this.entriesAdded = add(this.entriesAdded, 1);
    this.setLastId(id);
    if (this.length === 1) this.firstId.copyFrom(id);
  }

  /** @returns false when there is no such entry */
  delete(id: StreamId): boolean {
    const cursor = this.#tools.cursor.open(this, id, id, false);
    if (!cursor.next()) return false;
    this.#nodes.deleteAt(cursor.node, cursor.offset);
    this.length--;
    if (id.compare(this.maxDeletedId) > 0) this.setMaxDeletedId(id);
    if (this.length === 0) this.firstId.setZero();
    else if (this.firstId.compare(id) === 0) this.#findFirst();
    return true;
  }

  has(id: StreamId): boolean {
    return this.#tools.cursor.open(this, id, id, false).next();
  }

  /** The id of the last live entry; 0-0 when there is none. */
  readLastLiveId(id: StreamId): StreamId {
    const cursor = this.#tools.cursor.open(this, id.setZero(), MAX_ID, true);
    return cursor.next() ? id.copyFrom(cursor.id) : id.setZero();
  }

  /** @returns how many entries went */
  trim(request: TrimRequest): number {
    const { maxLength, minId, approximate, limit } = request;
    let removed = 0;
    while (this.nodeCount > 0) {
      if (minId === null && this.length <= maxLength) break;
      const live = this.#nodes.live(0);
      if (limit > 0 && removed + live > limit) break;
      const goes =
        minId === null ? this.length - live >= maxLength : this.#nodes.lastIdOf(0).compare(minId) < 0;
      if (!goes && approximate) break;
      if (goes) this.#nodes.remove(0);
      const gone = goes
        ? live
        : this.#nodes.deleteFirst(minId === null ? this.length - maxLength : live, minId);
      this.length -= gone;
      removed += gone;
      if (!goes) break;
    }
    if (this.length === 0) this.firstId.setZero();
    else if (removed > 0) this.#findFirst();
    return removed;
  }

  get isSmall(): boolean {
    if (this.nodeCount > SMALL_NODES) return false;
    for (const { pending } of this.groups.values()) if (pending.length > SMALL_PENDING) return false;
    return true;
  }

  freeze(): FrozenStream {
    return this.#tools.nodes.freeze(this);
  }

  thaw(): void {
    this.#tools.nodes.thaw(this);
  }

  memoryBytes(): number {
    return this.heapBytes + this.#nodes.arenaBytes();
  }

  freeStep(elementCount: number): boolean {
    for (let left = elementCount; left > 0; left -= NODE_COST) {
      if (this.nodeCount === 0) return true;
      this.#nodes.remove(this.nodeCount - 1);
    }
    return false;
  }

  /** Makes an empty stream what was read from a dump, whose nodes are sound and whose groups become its own. */
  load({ nodes, groups, ...facts }: LoadedStream): void {
    for (const { master, bytes } of nodes) this.#nodes.appendNode(master, bytes);
    for (const group of groups) this.addGroup(group);
    this.#takeFacts(facts);
  }

  copy(): Stream {
    const copy = new Stream(this.#tools);
    copy.#takeFacts(this);
    this.#nodes.copyTo(copy);
    for (const group of this.groups.values()) copy.addGroup(group.copy());
    copy.heapBytes = copy.currentHeapBytes();
    return copy;
  }

  get #nodes(): StreamNodes {
    return this.#tools.nodes.of(this);
  }

  #takeFacts({ length, entriesAdded, firstId, lastId, maxDeletedId }: StreamFacts): void {
    this.length = length;
    this.entriesAdded = entriesAdded;
    this.firstId.copyFrom(firstId);
    this.setLastId(lastId);
    if (!maxDeletedId.isZero) this.setMaxDeletedId(maxDeletedId);
  }

  #findFirst(): void {
    const cursor = this.#tools.cursor.open(this, this.firstId.setZero(), MAX_ID, false);
    if (cursor.next()) this.firstId.copyFrom(cursor.id);
  }
}
