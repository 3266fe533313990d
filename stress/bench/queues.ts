/**
 * Jobs per second of the queues that Node developers run: BullMQ and bee-queue, each with a producer and a worker in
 * this process, on every server in turns. Scripts, blocking pops, streams and pub/sub all take part.
 *
 * The libraries themselves need most of a core here, so jobs per second tell how soon answers come, not what a server
 * can do at most; what a job costs it is in the column beside.
 */
import BeeQueue from 'bee-queue';
import { Queue, Worker } from 'bullmq';
import { systemClock } from '../../src/base/clock.js';
import { median } from '../median.js';
import { significant } from '../report/format.js';
import { AdminClient } from '../run/admin-client.js';
import { readUsage, subtractUsage } from '../run/process-usage.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { withServers } from './servers.js';

const JOBS = 10_000;
/** Added with one call. */
const JOBS_PER_BATCH = 200;
/** Batches on their way at once. */
const PRODUCERS = 4;
/** Jobs that the worker runs at once. */
const CONCURRENCY = 50;
/**
 * Before the first round, whatever the scale: runtimes compile what they run often, the client's as the server's. On one
 * core that is never idle, V8's one thread gets a quarter of it (src/process/background-threads.ts): a new januskv takes 410, 200,
 * 145, 115 and 80 µs of CPU, V8's included, for each of BullMQ's first five times 5,000 jobs, and 70 from then on;
 * redis-server 55 throughout.
 */
const WARM_UP_JOBS = 25_000;
const DEADLINE_MS = 120_000;

/** At least 0.9 times the reference's jobs per second. */
const TIME_GOAL = 1 / 0.9;

interface Library {
  readonly name: string;
  /** Adds the jobs while a worker runs them, and resolves when the last one is done. */
  run(port: number, jobs: number): Promise<void>;
}

const LIBRARIES: readonly Library[] = [
  { name: 'BullMQ', run: runBullmq },
  { name: 'bee-queue', run: runBeeQueue },
];

interface Measured {
  readonly jobsPerSecond: number;
  /** Server CPU per job. */
  readonly cpuUs: number;
}

export const queues: Bench = {
  name: 'queues',
  summary: 'jobs per second of BullMQ and bee-queue, and server CPU per job, beside redis-server',
  run: (context) => withServers(context, (servers) => measure(context, servers)),
};

async function measure(context: BenchContext, servers: readonly ServerProcess[]): Promise<BenchResult> {
  const jobs = Math.ceil(JOBS * context.scale);
  const figures: Record<string, number> = {};
  const table = [['queue', 'server', 'jobs/s', 'lowest', 'highest', 'ratio', 'CPU µs/job', 'CPU ratio']];
  for (const library of LIBRARIES) {
    const rounds = await inTurns(context, servers, library, jobs);
    const reference = rounds[rounds.length - 1];
    for (const [index, own] of rounds.entries()) {
      const { name } = servers[index].contender;
      const speeds = own.map(({ jobsPerSecond }) => jobsPerSecond);
      const time = median(speeds.map((speed, round) => reference[round].jobsPerSecond / speed));
      const cpu = median(own.map(({ cpuUs }, round) => cpuUs / reference[round].cpuUs));
      if (own !== reference) {
        figures[`${name} ${library.name} time per job`] = time;
        figures[`${name} ${library.name} CPU per job`] = cpu;
      }
      table.push([
        library.name,
        name,
        ...[median(speeds), Math.min(...speeds), Math.max(...speeds)].map((speed) => speed.toFixed(0)),
        (1 / time).toFixed(2),
        significant(median(own.map(({ cpuUs }) => cpuUs))),
        cpu.toFixed(2),
      ]);
    }
  }
  return {
    title: `${jobs} jobs, ${CONCURRENCY} at a time, and their ratio to ${context.reference.name} (medians of rounds)`,
    table,
    figures,
    goals: LIBRARIES.map(({ name }) => ({ figure: `v2 ${name} time per job`, atMost: TIME_GOAL })),
  };
}

/** All rounds, each on every server, beginning with another one each time. */
async function inTurns(
  context: BenchContext,
  servers: readonly ServerProcess[],
  library: Library,
  jobs: number,
): Promise<Measured[][]> {
  for (const server of servers) await measureOnce(server, library, WARM_UP_JOBS);
  const measured: Measured[][] = servers.map(() => []);
  for (let round = 0; round < context.rounds; round++) {
    context.say(`${library.name}, round ${round + 1} of ${context.rounds}`);
    for (let turn = 0; turn < servers.length; turn++) {
      const index = (round + turn) % servers.length;
      measured[index].push(await measureOnce(servers[index], library, jobs));
    }
  }
  return measured;
}

async function measureOnce(server: ServerProcess, library: Library, jobs: number): Promise<Measured> {
  const pids = server.pids();
  const before = readUsage(pids);
  const startUs = systemClock.monotonicUs();
  await withDeadline(library.run(server.port, jobs), `${library.name} on ${server.contender.name}`);
  const elapsedUs = systemClock.monotonicUs() - startUs;
  const used = subtractUsage(readUsage(pids), before);
  const admin = await AdminClient.open(HOST, server.port);
  try {
    await admin.call('FLUSHALL');
  } finally {
    admin.close();
  }
  return { jobsPerSecond: (jobs / elapsedUs) * 1e6, cpuUs: (used.userUs + used.systemUs) / jobs };
}

async function runBullmq(port: number, jobs: number): Promise<void> {
  const connection = { host: HOST, port };
  const queue = new Queue('bench', { connection });
  const worker = new Worker('bench', async (job) => job.data.number, {
    connection,
    concurrency: CONCURRENCY,
  });
  try {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    const done = new Promise<void>((resolve, reject) => {
      let finished = 0;
      worker.on('completed', () => {
        if (++finished === jobs) resolve();
      });
      worker.on('failed', (_job, error) => reject(error));
      worker.on('error', reject);
    });
    const added = produce(jobs, (numbers) =>
      queue.addBulk(numbers.map((number) => ({ name: 'job', data: { number } }))),
    );
    await Promise.all([added, done]);
  } finally {
    await Promise.all([worker.close(), queue.close()]);
  }
}

async function runBeeQueue(port: number, jobs: number): Promise<void> {
  const settings = { redis: { host: HOST, port }, storeJobs: false, getEvents: false };
  const queue = new BeeQueue('bench', { ...settings, isWorker: false });
  const worker = new BeeQueue('bench', settings);
  try {
    await Promise.all([queue.ready(), worker.ready()]);
    const done = new Promise<void>((resolve, reject) => {
      let finished = 0;
      worker.on('succeeded', () => {
        if (++finished === jobs) resolve();
      });
      worker.on('failed', (_job, error) => reject(error));
      worker.on('error', reject);
    });
    worker.process(CONCURRENCY, async (job) => job.data.number);
    const added = produce(jobs, async (numbers) => {
      const errors = await queue.saveAll(numbers.map((number) => queue.createJob({ number })));
      for (const error of errors.values()) throw error;
    });
    await Promise.all([added, done]);
  } finally {
    await Promise.all([worker.close(), queue.close()]);
  }
}

/** Hands out the numbers of all jobs, batch by batch. */
async function produce(jobs: number, add: (numbers: number[]) => Promise<unknown>): Promise<void> {
  let next = 0;
  const producer = async (): Promise<void> => {
    while (next < jobs) {
      const first = next;
      next = Math.min(jobs, first + JOBS_PER_BATCH);
      await add(Array.from({ length: next - first }, (_, index) => first + index));
    }
  };
  await Promise.all(Array.from({ length: PRODUCERS }, producer));
}

/** A server that loses a job would keep the bench waiting for ever. */
async function withDeadline(work: Promise<void>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not finish its jobs`)), DEADLINE_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
