/**
 * CPU of the echo server per message, as a ratio to the same in C (stress/floors/echo.c), and how long a crowd takes to
 * connect. Both have one thread on one core; the crowd is this process, on another.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EchoCrowd } from '../load/echo-crowd.js';
import { median } from '../median.js';
import { significant } from '../report/format.js';
import type { Contender } from '../run/contenders.js';
import { readUsage, subtractUsage } from '../run/process-usage.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { answersWith, withSisters } from './sister-servers.js';

const MESSAGE_BYTES = 64;
const CROWDS: readonly [clients: number, messages: number][] = [
  [50, 400_000],
  [1000, 400_000],
  [8000, 400_000],
];
/** A runtime compiles what it runs often. */
const WARM_UP_SHARE = 0.2;

const RATIO_GOAL = 1.25;
const CONNECT_MS_GOAL = 1000;
/** The crowd that the goal for connecting is about. */
const LARGEST = 8000;

const JANUSKV: Contender = {
  name: 'januskv',
  command: '"{node}" "{root}/dist/cli.js" echo --host 127.0.0.1 --port {port} --maxListeners 1',
};

export const echo: Bench = {
  name: 'echo',
  summary: 'CPU per 64-byte message of januskv echo as a ratio to the same in C',
  wantsOthers: true,
  async run(context: BenchContext): Promise<BenchResult> {
    const folder = mkdtempSync(join(tmpdir(), 'januskv-echo-'));
    try {
      const floor = { name: 'C', command: `"${compile(folder)}" {port}` };
      const answers = answersWith('hello', 'hello');
      return await withSisters(context, [JANUSKV, floor], answers, (servers) => measure(context, servers));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** @returns the program's path @throws Error when there is no compiler */
function compile(folder: string): string {
  const source = fileURLToPath(new URL('../floors/echo.c', import.meta.url));
  const program = join(folder, 'echo');
  const { status, stderr, error } = spawnSync('cc', ['-O2', '-o', program, source], { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`the bench echo needs a C compiler: cc: ${error.message}`);
  if (status !== 0) throw new Error(`cc: ${stderr}`);
  return program;
}

interface Sample {
  readonly messageUs: number;
  readonly userUs: number;
  readonly connectMs: number;
}

async function measure(context: BenchContext, servers: readonly ServerProcess[]): Promise<BenchResult> {
  const names = servers.map(({ contender }) => contender.name);
  const table = [
    [
      'clients',
      ...names.map((name) => `${name} µs/message (user)`),
      'ratio',
      ...names.map((name) => `${name} connect`),
    ],
  ];
  const figures: Record<string, number> = {};
  // 127.0.0.1 is the server's.
  let source = 0;
  const nextSource = () => (source = (source % 250) + 1);
  for (const [clients, messages] of CROWDS) {
    context.say(`${clients} clients`);
    const count = Math.ceil(messages * context.scale);
    const sampleOne = (server: ServerProcess, share = 1) =>
      sample(server, clients, Math.ceil(count * share), nextSource());
    const samples = await inTurns(servers, context.rounds, sampleOne);
    const [own, floor] = samples;
    const ratios = own.map(({ messageUs }, round) => messageUs / floor[round].messageUs);
    const of = (name: keyof Sample) => samples.map((rounds) => median(rounds.map((one) => one[name])));
    const users = of('userUs');
    const connects = of('connectMs');
    table.push([
      `${clients}`,
      ...of('messageUs').map((us, index) => `${significant(us)} (${significant(users[index])})`),
      `${median(ratios).toFixed(2)} (${Math.max(...ratios).toFixed(2)})`,
      ...connects.map((ms) => `${ms.toFixed(0)} ms`),
    ]);
    figures[`c${clients} ratio`] = median(ratios);
    figures[`c${clients} connect ms`] = connects[0];
  }
  return {
    title: `CPU per message of ${MESSAGE_BYTES} bytes, its ratio to C's (median, worst round), time to connect`,
    table,
    figures,
    goals: [
      ...CROWDS.map(([clients]) => ({ figure: `c${clients} ratio`, atMost: RATIO_GOAL })),
      { figure: `c${LARGEST} connect ms`, atMost: CONNECT_MS_GOAL },
    ],
  };
}

/** @returns for each server, a sample of each round */
async function inTurns(
  servers: readonly ServerProcess[],
  rounds: number,
  sampleOne: (server: ServerProcess, share?: number) => Promise<Sample>,
): Promise<Sample[][]> {
  for (const server of servers) await sampleOne(server, WARM_UP_SHARE);
  const samples: Sample[][] = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, server] of servers.entries()) samples[index].push(await sampleOne(server));
  }
  return samples;
}

async function sample(
  server: ServerProcess,
  clients: number,
  messages: number,
  source: number,
): Promise<Sample> {
  const crowd = await EchoCrowd.connect(HOST, server.port, clients, MESSAGE_BYTES, source);
  try {
    const pids = server.pids();
    const before = readUsage(pids);
    await crowd.exchange(messages);
    const used = subtractUsage(readUsage(pids), before);
    return {
      messageUs: (used.userUs + used.systemUs) / messages,
      userUs: used.userUs / messages,
      connectMs: crowd.connectMs,
    };
  } finally {
    crowd.close();
  }
}
