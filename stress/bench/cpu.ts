/** Server CPU per GET and SET, as a ratio to the reference, by clients and pipeline. */
import type { ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult, Goal } from './bench.js';
import { costTable } from './cost-table.js';
import type { BenchmarkLoad } from './redis-benchmark.js';
import { withServers } from './servers.js';

/** Clients, pipeline, operations: enough that ticks of 10 ms don't matter. */
const LOADS: readonly [clients: number, pipeline: number, operations: number][] = [
  [50, 1, 150_000],
  [50, 16, 2_000_000],
  [1000, 1, 150_000],
  [8000, 1, 150_000],
];

const OPTIONS = ['-r', '100000', '-d', '3'];

/** The same for GET and SET. */
const GOALS: Readonly<Record<string, readonly number[]>> = {
  v1: [1.25, 1.0, 1.35, 1.4],
  v2: [1.0, 0.75, 0.95, 0.9],
};

export const cpu: Bench = {
  name: 'cpu',
  summary: 'server CPU per GET and SET as a ratio to redis-server',
  run: (context) => withServers(context, (servers) => measure(context, servers)),
};

async function measure(context: BenchContext, servers: readonly ServerProcess[]): Promise<BenchResult> {
  const { table, figures } = await costTable(context, servers, loadsOf(context));
  const title = `server CPU per operation, and its ratio to ${context.reference.name} (median, worst round)`;
  return { title, table, figures, goals: goalsFor(servers.map(({ contender }) => contender.name)) };
}

function loadsOf(context: BenchContext): BenchmarkLoad[] {
  return LOADS.flatMap(([clients, pipeline, operations]) =>
    ['set', 'get'].map((test) => ({
      name: loadName(clients, pipeline, test),
      clients,
      pipeline,
      operations: Math.ceil(operations * context.scale),
      words: ['-t', test, ...OPTIONS],
    })),
  );
}

function loadName(clients: number, pipeline: number, test: string): string {
  return `c${clients} P${pipeline} ${test.toUpperCase()}`;
}

function goalsFor(names: readonly string[]): Goal[] {
  return names.flatMap((name) =>
    (GOALS[name] ?? []).flatMap((atMost, index) =>
      ['set', 'get'].map((test) => {
        const [clients, pipeline] = LOADS[index];
        return { figure: `${name} ${loadName(clients, pipeline, test)}`, atMost };
      }),
    ),
  );
}
