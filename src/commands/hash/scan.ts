/** HSCAN: a hash, piece by piece. */
import { TYPE_HASH } from '../../engine/entry.js';
import type { HashCursor } from '../../engine/types/hash/hash-cursor.js';
import { defineScan } from '../collection-scan.js';

export const hscan = defineScan<HashCursor>({
  name: 'HSCAN',
  summary: 'Iterates over the fields and values of a hash.',
  group: 'hash',
  type: TYPE_HASH,
  start: ({ hashes }, entry, position, count) => hashes.scan(entry, position, count),
  nameOf: ({ field }) => field,
  replyValue: ({ value }, reply) => reply.bulk(value.bytes, value.start, value.end),
});
