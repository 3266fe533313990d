/** How commands on bits read their arguments: offsets of bits, and ranges of bytes or of bits. */
import { parseInteger } from '../../base/bytes.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { SYNTAX_ERROR } from '../errors.js';

const NOT_AN_OFFSET = new ReplyError('ERR bit offset is not an integer or out of range');
const HASH = 0x23;

/**
 * The offset of a bit, within the longest string that may be.
 * @param fieldBits with 1 and more, `#5` is the offset of the fifth field of that size; 0: no such form
 * @throws NOT_AN_OFFSET
 */
export function bitOffset(context: Context, argv: Argv, index: number, fieldBits = 0): number {
  const { bytes, starts, ends } = argv;
  const start = starts[index];
  const isField = fieldBits > 0 && bytes[start] === HASH && start < ends[index];
  const number = parseInteger(bytes, isField ? start + 1 : start, ends[index]);
  const offset = isField ? number * fieldBits : number;
  // NaN isn't above 0 either.
  if (!(offset >= 0) || Math.floor(offset / 8) >= context.services.limits.bulkBytesMax) throw NOT_AN_OFFSET;
  return offset;
}

/** A stretch of bits, both ends included; empty when `first` is above `last`. */
export interface BitRange {
  first: number;
  last: number;
}

/**
 * True when argument `index` says that a range counts bits, false when it counts bytes.
 * @throws SYNTAX_ERROR
 */
export function countsBits(argv: Argv, index: number): boolean {
  if (argv.is(index, 'BIT')) return true;
  if (argv.is(index, 'BYTE')) return false;
  throw SYNTAX_ERROR;
}

/**
 * The bits that a range means in a string of `length` bytes. Negative ends count from the end; ends before the
 * string are its first byte or bit, as GETRANGE has it.
 */
export function bitRange(start: number, end: number, isInBits: boolean, length: number): BitRange {
  const unit = isInBits ? 1 : 8;
  const total = isInBits ? length * 8 : length;
  const first = Math.max(0, start < 0 ? start + total : start);
  const last = Math.min(total - 1, Math.max(0, end < 0 ? end + total : end));
  return { first: first * unit, last: last * unit + unit - 1 };
}
