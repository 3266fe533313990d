/** DEBUG POPULATE: many keys at once. */
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { OUT_OF_RANGE_POSITIVE } from '../errors.js';
import { encodingFor } from '../string/store.js';

function countOf(argv: Argv, index: number): number {
  const count = argv.integer(index, OUT_OF_RANGE_POSITIVE);
  if (count < 0) throw OUT_OF_RANGE_POSITIVE;
  return count;
}

/** `value:0`, `value:1` …, filled up with zero bytes or cut off at `size`, unless that is 0. */
function filledValue(index: number, size: number): Buffer {
  const text = Buffer.from(`value:${index}`);
  if (size === 0) return text;
  const value = Buffer.alloc(size);
  text.copy(value);
  return value;
}

/** Keys that exist stay as they are. Nobody is notified: it is no change that an application made. */
export function populate(context: Context, argv: Argv): void {
  const { db } = context;
  const count = countOf(argv, 2);
  const prefix = argv.count > 3 ? argv.latin1(3) : 'key';
  const size = argv.count > 4 ? countOf(argv, 4) : 0;
  for (let index = 0; index < count; index++) {
    const key = Buffer.from(`${prefix}:${index}`, 'latin1');
    if (db.find(key, 0, key.length) !== 0) continue;
    const value = filledValue(index, size);
    const encoding = encodingFor(value, 0, value.length);
    db.setString(key, 0, key.length, value, 0, value.length, encoding, false);
  }
}
