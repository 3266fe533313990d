/** The timeout argument of blocking commands: seconds with a fraction; 0 is for ever. */

import { parseLongDouble } from '../base/long-double.js';
import type { Argv } from './argv.js';
import {
  TIMEOUT_NEGATIVE,
  TIMEOUT_NOT_A_FLOAT,
  TIMEOUT_NOT_AN_INTEGER,
  TIMEOUT_OUT_OF_RANGE,
} from './errors.js';

/** Beyond this many milliseconds the deadline would leave the 64-bit range. */
const TIMEOUT_MS_MAX = Number(0x7fff_ffff_ffff_ffffn);
const SECONDS_MAX = 2 * TIMEOUT_MS_MAX;

/** Redis reads seconds as an 80-bit number: one that only a double has no room for is too long, or very short. */
function secondsOf(argv: Argv, index: number): number {
  try {
    return argv.double(index, TIMEOUT_NOT_A_FLOAT);
  } catch (thrown) {
    const wide = thrown === TIMEOUT_NOT_A_FLOAT ? parseLongDouble(argv.latin1(index)) : null;
    if (wide === null) throw thrown;
    const size = wide.exponent < 0 ? Number.MIN_VALUE : SECONDS_MAX;
    return wide.mantissa < 0n ? -size : size;
  }
}

/** @returns milliseconds, rounded up, so that a tiny timeout isn't taken for none */
export function timeoutMs(argv: Argv, index: number, nowMs: number): number {
  const seconds = secondsOf(argv, index);
  const milliseconds = Math.ceil(seconds * 1000);
  if (!Number.isFinite(milliseconds) || milliseconds > TIMEOUT_MS_MAX) throw TIMEOUT_OUT_OF_RANGE;
  // Less than a millisecond below zero rounds up to none.
  if (milliseconds < 0) throw TIMEOUT_NEGATIVE;
  if (milliseconds > TIMEOUT_MS_MAX - nowMs) throw TIMEOUT_OUT_OF_RANGE;
  return milliseconds + 0;
}

/** The same in whole milliseconds: XREAD BLOCK, WAIT. */
export function wholeTimeoutMs(argv: Argv, index: number, nowMs: number): number {
  const milliseconds = argv.integer(index, TIMEOUT_NOT_AN_INTEGER);
  if (milliseconds < 0) throw TIMEOUT_NEGATIVE;
  if (milliseconds > TIMEOUT_MS_MAX - nowMs) throw TIMEOUT_OUT_OF_RANGE;
  return milliseconds;
}
