/** What caches see: mostly reads, and values of very different sizes. */
import type { ValueSize } from '../load/key-values.js';
import { REQUEST } from '../report/model.js';
import { countText, keyValueGroup, type Scenario } from './scenario.js';

const CLIENTS = 1000;
const READ_PERCENT = 90;

/** Small ones are the most, large ones are the bytes: 1.2 kB on average. */
const VALUE_SIZES: readonly ValueSize[] = [
  { bytes: 16, weight: 40 },
  { bytes: 64, weight: 30 },
  { bytes: 256, weight: 15 },
  { bytes: 1024, weight: 10 },
  { bytes: 8 * 1024, weight: 4 },
  { bytes: 64 * 1024, weight: 1 },
];

export const mixed: Scenario = {
  name: 'mixed',
  title: 'Mixed sizes',
  question: 'How does it go with 90 % reads and values from 16 bytes to 64 KB?',
  operation: REQUEST,
  isProgression: false,
  rungs: (settings) => {
    const clients = settings.clients ?? CLIENTS;
    const about = { readPercent: READ_PERCENT, valueSizes: VALUE_SIZES };
    return [
      {
        name: 'mixed',
        title: `${countText(clients)} clients`,
        workload: { groups: [keyValueGroup(settings, clients, about)] },
      },
    ];
  },
};
