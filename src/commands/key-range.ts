/**
 * First key, last key, step: what clients go by that know nothing of key specifications. They fit the commands
 * whose keys stand at fixed places; of the others they tell some keys and the flag `movablekeys`.
 *
 * Source: redis.io/commands/command, "First key", "Last key", "Step", and the flag `movablekeys`.
 */
import type { KeySpec } from './arguments.js';
import { INCOMPLETE_KEYS } from './flags.js';

export interface KeyRange {
  /** All 0: no key stands at a fixed place. `last` below 0 counts from the end of the request. */
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** There may be keys elsewhere. */
  readonly isMovable: boolean;
}

/** The range of one specification: `last` is absolute. Null when its keys aren't at fixed places. */
function rangeOf({ begin, find }: KeySpec): { first: number; last: number; step: number } | null {
  if (begin.type !== 'index' || find.type !== 'range') return null;
  const last = find.last >= 0 ? begin.index + find.last : find.last;
  return { first: begin.index, last, step: find.step };
}

/** Specifications whose keys follow upon each other make one range: RENAME's two keys are 1 to 2. */
export function keyRangeOf(specs: readonly KeySpec[]): KeyRange {
  let isMovable = specs.some((spec) => (spec.flags & INCOMPLETE_KEYS) !== 0);
  let first = 0;
  let last = 0;
  let step = 0;
  for (const spec of specs) {
    const range = rangeOf(spec);
    const follows =
      range !== null && (first === 0 || (step === 1 && range.step === 1 && range.first === last + 1));
    if (range === null || !follows || (specs.length > 1 && range.step !== 1)) {
      isMovable = true;
      continue;
    }
    if (first === 0) first = range.first;
    last = range.last;
    step = range.step;
  }
  return { first, last, step, isMovable };
}
