/** Times a small operation: rounds long enough for the clock, the fastest quarter of which had the core for themselves. */
import { systemClock } from '../../src/base/clock.js';

const ROUNDS = 24;
const ROUND_MS = 50;

/**
 * @param run does `count` operations
 * @returns nanoseconds per operation: the median of the fastest quarter of the rounds
 */
export function timeOperation(run: (count: number) => void): number {
  const count = calibrate(run);
  const times = Array.from({ length: ROUNDS }, () => elapsedUs(() => run(count))).sort((a, b) => a - b);
  return (times[ROUNDS >> 3] * 1000) / count;
}

/** How many operations fill a round; finding out warms the compiler up. */
function calibrate(run: (count: number) => void): number {
  for (let count = 1000; ; count *= 2) {
    const us = elapsedUs(() => run(count));
    if (us >= ROUND_MS * 1000) return Math.max(1, Math.round((count * ROUND_MS * 1000) / us));
  }
}

function elapsedUs(act: () => void): number {
  const startUs = systemClock.monotonicUs();
  act();
  return systemClock.monotonicUs() - startUs;
}
