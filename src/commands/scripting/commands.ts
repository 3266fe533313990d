/** Every command of scripts and functions. */
import type { Declaration } from '../define.js';
import { evalReadOnly, evalScript, evalSha, evalShaReadOnly } from './eval.js';
import { fcall, fcallReadOnly } from './fcall.js';
import { functions } from './functions.js';
import { script } from './script.js';

export const scriptingCommands: readonly Declaration[] = [
  evalScript,
  evalSha,
  evalReadOnly,
  evalShaReadOnly,
  script,
  fcall,
  fcallReadOnly,
  functions,
];
