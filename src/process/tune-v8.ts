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
  // Moving old objects together takes most of a collection: of 5.9 ms 4.4, seen in one that V8 makes 100 s after the last.
  // It would give back less than 0.2 MB: data aren't in V8's heap, and pages without objects are given back all the same.
  setFlagsFromString('--no-compact');
  // With helpers at a lower priority (background-threads.ts), a collection of 0.2 ms might wait for one of them.
  if (process.platform === 'linux') setFlagsFromString('--no-parallel-scavenge');
}
