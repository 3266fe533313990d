/** INFO clients: who is connected, and who of them waits. */
import type { JanusServer } from '../server.js';
import type { InfoSection } from './information.js';

interface WaitingFigures {
  blocked: number;
  timed: number;
  /** Keys waited for by those who want to hear of their going, too. */
  keysUntilGone: number;
}

function waitingOf(server: JanusServer): WaitingFigures {
  const figures = { blocked: 0, timed: 0, keysUntilGone: 0 };
  const keys = new Set<string>();
  for (const { waiter } of server.sessions.values()) {
    if (waiter === null) continue;
    figures.blocked++;
    if (waiter.dueMs !== Number.POSITIVE_INFINITY) figures.timed++;
    if (waiter.wait?.wakesWhenGone) for (const name of waiter.keyNames) keys.add(name);
  }
  figures.keysUntilGone = keys.size;
  return figures;
}

export const clientsSection = (server: JanusServer): InfoSection => ({
  name: 'clients',
  title: 'Clients',
  isDefault: true,
  *fields() {
    const { clients } = server;
    const waiting = waitingOf(server);
    const largest = clients.recentLargest();
    yield ['connected_clients', clients.sessions.size];
    yield ['cluster_connections', 0];
    yield ['maxclients', clients.countMax];
    yield ['client_recent_max_input_buffer', largest.queryBytes];
    yield ['client_recent_max_output_buffer', largest.pendingBytes];
    yield ['blocked_clients', waiting.blocked];
    yield ['tracking_clients', server.tracking.clientCount];
    yield ['clients_in_timeout_table', waiting.timed];
    yield ['total_blocking_keys', server.blocking.keyCount];
    yield ['total_blocking_keys_on_nokey', waiting.keysUntilGone];
  },
});
