/** Server CPU of a script that reads one key, called by its SHA1, as a ratio to the reference. */
import { significant } from '../report/format.js';
import { AdminClient } from '../run/admin-client.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { type BenchmarkLoad, compareCosts } from './redis-benchmark.js';
import { withServers } from './servers.js';

const SCRIPT = "return redis.call('GET', KEYS[1])";
const CLIENTS = 50;
const PIPELINE = 16;
const OPERATIONS = 1_000_000;
const GOAL = 2.0;

export const scripts: Bench = {
  name: 'scripts',
  summary: 'server CPU of EVALSHA of a GET as a ratio to redis-server',
  run: (context) => withServers(context, (servers) => measure(context, servers)),
};

async function measure(context: BenchContext, servers: readonly ServerProcess[]): Promise<BenchResult> {
  let sha = '';
  for (const server of servers) sha = await load(server);
  const load16: BenchmarkLoad = {
    name: `EVALSHA c${CLIENTS} P${PIPELINE}`,
    clients: CLIENTS,
    pipeline: PIPELINE,
    operations: Math.ceil(OPERATIONS * context.scale),
    words: ['-r', '100000', 'EVALSHA', sha, '1', 'key:__rand_int__'],
  };
  context.say(load16.name);
  const compared = await compareCosts(servers, load16, context);
  const figures: Record<string, number> = {};
  const table = [['server', 'µs/call (user)', 'ratio (worst round)']];
  for (const [index, { cost, ratio, worstRatio }] of compared.entries()) {
    const { name } = servers[index].contender;
    if (name !== context.reference.name) figures[`${name} ${load16.name}`] = ratio;
    table.push([
      name,
      `${significant(cost.totalUs)} (${significant(cost.userUs)})`,
      `${ratio.toFixed(2)} (${worstRatio.toFixed(2)})`,
    ]);
  }
  return {
    title: `server CPU per EVALSHA of ${SCRIPT}, and its ratio to ${context.reference.name}`,
    table,
    figures,
    goals: Object.keys(figures).map((figure) => ({ figure, atMost: GOAL })),
  };
}

/** @returns the script's SHA1, the same on every server */
async function load(server: ServerProcess): Promise<string> {
  const admin = await AdminClient.open(HOST, server.port);
  try {
    return String(await admin.call('SCRIPT', 'LOAD', SCRIPT));
  } finally {
    admin.close();
  }
}
