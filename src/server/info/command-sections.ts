/** INFO commandstats, errorstats, latencystats: what commands were called, failed and cost. */
import type { JanusServer } from '../server.js';
import type { InfoSection } from './information.js';

const toMicroseconds = (ns: number): string => (ns / 1000).toFixed(3);

/** `p50`, `p99.9` */
const percentileName = (percent: number): string => `p${percent}`;

export const commandStatsSection = ({ statistics, table }: JanusServer): InfoSection => ({
  name: 'commandstats',
  title: 'Commandstats',
  isDefault: false,
  *fields() {
    statistics.complete();
    const { calls, microseconds, rejected, failed } = statistics;
    for (const [id, name] of table.names.entries()) {
      if (calls[id] + rejected[id] + failed[id] === 0) continue;
      const perCall = calls[id] > 0 ? microseconds[id] / calls[id] : 0;
      yield [
        `cmdstat_${name}`,
        `calls=${calls[id]},usec=${Math.round(microseconds[id])},usec_per_call=${perCall.toFixed(2)},` +
          `rejected_calls=${rejected[id]},failed_calls=${failed[id]}`,
      ];
    }
  },
});

export const errorStatsSection = (server: JanusServer): InfoSection => ({
  name: 'errorstats',
  title: 'Errorstats',
  isDefault: true,
  *fields() {
    for (const [code, count] of server.introspection.errors.entries()) {
      yield [`errorstat_${code}`, `count=${count}`];
    }
  },
});

export const latencyStatsSection = ({ statistics, table }: JanusServer): InfoSection => ({
  name: 'latencystats',
  title: 'Latencystats',
  isDefault: false,
  *fields() {
    statistics.complete();
    for (const [id, name] of table.names.entries()) {
      const histogram = statistics.histograms[id];
      if (histogram === null) continue;
      const percentiles = statistics.percentiles.map(
        (percent) => `${percentileName(percent)}=${toMicroseconds(histogram.percentile(percent))}`,
      );
      yield [`latency_percentiles_usec_${name}`, percentiles.join(',')];
    }
  },
});
