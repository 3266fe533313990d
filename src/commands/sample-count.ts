/** The count of HRANDFIELD, SRANDMEMBER and ZRANDMEMBER: below zero, elements may repeat. */
import type { Reply } from '../protocol/reply.js';
import { ReplyError } from '../protocol/reply-error.js';
import type { Argv } from './argv.js';
import { OUT_OF_RANGE } from './errors.js';

const BEYOND_INT64 = new ReplyError(
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
);
/** It has no counterpart above zero. */
const INT64_LEAST = -(2n ** 63n);

export function parseSampleCount(argv: Argv, index: number): number {
  if (argv.bigInteger(index) === INT64_LEAST) throw BEYOND_INT64;
  return argv.integer(index);
}

/**
 * With repetition a request of 40 bytes asks for a reply of any size, and whoever writes it serves nobody else
 * meanwhile. Redis writes on until its memory ends; here such a reply ends at what half a second can write.
 */
const REPEATED_BYTES_MAX = 64 << 20;
/** `$0\r\n\r\n` */
const ELEMENT_BYTES_MIN = 6;

/**
 * Writes elements drawn with repetition.
 * @param write draws one and writes it
 * @throws OUT_OF_RANGE when the reply gets too long
 */
export function replyRepeatedly(reply: Reply, count: number, write: () => void): void {
  const bytesMax = reply.length + REPEATED_BYTES_MAX;
  if (count * ELEMENT_BYTES_MIN > REPEATED_BYTES_MAX) throw OUT_OF_RANGE;
  for (let left = count; left > 0; left--) {
    write();
    if (reply.length > bytesMax) throw OUT_OF_RANGE;
  }
}
