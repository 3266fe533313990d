/** Every command on sets. */
import type { Declaration } from '../define.js';
import { sdiff, sdiffstore, sinter, sintercard, sinterstore, sunion, sunionstore } from './combine.js';
import { sadd, smove, srem } from './members.js';
import { spop, srandmember } from './random.js';
import { scard, sismember, smembers, smismember, sscan } from './read.js';

export const setCommands: readonly Declaration[] = [
  sadd,
  srem,
  smove,
  scard,
  sismember,
  smismember,
  smembers,
  sscan,
  spop,
  srandmember,
  sinter,
  sinterstore,
  sintercard,
  sunion,
  sunionstore,
  sdiff,
  sdiffstore,
];
