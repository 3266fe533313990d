import { all, either, exactShape, type Family, shape } from '../grammar.js';
import { luaScript } from '../lua-scripts.js';
import { integer, key, member, value } from '../pieces.js';

const argument = either(member, value, integer);
/** Two keys and two arguments, which scripts count on. */
const given = all('2', key, key, argument, argument);

/** Random scripts: see lua-scripts.ts. */
export const scripts: Family = {
  name: 'scripts',
  shapes: [
    exactShape(40, 'EVAL', luaScript, given),
    exactShape(2, 'EVAL_RO', luaScript, given),
    shape(1, 'SET', key, value),
    shape(1, 'RPUSH', key, member),
    shape(1, 'DEL', key),
  ],
};
