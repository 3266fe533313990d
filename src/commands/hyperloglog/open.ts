/** Reaching a HyperLogLog from a key. */
import { NONE } from '../../engine/arena.js';
import { ENCODING_RAW, setEncoding, TYPE_STRING } from '../../engine/entry.js';
import { EMPTY_SKETCH } from '../../engine/types/hyperloglog/layout.js';
import { Sketch } from '../../engine/types/hyperloglog/sketch.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';

export const CORRUPT_SKETCH = new ReplyError('INVALIDOBJ Corrupted HLL object detected');
const NOT_A_SKETCH = new ReplyError('WRONGTYPE Key is not a valid HyperLogLog string value.');

function sketchAt(context: Context, entry: number): Sketch {
  const { services } = context;
  const sketch = new Sketch(context.db, context.arena, entry, services.limits.hllSparseBytesMax);
  if (!sketch.isValid) throw NOT_A_SKETCH;
  return sketch;
}

/**
 * The HyperLogLog of the key in argument `index`, for reading.
 * @returns null when there is none
 * @throws NOT_A_SKETCH or WRONG_TYPE
 */
export function openSketch(context: Context, argv: Argv, index: number): Sketch | null {
  const entry = context.read(argv, index, TYPE_STRING);
  return entry === NONE ? null : sketchAt(context, entry);
}

/** As `openSketch`, for a command that may change it. Redis keeps it as `raw` from then on. */
export function openSketchForWriting(context: Context, argv: Argv, index: number): Sketch | null {
  const entry = context.write(argv, index, TYPE_STRING);
  if (entry === NONE) return null;
  const sketch = sketchAt(context, entry);
  setEncoding(context.arena, entry, ENCODING_RAW);
  return sketch;
}

/** An empty HyperLogLog for a key that doesn't exist. */
export function createSketch(context: Context, argv: Argv, index: number): Sketch {
  const { bytes, starts, ends } = argv;
  const { length } = EMPTY_SKETCH;
  const from = starts[index];
  const entry = context.db.setString(bytes, from, ends[index], EMPTY_SKETCH, 0, length, ENCODING_RAW, false);
  return sketchAt(context, entry);
}
