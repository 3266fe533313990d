/** All scenarios, in the order of the report. */
import { c10k } from './c10k.js';
import { knee } from './knee.js';
import { mixed } from './mixed.js';
import { pipeline } from './pipeline.js';
import { pubsub } from './pubsub.js';
import { ramp } from './ramp.js';
import type { Scenario } from './scenario.js';
import { slow } from './slow.js';
import { storm } from './storm.js';

export const SCENARIOS: readonly Scenario[] = [ramp, c10k, storm, slow, pipeline, mixed, pubsub, knee];

/** @throws Error that lists what there is */
export function findScenario(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = SCENARIOS.map((scenario) => scenario.name).join(', ');
  throw new Error(`scenario ${name}: not known; there are ${names}, or a number of clients such as 8k`);
}
