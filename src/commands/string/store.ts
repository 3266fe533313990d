/** Storing an argument, or text made by a command, as a whole string: every SET-like command ends here. */
import { parseBigInteger, parseInteger } from '../../base/bytes.js';
import { ENCODING_EMBSTR, ENCODING_INT, ENCODING_RAW } from '../../engine/entry.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';

/** Redis' OBJ_ENCODING_EMBSTR_SIZE_LIMIT. */
export const EMBEDDED_BYTES_MAX = 44;
/** The longest 64-bit integer. */
const INTEGER_BYTES_MAX = 20;

/**
 * What OBJECT ENCODING calls a value that is set as a whole: `int` when it is a 64-bit integer in canonical
 * form. (Strings changed in place are `raw`.)
 */
export function encodingFor(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length > EMBEDDED_BYTES_MAX) return ENCODING_RAW;
  if (length === 0 || length > INTEGER_BYTES_MAX) return ENCODING_EMBSTR;
  const first = bytes[start];
  if ((first < 0x30 || first > 0x39) && first !== 0x2d) return ENCODING_EMBSTR;
  if (!Number.isNaN(parseInteger(bytes, start, end))) return ENCODING_INT;
  return length > 15 && parseBigInteger(bytes, start, end) !== null ? ENCODING_INT : ENCODING_EMBSTR;
}

/** Stores argument `valueIndex` as the string of the key in argument `keyIndex`. @returns its entry */
export function store(
  context: Context,
  argv: Argv,
  keyIndex: number,
  valueIndex: number,
  keepTtl: boolean,
): number {
  const { bytes, starts, ends } = argv;
  const start = starts[valueIndex];
  const end = ends[valueIndex];
  const encoding = encodingFor(bytes, start, end);
  return context.db.setString(bytes, starts[keyIndex], ends[keyIndex], bytes, start, end, encoding, keepTtl);
}

/** As `store`, for a key that was just searched for and not found. */
export function add(context: Context, argv: Argv, keyIndex: number, valueIndex: number): number {
  const { bytes, starts, ends } = argv;
  const start = starts[valueIndex];
  const end = ends[valueIndex];
  const encoding = encodingFor(bytes, start, end);
  return context.db.addString(bytes, starts[keyIndex], ends[keyIndex], bytes, start, end, encoding);
}

/** Stores text of one byte a character as the string of the key in argument `keyIndex`; its TTL stays. */
export function storeText(
  context: Context,
  argv: Argv,
  keyIndex: number,
  text: string,
  encoding: number,
): void {
  const { bytes, starts, ends } = argv;
  const value = Buffer.from(text, 'latin1');
  context.db.setString(bytes, starts[keyIndex], ends[keyIndex], value, 0, value.length, encoding, true);
}
