/**
 * Delta debugging: finds a short part of a list that still has a property, by leaving out halves, then
 * quarters, and so on.
 *
 * Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002).
 */

/** Tries at most: a replay takes some ms. */
const TRIES_MAX = 500;

/** @param holds is true for `items`; it may be asked often */
export async function shrink<T>(
  items: readonly T[],
  holds: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let best = items;
  let tries = 0;
  for (let chunk = Math.ceil(best.length / 2); chunk >= 1 && tries < TRIES_MAX; ) {
    let removed = false;
    // From the end: what is far back matters least often, but the last items often matter most.
    for (let end = best.length; end > 0 && tries < TRIES_MAX; end -= chunk) {
      const candidate = [...best.slice(0, Math.max(0, end - chunk)), ...best.slice(end)];
      tries++;
      if (candidate.length < best.length && (await holds(candidate))) {
        best = candidate;
        removed = true;
      }
    }
    if (chunk === 1 && !removed) break;
    chunk = Math.min(removed ? chunk : Math.ceil(chunk / 2), Math.max(1, Math.ceil(best.length / 2)));
    if (chunk === 1 && best.length <= 1) break;
  }
  return best;
}
