/** The rate is raised until the server no longer keeps up: where is that, and how does it look before? */
import { hasFallenBehind, REQUEST } from '../report/model.js';
import { countText, keyValueGroup, type Scenario } from './scenario.js';

const CLIENTS = 256;
const FIRST_RATE = 20_000;
const GROWTH = 1.25;
const RATE_MAX = 1_000_000;
/** A client may have this many requests under way, so that what is due doesn't wait for one slow reply. */
const DEPTH = 16;

/** The knee is the last rate at which the 99th percentile stays below this. */
export const KNEE_P99_US = 10_000;

export const knee: Scenario = {
  name: 'knee',
  title: 'Knee',
  question: 'Up to which rate of requests does p99 stay below 10 ms?',
  operation: REQUEST,
  isProgression: false,
  rungs: (settings) => {
    const clients = settings.clients ?? CLIENTS;
    return ratesFrom(settings.ratePerSecond ?? FIRST_RATE).map((ratePerSecond) => ({
      name: `${ratePerSecond}`,
      title: `${countText(ratePerSecond)} requests/s`,
      workload: { groups: [keyValueGroup(settings, clients, { ratePerSecond, pipeline: DEPTH })] },
    }));
  },
  isPast: (trial) => trial.latency.p99Us > KNEE_P99_US || hasFallenBehind(trial) || trial.failures.length > 0,
};

function ratesFrom(first: number): number[] {
  const rates: number[] = [];
  for (let rate = first; rate <= RATE_MAX; rate *= GROWTH)
    rates.push(Math.round(rate / 1000) * 1000 || first);
  return rates;
}
