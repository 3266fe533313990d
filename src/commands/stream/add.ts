/** XADD: an entry comes, and old ones may go. */
import { EMPTY_BYTES } from '../../base/bytes.js';
import { TYPE_STREAM } from '../../engine/entry.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, key, keyAt, many, oneOf, optional, since, string, token } from '../arguments.js';
import { defineCommand } from '../define.js';
import { wrongArity } from '../errors.js';
import { DENYOOM, FAST, RW, UPDATE, WRITE } from '../flags.js';
import { XADD, XTRIM } from './events.js';
import { propagateExact } from './propagation.js';
import { replyId } from './replies.js';
import { type AddOrTrim, parseAddOrTrim, trimBlock } from './trim-request.js';

const WRONG_ARITY = wrongArity('xadd');
const ID_ZERO = new ReplyError('ERR The ID specified in XADD must be greater than 0-0');
const ID_TOO_SMALL = new ReplyError(
  'ERR The ID specified in XADD is equal or smaller than the target stream top item',
);
const IDS_EXHAUSTED = new ReplyError(
  'ERR The stream has exhausted the last possible ID, unable to add more items',
);
const TOO_LARGE = new ReplyError('ERR Elements are too large to be stored');
/** A listpack grows no larger. */
const ENTRY_BYTES_MAX = 1 << 30;

/** The last id of a stream that is yet to come. */
const NO_ID = new StreamId();
const added = new StreamId();
const fields = { bytes: EMPTY_BYTES, starts: new Int32Array(0), ends: new Int32Array(0), first: 0, pairs: 0 };

/** Sets `added` to the new entry's id. @param stream null: a new one */
function chooseId(stream: Stream | null, { id, hasSequence }: AddOrTrim, nowMs: number): void {
  const last = stream?.lastId ?? NO_ID;
  if (last.isMax) throw IDS_EXHAUSTED;
  if (id !== null && hasSequence) {
    added.copyFrom(id);
  } else {
    if (id === null) added.setTime(nowMs);
    else added.copyFrom(id);
    if (id === null ? added.compare(last) <= 0 : added.hasTimeOf(last)) {
      if (id !== null && last.isSequenceMax) throw ID_TOO_SMALL;
      added.copyFrom(last).increment();
    }
  }
  if (stream !== null && added.compare(last) <= 0) throw ID_TOO_SMALL;
}

export const xadd = defineCommand({
  name: 'XADD',
  summary: 'Appends an entry to a stream. The stream is created if needed.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.',
  flags: WRITE | DENYOOM | FAST,
  args: [
    key('key', RW | UPDATE),
    optional(since('6.2.0', token('NOMKSTREAM'))),
    optional(trimBlock),
    oneOf('id-selector', token('*', 'auto-id'), string('id')),
    many(block('data', string('field'), string('value'))),
  ],
  keySpecs: [
    {
      ...keyAt(1, RW | UPDATE),
      notes: 'UPDATE instead of INSERT because of the optional trimming feature',
    },
  ],
  tips: ['nondeterministic_output'],
  history: [
    ['6.2.0', 'Added the `NOMKSTREAM` option, `MINID` trimming strategy and the `LIMIT` option.'],
    ['7.0.0', 'Added support for the `<ms>-*` explicit ID form.'],
  ],
  run(context, argv, reply) {
    const { streams } = context;
    const request = parseAddOrTrim(
      argv,
      true,
      context.encodingLimits.streamNodeMaxEntries,
      context.keyspace.expiryIgnored,
    );
    const words = argv.count - request.next;
    if (words < 2 || words % 2 !== 0) throw WRONG_ARITY;
    if (request.id?.isZero && request.hasSequence) throw ID_ZERO;
    const entry = context.write(argv, 1, TYPE_STREAM);
    if (entry === 0 && request.noCreate) {
      reply.null();
      return;
    }
    let stream = entry === 0 ? null : streams.get(entry);
    chooseId(stream, request, context.nowMs);
    if (argv.totalBytes() > ENTRY_BYTES_MAX) throw TOO_LARGE;
    stream ??= streams.get(streams.create(context.db, argv.bytes, argv.starts[1], argv.ends[1]));
    fields.bytes = argv.bytes;
    fields.starts = argv.starts;
    fields.ends = argv.ends;
    fields.first = request.next;
    fields.pairs = words / 2;
    const nodesBefore = stream.nodeCount;
    stream.append(added, fields);
    context.changed(XADD, argv, 1);
    const isTrimmed = request.trim !== null && stream.trim(request.trim) > 0;
    if (isTrimmed) context.notify(XTRIM, argv, 1);
    if (isTrimmed || stream.nodeCount !== nodesBefore) stream.settle();
    if (context.services.propagation.isWanted) {
      propagateExact(context, argv, stream, request, added);
    }
    replyId(reply, added);
  },
});
