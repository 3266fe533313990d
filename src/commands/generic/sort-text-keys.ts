/** Numbers in the order of texts, so that sorting looks at the texts themselves only where those are equal. */
import type { Rows } from './sort-rows.js';

/** The bytes that one key holds: as many as a double is exact for. */
const KEY_BYTES = 6;

/** Keys in the order of the texts, but for ties: the first bytes that not all of them have in common. */
export function textKeys(texts: Rows): Float64Array {
  const { bytes, count } = texts;
  const keys = new Float64Array(count);
  if (count === 0) return keys;
  let common = texts.end(0) - texts.start(0);
  for (let row = 1; row < count && common > 0; row++) {
    const start = texts.start(row);
    common = Math.min(common, texts.end(row) - start);
    let shared = 0;
    while (shared < common && bytes[start + shared] === bytes[shared]) shared++;
    common = shared;
  }
  for (let row = 0; row < count; row++) {
    const end = texts.end(row);
    let key = 0;
    for (let at = texts.start(row) + common, left = KEY_BYTES; left > 0; at++, left--) {
      key = key * 256 + (at < end ? bytes[at] : 0);
    }
    keys[row] = key;
  }
  return keys;
}
