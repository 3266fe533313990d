/** Every command on bits of strings. */
import type { Declaration } from '../define.js';
import { getbit, setbit } from './bit.js';
import { bitcount, bitpos } from './count.js';
import { bitfield, bitfieldRo } from './field.js';
import { bitop } from './operation.js';

export const bitmapCommands: readonly Declaration[] = [
  bitcount,
  bitfield,
  bitfieldRo,
  bitop,
  bitpos,
  getbit,
  setbit,
];
