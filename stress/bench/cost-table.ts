/** What servers cost under several loads, as a table: the last of them is what the others are compared with. */
import { significant } from '../report/format.js';
import type { ServerProcess } from '../run/server-process.js';
import type { BenchContext, BenchResult } from './bench.js';
import { type BenchmarkLoad, compareCosts } from './redis-benchmark.js';

/** @returns a figure for each load and each server but the last: `v2 c50 P1 GET` */
export async function costTable(
  context: BenchContext,
  servers: readonly ServerProcess[],
  loads: readonly BenchmarkLoad[],
): Promise<Pick<BenchResult, 'table' | 'figures'>> {
  const names = servers.map(({ contender }) => contender.name);
  const others = names.slice(0, -1);
  const table = [
    ['load', ...names.map((name) => `${name} µs/op (user)`), ...others.map((name) => `${name} ratio`)],
  ];
  const figures: Record<string, number> = {};
  for (const load of loads) {
    context.say(load.name);
    const compared = await compareCosts(servers, load, context);
    table.push([
      load.name,
      ...compared.map(({ cost }) => `${significant(cost.totalUs)} (${significant(cost.userUs)})`),
      ...compared
        .slice(0, -1)
        .map(({ ratio, worstRatio }) => `${ratio.toFixed(2)} (${worstRatio.toFixed(2)})`),
    ]);
    for (const [index, name] of others.entries()) figures[`${name} ${load.name}`] = compared[index].ratio;
  }
  return { table, figures };
}
