/** What reading and claiming in a group are passed on as: the entries' owners, and how far the group has read. */
import type { ConsumerGroup, PendingEntry } from '../../engine/types/stream/consumer-group.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import { MAX_ID, StreamId } from '../../engine/types/stream/stream-id.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import type { AddOrTrim } from './trim-request.js';

/**
 * A pending entry as it is now: who has it, since when, and how often it was delivered. Where the entry itself was
 * deleted, others find that too, and it is no longer pending.
 */
export function propagateClaim(
  context: Context,
  argv: Argv,
  keyIndex: number,
  group: ConsumerGroup,
  { id, consumer, deliveredAtMs, deliveryCount }: PendingEntry,
): void {
  const { propagation } = context.services;
  if (!propagation.isWanted) return;
  const effect = propagation.begin(context.db, 14).word('XCLAIM').argument(argv, keyIndex).word(group.name);
  effect.word(consumer.name).word('0').word(id.toString()).word('TIME').integer(deliveredAtMs);
  effect.word('RETRYCOUNT').word(String(deliveryCount)).word('FORCE').word('JUSTID');
  effect.word('LASTID').word(group.lastId.toString());
}

/** How far a group has read. */
export function propagateGroupId(context: Context, argv: Argv, keyIndex: number, group: ConsumerGroup): void {
  const { propagation } = context.services;
  if (!propagation.isWanted) return;
  const effect = propagation.begin(context.db, 7).word('XGROUP').word('SETID').argument(argv, keyIndex);
  effect.word(group.name).word(group.lastId.toString()).word('ENTRIESREAD').word(String(group.readCount));
}

const FIRST_ID = new StreamId();

/**
 * XADD and XTRIM with what they left to the server: the new entry's id, and where to trim. What `~` removes depends on
 * the nodes; what there is now doesn't. Redis leaves LIMIT where `~` was, which nobody takes but from a master or a file.
 * @param added the new entry's id; null for XTRIM
 */
export function propagateExact(
  context: Context,
  argv: Argv,
  stream: Stream,
  { trim, thresholdAt, noCreate, id, hasSequence, next }: AddOrTrim,
  added: StreamId | null,
): void {
  const isMadeUp = added !== null && (id === null || !hasSequence);
  if (!isMadeUp && !trim?.approximate) return;
  const first = added === null ? argv.count : next - 1;
  const optionWords = trim?.approximate ? (noCreate ? 4 : 3) : first - 2;
  const effect = context.services.propagation.begin(context.db, 2 + optionWords + argv.count - first);
  effect.argument(argv, 0).argument(argv, 1);
  if (trim?.approximate) {
    if (noCreate) effect.word('NOMKSTREAM');
    effect.argument(argv, thresholdAt - 2).word('=');
    if (trim.minId === null) effect.integer(stream.length);
    else effect.word(firstIdOf(context, stream).toString());
  } else {
    for (let index = 2; index < first; index++) effect.argument(argv, index);
  }
  for (let index = first; index < argv.count; index++) {
    if (index === first && isMadeUp) effect.word(added.toString());
    else effect.argument(argv, index);
  }
}

/** Of an empty stream, the last id that there can be. */
function firstIdOf(context: Context, stream: Stream): StreamId {
  const cursor = context.streams.range(stream, FIRST_ID, MAX_ID, false);
  return cursor.next() ? cursor.id : MAX_ID;
}

/** A consumer that came into being by the way. */
export function propagateConsumer(
  context: Context,
  argv: Argv,
  keyIndex: number,
  group: ConsumerGroup,
  consumerName: string,
): void {
  const { propagation } = context.services;
  if (!propagation.isWanted) return;
  const effect = propagation.begin(context.db, 5).word('XGROUP').word('CREATECONSUMER');
  effect.argument(argv, keyIndex).word(group.name).word(consumerName);
}
