/** The count of HRANDFIELD, SRANDMEMBER and ZRANDMEMBER: below zero, elements may repeat. */
import { ReplyError } from '../protocol/reply-error.js';
import type { Argv } from './argv.js';

const OUT_OF_RANGE = new ReplyError(
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
);
/** It has no counterpart above zero. */
const INT64_LEAST = -(2n ** 63n);

export function parseSampleCount(argv: Argv, index: number): number {
  if (argv.bigInteger(index) === INT64_LEAST) throw OUT_OF_RANGE;
  return argv.integer(index);
}
