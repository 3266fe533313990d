/** Ids and entries as clients get them. */
import type { StreamCursor } from '../../engine/types/stream/stream-cursor.js';
import { ID_TEXT_BYTES_MAX, type StreamId } from '../../engine/types/stream/stream-id.js';
import type { Reply } from '../../protocol/reply.js';

const idText = Buffer.alloc(ID_TEXT_BYTES_MAX);

export function replyId(reply: Reply, id: StreamId): void {
  reply.bulk(idText, 0, id.write(idText, 0));
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
