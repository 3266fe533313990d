/** Keys whose time has come and that active expiry hasn't reached yet. */
import type { Keyspace } from '../../engine/keyspace.js';

/** Looked at in each database. */
const SAMPLES_MAX = 200;

/**
 * How much of what expires is stale, in per cent, by a sample spread over all such keys. A server that doesn't expire keys by
 * itself, such as a replica, estimates nothing.
 */
export function stalePercent({ databases, nowMs, activeExpiry, keepsExpired }: Keyspace): number {
  if (!activeExpiry || keepsExpired) return 0;
  let expiring = 0;
  let stale = 0;
  for (const db of databases) {
    const { expiry } = db.entries;
    if (expiry.size === 0) continue;
    const count = Math.min(expiry.size, SAMPLES_MAX);
    let staleSamples = 0;
    for (let sample = 0; sample < count; sample++) {
      const ref = expiry.refByNumber(Math.floor((sample * expiry.size) / count));
      if (db.entries.roundedExpireAt(ref) < nowMs) staleSamples++;
    }
    expiring += expiry.size;
    stale += (expiry.size * staleSamples) / count;
  }
  return expiring === 0 ? 0 : (stale / expiring) * 100;
}
