/** From the start of the process to its first PONG. */

import { median } from '../median.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { startServer } from './servers.js';

const STARTS_PER_ROUND = 5;
const GOAL_MS = 200;

export const start: Bench = {
  name: 'start',
  summary: 'start of the process to its first PONG',
  async run(context: BenchContext): Promise<BenchResult> {
    const times = new Map<string, number[]>(context.contenders.map(({ name }) => [name, []]));
    for (let turn = 0; turn < context.rounds * STARTS_PER_ROUND; turn++) {
      for (const contender of context.contenders) {
        const server = await startServer(context, contender);
        times.get(contender.name)?.push(server.startMs);
        await server.stop();
      }
    }
    return {
      title: `start to first PONG, ${context.rounds * STARTS_PER_ROUND} starts each`,
      table: [
        ['server', 'median ms', 'fastest', 'slowest'],
        ...[...times].map(([name, ms]) => [name, median(ms), Math.min(...ms), Math.max(...ms)].map(show)),
      ],
      figures: Object.fromEntries([...times].map(([name, ms]) => [`${name} ms`, median(ms)])),
      goals: [...times.keys()]
        .filter((name) => name !== context.reference.name)
        .map((name) => ({ figure: `${name} ms`, atMost: GOAL_MS })),
    };
  },
};

function show(value: string | number): string {
  return typeof value === 'string' ? value : value.toFixed(0);
}
