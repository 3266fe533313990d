/** What XINFO STREAM tells, in short and in full. */
import {
  type Consumer,
  type ConsumerGroup,
  inNameOrder,
  type PendingEntry,
} from '../../engine/types/stream/consumer-group.js';
import { countRadixNodes } from '../../engine/types/stream/radix-nodes.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import { MAX_ID, StreamId } from '../../engine/types/stream/stream-id.js';
import type { Reply } from '../../protocol/reply.js';
import type { Context } from '../context.js';
import { replyCount, replyEntries, replyEntry, replyId, replyProgress } from './replies.js';

const MIN_ID = new StreamId();

/** The seven fields that both forms begin with. */
function replyHead(stream: Stream, reply: Reply): void {
  reply.bulkLatin1('length');
  reply.integer(stream.length);
  reply.bulkLatin1('radix-tree-keys');
  reply.integer(stream.nodeCount);
  reply.bulkLatin1('radix-tree-nodes');
  reply.integer(countRadixNodes(stream));
  reply.bulkLatin1('last-generated-id');
  replyId(reply, stream.lastId);
  reply.bulkLatin1('max-deleted-entry-id');
  replyId(reply, stream.maxDeletedId);
  reply.bulkLatin1('entries-added');
  replyCount(reply, stream.entriesAdded);
  reply.bulkLatin1('recorded-first-entry-id');
  replyId(reply, stream.firstId);
}

function replyEdge({ streams }: Context, stream: Stream, isLast: boolean, reply: Reply): void {
  const cursor = streams.range(stream, MIN_ID, MAX_ID, isLast);
  if (cursor.next()) replyEntry(reply, cursor);
  else reply.null();
}

export function replyStream(context: Context, stream: Stream, reply: Reply): void {
  reply.map(10);
  replyHead(stream, reply);
  reply.bulkLatin1('groups');
  reply.integer(stream.groups.size);
  reply.bulkLatin1('first-entry');
  replyEdge(context, stream, false, reply);
  reply.bulkLatin1('last-entry');
  replyEdge(context, stream, true, reply);
}

/** @param count of entries at most; 0: all. @param ofGroup with the consumer's name */
function replyPending(pending: Iterable<PendingEntry>, count: number, ofGroup: boolean, reply: Reply): void {
  const mark = reply.beginDeferred();
  let replied = 0;
  for (const { id, consumer, deliveredAtMs, deliveryCount } of pending) {
    if (count > 0 && replied === count) break;
    replied++;
    reply.array(ofGroup ? 4 : 3);
    replyId(reply, id);
    if (ofGroup) reply.bulkLatin1(consumer.name);
    reply.integer(deliveredAtMs);
    replyCount(reply, deliveryCount);
  }
  reply.endDeferredArray(mark, replied);
}

function replyConsumer({ name, seenAtMs, activeAtMs, pending }: Consumer, count: number, reply: Reply): void {
  reply.map(5);
  reply.bulkLatin1('name');
  reply.bulkLatin1(name);
  reply.bulkLatin1('seen-time');
  reply.integer(seenAtMs);
  reply.bulkLatin1('active-time');
  reply.integer(activeAtMs);
  reply.bulkLatin1('pel-count');
  reply.integer(pending.length);
  reply.bulkLatin1('pending');
  replyPending(pending.from(MIN_ID), count, false, reply);
}

function replyFullGroup(stream: Stream, group: ConsumerGroup, count: number, reply: Reply): void {
  reply.map(7);
  reply.bulkLatin1('name');
  reply.bulkLatin1(group.name);
  reply.bulkLatin1('last-delivered-id');
  replyId(reply, group.lastId);
  replyProgress(reply, stream, group);
  reply.bulkLatin1('pel-count');
  reply.integer(group.pending.length);
  reply.bulkLatin1('pending');
  replyPending(group.pending.from(MIN_ID), count, true, reply);
  reply.bulkLatin1('consumers');
  reply.array(group.consumers.size);
  for (const consumer of inNameOrder(group.consumers)) replyConsumer(consumer, count, reply);
}

/** @param count of entries, and of pending entries, at most; 0: all */
export function replyFullStream({ streams }: Context, stream: Stream, count: number, reply: Reply): void {
  reply.map(9);
  replyHead(stream, reply);
  reply.bulkLatin1('entries');
  replyEntries(reply, streams.range(stream, MIN_ID, MAX_ID, false), count);
  reply.bulkLatin1('groups');
  reply.array(stream.groups.size);
  for (const group of inNameOrder(stream.groups)) replyFullGroup(stream, group, count, reply);
}
