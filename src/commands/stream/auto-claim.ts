/** XAUTOCLAIM: a walk over a group's pending entries that gives those that lay too long to another consumer. */
import { TYPE_STREAM } from '../../engine/entry.js';
import type { Consumer, PendingEntry } from '../../engine/types/stream/consumer-group.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { add } from '../../engine/types/stream/wide-count.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key, optional, string, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR, WRONG_TYPE } from '../errors.js';
import { DELETE, FAST, RW, WRITE } from '../flags.js';
import { activeConsumer, groupOf, type StreamGroup } from './groups.js';
import { parseStart } from './ids.js';
import { propagateClaim, propagateConsumer } from './propagation.js';
import { replyEntry, replyId } from './replies.js';

const INVALID_MIN_IDLE = new ReplyError('ERR Invalid min-idle-time argument for XAUTOCLAIM');
const COUNT_NOT_POSITIVE = new ReplyError('ERR COUNT must be > 0');
const COUNT_TOO_HIGH = new ReplyError(
  'ERR Insufficient memory, failed allocating transient memory, COUNT too high.',
);

const COUNT_DEFAULT = 100;
/** What a long holds in units of an id. */
const COUNT_MAX = Math.floor(Number(0x7fff_ffff_ffff_ffffn) / 16);
/** Redis reserves 16 bytes for each of so many ids, which fails for more than the address space has. */
const COUNT_RESERVED_MAX = 2 ** 43;
/** Pending entries looked at, for each that may be claimed. */
const ATTEMPTS_FACTOR = 10;

/** The cursor at the end. */
const NO_ID = new StreamId();

const start = new StreamId();

interface AutoClaimRequest {
  readonly idleMsMin: number;
  readonly count: number;
  readonly justIds: boolean;
}

/** Sets `start`. */
function parseRequest(argv: Argv): AutoClaimRequest {
  const idleMsMin = Math.max(0, argv.integer(4, INVALID_MIN_IDLE));
  parseStart(argv, 5, start);
  let count = COUNT_DEFAULT;
  let justIds = false;
  for (let index = 6; index < argv.count; index++) {
    if (argv.is(index, 'COUNT') && index + 1 < argv.count) {
      count = argv.integer(++index, COUNT_NOT_POSITIVE);
      if (count < 1 || count > COUNT_MAX) throw COUNT_NOT_POSITIVE;
    } else if (argv.is(index, 'JUSTID')) {
      justIds = true;
    } else {
      throw SYNTAX_ERROR;
    }
  }
  return { idleMsMin, count, justIds };
}

/** What a walk over pending entries found. */
interface Findings {
  /** In the order of their ids. */
  readonly taken: PendingEntry[];
  /** Those of them whose entries were deleted; the others can be claimed. */
  readonly deleted: PendingEntry[];
  /** Where the next walk starts; null at the end. */
  next: PendingEntry | null;
}

function search(
  context: Context,
  { stream, group }: StreamGroup,
  { idleMsMin, count }: AutoClaimRequest,
): Findings {
  const findings: Findings = { taken: [], deleted: [], next: null };
  let attempts = count * ATTEMPTS_FACTOR;
  for (const pending of group.pending.from(start)) {
    if (attempts-- === 0 || findings.taken.length === count) {
      findings.next = pending;
      break;
    }
    const isIdle = idleMsMin === 0 || context.nowMs - pending.deliveredAtMs >= idleMsMin;
    const isDeleted = !stream.has(pending.id);
    if (isDeleted) findings.deleted.push(pending);
    if (isDeleted || isIdle) findings.taken.push(pending);
  }
  return findings;
}

/** The entry is the consumer's from now on. */
function claim(
  context: Context,
  argv: Argv,
  { stream, group }: StreamGroup,
  pending: PendingEntry,
  consumer: Consumer,
  justId: boolean,
  reply: Reply,
): void {
  const deliveryCount = justId ? pending.deliveryCount : add(pending.deliveryCount, 1);
  group.redeliver(pending, consumer, context.nowMs, deliveryCount);
  consumer.activeAtMs = context.nowMs;
  context.dirty++;
  propagateClaim(context, argv, 1, group, pending);
  if (justId) {
    replyId(reply, pending.id);
    return;
  }
  const cursor = context.streams.range(stream, pending.id, pending.id, false);
  if (cursor.next()) replyEntry(reply, cursor);
}

export const xautoclaim = defineCommand({
  name: 'XAUTOCLAIM',
  summary: 'Gives the pending entries of a group that lay for some time to another consumer.',
  group: 'stream',
  since: '6.2.0',
  complexity: 'O(1) if COUNT is small.',
  flags: WRITE | FAST,
  args: [
    key('key', RW | DELETE),
    string('group'),
    string('consumer'),
    string('min-idle-time'),
    string('start'),
    optional(withToken('COUNT', integer('count'))),
    optional(token('JUSTID')),
  ],
  tips: ['nondeterministic_output'],
  history: [
    [
      '7.0.0',
      'Added an element to the reply array, containing deleted entries the command cleared from the PEL',
    ],
  ],
  run(context, argv, reply) {
    // The key is looked for first and judged last: it counts as missed whatever else is wrong.
    const entry = context.readAny(argv, 1);
    const request = parseRequest(argv);
    if (entry !== 0 && context.db.typeOf(entry) !== TYPE_STREAM) throw WRONG_TYPE;
    if (entry !== 0) context.db.beforeChange(entry);
    const found = groupOf(context, argv, entry);
    if (request.count > COUNT_RESERVED_MAX) throw COUNT_TOO_HIGH;
    context.services.propagation.suppress();
    const consumerName = argv.latin1(3);
    const isNew = !found.group.consumers.has(consumerName);
    const consumer = activeConsumer(context, argv, 1, found.group, consumerName);
    const { taken, deleted, next } = search(context, found, request);
    const claimedCount = taken.length - deleted.length;
    reply.array(3);
    replyId(reply, next?.id ?? NO_ID);
    reply.array(claimedCount);
    let lostIndex = 0;
    for (const pending of taken) {
      if (pending === deleted[lostIndex]) {
        lostIndex++;
        propagateClaim(context, argv, 1, found.group, pending);
        found.group.acknowledge(pending.id);
      } else {
        claim(context, argv, found, pending, consumer, request.justIds, reply);
      }
    }
    reply.array(deleted.length);
    for (const lost of deleted) replyId(reply, lost.id);
    if (isNew && claimedCount === 0) propagateConsumer(context, argv, 1, found.group, consumerName);
    context.dirty += deleted.length;
    found.stream.settle();
  },
});
