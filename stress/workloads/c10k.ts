/** Many connections, few of them at work: the web's usual state, and what C10K was first about. */
import { REQUEST } from '../report/model.js';
import { countText, keyValueGroup, type Scenario } from './scenario.js';

const IDLE = 10_000;
const ACTIVE = 100;

export const c10k: Scenario = {
  name: 'c10k',
  title: 'C10K',
  question: 'What do ten thousand idle connections cost a hundred active ones?',
  operation: REQUEST,
  isProgression: true,
  rungs: (settings) => {
    const active = keyValueGroup(settings, ACTIVE);
    const idle = settings.clients ?? IDLE;
    return [
      { name: 'active', title: `${ACTIVE} active clients`, workload: { groups: [active] } },
      {
        name: 'active+idle',
        title: `${ACTIVE} active clients and ${countText(idle)} idle ones`,
        workload: { groups: [active, { kind: 'idle', clients: idle }] },
      },
    ];
  },
};
