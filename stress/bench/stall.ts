/**
 * The longest that any command has to wait while 10 million keys are loaded (the index grows many times), while they
 * all expire within seconds, and while one set of as many members is filled, unlinked, and expires; in some rounds, in turns.
 * Who watches, and what `again` means: stall-watch.ts.
 *
 * These servers have been up for some seconds, in which januskv rehearses (src/rehearsal). Another one is given a tenth of the
 * keys as soon as it is there: what clients meet who can't wait.
 *
 * The loading is paced, in small batches: a server that is given more than it can do keeps commands waiting
 * for no fault of its memory.
 */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/clock.js';
import { AdminClient } from '../run/admin-client.js';
import { pinned } from '../run/pinning.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { BulkLoader, type Command } from './bulk-loader.js';
import { eachAlone } from './servers.js';
import {
  HEAD,
  machineRow,
  RESOLUTION_MS,
  rowOf,
  type Stalls,
  watch,
  worstAgainOf,
  worstOf,
} from './stall-watch.js';

const KEYS = 10_000_000;
const KEYS_PER_SECOND = 200_000;
const KEYS_PER_BATCH = 200;
/** From the last key loaded to the first that expires, and from there to the last one. */
const EXPIRY_DELAY_MS = 2_000;
const EXPIRY_SPREAD_MS = 10_000;
/** After the last key's time: active expiry gets a share of the CPU only. */
const EXPIRY_DEADLINE_MS = 60_000;
/** Longer than januskv's takes. */
const REHEARSAL_MS = 8_000;
/** As long as the loading of all keys. */
const MACHINE_SECONDS = KEYS / KEYS_PER_SECOND;
const MACHINE_PAUSES = fileURLToPath(new URL('../run/machine-pauses.mjs', import.meta.url));
const GOAL_MS = 5;

const clock = systemClock;

/** In the order in which they come. */
const PHASES = [
  'first loading',
  'loading',
  'expiring',
  'adding to one set',
  'UNLINK of that set',
  'expiry of such a set',
] as const;

type Round = Record<(typeof PHASES)[number], Stalls>;

export const stall: Bench = {
  name: 'stall',
  summary: 'longest wait of a command while 10 million keys, and members of one set, come and go',
  async run(context: BenchContext): Promise<BenchResult> {
    const keys = Math.ceil(KEYS * context.scale);
    const machine: number[][] = [];
    const rounds = new Map<string, Round[]>(context.contenders.map(({ name }) => [name, []]));
    for (let round = 0; round < context.rounds; round++) {
      context.say('the machine');
      machine.push(await pausesOfMachine(context));
      for (const [name, measured] of await measureRound(context, keys)) rounds.get(name)?.push(measured);
    }
    return {
      title:
        `longest waits in ms with ${keys} keys, loaded at ${KEYS_PER_SECOND} a second, expiring within ` +
        `${EXPIRY_SPREAD_MS / 1000} s; ${context.rounds} rounds`,
      table: [
        HEAD,
        machineRow(`only reading clocks (${MACHINE_SECONDS} s)`, machine),
        ...[...rounds].flatMap(([name, all]) => rowsOf(name, all)),
      ],
      ...figuresOf(rounds, context.reference.name),
    };
  },
};

/** In each round, of a program that does nothing on the server's core: the longest pause of each second. */
async function pausesOfMachine(context: BenchContext): Promise<number[]> {
  const command = [process.execPath, MACHINE_PAUSES, `${MACHINE_SECONDS}`];
  const { file, args } = pinned(context.pinning.serverCores, command);
  const { stdout } = await promisify(execFile)(file, args);
  return JSON.parse(stdout) as number[];
}

async function measureRound(context: BenchContext, keys: number): Promise<Map<string, Round>> {
  const firsts = await eachAlone(context, (server) => measureFirst(server, keys), RESOLUTION_MS);
  const others = await eachAlone(context, (server) => measureOthers(server, keys, context), RESOLUTION_MS);
  return new Map(
    [...others].map(([name, stalls]) => [name, { 'first loading': firsts.get(name) as Stalls, ...stalls }]),
  );
}

function rowsOf(name: string, rounds: readonly Round[]): string[][] {
  return PHASES.map((phase) =>
    rowOf(
      name,
      phase,
      rounds.map((round) => round[phase]),
    ),
  );
}

function figuresOf(
  rounds: ReadonlyMap<string, readonly Round[]>,
  reference: string,
): Pick<BenchResult, 'figures' | 'goals'> {
  const figures: Record<string, number> = {};
  for (const [name, all] of rounds) {
    for (const phase of PHASES) {
      const stalls = all.map((round) => round[phase]);
      figures[`${name} ${phase} ms`] = worstOf(stalls);
      figures[`${name} ${phase}, again ms`] = worstAgainOf(stalls);
    }
  }
  const goals = Object.keys(figures)
    .filter((figure) => !figure.startsWith(reference))
    .map((figure) => ({ figure, atMost: GOAL_MS }));
  return { figures, goals };
}

/** @param keys a tenth of them is loaded */
function measureFirst(server: ServerProcess, keys: number): Promise<Stalls> {
  const expiryMs = clock.wallMs() + EXPIRY_DEADLINE_MS;
  return watch(server, () => load(server.port, Math.ceil(keys / 10), expiryMs));
}

async function measureOthers(
  server: ServerProcess,
  keys: number,
  context: BenchContext,
): Promise<Omit<Round, 'first loading'>> {
  const { name } = server.contender;
  await sleep(REHEARSAL_MS);
  const firstExpiryMs = clock.wallMs() + (keys / KEYS_PER_SECOND) * 1000 * LOAD_SLACK + EXPIRY_DELAY_MS;
  const loading = await watch(server, () => load(server.port, keys, firstExpiryMs));
  context.say(`${name}: loaded`);
  if (clock.wallMs() > firstExpiryMs) context.say('loading fell behind its pace: keys expired meanwhile');
  await sleep(Math.max(0, firstExpiryMs - clock.wallMs()));
  const expiring = await watch(server, () => awaitExpiry(server.port, firstExpiryMs));
  context.say(`${name}: expired within ${((clock.wallMs() - firstExpiryMs) / 1000).toFixed(1)} s`);
  const adding = await watch(server, () => loadSet(server.port, keys));
  context.say(`${name}: one set`);
  const unlinking = await watch(server, () => release(server.port, ['UNLINK', SET_KEY]));
  await loadSet(server.port, keys);
  const setExpiring = await watch(server, () => release(server.port, ['PEXPIRE', SET_KEY, '100']));
  return {
    loading,
    expiring,
    'adding to one set': adding,
    'UNLINK of that set': unlinking,
    'expiry of such a set': setExpiring,
  };
}

const SET_KEY = 'set';
/** Memory is given back after the reply, a little in each turn. */
const RELEASE_MS = 5_000;

/** Sends what makes the set go, and waits while its memory is given back. */
async function release(port: number, command: string[]): Promise<void> {
  const admin = await AdminClient.open(HOST, port);
  try {
    await admin.call(...command);
    await sleep(RELEASE_MS);
    if (Number(await admin.call('DBSIZE')) !== 0) throw new Error('the set is still there');
  } finally {
    admin.close();
  }
}

function loadSet(port: number, members: number): Promise<void> {
  return sendPaced(port, members, (first, count) => [
    ['SADD', SET_KEY, ...Array.from({ length: count }, (_, offset) => `member:${first + offset}`)],
  ]);
}

/** Loading may take longer than its pace, on a machine that others use as well. */
const LOAD_SLACK = 1.5;

function load(port: number, keys: number, firstExpiryMs: number): Promise<void> {
  return sendPaced(port, keys, (first, count) =>
    Array.from({ length: count }, (_, offset) => {
      const index = first + offset;
      const expiresAtMs = Math.round(firstExpiryMs + ((index * 7919) % keys) * (EXPIRY_SPREAD_MS / keys));
      return ['SET', `key:${String(index).padStart(12, '0')}`, 'value', 'PXAT', expiresAtMs];
    }),
  );
}

/** Sends `total` keys or members at KEYS_PER_SECOND. @param make the commands for `count` of them */
async function sendPaced(
  port: number,
  total: number,
  make: (first: number, count: number) => Command[],
): Promise<void> {
  const loader = await BulkLoader.open(port);
  try {
    const startUs = clock.monotonicUs();
    for (let first = 0; first < total; first += KEYS_PER_BATCH) {
      const dueUs = startUs + (first / KEYS_PER_SECOND) * 1e6;
      const aheadMs = (dueUs - clock.monotonicUs()) / 1000;
      if (aheadMs >= 1) await sleep(aheadMs);
      await loader.send(make(first, Math.min(KEYS_PER_BATCH, total - first)));
    }
  } finally {
    loader.close();
  }
}

async function awaitExpiry(port: number, firstExpiryMs: number): Promise<void> {
  const admin = await AdminClient.open(HOST, port);
  try {
    while (Number(await admin.call('DBSIZE')) !== 0) {
      if (clock.wallMs() > firstExpiryMs + EXPIRY_SPREAD_MS + EXPIRY_DEADLINE_MS)
        throw new Error('a minute after the last key expired some are still there');
      await sleep(100);
    }
  } finally {
    admin.close();
  }
}
