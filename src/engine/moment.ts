/**
 * A moment at which a key expires, in ms since the epoch. Up to 2^53 it is a number; beyond, where numbers are no longer
 * exact, a bigint. JavaScript compares the two exactly, so that only arithmetic has to ask which it is.
 *
 * Nearly all moments are numbers; the others come from clients that say "never" by the greatest time there is.
 */
export type Moment = number | bigint;

export function momentOf(ms: bigint): Moment {
  return ms > BigInt(Number.MAX_SAFE_INTEGER) ? ms : Number(ms);
}

/** The time between two moments. */
export function msBetween(from: number, to: Moment): Moment {
  return typeof to === 'number' ? to - from : momentOf(to - BigInt(from));
}
