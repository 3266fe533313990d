/** Every command on lists. */
import type { Declaration } from '../define.js';
import { blmpop, blpop, brpop } from './blocking-pop.js';
import { linsert, lrem, lset, ltrim } from './edit.js';
import { blmove, brpoplpush, lmove, rpoplpush } from './move.js';
import { lmpop, lpop, rpop } from './pop.js';
import { lpos } from './position.js';
import { lpush, lpushx, rpush, rpushx } from './push.js';
import { lindex, llen, lrange } from './read.js';

export const listCommands: readonly Declaration[] = [
  lpush,
  rpush,
  lpushx,
  rpushx,
  lpop,
  rpop,
  lmpop,
  llen,
  lindex,
  lrange,
  lpos,
  lset,
  linsert,
  lrem,
  ltrim,
  lmove,
  rpoplpush,
  blpop,
  brpop,
  blmpop,
  blmove,
  brpoplpush,
];
