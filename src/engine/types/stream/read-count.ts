/**
 * How many entries a group has read, as far as it can be known: deleted entries leave gaps that nobody counted.
 *
 * Source: redis.io/commands/xinfo-groups, "Consumer group lag".
 */
import { type ConsumerGroup, READ_COUNT_UNKNOWN } from './consumer-group.js';
import type { Stream } from './stream.js';
import type { StreamId } from './stream-id.js';

/** Whether an entry at or behind an id was deleted. */
export function hasDeletedFrom(stream: Stream, id: StreamId): boolean {
  if (stream.length === 0 || stream.maxDeletedId.isZero) return false;
  return id.compare(stream.maxDeletedId) <= 0;
}

/** Entries added up to an id, itself included; READ_COUNT_UNKNOWN when that can't be told. */
export function countUpTo(stream: Stream, id: StreamId): number {
  const { entriesAdded, length, firstId, lastId, maxDeletedId } = stream;
  if (entriesAdded === 0) return 0;
  const toLast = id.compare(lastId);
  if (length === 0 && toLast < 1) return entriesAdded;
  if (!id.isZero && id.compare(maxDeletedId) < 0) return READ_COUNT_UNKNOWN;
  if (toLast === 0) return entriesAdded;
  if (toLast > 0) return READ_COUNT_UNKNOWN;
  if (!maxDeletedId.isZero && maxDeletedId.compare(firstId) >= 0) return READ_COUNT_UNKNOWN;
  const toFirst = id.compare(firstId);
  if (toFirst < 0) return entriesAdded - length;
  return toFirst === 0 ? entriesAdded - length + 1 : READ_COUNT_UNKNOWN;
}

/** The group has been given the entry with this id, which is behind its last. */
export function advance(stream: Stream, group: ConsumerGroup, id: StreamId): void {
  if (group.readCount !== READ_COUNT_UNKNOWN && !hasDeletedFrom(stream, id)) group.readCount++;
  else if (stream.entriesAdded > 0) group.readCount = countUpTo(stream, id);
  group.lastId.copyFrom(id);
}
