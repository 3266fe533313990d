/** Every command on streams. */
import type { Declaration } from '../define.js';
import { xadd } from './add.js';
import { xdel, xlen, xtrim } from './edit.js';
import { xack, xgroup } from './group.js';
import { xrange, xrevrange } from './range.js';
import { xread } from './read.js';
import { xreadgroup } from './read-group.js';

export const streamCommands: readonly Declaration[] = [
  xadd,
  xlen,
  xrange,
  xrevrange,
  xdel,
  xtrim,
  xread,
  xgroup,
  xreadgroup,
  xack,
];
