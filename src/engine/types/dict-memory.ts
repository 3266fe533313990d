/** How much memory the elements of a dict take, for MEMORY USAGE: an estimate from a few of them. */
import type { Arena } from '../arena.js';
import type { Dict } from '../dict.js';

const BUCKET_BYTES = 64;
const SAMPLED_MIN = 32;

/** Bytes of the table and, judging by some, of all elements. */
export function estimateDictBytes(arena: Arena, dict: Dict): number {
  const tableBytes = dict.bucketCount * BUCKET_BYTES;
  if (dict.size === 0) return tableBytes;
  let sampled = 0;
  let bytes = 0;
  let cursor = 0;
  do {
    cursor = dict.scan(cursor, (ref) => {
      sampled++;
      bytes += arena.capacity(ref);
    });
  } while (cursor !== 0 && sampled < SAMPLED_MIN);
  return tableBytes + Math.round((bytes / sampled) * dict.size);
}
