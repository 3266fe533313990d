/** Every family there is. Shapes of commands that januskv doesn't have yet are left out of a run by themselves. */
import type { Family } from '../grammar.js';
import { acl } from './acl.js';
import { bitmap } from './bitmap.js';
import { connection } from './connection.js';
import { generic } from './generic.js';
import { geo } from './geo.js';
import { hash } from './hash.js';
import { hyperloglog } from './hyperloglog.js';
import { list } from './list.js';
import { scripting } from './scripting.js';
import { scripts } from './scripts.js';
import { set } from './set.js';
import { stream } from './stream.js';
import { string } from './string.js';
import { transaction } from './transaction.js';
import { zset } from './zset.js';

export const families: readonly Family[] = [
  connection,
  string,
  generic,
  bitmap,
  list,
  hash,
  set,
  zset,
  stream,
  hyperloglog,
  geo,
  transaction,
  scripting,
  scripts,
  acl,
];
