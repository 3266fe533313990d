/**
 * Expire times as clients write them: seconds or milliseconds, from now or since the epoch. Times that
 * overflow 64 bits are refused, as Redis refuses them.
 */
import { INT64_MAX, INT64_MIN } from '../base/bytes.js';
import { type Moment, momentOf } from '../engine/moment.js';
import type { Reply } from '../protocol/reply.js';
import type { ReplyError } from '../protocol/reply-error.js';
import type { Argv } from './argv.js';

export const SECOND_MS = 1000;
export const MILLISECOND_MS = 1;

/** Up to here neither conversion nor addition leaves the whole numbers that a Number holds. */
const PLAIN_MAX = 8_000_000_000_000;

/**
 * The moment that argument `index` means.
 * @param unitMs SECOND_MS or MILLISECOND_MS
 * @param baseMs what it counts from: now, or 0 for the epoch
 * @param least the smallest number that may stand there
 * @param refusal thrown when it is smaller, or the moment overflows
 * @throws NOT_AN_INTEGER
 */
export function expireTime(
  argv: Argv,
  index: number,
  unitMs: number,
  baseMs: number,
  least: number,
  refusal: ReplyError,
): Moment {
  const value = argv.safeInteger(index);
  if (value < least) throw refusal;
  if (value >= -PLAIN_MAX && value <= PLAIN_MAX) return value * unitMs + baseMs;
  const moment = argv.bigInteger(index) * BigInt(unitMs);
  const sum = moment + BigInt(baseMs);
  if (moment < Math.max(least, Number(INT64_MIN)) || moment > INT64_MAX || sum > INT64_MAX) throw refusal;
  return momentOf(sum);
}

/** A moment, or the time until one, in whole units. */
export function replyTime(reply: Reply, ms: Moment, unitMs: number): void {
  if (typeof ms === 'number') {
    // Not the sum of it and a half, which may lie beyond 2^53.
    const rest = ms % unitMs;
    reply.integer((ms - rest) / unitMs + (rest * 2 >= unitMs ? 1 : 0));
    return;
  }
  const unit = BigInt(unitMs);
  reply.bigInteger((ms + unit / 2n) / unit);
}
