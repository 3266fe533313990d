/** Every command on strings. */
import type { Declaration } from '../define.js';
import { get } from './get.js';
import { set } from './set.js';

export const stringCommands: readonly Declaration[] = [get, set];
