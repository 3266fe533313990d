/** Every command on streams. */
import type { Declaration } from '../define.js';
import { xadd } from './add.js';
import { xautoclaim } from './auto-claim.js';
import { xclaim } from './claim.js';
import { xdel, xlen, xtrim } from './edit.js';
import { xack, xgroup } from './group.js';
import { xinfo } from './info.js';
import { xpending } from './pending.js';
import { xrange, xrevrange } from './range.js';
import { xread } from './read.js';
import { xreadgroup } from './read-group.js';
import { xsetid } from './set-id.js';

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
  xpending,
  xclaim,
  xautoclaim,
  xsetid,
  xinfo,
];
