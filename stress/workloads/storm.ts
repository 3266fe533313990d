/** Everybody comes at once, leaves and comes again, as after a restart or a network's hiccup. */
import { countText, type Scenario, sizeName } from './scenario.js';

const CLIENTS = [1024, 4096];

export const storm: Scenario = {
  name: 'storm',
  title: 'Connection storm',
  question: 'How fast are clients served that all connect at once, leave, and come again?',
  operation: { one: 'visit', many: 'visits', meaning: 'connecting, a SET, a GET and leaving' },
  isProgression: true,
  rungs: (settings) =>
    (settings.clients === null ? CLIENTS : [settings.clients]).map((clients) => ({
      name: sizeName(clients),
      title: `${countText(clients)} clients at once`,
      workload: { groups: [{ kind: 'storm', clients, valueBytes: settings.valueBytes }] },
    })),
};
