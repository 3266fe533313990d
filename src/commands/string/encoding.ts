/** Which encoding a string gets, as OBJECT ENCODING tells it. */

import { parseBigInteger, parseInteger } from '../../base/bytes.js';
import { ENCODING_EMBSTR, ENCODING_INT, ENCODING_RAW } from '../../engine/entry.js';

/** Redis' OBJ_ENCODING_EMBSTR_SIZE_LIMIT. */
const EMBEDDED_BYTES_MAX = 44;
/** The longest 64-bit integer. */
const INTEGER_BYTES_MAX = 20;

/** The encoding of a value that is set as a whole: `int` when it is a 64-bit integer in canonical form. */
export function encodingFor(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length > EMBEDDED_BYTES_MAX) return ENCODING_RAW;
  if (length === 0 || length > INTEGER_BYTES_MAX) return ENCODING_EMBSTR;
  const first = bytes[start];
  if ((first < 0x30 || first > 0x39) && first !== 0x2d) return ENCODING_EMBSTR;
  if (!Number.isNaN(parseInteger(bytes, start, end))) return ENCODING_INT;
  return length > 15 && parseBigInteger(bytes, start, end) !== null ? ENCODING_INT : ENCODING_EMBSTR;
}
