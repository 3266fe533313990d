/** INFO replication: who follows whom, and how far they are. */
import type { Master } from '../replication/master.js';
import { type Replica, STATE_NAMES } from '../replication/replica.js';
import type { JanusServer } from '../server.js';
import type { InfoSection, InfoValue } from './information.js';

type Fields = Iterable<readonly [string, InfoValue]>;

const secondsSince = (sinceMs: number, nowMs: number): number =>
  Math.max(0, Math.floor((nowMs - sinceMs) / 1000));

function* masterFields({ clock, config, replication }: JanusServer, master: Master): Fields {
  const nowMs = clock.wallMs();
  const { arrival } = master;
  yield ['master_host', master.address];
  yield ['master_port', master.port];
  yield ['master_link_status', master.isConnected ? 'up' : 'down'];
  yield ['master_last_io_seconds_ago', master.isConnected ? secondsSince(master.lastReceivedMs, nowMs) : -1];
  yield ['master_sync_in_progress', arrival === null ? 0 : 1];
  yield ['slave_read_repl_offset', replication.offset];
  yield ['slave_repl_offset', replication.offset];
  if (arrival !== null) {
    const { totalBytes, receivedBytes } = arrival;
    yield ['master_sync_total_bytes', totalBytes];
    yield ['master_sync_read_bytes', receivedBytes];
    yield ['master_sync_left_bytes', totalBytes < 0 ? -1 : totalBytes - receivedBytes];
    yield ['master_sync_perc', totalBytes > 0 ? ((receivedBytes / totalBytes) * 100).toFixed(2) : '0.00'];
    yield ['master_sync_last_io_seconds_ago', secondsSince(master.lastReceivedMs, nowMs)];
  }
  if (!master.isConnected) yield ['master_link_down_since_seconds', secondsSince(master.downSinceMs, nowMs)];
  yield ['slave_priority', config.get('replica-priority')];
  yield ['slave_read_only', config.get('replica-read-only') ? 1 : 0];
  yield ['replica_announced', config.get('replica-announced') ? 1 : 0];
}

function describe(
  { address, listeningPort, state, acknowledgedOffset, acknowledgedMs }: Replica,
  nowMs: number,
): string {
  const lag = state === 'online' ? secondsSince(acknowledgedMs, nowMs) : 0;
  const name = STATE_NAMES[state ?? 'waiting'];
  return `ip=${address},port=${listeningPort},state=${name},offset=${acknowledgedOffset},lag=${lag}`;
}

export const replicationSection = (server: JanusServer): InfoSection => ({
  name: 'replication',
  title: 'Replication',
  isDefault: true,
  *fields() {
    const { replication, clock, config } = server;
    const { master, replicas } = replication;
    const { backlog } = replicas;
    yield ['role', master === null ? 'master' : 'slave'];
    if (master !== null) yield* masterFields(server, master);
    yield ['connected_slaves', replicas.count];
    if (config.get('min-replicas-to-write') > 0 && config.get('min-replicas-max-lag') > 0) {
      yield ['min_slaves_good_slaves', replicas.goodCount];
    }
    for (const [index, replica] of replicas.all.entries()) {
      yield [`slave${index}`, describe(replica, clock.wallMs())];
    }
    yield ['master_failover_state', replication.failover.state];
    yield ['master_replid', replication.history.id];
    yield ['master_replid2', replication.history.previousId];
    yield ['master_repl_offset', replicas.offset];
    const { previousOffset } = replication.history;
    yield ['second_repl_offset', previousOffset < 0 ? -1 : previousOffset + 1];
    yield ['repl_backlog_active', backlog === null ? 0 : 1];
    yield ['repl_backlog_size', backlog?.capacityBytes ?? config.get('repl-backlog-size')];
    yield ['repl_backlog_first_byte_offset', backlog === null ? 0 : backlog.startOffset + 1];
    yield ['repl_backlog_histlen', backlog?.length ?? 0];
  },
});
