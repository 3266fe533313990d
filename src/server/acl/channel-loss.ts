/** Which channels a user keeps when it changes, and who listens to one that it doesn't. */
import type { SessionSubscriptions } from '../pubsub.js';
import { type ChannelPattern, channelMatches } from './selector.js';
import type { User } from './user.js';

/**
 * What is left of a user's channels, of all selectors together; null when it loses none: every pattern that it had is
 * there still, to the letter, or all channels are.
 */
export function remainingChannels(before: User, after: User): readonly ChannelPattern[] | null {
  if (after.selectors.some(({ allowsAllChannels }) => allowsAllChannels)) return null;
  const left = after.selectors.flatMap(({ channelPatterns }) => channelPatterns);
  const keepsAll = before.selectors.every(
    ({ allowsAllChannels, channelPatterns }) =>
      !allowsAllChannels &&
      channelPatterns.every(({ text }) => left.some((pattern) => pattern.text === text)),
  );
  return keepsAll ? null : left;
}

/** Whether somebody listens to what these patterns don't allow. */
export function hearsOther(subscriptions: SessionSubscriptions, allowed: readonly ChannelPattern[]): boolean {
  return (
    [...subscriptions.pattern].some((name) => !allows(allowed, name, true)) ||
    [...subscriptions.channel, ...subscriptions.shard].some((name) => !allows(allowed, name, false))
  );
}

function allows(allowed: readonly ChannelPattern[], name: string, isPattern: boolean): boolean {
  const bytes = Buffer.from(name, 'latin1');
  return channelMatches(allowed, bytes, 0, bytes.length, isPattern);
}
