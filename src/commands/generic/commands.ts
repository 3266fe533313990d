/** Every command on keys of any type. */
import type { Declaration } from '../define.js';
import { copy, move } from './copy.js';
import { flushall, flushdb, swapdb } from './databases.js';
import { del, unlink } from './delete.js';
import { dump, restore, restoreAsking } from './dump.js';
import { exists, touch, type } from './exists.js';
import { expire, expireat, persist, pexpire, pexpireat } from './expire.js';
import { dbsize, keys, randomkey, scan } from './keys.js';
import { migrate } from './migrate.js';
import { object } from './object.js';
import { rename, renamenx } from './rename.js';
import { sort, sortRo } from './sort.js';
import { expiretime, pexpiretime, pttl, ttl } from './ttl.js';
import { wait } from './wait.js';
import { waitaof } from './wait-aof.js';

export const genericCommands: readonly Declaration[] = [
  copy,
  dbsize,
  del,
  dump,
  exists,
  expire,
  expireat,
  expiretime,
  flushall,
  flushdb,
  keys,
  migrate,
  move,
  object,
  persist,
  pexpire,
  pexpireat,
  pexpiretime,
  pttl,
  randomkey,
  rename,
  renamenx,
  restore,
  restoreAsking,
  scan,
  sort,
  sortRo,
  swapdb,
  touch,
  ttl,
  type,
  unlink,
  wait,
  waitaof,
];
