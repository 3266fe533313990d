/** INFO persistence: what is on disk, how old it is, and what is being done about it. Nothing is copied, so cow figures are 0. */
import type { AppendOnlyFile } from '../persistence/append-only-file.js';
import { ASYNC_LOADING, LOADING } from '../persistence/gates.js';
import type { JanusServer } from '../server.js';
import type { InfoSection, InfoValue } from './information.js';

function* loadingFields(server: JanusServer): Iterable<readonly [string, InfoValue]> {
  const now = server.persistence.loading;
  if (now === null) return;
  const { loading, startedMs } = now;
  const elapsedSeconds = (server.clock.wallMs() - startedMs) / 1000;
  const { loadedBytes, totalBytes } = loading;
  const rate = elapsedSeconds > 0 ? loadedBytes / elapsedSeconds : 0;
  yield ['loading_start_time', Math.floor(startedMs / 1000)];
  yield ['loading_total_bytes', totalBytes];
  yield ['loading_rdb_used_mem', 0];
  yield ['loading_loaded_bytes', loadedBytes];
  yield ['loading_loaded_perc', ((loadedBytes / Math.max(1, totalBytes)) * 100).toFixed(2)];
  yield ['loading_eta_seconds', rate > 0 ? Math.floor((totalBytes - loadedBytes) / rate) : 1];
}

function* aofFields({ persistence: { aof }, clock }: JanusServer): Iterable<readonly [string, InfoValue]> {
  const elapsedMs = clock.wallMs() - aof.rewriting.startedMs;
  yield ['aof_enabled', aof.isOn ? 1 : 0];
  yield ['aof_rewrite_in_progress', aof.isRewriting ? 1 : 0];
  yield ['aof_rewrite_scheduled', aof.rewriting.isScheduled ? 1 : 0];
  yield ['aof_last_rewrite_time_sec', aof.rewriting.lastSeconds];
  yield ['aof_current_rewrite_time_sec', aof.isRewriting ? Math.floor(elapsedMs / 1000) : -1];
  yield ['aof_last_bgrewrite_status', aof.rewriting.lastSucceeded ? 'ok' : 'err'];
  yield ['aof_rewrites', aof.rewriting.count];
  yield ['aof_rewrites_consecutive_failures', aof.rewriting.failuresInARow];
  yield ['aof_last_write_status', aof.log?.error ? 'err' : 'ok'];
  yield ['aof_last_cow_size', 0];
}

/** Only while the file is written. */
function* aofSizeFields(aof: AppendOnlyFile): Iterable<readonly [string, InfoValue]> {
  const { log } = aof;
  if (!aof.isOn) return;
  yield ['aof_current_size', aof.currentBytes];
  yield ['aof_base_size', aof.baseBytes];
  yield ['aof_pending_rewrite', aof.rewriting.isScheduled ? 1 : 0];
  yield ['aof_buffer_length', log?.pendingBytes ?? 0];
  yield ['aof_pending_bio_fsync', log?.isSyncing ? 1 : 0];
  yield ['aof_delayed_fsync', log?.delayedSyncs ?? 0];
}

export const persistenceSection = (server: JanusServer): InfoSection => ({
  name: 'persistence',
  title: 'Persistence',
  isDefault: true,
  *fields() {
    const { persistence, clock } = server;
    const { rdb, snapshots } = persistence;
    const { keyCount, visitedCount } = snapshots;
    yield ['loading', (server.states & LOADING) === 0 ? 0 : 1];
    yield ['async_loading', (server.states & ASYNC_LOADING) === 0 ? 0 : 1];
    yield ['current_cow_peak', 0];
    yield ['current_cow_size', 0];
    yield ['current_cow_size_age', 0];
    yield ['current_fork_perc', (keyCount > 0 ? (visitedCount / keyCount) * 100 : 0).toFixed(2)];
    yield ['current_save_keys_processed', visitedCount];
    yield ['current_save_keys_total', keyCount];
    yield ['rdb_changes_since_last_save', rdb.changesSinceSave];
    yield ['rdb_bgsave_in_progress', rdb.isSaving ? 1 : 0];
    yield ['rdb_last_save_time', persistence.lastSaveSeconds];
    yield ['rdb_last_bgsave_status', rdb.lastBackgroundSucceeded ? 'ok' : 'err'];
    yield ['rdb_last_bgsave_time_sec', rdb.lastBackgroundSeconds];
    yield [
      'rdb_current_bgsave_time_sec',
      rdb.isSaving ? Math.floor((clock.wallMs() - rdb.startedMs) / 1000) : -1,
    ];
    yield ['rdb_saves', rdb.saveCount];
    yield ['rdb_last_cow_size', 0];
    yield ['rdb_last_load_keys_expired', rdb.expiredCount];
    yield ['rdb_last_load_keys_loaded', rdb.loadedCount];
    yield* aofFields(server);
    yield ['module_fork_in_progress', 0];
    yield ['module_fork_last_cow_size', 0];
    yield* aofSizeFields(server.persistence.aof);
    yield* loadingFields(server);
  },
});
