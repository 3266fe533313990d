/** Every command on HyperLogLogs. */
import type { Declaration } from '../define.js';
import { pfadd } from './add.js';
import { pfcount, pfmerge } from './count.js';
import { pfdebug, pfselftest } from './debug.js';

export const hyperloglogCommands: readonly Declaration[] = [pfadd, pfcount, pfdebug, pfmerge, pfselftest];
