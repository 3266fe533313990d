/**
 * How many entries a group has read, as far as it can be known: deleted entries leave gaps that nobody counted.
 *
 * Source: redis.io/commands/xinfo-groups, "Consumer group lag".
 */
import { type ConsumerGroup, READ_COUNT_UNKNOWN } from './consumer-group.js';
import type { StreamId } from './stream-id.js';
import { add, subtract, type WideCount } from './wide-count.js';

/** What is known of a stream's past. */
export interface StreamFacts {
  /** Entries there are. */
  readonly length: number;
  /** Entries ever added. */
  readonly entriesAdded: WideCount;
  readonly firstId: StreamId;
  readonly lastId: StreamId;
  readonly maxDeletedId: StreamId;
}

/** Whether an entry at or behind an id was deleted, and others are left around it. */
function hasDeletedFrom({ length, firstId, maxDeletedId }: StreamFacts, id: StreamId): boolean {
  if (length === 0 || maxDeletedId.isZero || firstId.compare(maxDeletedId) > 0) return false;
  return id.compare(maxDeletedId) <= 0;
}

/** Entries added up to an id, itself included; READ_COUNT_UNKNOWN when that can't be told. */
export function countUpTo(facts: StreamFacts, id: StreamId): WideCount {
  const { entriesAdded, length, firstId, lastId, maxDeletedId } = facts;
  if (entriesAdded === 0) return 0;
  const toLast = id.compare(lastId);
  if (length === 0 && toLast < 1) return entriesAdded;
  const hasNoGaps = maxDeletedId.isZero || maxDeletedId.compare(firstId) < 0;
  if (!hasNoGaps && !id.isZero && id.compare(maxDeletedId) < 0) return READ_COUNT_UNKNOWN;
  if (toLast === 0) return entriesAdded;
  if (toLast > 0 || !hasNoGaps) return READ_COUNT_UNKNOWN;
  const toFirst = id.compare(firstId);
  if (toFirst < 0) return subtract(entriesAdded, length);
  return toFirst === 0 ? subtract(entriesAdded, length - 1) : READ_COUNT_UNKNOWN;
}

/** The group has been given the entry with this id, which is behind its last. */
export function advance(stream: StreamFacts, group: ConsumerGroup, id: StreamId): void {
  const isKnown = group.readCount !== READ_COUNT_UNKNOWN && !hasDeletedFrom(stream, id);
  if (isKnown) group.readCount = add(group.readCount, 1);
  else if (stream.entriesAdded !== 0) group.readCount = countUpTo(stream, id);
  group.lastId.copyFrom(id);
}

/** Entries that a group has yet to read; null when that can't be told. */
export function lagOf(stream: StreamFacts, group: ConsumerGroup): WideCount | null {
  if (stream.entriesAdded === 0) return 0;
  const isKnown = group.readCount !== READ_COUNT_UNKNOWN && !hasDeletedFrom(stream, group.lastId);
  const readCount = isKnown ? group.readCount : countUpTo(stream, group.lastId);
  return readCount === READ_COUNT_UNKNOWN ? null : subtract(stream.entriesAdded, readCount);
}
