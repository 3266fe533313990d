/**
 * Channels and who listens to them. Subscribing answers by itself, a message for each channel, in the form of
 * the client's protocol version. Implemented by the server.
 */
import type { Argv } from '../argv.js';

/** Plain channels, patterns, and the sharded channels of a cluster (all of them one shard's here). */
export type ChannelKind = 'channel' | 'pattern' | 'shard';

export interface PubSub {
  /** Subscribes the client being served to arguments [first, argv.count). */
  subscribe(kind: ChannelKind, argv: Argv, first: number): void;
  /** The reverse; without arguments from all of the kind. */
  unsubscribe(kind: ChannelKind, argv: Argv, first: number): void;
  /**
   * Sends a message.
   * @param kind `channel`, which patterns hear too, or `shard`
   * @returns clients that got it; one that listens twice counts twice
   */
  publish(kind: ChannelKind, argv: Argv, channelIndex: number, messageIndex: number): number;
  /** Channels with a listener, as byte strings (latin1). */
  channels(kind: ChannelKind): Iterable<string>;
  /** @param channel as a byte string */
  listenerCount(kind: ChannelKind, channel: string): number;
  patternCount(): number;
  /** True while the client being served may send nothing but subscriptions: RESP2 with a subscription. */
  isSubscriber(): boolean;
}
