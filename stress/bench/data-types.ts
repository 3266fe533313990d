/** Server CPU and memory for every data type, as ratios to the reference. */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatMb, significant } from '../report/format.js';
import { AdminClient } from '../run/admin-client.js';
import { readMemory } from '../run/process-usage.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { type Command, fill } from './bulk-loader.js';
import { type BenchmarkLoad, compareCosts } from './redis-benchmark.js';
import { eachAlone, withServers } from './servers.js';

const CLIENTS = 50;
const PIPELINE = 16;
const SETTLE_MS = 1_000;
const CPU_GOAL = 1.0;
const MEMORY_GOAL = 1.3;

/** redis-benchmark's own tests by name; each in the order that fills before it empties. */
const TESTS = ['incr', 'lpush', 'rpush', 'lpop', 'rpop', 'sadd', 'hset', 'spop', 'zadd', 'zpopmin', 'mset'];
/** These answer a hundred elements and more: a tenth of the operations is enough. */
const LONG_TESTS = ['lrange_100', 'lrange_600'];
const OPERATIONS = 1_000_000;

/** A data set whose memory is compared. */
interface DataSet {
  readonly name: string;
  readonly commands: number;
  make(index: number): Command;
}

const DATA_SETS: readonly DataSet[] = [
  {
    name: '1 M hashes of 5 fields',
    commands: 1_000_000,
    make: (index) => [
      'HSET',
      `hash:${index}`,
      ...numbers(5).flatMap((field) => [`field${field}`, index + field]),
    ],
  },
  {
    name: '100 k sets of 50 integers',
    commands: 100_000,
    make: (index) => ['SADD', `set:${index}`, ...numbers(50).map((member) => index + member * 3)],
  },
  {
    name: '100 k sorted sets of 20',
    commands: 100_000,
    make: (index) => [
      'ZADD',
      `zset:${index}`,
      ...numbers(20).flatMap((rank) => [rank * 1.5, `member${rank}`]),
    ],
  },
  {
    name: '100 k lists of 50',
    commands: 100_000,
    make: (index) => ['RPUSH', `list:${index}`, ...numbers(50).map((element) => `element${element}`)],
  },
  {
    name: 'a sorted set of 1 M',
    commands: 1_000_000,
    make: (index) => ['ZADD', 'zset', (index * 7919) % 1_000_003, `member:${index}`],
  },
  {
    name: 'a stream of 1 M',
    commands: 1_000_000,
    make: (index) => ['XADD', 'stream', '*', 'field', index],
  },
];

export const dataTypes: Bench = {
  name: 'types',
  summary: 'server CPU and memory by data type as ratios to redis-server',
  async run(context: BenchContext): Promise<BenchResult> {
    const figures: Record<string, number> = {};
    const cpuRows = await withServers(context, (servers) => compareCpu(context, servers, figures));
    const memoryRows = await compareMemory(context, figures);
    const names = context.contenders
      .map(({ name }) => name)
      .filter((name) => name !== context.reference.name);
    return {
      title: `ratios to ${context.reference.name}: CPU per operation (c${CLIENTS} P${PIPELINE}), used_memory and RSS`,
      table: [['of', ...names], ...cpuRows, ...memoryRows],
      figures,
      goals: Object.keys(figures).map((figure) => ({
        figure,
        atMost: figure.includes('memory') || figure.includes('RSS') ? MEMORY_GOAL : CPU_GOAL,
      })),
    };
  },
};

async function compareCpu(
  context: BenchContext,
  servers: readonly ServerProcess[],
  figures: Record<string, number>,
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const load of loadsOf(context)) {
    context.say(load.name);
    try {
      const compared = await compareCosts(servers, load, context);
      const others = compared.slice(0, -1);
      for (const [index, { ratio }] of others.entries()) {
        figures[`${servers[index].contender.name} ${load.name}`] = ratio;
      }
      rows.push([
        load.name,
        ...others.map(({ ratio, cost }) => `${ratio.toFixed(2)} (${significant(cost.totalUs)} µs)`),
      ]);
    } catch (error) {
      // A contender may lack a command; that is a result of its own.
      rows.push([load.name, ...servers.slice(0, -1).map(() => (error as Error).message.slice(0, 60))]);
    }
  }
  return rows;
}

function loadsOf(context: BenchContext): BenchmarkLoad[] {
  const common = { clients: CLIENTS, pipeline: PIPELINE };
  const operations = Math.ceil(OPERATIONS * context.scale);
  const random = ['-r', '100000'];
  return [
    ...TESTS.map((test) => ({ ...common, name: test, operations, words: ['-t', test, ...random] })),
    ...LONG_TESTS.map((test) => ({
      ...common,
      name: test,
      operations: Math.ceil(operations / 10),
      words: ['-t', test],
    })),
    {
      ...common,
      name: 'xadd',
      operations,
      words: [...random, 'XADD', 'stream:__rand_int__', '*', 'field', 'value'],
    },
  ];
}

interface Growth {
  readonly usedBytes: number;
  readonly rssBytes: number;
}

async function compareMemory(context: BenchContext, figures: Record<string, number>): Promise<string[][]> {
  const rows: string[][] = [];
  for (const dataSet of DATA_SETS) {
    context.say(dataSet.name);
    const growth = await eachAlone(context, (server) => measureGrowth(server, dataSet, context));
    const reference = growth.get(context.reference.name);
    const others = [...growth].filter(([name]) => name !== context.reference.name);
    rows.push([dataSet.name, ...others.map(([, own]) => describeGrowth(own, reference))]);
    for (const [name, own] of others) {
      if (typeof own === 'string' || typeof reference !== 'object') continue;
      figures[`${name} used_memory, ${dataSet.name}`] = own.usedBytes / reference.usedBytes;
      figures[`${name} RSS, ${dataSet.name}`] = own.rssBytes / reference.rssBytes;
    }
  }
  return rows;
}

/** @returns the error's text when the server refused a command */
async function measureGrowth(
  server: ServerProcess,
  dataSet: DataSet,
  context: BenchContext,
): Promise<Growth | string> {
  const admin = await AdminClient.open(HOST, server.port);
  try {
    // The first commands make the server allocate what it needs for any.
    await fill(server.port, 1_000, () => ['SET', 'warm-up', 'x']);
    const before = await readGrowth(admin, server);
    await fill(server.port, Math.ceil(dataSet.commands * context.scale), dataSet.make);
    await sleep(SETTLE_MS);
    const after = await readGrowth(admin, server);
    return { usedBytes: after.usedBytes - before.usedBytes, rssBytes: after.rssBytes - before.rssBytes };
  } catch (error) {
    return (error as Error).message;
  } finally {
    admin.close();
  }
}

async function readGrowth(admin: AdminClient, server: ServerProcess): Promise<Growth> {
  const info = await admin.info('memory');
  return {
    usedBytes: Number(info.get('used_memory') ?? Number.NaN),
    rssBytes: readMemory(server.pids()).rssBytes,
  };
}

function describeGrowth(own: Growth | string, reference: Growth | string | undefined): string {
  if (typeof own === 'string') return own.slice(0, 60);
  if (typeof reference !== 'object') return formatMb(own.rssBytes);
  const used = (own.usedBytes / reference.usedBytes).toFixed(2);
  const rss = (own.rssBytes / reference.rssBytes).toFixed(2);
  return `used ${used}, RSS ${rss} (${formatMb(own.rssBytes)})`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
