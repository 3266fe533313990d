/** How much the server's resident memory grows by a million keys. */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatMb } from '../report/format.js';
import { readMemory } from '../run/process-usage.js';
import type { ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { fill } from './bulk-loader.js';
import { eachAlone } from './servers.js';

const KEYS = 1_000_000;
const VALUE_BYTES = 64;
/** For a table that is still being moved, and pages that are given back. */
const SETTLE_MS = 2_000;

export const memory: Bench = {
  name: 'memory',
  summary: 'RSS growth by 1 million keys of 16 bytes with values of 64 bytes, as a ratio to redis-server',
  async run(context: BenchContext): Promise<BenchResult> {
    const keys = Math.ceil(KEYS * context.scale);
    const growth = await eachAlone(context, (server) => measureGrowth(server, keys));
    const reference = growth.get(context.reference.name) ?? Number.NaN;
    const names = [...growth.keys()];
    const title = `RSS growth by ${keys} keys of 16 bytes with values of ${VALUE_BYTES} bytes`;
    return {
      title,
      table: [
        ['server', 'growth', 'bytes per key', 'ratio'],
        ...[...growth].map(([name, bytes]) => [
          name,
          formatMb(bytes),
          (bytes / keys).toFixed(1),
          (bytes / reference).toFixed(2),
        ]),
      ],
      figures: Object.fromEntries([...growth].map(([name, bytes]) => [`${name} ratio`, bytes / reference])),
      goals: names
        .filter((name) => name !== context.reference.name)
        .map((name) => ({ figure: `${name} ratio`, atMost: 1 })),
    };
  },
};

async function measureGrowth(server: ServerProcess, keys: number): Promise<number> {
  const pids = server.pids();
  // The first commands make the server allocate what it needs for any.
  await fill(server.port, 1_000, () => ['SET', 'warm-up', 'x']);
  const before = readMemory(pids).rssBytes;
  const value = 'v'.repeat(VALUE_BYTES);
  await fill(server.port, keys, (index) => ['SET', `key:${String(index).padStart(12, '0')}`, value]);
  await sleep(SETTLE_MS);
  return readMemory(pids).rssBytes - before;
}
