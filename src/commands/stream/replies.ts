/** Ids and entries as clients get them. */
import { type ConsumerGroup, READ_COUNT_UNKNOWN } from '../../engine/types/stream/consumer-group.js';
import { lagOf } from '../../engine/types/stream/read-count.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import type { StreamCursor } from '../../engine/types/stream/stream-cursor.js';
import { ID_TEXT_BYTES_MAX, type StreamId } from '../../engine/types/stream/stream-id.js';
import type { WideCount } from '../../engine/types/stream/wide-count.js';
import type { Reply } from '../../protocol/reply.js';

const idText = Buffer.alloc(ID_TEXT_BYTES_MAX);

export function replyId(reply: Reply, id: StreamId): void {
  reply.bulk(idText, 0, id.write(idText, 0));
}

export function replyCount(reply: Reply, count: WideCount): void {
  if (typeof count === 'number') reply.integer(count);
  else reply.bigInteger(count);
}

/** How far a group has read, as the two fields `entries-read` and `lag`. */
export function replyProgress(reply: Reply, stream: Stream, group: ConsumerGroup): void {
  const lag = lagOf(stream, group);
  reply.bulkLatin1('entries-read');
  if (group.readCount === READ_COUNT_UNKNOWN) reply.null();
  else replyCount(reply, group.readCount);
  reply.bulkLatin1('lag');
  if (lag === null) reply.null();
  else replyCount(reply, lag);
}

/** The entry a cursor is on: its id, and an array of fields and values. */
export function replyEntry(reply: Reply, cursor: StreamCursor): void {
  const { field, value } = cursor;
  reply.array(2);
  replyId(reply, cursor.id);
  reply.array(cursor.fieldCount * 2);
  for (let left = cursor.fieldCount; left > 0; left--) {
    cursor.nextField();
    reply.bulk(field.bytes, field.start, field.end);
    reply.bulk(value.bytes, value.start, value.end);
  }
}

/** Entries as an array. @param count at most; 0: all */
export function replyEntries(reply: Reply, cursor: StreamCursor, count: number): void {
  const mark = reply.beginDeferred();
  let replied = 0;
  while ((count === 0 || replied < count) && cursor.next()) {
    replyEntry(reply, cursor);
    replied++;
  }
  reply.endDeferredArray(mark, replied);
}
