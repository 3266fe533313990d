/** XPENDING: what was delivered and not acknowledged, counted or one by one. */
import { TYPE_STREAM } from '../../engine/entry.js';
import {
  type ConsumerGroup,
  inNameOrder,
  type PendingEntry,
} from '../../engine/types/stream/consumer-group.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import type { Reply } from '../../protocol/reply.js';
import { block, integer, key, optional, since, string, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';
import { groupOf } from './groups.js';
import { parseEnd, parseStart } from './ids.js';
import { replyCount, replyId } from './replies.js';

/** `key group`, and with `[IDLE ms] start end count [consumer]` at most. */
const SUMMARY_WORDS = 3;
const WORDS_MIN = 6;
const WORDS_WITH_IDLE_MIN = 8;
const WORDS_MAX = 9;

const first = new StreamId();
const last = new StreamId();

/** Which of a group's pending entries, with `first` and `last`. */
interface Selection {
  readonly idleMsMin: number;
  readonly count: number;
  /** The argument that names a consumer; 0: of all. */
  readonly consumer: number;
}

function parseSelection(argv: Argv): Selection {
  let idleMsMin = 0;
  let index = SUMMARY_WORDS;
  if (argv.is(index, 'IDLE')) {
    idleMsMin = argv.integer(index + 1);
    if (argv.count < WORDS_WITH_IDLE_MIN) throw SYNTAX_ERROR;
    index += 2;
  }
  const count = Math.max(0, argv.integer(index + 2));
  parseStart(argv, index, first);
  parseEnd(argv, index + 1, last);
  return { idleMsMin, count, consumer: index + 3 < argv.count ? index + 3 : 0 };
}

/** How many there are, the first and the last one, and how many each consumer has. */
function replySummary(group: ConsumerGroup, reply: Reply): void {
  const lowest = group.pending.first();
  const highest = group.pending.last();
  reply.array(4);
  reply.integer(group.pending.length);
  if (lowest === null || highest === null) {
    reply.null();
    reply.null();
    reply.nullArray();
    return;
  }
  replyId(reply, lowest.id);
  replyId(reply, highest.id);
  const consumers = inNameOrder(group.consumers).filter(({ pending }) => pending.length > 0);
  reply.array(consumers.length);
  for (const { name, pending } of consumers) {
    reply.array(2);
    reply.bulkLatin1(name);
    reply.bulkInteger(pending.length);
  }
}

function replyPending(
  pending: Iterable<PendingEntry>,
  { idleMsMin, count }: Selection,
  nowMs: number,
  reply: Reply,
): void {
  const mark = reply.beginDeferred();
  let replied = 0;
  for (const { id, consumer, deliveredAtMs, deliveryCount } of pending) {
    if (replied === count || id.compare(last) > 0) break;
    const idleMs = nowMs - deliveredAtMs;
    if (idleMs < idleMsMin && idleMsMin !== 0) continue;
    replied++;
    reply.array(4);
    replyId(reply, id);
    reply.bulkLatin1(consumer.name);
    reply.integer(Math.max(0, idleMs));
    replyCount(reply, deliveryCount);
  }
  reply.endDeferredArray(mark, replied);
}

export const xpending = defineCommand({
  name: 'XPENDING',
  summary: 'Returns what a group was given and did not acknowledge.',
  group: 'stream',
  since: '5.0.0',
  complexity:
    'O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every consumer.',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    string('group'),
    optional(
      block(
        'filters',
        optional(since('6.2.0', withToken('IDLE', integer('min-idle-time')))),
        string('start'),
        string('end'),
        integer('count'),
        optional(string('consumer')),
      ),
    ),
  ],
  tips: ['nondeterministic_output'],
  history: [['6.2.0', 'Added the `IDLE` option and exclusive range intervals.']],
  run(context, argv, reply) {
    const isSummary = argv.count === SUMMARY_WORDS;
    if (!isSummary && (argv.count < WORDS_MIN || argv.count > WORDS_MAX)) throw SYNTAX_ERROR;
    const selection = isSummary ? null : parseSelection(argv);
    const { group } = groupOf(context, argv, context.read(argv, 1, TYPE_STREAM));
    if (selection === null) {
      replySummary(group, reply);
      return;
    }
    const { consumer } = selection;
    const owner = consumer === 0 ? group : group.consumers.get(argv.latin1(consumer));
    replyPending(owner?.pending.from(first) ?? [], selection, context.nowMs, reply);
  },
});
