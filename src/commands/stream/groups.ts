/** The group that a command names, with the stream it belongs to. */
import { NONE } from '../../engine/arena.js';
import type { Consumer, ConsumerGroup } from '../../engine/types/stream/consumer-group.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import type { KeyEvent } from '../events.js';
import { XGROUP_CREATECONSUMER } from './events.js';

export interface StreamGroup {
  readonly stream: Stream;
  readonly group: ConsumerGroup;
}

/** The key is argument 1, the group argument 2. @param entry the key's, or NONE */
export function groupOf(context: Context, argv: Argv, entry: number): StreamGroup {
  const stream = entry === NONE ? null : context.streams.get(entry);
  const group = stream?.groups.get(argv.latin1(2));
  if (stream !== null && group !== undefined) return { stream, group };
  throw new ReplyError(`NOGROUP No such key '${argv.shown(1)}' or consumer group '${argv.shown(2)}'`);
}

/**
 * A group changed, and no entry: whoever watches, caches or waits for the key isn't told, as in Redis.
 * @param keyIndex of the stream
 */
export function groupChanged(context: Context, event: KeyEvent, argv: Argv, keyIndex: number): void {
  context.dirty++;
  context.notify(event, argv, keyIndex);
}

/**
 * A consumer, created where it is named for the first time, and seen now. Of a new one the others have to be told, by
 * what it claims or by `propagateConsumer`.
 * @param keyIndex of the stream
 */
export function activeConsumer(
  context: Context,
  argv: Argv,
  keyIndex: number,
  group: ConsumerGroup,
  name: string,
): Consumer {
  let consumer = group.consumers.get(name);
  if (consumer === undefined) {
    consumer = group.createConsumer(name, context.nowMs);
    groupChanged(context, XGROUP_CREATECONSUMER, argv, keyIndex);
  }
  consumer.seenAtMs = context.nowMs;
  return consumer;
}
