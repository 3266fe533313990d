/** LATENCY DOCTOR: the slow events in words, and what can be done about them. */
import type { Latency, LatencyEvent } from '../services/latency.js';

const DISABLED =
  'Nothing is known: the latency monitor is off. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.\n';
const HEALTHY = 'No event took longer than the threshold since the monitor was turned on, or reset.\n';

const ADVICE: Record<string, string> = {
  command:
    'SLOWLOG GET tells which requests took long. Commands on all of a large key, KEYS and SORT are the usual ones.',
  'fast-command':
    'Fast commands were slow: the machine may be short of CPU or memory, or large values are read and written.',
  'eviction-cycle':
    'Making room took long: less of it at once by maxmemory-eviction-tenacity, and smaller values, help.',
  'expire-cycle': 'Many keys expire, or much memory is freed, at the same time.',
};

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function describe({ name, samples, longestMs }: LatencyEvent): string {
  const values = samples.map(({ milliseconds }) => milliseconds);
  const average = mean(values);
  const deviation = mean(values.map((value) => Math.abs(value - average)));
  const seconds = samples[samples.length - 1].seconds - samples[0].seconds;
  const period = (seconds / samples.length).toFixed(2);
  return (
    `${name}: ${samples.length} latency spikes (average ${Math.round(average)}ms, ` +
    `mean deviation ${Math.round(deviation)}ms, period ${period} sec). Worst all time event ${longestMs}ms.\n`
  );
}

export function diagnose(latency: Latency): string {
  if (latency.thresholdMs === 0) return DISABLED;
  const events = latency.events();
  if (events.length === 0) return HEALTHY;
  const findings = events.map((event, index) => `${index + 1}. ${describe(event)}`);
  const advice = events.flatMap(({ name }) => (ADVICE[name] === undefined ? [] : [`- ${ADVICE[name]}\n`]));
  return `Events took longer than the threshold of ${latency.thresholdMs}ms:\n\n${findings.join('')}\n${advice.join('')}`;
}
