/**
 * How many different elements registers have seen.
 *
 * Source: Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", arXiv:1702.01284: the improved
 * raw estimator, algorithm 6. Doubles are added in its order, so that the last digit is everybody's.
 */
import { REGISTER_MAX, REGISTERS } from './layout.js';

/** 1 / (2 ln 2) */
const ALPHA = 0.7213475204444817;

/** @param histogram how many registers have each value, 0 … 51 */
export function estimate(histogram: Int32Array): number {
  let z = REGISTERS * tau((REGISTERS - histogram[REGISTER_MAX]) / REGISTERS);
  for (let value = REGISTER_MAX - 1; value >= 1; value--) z = 0.5 * (z + histogram[value]);
  z += REGISTERS * sigma(histogram[0] / REGISTERS);
  return Math.round((ALPHA * REGISTERS * REGISTERS) / z);
}

/** For registers that are still 0. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = share;
  for (let before = -1; before !== z; ) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

/** For registers that can't rise any more. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - share;
  for (let before = -1; before !== z; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
