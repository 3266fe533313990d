/** INFO's shorter sections. What januskv isn't (a cluster, a host of modules) it says in Redis' words. */
import type { Database } from '../../engine/database.js';
import type { CpuTime } from '../introspection/process-facts.js';
import type { JanusServer } from '../server.js';
import type { InfoSection, InfoValue } from './information.js';

/** Keys looked at for the mean time to live. */
const TTL_SAMPLES = 256;

const seconds = (microseconds: number): string => (microseconds / 1_000_000).toFixed(6);

export const cpuSection = ({ process }: JanusServer): InfoSection => ({
  name: 'cpu',
  title: 'CPU',
  isDefault: true,
  *fields() {
    const parts: [suffix: string, time: CpuTime][] = [
      ['', process.processCpu()],
      ['_children', { user: 0, system: 0 }],
      ['_main_thread', process.threadCpu()],
    ];
    for (const [suffix, { user, system }] of parts) {
      yield [`used_cpu_sys${suffix}`, seconds(system)];
      yield [`used_cpu_user${suffix}`, seconds(user)];
    }
  },
});

export const modulesSection: InfoSection = {
  name: 'modules',
  title: 'Modules',
  isDefault: true,
  fields: () => [],
};

export const clusterSection: InfoSection = {
  name: 'cluster',
  title: 'Cluster',
  isDefault: true,
  fields: () => [['cluster_enabled', 0]],
};

/** The mean time to live, in ms, of a sample spread over all keys that expire. */
function meanTtlMs(db: Database, nowMs: number): number {
  const { expiring } = db;
  if (expiring === 0) return 0;
  const count = Math.min(expiring, TTL_SAMPLES);
  let sum = 0;
  for (let sample = 0; sample < count; sample++) {
    const ref = db.entries.expiry.refByNumber(Math.floor((sample * expiring) / count));
    sum += Math.max(0, db.entries.roundedExpireAt(ref) - nowMs);
  }
  return Math.round(sum / count);
}

export const keyspaceSection = ({ keyspace }: JanusServer): InfoSection => ({
  name: 'keyspace',
  title: 'Keyspace',
  isDefault: true,
  *fields(): Iterable<readonly [string, InfoValue]> {
    for (const db of keyspace.databases) {
      if (db.size === 0) continue;
      const ttlMs = meanTtlMs(db, keyspace.nowMs);
      yield [`db${db.id}`, `keys=${db.size},expires=${db.expiring},avg_ttl=${ttlMs}`];
    }
  },
});
