/**
 * Load by redis-benchmark, and what it cost the server: the CPU time of its processes over the load, divided by
 * the operations. On a shared machine operations per second say little; a ratio of costs, taken in turns, holds.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median } from '../median.js';
import { pinned } from '../run/pinning.js';
import { readUsage, subtractUsage } from '../run/process-usage.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { BenchContext } from './bench.js';

const run = promisify(execFile);

const TIMEOUT_MS = 180_000;

export interface BenchmarkLoad {
  readonly name: string;
  readonly clients: number;
  readonly pipeline: number;
  readonly operations: number;
  /** What follows the connection's options: `-t set -r 100000`, or a command. */
  readonly words: readonly string[];
}

/** Server CPU in µs per operation. */
export interface Cost {
  readonly userUs: number;
  readonly totalUs: number;
}

/** @throws Error when the server answered with an error or redis-benchmark failed */
async function measureCost(server: ServerProcess, load: BenchmarkLoad, context: BenchContext): Promise<Cost> {
  const { clients, pipeline, operations, words } = load;
  const options = ['-h', HOST, '-p', server.port, '-c', clients, '-P', pipeline, '-n', operations, '--csv'];
  const command = ['redis-benchmark', ...options.map(String), ...words];
  const { file, args } = pinned(context.pinning.loadCores, command);
  const pids = server.pids();
  const before = readUsage(pids);
  const stderr = await run(file, args, { maxBuffer: 1 << 24, timeout: TIMEOUT_MS }).then(
    (output) => output.stderr,
    (error: Error & { stderr?: string }) => error.stderr ?? error.message,
  );
  const used = subtractUsage(readUsage(pids), before);
  const complaint = stderr.replace(/^WARNING.*$/gm, '').trim();
  if (complaint !== '') throw new Error(complaint.replace('Error from server: ', ''));
  return { userUs: used.userUs / operations, totalUs: (used.userUs + used.systemUs) / operations };
}

export interface Comparison {
  readonly cost: Cost;
  /** To the reference, round by round: the median and the worst. */
  readonly ratio: number;
  readonly worstRatio: number;
}

/** Of a load, before its first round: a runtime compiles what it runs often. */
const WARM_UP_SHARE = 0.2;

/**
 * One load on every server in turns, for all rounds.
 * @param servers the last is the reference
 */
export async function compareCosts(
  servers: readonly ServerProcess[],
  load: BenchmarkLoad,
  context: BenchContext,
): Promise<Comparison[]> {
  const warmUp = { ...load, operations: Math.ceil(load.operations * WARM_UP_SHARE) };
  for (const server of servers) await measureCost(server, warmUp, context);
  const costs: Cost[][] = servers.map(() => []);
  for (let round = 0; round < context.rounds; round++) {
    for (const [index, server] of servers.entries()) {
      costs[index].push(await measureCost(server, load, context));
    }
  }
  const reference = costs[costs.length - 1];
  return costs.map((own) => {
    const ratios = own.map((cost, round) => cost.totalUs / reference[round].totalUs);
    return {
      cost: {
        userUs: median(own.map((cost) => cost.userUs)),
        totalUs: median(own.map((cost) => cost.totalUs)),
      },
      ratio: median(ratios),
      worstRatio: Math.max(...ratios),
    };
  });
}
