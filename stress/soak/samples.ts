/** What the soak looks at every now and then, while its clients keep still for a moment. */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AdminClient } from '../run/admin-client.js';
import { readMemory } from '../run/process-usage.js';
import type { ServerProcess } from '../run/server-process.js';

export interface Sample {
  /** Since the load began. */
  readonly seconds: number;
  readonly rssBytes: number;
  readonly usedMemoryBytes: number;
  readonly descriptors: number;
  /** By the server's count, the soak's own connection left out, and by ours. */
  readonly connectedClients: number;
  readonly expectedClients: number;
  readonly keys: number;
  readonly commandsPerSecond: number;
  readonly departures: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
  /** The server's longest stall since the last sample: all, what it computed itself, garbage collection. NaN without a probe. */
  readonly stallMs: number;
  readonly ownStallMs: number;
  readonly collectionMs: number;
  /** This process' own longest stall: it adds to every latency. */
  readonly generatorStallMs: number;
}

export interface ServerState {
  readonly rssBytes: number;
  readonly usedMemoryBytes: number;
  readonly descriptors: number;
  readonly connectedClients: number;
  readonly keys: number;
}

const SETTLE_POLL_MS = 20;
const SETTLE_DEADLINE_MS = 3_000;

/** Waits for the server to notice which clients have left: it closes a connection in a turn of its own. */
export async function readState(
  server: ServerProcess,
  admin: AdminClient,
  expectedClients: number,
): Promise<ServerState> {
  let connectedClients = await countClients(admin);
  for (let waitedMs = 0; connectedClients !== expectedClients && waitedMs < SETTLE_DEADLINE_MS; ) {
    await sleep(SETTLE_POLL_MS);
    waitedMs += SETTLE_POLL_MS;
    connectedClients = await countClients(admin);
  }
  const memory = await admin.info('memory');
  return {
    rssBytes: readMemory([server.pid]).rssBytes,
    usedMemoryBytes: Number(memory.get('used_memory')),
    descriptors: readdirSync(`/proc/${server.pid}/fd`).length,
    connectedClients,
    keys: Number(await admin.call('DBSIZE')),
  };
}

async function countClients(admin: AdminClient): Promise<number> {
  const clients = await admin.info('clients');
  return Number(clients.get('connected_clients')) - 1;
}
