/** More and more requests in flight on each connection: what is left when the socket work is shared? */
import { REQUEST } from '../report/model.js';
import { keyValueGroup, type Scenario } from './scenario.js';

const CLIENTS = 50;
const DEPTHS = [1, 4, 16, 64];

export const pipeline: Scenario = {
  name: 'pipeline',
  title: 'Pipelining',
  question: 'What does an operation cost when clients send many requests at a time?',
  operation: REQUEST,
  isProgression: true,
  rungs: (settings) =>
    DEPTHS.map((depth) => ({
      name: `P${depth}`,
      title: `${settings.clients ?? CLIENTS} clients, ${depth} in flight each`,
      workload: { groups: [keyValueGroup(settings, settings.clients ?? CLIENTS, { pipeline: depth })] },
    })),
};
