/** A scenario asks one question and answers it with one or more loads, called rungs. It is data: no behaviour. */
import type { KeyValueGroup } from '../load/groups.js';
import type { Rung, ScenarioFacts, Trial } from '../report/model.js';
import type { Settings } from '../settings.js';

export interface Scenario extends Omit<ScenarioFacts, 'rungs'> {
  rungs(settings: Settings): Rung[];
  /** After such a trial the contender is spared the round's further rungs. */
  isPast?(trial: Trial): boolean;
}

/** What the report keeps of a scenario. */
export function factsOf(scenario: Scenario, settings: Settings): ScenarioFacts {
  const { name, title, question, operation, isProgression } = scenario;
  return { name, title, question, operation, isProgression, rungs: scenario.rungs(settings) };
}

/** The clients of most scenarios: as the settings have them, but for what the scenario is about. */
export function keyValueGroup(
  settings: Settings,
  clients: number,
  about: Partial<KeyValueGroup> = {},
): KeyValueGroup {
  return {
    kind: 'key-value',
    clients,
    pipeline: settings.pipeline,
    readPercent: settings.readPercent,
    keysPerClient: settings.keysPerClient,
    valueSizes: [{ bytes: settings.valueBytes, weight: 1 }],
    ratePerSecond: settings.ratePerSecond,
    ...about,
  };
}

/** `8k` is 8,192 clients: k = 1024. */
export function sizeName(clients: number): string {
  return clients % 1024 === 0 ? `${clients / 1024}k` : `${clients}`;
}

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}
