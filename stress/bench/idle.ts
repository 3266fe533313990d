/** What connections cost that do nothing: resident memory with 8,192 of them open. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatKb, formatMb } from '../report/format.js';
import { readMemory } from '../run/process-usage.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { eachAlone } from './servers.js';

const CONNECTIONS = 8_192;
const CONNECTS_AT_ONCE = 256;
const SETTLE_MS = 1_000;
const GOAL_MB = 130;

export const idle: Bench = {
  name: 'idle',
  summary: 'RSS with 8,192 idle connections',
  async run(context: BenchContext): Promise<BenchResult> {
    const count = Math.ceil(CONNECTIONS * context.scale);
    const measured = await eachAlone(context, (server) => measureIdle(server, count));
    return {
      title: `RSS with ${count} idle connections`,
      table: [
        ['server', 'RSS', 'growth per connection'],
        ...[...measured].map(([name, { rssBytes, growthBytes }]) => [
          name,
          formatMb(rssBytes),
          formatKb(growthBytes / count),
        ]),
      ],
      figures: Object.fromEntries(
        [...measured].map(([name, { rssBytes }]) => [`${name} MB`, rssBytes / 1e6]),
      ),
      goals: [...measured.keys()]
        .filter((name) => name !== context.reference.name)
        .map((name) => ({ figure: `${name} MB`, atMost: GOAL_MB })),
    };
  },
};

async function measureIdle(
  server: ServerProcess,
  count: number,
): Promise<{ rssBytes: number; growthBytes: number }> {
  const pids = server.pids();
  const before = readMemory(pids).rssBytes;
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const batch = Math.min(CONNECTS_AT_ONCE, count - sockets.length);
      sockets.push(...(await Promise.all(Array.from({ length: batch }, () => open(server.port)))));
    }
    await sleep(SETTLE_MS);
    const { rssBytes } = readMemory(pids);
    return { rssBytes, growthBytes: rssBytes - before };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Resolves when the server has answered: only then has it surely accepted. */
function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port }, () => socket.write('PING\r\n'));
    socket.once('error', reject);
    socket.once('data', () => resolve(socket));
  });
}
