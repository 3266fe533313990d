/** More and more clients, each with one request in flight: the C10K question itself. */
import { REQUEST } from '../report/model.js';
import { countText, keyValueGroup, type Scenario, sizeName } from './scenario.js';

export const ramp: Scenario = {
  name: 'ramp',
  title: 'Ramp',
  question: 'What does an operation cost, and how long does it take, as the clients become many?',
  operation: REQUEST,
  isProgression: true,
  rungs: (settings) =>
    settings.sizes.map((clients) => ({
      name: sizeName(clients),
      title: `${countText(clients)} clients`,
      workload: { groups: [keyValueGroup(settings, clients)] },
    })),
};
