/** The targets by name. The canary is none of them: it has to fail. */
import type { CreateTarget } from '../target.js';
import { createAcl } from './acl.js';
import { createAof } from './aof.js';
import { createConfig } from './config.js';
import { createLua } from './lua.js';
import { createRdb } from './rdb.js';
import { createRequestParser } from './request-parser.js';
import { createRestore } from './restore.js';

export const TARGETS: ReadonlyMap<string, CreateTarget> = new Map([
  ['request-parser', createRequestParser],
  ['restore', createRestore],
  ['rdb', createRdb],
  ['aof', createAof],
  ['config', createConfig],
  ['acl', createAcl],
  ['lua', createLua],
]);
