/** XREADGROUP: new entries for one of a group's consumers, or again those that are pending with it. */
import { TYPE_STREAM } from '../../engine/entry.js';
import type { Consumer, ConsumerGroup } from '../../engine/types/stream/consumer-group.js';
import { advance } from '../../engine/types/stream/read-count.js';
import { MAX_ID, StreamId } from '../../engine/types/stream/stream-id.js';
import { add } from '../../engine/types/stream/wide-count.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, key, keysAfter, many, optional, string, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { ACCESS, BLOCKING, RO, WRITE } from '../flags.js';
import { activeConsumer } from './groups.js';
import { parseId } from './ids.js';
import { propagateClaim, propagateConsumer, propagateGroupId } from './propagation.js';
import {
  endStreams,
  parseReadRequest,
  type ReadRequest,
  replyStreamKey,
  waitForEntries,
} from './read-request.js';
import { replyEntry, replyId } from './replies.js';

const LAST_ID = new ReplyError(
  'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
);

/** One of the streams asked for. */
interface GroupRead {
  readonly keyIndex: number;
  /** The stream's. */
  readonly entry: number;
  readonly group: ConsumerGroup;
  /** Pending entries behind this one; null: new entries. */
  readonly behind: StreamId | null;
}

function parseReads(context: Context, argv: Argv, request: ReadRequest): GroupRead[] {
  const reads: GroupRead[] = [];
  for (let left = 0; left < request.keyCount; left++) {
    const keyIndex = request.firstKey + left;
    const idIndex = keyIndex + request.keyCount;
    const entry = context.readToChange(argv, keyIndex, TYPE_STREAM);
    const stream = entry === 0 ? null : context.streams.get(entry);
    const group = stream?.groups.get(argv.latin1(request.group));
    if (stream === null || group === undefined) {
      throw new ReplyError(
        `NOGROUP No such key '${argv.shown(keyIndex)}' or consumer group '${argv.shown(request.group)}' in XREADGROUP with GROUP option`,
      );
    }
    if (argv.is(idIndex, '$')) throw LAST_ID;
    const behind = argv.is(idIndex, '>') ? null : parseId(argv, idIndex, new StreamId());
    reads.push({ keyIndex, entry, group, behind: behind?.isMax ? null : behind });
  }
  return reads;
}

/** What is pending with a consumer; of an entry that was deleted the id alone. */
function replyPending(
  context: Context,
  argv: Argv,
  { keyIndex, entry, group }: GroupRead,
  consumer: Consumer,
  behind: StreamId,
  count: number,
  reply: Reply,
): void {
  const stream = context.streams.get(entry);
  const mark = reply.beginDeferred();
  const from = behind.clone();
  let replied = 0;
  if (from.increment()) {
    for (const pending of consumer.pending.from(from)) {
      if (count > 0 && replied === count) break;
      replied++;
      const cursor = context.streams.range(stream, pending.id, pending.id, false);
      if (cursor.next()) {
        replyEntry(reply, cursor);
        group.redeliver(pending, consumer, context.nowMs, add(pending.deliveryCount, 1));
        // Redis keeps this to itself; here counts of deliveries survive a restart.
        propagateClaim(context, argv, keyIndex, group, pending);
      } else {
        reply.array(2);
        replyId(reply, pending.id);
        reply.nullArray();
      }
    }
  }
  reply.endDeferredArray(mark, replied);
}

/** Entries behind the group's last, which become pending with the consumer. */
function replyNew(
  context: Context,
  argv: Argv,
  { keyIndex, entry, group }: GroupRead,
  consumer: Consumer,
  { count, noAck }: ReadRequest,
  reply: Reply,
): void {
  const stream = context.streams.get(entry);
  const mark = reply.beginDeferred();
  const from = group.lastId.clone();
  from.increment();
  const cursor = context.streams.range(stream, from, MAX_ID, false);
  let replied = 0;
  while ((count === 0 || replied < count) && cursor.next()) {
    replied++;
    advance(stream, group, cursor.id);
    replyEntry(reply, cursor);
    if (noAck) continue;
    consumer.activeAtMs = context.nowMs;
    propagateClaim(context, argv, keyIndex, group, group.deliver(cursor.id, consumer, context.nowMs));
  }
  if (replied > 0) propagateGroupId(context, argv, keyIndex, group);
  reply.endDeferredArray(mark, replied);
}

const last = new StreamId();

function isServed({ streams }: Context, { entry, group, behind }: GroupRead): boolean {
  if (behind !== null) return true;
  const stream = streams.get(entry);
  return stream.length > 0 && stream.readLastLiveId(last).compare(group.lastId) > 0;
}

export const xreadgroup = defineCommand({
  name: 'XREADGROUP',
  summary: 'Returns new or pending entries for a consumer of a group; waits for some if asked to.',
  group: 'stream',
  since: '5.0.0',
  complexity:
    'For each stream mentioned: O(M) with M being the number of elements returned. If M is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) time in order to serve the N clients blocked on the stream getting new data.',
  flags: WRITE | BLOCKING,
  args: [
    withToken('GROUP', block('group-block', string('group'), string('consumer'))),
    optional(withToken('COUNT', integer('count'))),
    optional(withToken('BLOCK', integer('milliseconds'))),
    optional(token('NOACK')),
    withToken('STREAMS', block('streams', many(key('key', RO | ACCESS)), many(string('id')))),
  ],
  arity: -7,
  keySpecs: [keysAfter('STREAMS', 4, RO | ACCESS, -1, 2)],
  run(context, argv, reply) {
    const request = parseReadRequest(argv, true, context.nowMs);
    const reads = parseReads(context, argv, request);
    const consumerName = argv.latin1(request.group + 1);
    context.services.propagation.suppress();
    const mark = reply.beginDeferred();
    const tellOf = ({ name }: Consumer, { keyIndex, group }: GroupRead): void =>
      propagateConsumer(context, argv, keyIndex, group, name);
    let served = 0;
    for (const read of reads) {
      // Redis looks for the key again.
      context.keyspace.stats.hits++;
      context.db.useAgain(read.entry);
      const isNew = !read.group.consumers.has(consumerName);
      const consumer = activeConsumer(context, argv, read.keyIndex, read.group, consumerName);
      if (isNew && request.noAck) tellOf(consumer, read);
      if (isServed(context, read)) {
        served++;
        replyStreamKey(reply, argv, read.keyIndex);
        if (read.behind === null) replyNew(context, argv, read, consumer, request, reply);
        else replyPending(context, argv, read, consumer, read.behind, request.count, reply);
        context.dirty++;
      }
      if (isNew && !request.noAck && consumer.pending.length === 0) tellOf(consumer, read);
      context.streams.get(read.entry).settle();
    }
    if (endStreams(context, request, reply, mark, served)) return;
    waitForEntries(context, request, argv, true);
  },
});
