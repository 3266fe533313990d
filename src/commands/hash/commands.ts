/** Every command on hashes. */
import type { Declaration } from '../define.js';
import { hexists, hget, hgetall, hkeys, hlen, hmget, hstrlen, hvals } from './get.js';
import { hincrby, hincrbyfloat } from './increment.js';
import { hrandfield } from './random.js';
import { hscan } from './scan.js';
import { hdel, hmset, hset, hsetnx } from './set.js';

export const hashCommands: readonly Declaration[] = [
  hset,
  hmset,
  hsetnx,
  hdel,
  hget,
  hmget,
  hexists,
  hstrlen,
  hlen,
  hgetall,
  hkeys,
  hvals,
  hincrby,
  hincrbyfloat,
  hrandfield,
  hscan,
];
