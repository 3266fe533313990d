/** Which channels a user keeps when it changes, and who listens to one that it doesn't. */
import type { SessionSubscriptions } from '../pubsub.js';
import { type ChannelPattern, channelMatches } from './selector.js';
import type { User } from './user.js';

/**
 * What is left of a user's channels, of all selectors together; null when it had none to lose, or has all. Redis goes
 * through the user's subscribers even where every pattern is there still: one who subscribed as another user is found.
 */
export function remainingChannels(before: User, after: User): readonly ChannelPattern[] | null {
  if (after.selectors.some(({ allowsAllChannels }) => allowsAllChannels)) return null;
  const hadNone = before.selectors.every(
    ({ allowsAllChannels, channelPatterns }) => !allowsAllChannels && channelPatterns.length === 0,
  );
  return hadNone ? null : after.selectors.flatMap(({ channelPatterns }) => channelPatterns);
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
