/** A few clients that misbehave: what do the others feel? */
import type { Group } from '../load/groups.js';
import { REQUEST } from '../report/model.js';
import { countText, keyValueGroup, type Scenario } from './scenario.js';

const CLIENTS = 1000;
const FAULTY_SHARE = 0.01;
/** Replies of 16 MB per client: more than sockets hold, less than would hurt a machine. */
const UNREAD_REQUESTS = 1024;
const UNREAD_VALUE_BYTES = 16 * 1024;

export const slow: Scenario = {
  name: 'slow',
  title: 'Slow clients',
  question: 'When 1 % of the clients never read and 1 % send one byte a second, what do the others feel?',
  operation: { ...REQUEST, meaning: 'one of a client that behaves' },
  isProgression: true,
  rungs: (settings) => {
    const clients = settings.clients ?? CLIENTS;
    const faulty = Math.max(1, Math.round(clients * FAULTY_SHARE));
    const well = keyValueGroup(settings, clients);
    const groups: Group[] = [
      well,
      { kind: 'never-reads', clients: faulty, requests: UNREAD_REQUESTS, valueBytes: UNREAD_VALUE_BYTES },
      { kind: 'trickle', clients: faulty, byteIntervalMs: 1000 },
    ];
    return [
      { name: 'well', title: `${countText(clients)} clients that behave`, workload: { groups: [well] } },
      {
        name: 'slow',
        title: `${countText(clients)} clients that behave and ${2 * faulty} slow ones`,
        workload: { groups },
      },
    ];
  },
};
