/**
 * A stream: entries in nodes, what is counted of them, and consumer groups.
 *
 * All of it lies in the arena but for what few streams have: groups, and the places of the nodes before the last one
 * (stream-parts.ts). So one object serves all streams of a keyspace, one at a time (node-row.ts), and so do the ids it gives.
 *
 * Invariants: `length` is the sum of the nodes' live counts; nodes ascend by their master ids; `firstId` is the
 * first live entry's id, 0-0 when there is none.
 */
import type { Arena } from '../../arena.js';
import type { CollectionTable } from '../../collections.js';
import type { EncodingLimits } from '../encoding-limits.js';
import type { ConsumerGroup } from './consumer-group.js';
import { NodeRow } from './node-row.js';
import type { StreamFacts } from './read-count.js';
import { StreamCursor } from './stream-cursor.js';
import {
  countAdded,
  readAdded,
  readId,
  WORD_FIRST_ID,
  WORD_LAST_ID,
  WORD_LENGTH,
  WORD_MAX_DELETED_ID,
  writeAdded,
  writeId,
} from './stream-head.js';
import { MAX_ID, StreamId } from './stream-id.js';
import { type EntryFields, StreamNodes } from './stream-nodes.js';
import type { WideCount } from './wide-count.js';

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

/** A stream as it comes from a dump. */
export interface LoadedStream extends StreamFacts {
  readonly nodes: readonly { readonly master: StreamId; readonly bytes: Buffer }[];
  readonly groups: readonly ConsumerGroup[];
}

export class Stream extends NodeRow implements StreamFacts {
  readonly #nodes: StreamNodes;
  readonly #cursor: StreamCursor;
  readonly #lastId = new StreamId();
  readonly #firstId = new StreamId();
  readonly #maxDeletedId = new StreamId();

  constructor(arena: Arena, collections: CollectionTable, limits: EncodingLimits) {
    super(arena, collections);
    this.#nodes = new StreamNodes(this, arena, limits);
    this.#cursor = new StreamCursor(arena);
  }

  get length(): number {
    return this.arena.word(this.head, WORD_LENGTH);
  }

  /** Entries ever added. */
  get entriesAdded(): WideCount {
    return readAdded(this.arena, this.head);
  }

  set entriesAdded(count: WideCount) {
    writeAdded(this.arena, this.head, count);
  }

  /** To be read at once and not to be changed, like the other ids. */
  get lastId(): StreamId {
    return readId(this.arena, this.head, WORD_LAST_ID, this.#lastId);
  }

  setLastId(id: StreamId): void {
    writeId(this.arena, this.head, WORD_LAST_ID, id);
  }

  get firstId(): StreamId {
    return readId(this.arena, this.head, WORD_FIRST_ID, this.#firstId);
  }

  get maxDeletedId(): StreamId {
    return readId(this.arena, this.head, WORD_MAX_DELETED_ID, this.#maxDeletedId);
  }

  setMaxDeletedId(id: StreamId): void {
    writeId(this.arena, this.head, WORD_MAX_DELETED_ID, id);
  }

  /** Consumer groups by name. */
  get groups(): ReadonlyMap<string, ConsumerGroup> {
    const groups = this.parts?.groups ?? null;
    if (groups === null) return NO_GROUPS;
    this.frozen?.freezeGroups();
    return groups;
  }

  /** @param group of a name that no other group has */
  addGroup(group: ConsumerGroup): void {
    const parts = this.parts ?? this.makeParts();
    parts.groups ??= new Map();
    parts.groups.set(group.name, group);
  }

  /** @returns false when there is none of that name */
  deleteGroup(name: string): boolean {
    return this.parts?.groups?.delete(name) ?? false;
  }

  /** Accounts for what JavaScript memory it takes, after a change to groups or to the number of nodes. */
  settle(): void {
    const { parts } = this;
    if (parts !== null) this.settleParts(parts);
  }

  /** Adds an entry behind all others. @param id greater than `lastId` */
  append(id: StreamId, fields: EntryFields): void {
    const { length } = this;
    this.#nodes.append(id, fields, length === 0);
    this.#setLength(length + 1);
    countAdded(this.arena, this.head);
    this.setLastId(id);
    if (length === 0) this.#setFirstId(id);
  }

  /** @returns false when there is no such entry */
  delete(id: StreamId): boolean {
    const cursor = this.#cursor.open(this, id, id, false);
    if (!cursor.next()) return false;
    this.#nodes.deleteAt(cursor.node, cursor.offset);
    const length = this.length - 1;
    this.#setLength(length);
    if (id.compare(this.maxDeletedId) > 0) this.setMaxDeletedId(id);
    if (length === 0) this.#setFirstId(ZERO_ID);
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
    const before = this.length;
    let length = before;
    while (this.nodeCount > 0) {
      if (minId === null && length <= maxLength) break;
      const live = this.#nodes.live(0);
      if (limit > 0 && before - length + live > limit) break;
      const goes = minId === null ? length - live >= maxLength : this.#nodes.lastIdOf(0).compare(minId) < 0;
      if (!goes && approximate) break;
      if (goes) this.removeNode(0);
      length -= goes ? live : this.#nodes.deleteFirst(minId === null ? length - maxLength : live, minId);
      if (!goes) break;
    }
    this.#setLength(length);
    if (length === 0) this.#setFirstId(ZERO_ID);
    else if (length < before) this.#findFirst();
    return before - length;
  }

  /** Makes an empty stream what was read from a dump, whose nodes are sound and whose groups become its own. */
  load({ nodes, groups, length, entriesAdded, firstId, lastId, maxDeletedId }: LoadedStream): void {
    for (const { master, bytes } of nodes) this.#nodes.appendNode(master, bytes);
    for (const group of groups) this.addGroup(group);
    this.#setLength(length);
    this.entriesAdded = entriesAdded;
    this.#setFirstId(firstId);
    this.setLastId(lastId);
    this.setMaxDeletedId(maxDeletedId);
    this.settle();
  }

  #setLength(length: number): void {
    this.arena.setWord(this.head, WORD_LENGTH, length);
  }

  #setFirstId(id: StreamId): void {
    writeId(this.arena, this.head, WORD_FIRST_ID, id);
  }

  #findFirst(): void {
    const cursor = this.#cursor.open(this, ZERO_ID, MAX_ID, false);
    this.#setFirstId(cursor.next() ? cursor.id : ZERO_ID);
  }
}
