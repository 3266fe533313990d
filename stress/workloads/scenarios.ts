/** All scenarios, in the order of the report. */
import { ramp } from './ramp.js';
import type { Scenario } from './scenario.js';

export const SCENARIOS: readonly Scenario[] = [ramp];

/** @throws Error that lists what there is */
export function findScenario(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = SCENARIOS.map((scenario) => scenario.name).join(', ');
  throw new Error(`scenario ${name}: not known; there are ${names}, or a number of clients such as 8k`);
}
