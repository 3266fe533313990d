/** XCLAIM: pending entries change their consumer. */
import { TYPE_STREAM } from '../../engine/entry.js';
import type { Consumer, PendingEntry } from '../../engine/types/stream/consumer-group.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { add, type WideCount, wideCountOf } from '../../engine/types/stream/wide-count.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key, many, optional, string, token, unixTime, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { FAST, RW, UPDATE, WRITE } from '../flags.js';
import { activeConsumer, groupOf, type StreamGroup } from './groups.js';
import { parseId, readsAsId } from './ids.js';
import { propagateClaim, propagateConsumer, propagateGroupId } from './propagation.js';
import { replyEntry, replyId } from './replies.js';

const INVALID_MIN_IDLE = new ReplyError('ERR Invalid min-idle-time argument for XCLAIM');
const INVALID_IDLE = new ReplyError('ERR Invalid IDLE option argument for XCLAIM');
const INVALID_TIME = new ReplyError('ERR Invalid TIME option argument for XCLAIM');
const INVALID_RETRY_COUNT = new ReplyError('ERR Invalid RETRYCOUNT option argument for XCLAIM');

const FIRST_ID = 5;

interface ClaimRequest {
  readonly idleMsMin: number;
  readonly ids: readonly StreamId[];
  readonly forces: boolean;
  readonly justIds: boolean;
  /** Not before 1970 and not in the future. */
  readonly deliveredAtMs: number;
  /** Null: one more than before. */
  readonly deliveryCount: WideCount | null;
  readonly lastId: StreamId;
}

/** Ids up to the first word that is none, then options. */
function parseRequest(argv: Argv, nowMs: number): ClaimRequest {
  const idleMsMin = Math.max(0, argv.integer(4, INVALID_MIN_IDLE));
  const ids: StreamId[] = [];
  const id = new StreamId();
  let index = FIRST_ID;
  for (; index < argv.count && readsAsId(argv, index, id); index++) ids.push(id.clone());
  let forces = false;
  let justIds = false;
  let deliveredAtMs = -1;
  let deliveryCount: WideCount | null = null;
  const lastId = new StreamId();
  for (; index < argv.count; index++) {
    const hasNext = index + 1 < argv.count;
    if (argv.is(index, 'FORCE')) forces = true;
    else if (argv.is(index, 'JUSTID')) justIds = true;
    else if (hasNext && argv.is(index, 'IDLE')) deliveredAtMs = nowMs - argv.integer(++index, INVALID_IDLE);
    else if (hasNext && argv.is(index, 'TIME')) deliveredAtMs = argv.integer(++index, INVALID_TIME);
    else if (hasNext && argv.is(index, 'RETRYCOUNT')) {
      const count = argv.bigInteger(++index, INVALID_RETRY_COUNT);
      deliveryCount = count < 0n ? null : wideCountOf(count);
    } else if (hasNext && argv.is(index, 'LASTID')) parseId(argv, ++index, lastId);
    else throw new ReplyError(`ERR Unrecognized XCLAIM option '${argv.shown(index)}'`);
  }
  if (deliveredAtMs < 0 || deliveredAtMs > nowMs) deliveredAtMs = nowMs;
  return { idleMsMin, ids, forces, justIds, deliveredAtMs, deliveryCount, lastId };
}

/** The entry is the consumer's from now on. */
function claim(
  { group }: StreamGroup,
  pending: PendingEntry,
  consumer: Consumer,
  { deliveredAtMs, deliveryCount, justIds }: ClaimRequest,
): void {
  const counted = justIds ? pending.deliveryCount : add(pending.deliveryCount, 1);
  group.redeliver(pending, consumer, deliveredAtMs, deliveryCount ?? counted);
}

/** @returns how many were claimed and replied */
function claimAll(
  context: Context,
  argv: Argv,
  { stream, group }: StreamGroup,
  consumer: Consumer,
  request: ClaimRequest,
  reply: Reply,
): number {
  let claimed = 0;
  for (const id of request.ids) {
    const cursor = context.streams.range(stream, id, id, false);
    if (!cursor.next()) {
      // A deleted entry stops being pending when somebody wants it.
      const lost = group.pending.get(id);
      if (lost !== null) {
        propagateClaim(context, argv, 1, group, lost);
        group.acknowledge(id);
        context.dirty++;
      }
      continue;
    }
    let pending = group.pending.get(id);
    if (pending === null) {
      if (!request.forces) continue;
      pending = group.addPending(id, consumer, context.nowMs, 1);
    } else if (request.idleMsMin > 0 && context.nowMs - pending.deliveredAtMs < request.idleMsMin) continue;
    claim({ stream, group }, pending, consumer, request);
    propagateClaim(context, argv, 1, group, pending);
    if (request.justIds) replyId(reply, id);
    else replyEntry(reply, cursor);
    consumer.activeAtMs = context.nowMs;
    context.dirty++;
    claimed++;
  }
  return claimed;
}

export const xclaim = defineCommand({
  name: 'XCLAIM',
  summary: 'Gives pending entries of a group to another consumer, as if they were delivered to it.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(log N) with N being the number of messages in the PEL of the consumer group.',
  flags: WRITE | FAST,
  args: [
    key('key', RW | UPDATE),
    string('group'),
    string('consumer'),
    string('min-idle-time'),
    many(string('id')),
    optional(withToken('IDLE', integer('ms'))),
    optional(withToken('TIME', unixTime('unix-time-milliseconds'))),
    optional(withToken('RETRYCOUNT', integer('count'))),
    optional(token('FORCE')),
    optional(token('JUSTID')),
    optional(withToken('LASTID', string('lastid'))),
  ],
  tips: ['nondeterministic_output'],
  run(context, argv, reply) {
    const found = groupOf(context, argv, context.readToChange(argv, 1, TYPE_STREAM));
    const { stream, group } = found;
    const request = parseRequest(argv, context.nowMs);
    context.services.propagation.suppress();
    const isAhead = request.lastId.compare(group.lastId) > 0;
    if (isAhead) group.lastId.copyFrom(request.lastId);
    const consumerName = argv.latin1(3);
    const isNew = !group.consumers.has(consumerName);
    const consumer = activeConsumer(context, argv, 1, group, consumerName);
    const before = context.dirty;
    const mark = reply.beginDeferred();
    const claimed = claimAll(context, argv, found, consumer, request, reply);
    reply.endDeferredArray(mark, claimed);
    if (isNew && claimed === 0) propagateConsumer(context, argv, 1, group, consumerName);
    // Every claim says how far the group is.
    if (isAhead && context.dirty === before) {
      context.dirty++;
      propagateGroupId(context, argv, 1, group);
    }
    stream.settle();
  },
});
