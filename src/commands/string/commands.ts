/** Every command on strings. */
import type { Declaration } from '../define.js';
import { decr, decrby, incr, incrby } from './counter.js';
import { incrbyfloat } from './counter-float.js';
import { get, getdel, getex, getset } from './get.js';
import { lcs } from './lcs.js';
import { mget, mset, msetnx } from './many.js';
import { append, getrange, setrange, strlen, substr } from './range.js';
import { psetex, set, setex, setnx } from './set.js';

export const stringCommands: readonly Declaration[] = [
  append,
  decr,
  decrby,
  get,
  getdel,
  getex,
  getrange,
  getset,
  incr,
  incrby,
  incrbyfloat,
  lcs,
  mget,
  mset,
  msetnx,
  psetex,
  set,
  setex,
  setnx,
  setrange,
  strlen,
  substr,
];
