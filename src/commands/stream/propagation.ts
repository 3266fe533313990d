/** What reading and claiming in a group are passed on as: the entries' owners, and how far the group has read. */
import type { ConsumerGroup, PendingEntry } from '../../engine/types/stream/consumer-group.js';
import type { StreamId } from '../../engine/types/stream/stream-id.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';

/** A pending entry as it is now: who has it, since when, and how often it was delivered. */
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

/** An entry that was pending and is none any more, because it was deleted. The key is argument 1. */
export function propagateLoss(context: Context, argv: Argv, group: ConsumerGroup, id: StreamId): void {
  const { propagation } = context.services;
  if (!propagation.isWanted) return;
  propagation.begin(context.db, 4).word('XACK').argument(argv, 1).word(group.name).word(id.toString());
}
