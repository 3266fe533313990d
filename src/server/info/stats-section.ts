/** INFO stats: what happened since the start, or since CONFIG RESETSTAT. */
import type { JanusServer } from '../server.js';
import type { InfoSection } from './information.js';
import { stalePercent } from './stale-keys.js';

const KIBIBYTE = 1024;

/** The arena's slabs give their memory back by themselves. */
const NO_DEFRAGMENTATION: readonly (readonly [string, number])[] = [
  ['active_defrag_hits', 0],
  ['active_defrag_misses', 0],
  ['active_defrag_key_hits', 0],
  ['active_defrag_key_misses', 0],
  ['total_active_defrag_time', 0],
  ['current_active_defrag_time', 0],
];

export const statsSection = (server: JanusServer): InfoSection => ({
  name: 'stats',
  title: 'Stats',
  isDefault: true,
  *fields() {
    const { clients, statistics, keyspace, pubsub, tracking, introspection } = server;
    const { traffic, rates, errors } = introspection;
    const { stats } = keyspace;
    yield ['total_connections_received', clients.received];
    yield ['total_commands_processed', statistics.total];
    yield ['instantaneous_ops_per_sec', Math.round(rates.commands.mean)];
    const replicated = server.replication.replicas.traffic;
    yield ['total_net_input_bytes', introspection.inputBytes + replicated.snapshotBytes];
    yield ['total_net_output_bytes', traffic.outputBytes + replicated.pushedBytes];
    yield ['total_net_repl_input_bytes', replicated.inputBytes];
    yield ['total_net_repl_output_bytes', replicated.outputBytes];
    yield ['instantaneous_input_kbps', (rates.input.mean / KIBIBYTE).toFixed(2)];
    yield ['instantaneous_output_kbps', (rates.output.mean / KIBIBYTE).toFixed(2)];
    yield ['instantaneous_input_repl_kbps', (rates.replicationInput.mean / KIBIBYTE).toFixed(2)];
    yield ['instantaneous_output_repl_kbps', (rates.replicationOutput.mean / KIBIBYTE).toFixed(2)];
    yield ['rejected_connections', clients.rejected];
    yield ['sync_full', server.replication.replicas.fullCount];
    yield ['sync_partial_ok', server.replication.replicas.partialCount];
    yield ['sync_partial_err', server.replication.replicas.partialRefusedCount];
    yield ['expired_keys', stats.expired];
    yield ['expired_stale_perc', stalePercent(keyspace).toFixed(2)];
    yield ['expired_time_cap_reached_count', introspection.tickOverruns];
    yield ['expire_cycle_cpu_milliseconds', Math.round(introspection.tickUs / 1000)];
    yield ['evicted_keys', stats.evicted];
    yield ['evicted_clients', server.clientEviction.count];
    const exceededMs = server.memoryLimit.exceededMs;
    yield ['total_eviction_exceeded_time', exceededMs.total];
    yield ['current_eviction_exceeded_time', exceededMs.current];
    yield ['keyspace_hits', stats.hits];
    yield ['keyspace_misses', stats.misses];
    yield ['pubsub_channels', pubsub.channelCount('channel')];
    yield ['pubsub_patterns', pubsub.patternCount()];
    yield ['pubsubshard_channels', pubsub.channelCount('shard')];
    yield ['latest_fork_usec', 0];
    yield ['total_forks', 0];
    yield ['migrate_cached_sockets', 0];
    yield ['slave_expires_tracked_keys', keyspace.ownExpiries.size];
    yield* NO_DEFRAGMENTATION;
    yield ['tracking_total_keys', tracking.keyCount];
    yield ['tracking_total_items', tracking.readerCount];
    yield ['tracking_total_prefixes', tracking.prefixCount];
    yield ['unexpected_error_replies', server.refusedEffects.count];
    yield ['total_error_replies', errors.total];
    yield ['dump_payload_sanitizations', 0];
    yield ['total_reads_processed', introspection.reads];
    yield ['total_writes_processed', traffic.writes];
    yield ['io_threaded_reads_processed', 0];
    yield ['io_threaded_writes_processed', 0];
    yield ['client_query_buffer_limit_disconnections', server.bufferLimits.queryDisconnections];
    yield ['client_output_buffer_limit_disconnections', server.bufferLimits.outputDisconnections];
    yield ['request_timeout_disconnections', clients.requestTimeouts];
    yield ['reply_buffer_shrinks', 0];
    yield ['reply_buffer_expands', 0];
    yield ['eventloop_cycles', introspection.turns];
    yield ['eventloop_duration_sum', Math.round(server.process.threadBusyUs())];
    yield ['eventloop_duration_cmd_sum', Math.round(statistics.totalMicroseconds())];
    yield ['instantaneous_eventloop_cycles_per_sec', Math.round(rates.turns.mean)];
    yield ['instantaneous_eventloop_duration_usec', Math.round(rates.turnUs.mean)];
    const { denied } = server.access;
    yield ['acl_access_denied_auth', denied.auth];
    yield ['acl_access_denied_cmd', denied.command];
    yield ['acl_access_denied_key', denied.key];
    yield ['acl_access_denied_channel', denied.channel];
    yield ['internal_errors', server.internalErrors];
  },
});
