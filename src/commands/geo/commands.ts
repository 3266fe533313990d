/** Every command on geospatial indexes. */
import type { Declaration } from '../define.js';
import { geoadd } from './add.js';
import { georadius, georadiusByMember, georadiusByMemberReadOnly, georadiusReadOnly } from './georadius.js';
import { geosearch, geosearchstore } from './geosearch.js';
import { geodist, geohash, geopos } from './read.js';

export const geoCommands: readonly Declaration[] = [
  geoadd,
  geopos,
  geohash,
  geodist,
  geosearch,
  geosearchstore,
  georadius,
  georadiusReadOnly,
  georadiusByMember,
  georadiusByMemberReadOnly,
];
