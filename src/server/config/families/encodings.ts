/** Up to which size collections stay packed. OBJECT ENCODING shows the effect. */

import { INT_MAX, INT_MIN, integer, LONG_MAX, memory } from '../kinds/number.js';

const COUNT = { min: 0, max: LONG_MAX };
const BYTES = { min: 0, max: LONG_MAX };

export const encodings = {
  'hash-max-listpack-entries': integer(512, COUNT, { aliases: ['hash-max-ziplist-entries'] }),
  'hash-max-listpack-value': memory(64, BYTES, { aliases: ['hash-max-ziplist-value'] }),
  'list-max-listpack-size': integer(
    -2,
    { min: INT_MIN, max: INT_MAX },
    { aliases: ['list-max-ziplist-size'] },
  ),
  'list-compress-depth': integer(0, { min: 0, max: INT_MAX }),
  'set-max-intset-entries': integer(512, COUNT),
  'set-max-listpack-entries': integer(128, COUNT),
  /** Not a memory value: so it is in Redis 7.2, unlike that of hashes and sorted sets. */
  'set-max-listpack-value': integer(64, BYTES),
  'zset-max-listpack-entries': integer(128, COUNT, { aliases: ['zset-max-ziplist-entries'] }),
  'zset-max-listpack-value': memory(64, BYTES, { aliases: ['zset-max-ziplist-value'] }),
  'hll-sparse-max-bytes': memory(3000, BYTES),
  'stream-node-max-bytes': memory(4096, BYTES),
  'stream-node-max-entries': integer(100, COUNT),
};
