/** Messages instead of requests: one to many, and many to one each. */
import { countText, type Scenario } from './scenario.js';

const SUBSCRIBERS = 1000;

export const pubsub: Scenario = {
  name: 'pubsub',
  title: 'Publish and subscribe',
  question: 'How fast do messages reach their subscribers, and what does a delivery cost?',
  operation: { one: 'delivery', many: 'deliveries', meaning: 'one message reaching one subscriber' },
  isProgression: false,
  rungs: (settings) => {
    const many = settings.clients ?? SUBSCRIBERS;
    const common = {
      kind: 'pubsub',
      messageBytes: settings.valueBytes,
      ratePerSecond: settings.ratePerSecond,
    } as const;
    return [
      {
        name: 'fan-out',
        title: `1 publisher and ${countText(many)} subscribers`,
        workload: { groups: [{ ...common, clients: 1 + many, channels: 1, subscribersPerChannel: many }] },
      },
      {
        name: 'pairs',
        title: `${countText(many)} publishers with one subscriber each`,
        workload: { groups: [{ ...common, clients: 2 * many, channels: many, subscribersPerChannel: 1 }] },
      },
    ];
  },
};
