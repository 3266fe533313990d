/**
 * What V8 is told in a process that does nothing but serve. Before the server is loaded: V8 takes code that was compiled
 * earlier (compiled-code.ts) only with the options under which it was.
 */
import { setFlagsFromString } from 'node:v8';
import { inlineMore } from './compiler-budget.js';
import { markPatiently } from './patient-marking.js';
import { keepYoungGenerationSmall } from './young-generation.js';

export function tuneV8(): void {
  inlineMore();
  keepYoungGenerationSmall();
  markPatiently();
  // With helpers at a lower priority (background-threads.ts), a collection of 0.2 ms might wait for one of them.
  if (process.platform === 'linux') setFlagsFromString('--no-parallel-scavenge');
}
