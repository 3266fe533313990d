/** INFO's shorter sections. What januskv isn't (a replica, a cluster, a host of modules) it says in Redis' words. */
import type { Database } from '../../engine/database.js';
import type { CpuTime } from '../process-facts.js';
import type { JanusServer } from '../server.js';
import type { InfoSection, InfoValue } from './information.js';

const NO_REPLICATION_ID = '0'.repeat(40);
const REPLICATION_BACKLOG_BYTES = 1024 * 1024;
/** Keys looked at for the mean time to live. */
const TTL_SAMPLES = 256;

/** Nothing is stored: what is on disk is as old as the server. */
export const persistenceSection = (server: JanusServer): InfoSection => ({
  name: 'persistence',
  title: 'Persistence',
  isDefault: true,
  *fields() {
    yield ['loading', 0];
    yield ['async_loading', 0];
    yield ['current_cow_peak', 0];
    yield ['current_cow_size', 0];
    yield ['current_cow_size_age', 0];
    yield ['current_fork_perc', '0.00'];
    yield ['current_save_keys_processed', 0];
    yield ['current_save_keys_total', 0];
    yield ['rdb_changes_since_last_save', server.context.dirty];
    yield ['rdb_bgsave_in_progress', 0];
    yield ['rdb_last_save_time', Math.floor(server.introspection.startedMs / 1000)];
    yield ['rdb_last_bgsave_status', 'ok'];
    yield ['rdb_last_bgsave_time_sec', -1];
    yield ['rdb_current_bgsave_time_sec', -1];
    yield ['rdb_saves', 0];
    yield ['rdb_last_cow_size', 0];
    yield ['rdb_last_load_keys_expired', 0];
    yield ['rdb_last_load_keys_loaded', 0];
    yield ['aof_enabled', 0];
    yield ['aof_rewrite_in_progress', 0];
    yield ['aof_rewrite_scheduled', 0];
    yield ['aof_last_rewrite_time_sec', -1];
    yield ['aof_current_rewrite_time_sec', -1];
    yield ['aof_last_bgrewrite_status', 'ok'];
    yield ['aof_rewrites', 0];
    yield ['aof_rewrites_consecutive_failures', 0];
    yield ['aof_last_write_status', 'ok'];
    yield ['aof_last_cow_size', 0];
    yield ['module_fork_in_progress', 0];
    yield ['module_fork_last_cow_size', 0];
  },
});

export const replicationSection = (server: JanusServer): InfoSection => ({
  name: 'replication',
  title: 'Replication',
  isDefault: true,
  *fields() {
    yield ['role', 'master'];
    yield ['connected_slaves', 0];
    yield ['master_failover_state', 'no-failover'];
    yield ['master_replid', server.introspection.replicationId];
    yield ['master_replid2', NO_REPLICATION_ID];
    yield ['master_repl_offset', 0];
    yield ['second_repl_offset', -1];
    yield ['repl_backlog_active', 0];
    yield ['repl_backlog_size', REPLICATION_BACKLOG_BYTES];
    yield ['repl_backlog_first_byte_offset', 0];
    yield ['repl_backlog_histlen', 0];
  },
});

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
    sum += Math.max(0, db.expireAt(ref) - nowMs);
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
