/**
 * The longest that any command has to wait while 10 million keys are loaded (the index grows many times), while they
 * all expire within seconds, and while one set of as many members is filled, unlinked, and expires. Two witnesses: a client that
 * sends a PING each millisecond, and a probe in the server's own loop, where it runs on Node.
 *
 * These servers have been up for some seconds, in which januskv rehearses (src/rehearsal). Another one is given a tenth of the
 * keys as soon as it is there: what clients meet who can't wait.
 *
 * The loading is paced, in small batches: a server that is given more than it can do keeps commands waiting
 * for no fault of its memory. Other processes on the cores make a PING wait too; so the probe tells how much of a
 * stall the server itself computed, and this process' own longest stall is shown beside.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.js';
import { Histogram } from '../load/histogram.js';
import type { NodeRuntime } from '../report/model.js';
import { AdminClient } from '../run/admin-client.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { BulkLoader, type Command } from './bulk-loader.js';
import { eachAlone } from './servers.js';

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
const PROBE_RESOLUTION_MS = 1;
const PING_INTERVAL_MS = 1;
const GOAL_MS = 5;

const clock = systemClock;

export interface Stalls {
  readonly ping: Histogram;
  /** Null without a probe. */
  readonly server: NodeRuntime | null;
  /** This process' own longest stall. */
  readonly clientMs: number;
}

interface Measured {
  readonly loading: Stalls;
  readonly expiring: Stalls;
  /** Of one large set. */
  readonly adding: Stalls;
  readonly unlinking: Stalls;
  readonly setExpiring: Stalls;
  /** Seconds from the first key's expiry until none was left; NaN when some still were. */
  readonly expirySeconds: number;
}

export const stall: Bench = {
  name: 'stall',
  summary: 'longest wait of a command while 10 million keys, and members of one set, come and go',
  async run(context: BenchContext): Promise<BenchResult> {
    const keys = Math.ceil(KEYS * context.scale);
    const firsts = await eachAlone(context, (server) => measureFirst(server, keys), PROBE_RESOLUTION_MS);
    const others = await eachAlone(
      context,
      (server) => measureStalls(server, keys, context),
      PROBE_RESOLUTION_MS,
    );
    const figures: Record<string, number> = {};
    const table = [['server', 'while', 'ping p99 ms', 'p99.99', 'max', ...LOOP_HEADS, 'client’s stall']];
    for (const [name, own] of others) {
      const first = firsts.get(name) as Stalls;
      table.push(rowOf(name, 'first loading', first));
      table.push(rowOf(name, 'loading', own.loading));
      table.push(rowOf(name, `expiring (${own.expirySeconds.toFixed(1)} s)`, own.expiring));
      table.push(rowOf(name, 'adding to one set', own.adding));
      table.push(rowOf(name, 'UNLINK of that set', own.unlinking));
      table.push(rowOf(name, 'expiry of such a set', own.setExpiring));
      figures[`${name} first loading ms`] = worstOf(first);
      figures[`${name} loading ms`] = worstOf(own.loading);
      figures[`${name} expiring ms`] = worstOf(own.expiring);
      figures[`${name} adding to a set ms`] = worstOf(own.adding);
      figures[`${name} unlinking a set ms`] = worstOf(own.unlinking);
      figures[`${name} expiring a set ms`] = worstOf(own.setExpiring);
    }
    return {
      title: `longest waits in ms with ${keys} keys, loaded at ${KEYS_PER_SECOND} a second, expiring within ${EXPIRY_SPREAD_MS / 1000} s`,
      table,
      figures,
      goals: Object.keys(figures)
        .filter((figure) => !figure.startsWith(context.reference.name))
        .map((figure) => ({ figure, atMost: GOAL_MS })),
    };
  },
};

/** @param keys a tenth of them is loaded */
function measureFirst(server: ServerProcess, keys: number): Promise<Stalls> {
  const expiryMs = clock.wallMs() + EXPIRY_DEADLINE_MS;
  return watch(server, () => load(server.port, Math.ceil(keys / 10), expiryMs));
}

async function measureStalls(server: ServerProcess, keys: number, context: BenchContext): Promise<Measured> {
  await sleep(REHEARSAL_MS);
  const firstExpiryMs = clock.wallMs() + (keys / KEYS_PER_SECOND) * 1000 * LOAD_SLACK + EXPIRY_DELAY_MS;
  const loading = await watch(server, () => load(server.port, keys, firstExpiryMs));
  context.say(`${server.contender.name}: loaded`);
  if (clock.wallMs() > firstExpiryMs) context.say('loading fell behind its pace: keys expired meanwhile');
  let expirySeconds = Number.NaN;
  const expiring = await watch(server, async () => {
    expirySeconds = await awaitExpiry(server.port, firstExpiryMs);
  });
  const adding = await watch(server, () => loadSet(server.port, keys));
  context.say(`${server.contender.name}: one set`);
  const unlinking = await watch(server, () => release(server.port, ['UNLINK', SET_KEY]));
  await loadSet(server.port, keys);
  const setExpiring = await watch(server, () => release(server.port, ['PEXPIRE', SET_KEY, '100']));
  return { loading, expiring, expirySeconds, adding, unlinking, setExpiring };
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

/** @returns seconds from the first expiry until the server counts no key, NaN when it still counts some */
async function awaitExpiry(port: number, firstExpiryMs: number): Promise<number> {
  const admin = await AdminClient.open(HOST, port);
  try {
    await sleep(Math.max(0, firstExpiryMs - clock.wallMs()));
    while (clock.wallMs() < firstExpiryMs + EXPIRY_SPREAD_MS + EXPIRY_DEADLINE_MS) {
      if (Number(await admin.call('DBSIZE')) === 0) return (clock.wallMs() - firstExpiryMs) / 1000;
      await sleep(100);
    }
    return Number.NaN;
  } finally {
    admin.close();
  }
}

/** Pings while `act` runs. */
export async function watch(server: ServerProcess, act: () => Promise<void>): Promise<Stalls> {
  const admin = await AdminClient.open(HOST, server.port);
  const own = monitorEventLoopDelay({ resolution: PROBE_RESOLUTION_MS });
  const ping = new Histogram();
  const isOver = new AbortController();
  server.resetProbe();
  own.enable();
  const pinging = pingUntil(admin, ping, isOver.signal);
  try {
    await act();
  } finally {
    isOver.abort();
    await pinging;
    own.disable();
    admin.close();
  }
  const sample = await server.sampleProbe();
  const clientMs = Math.max(0, own.max / 1e6 - PROBE_RESOLUTION_MS);
  return { ping, server: sample, clientMs };
}

async function pingUntil(admin: AdminClient, histogram: Histogram, isOver: AbortSignal): Promise<void> {
  while (!isOver.aborted) {
    const sentUs = clock.monotonicUs();
    await admin.call('PING');
    histogram.record(clock.monotonicUs() - sentUs);
    await sleep(PING_INTERVAL_MS);
  }
}

/** What the server is to answer for: its own computing where a probe saw it, else the worst that a client met. */
export function worstOf({ ping, server }: Stalls): number {
  return server === null ? ping.maxUs / 1000 : server.stalls.longestOwnMs;
}

export function rowOf(name: string, phase: string, { ping, server, clientMs }: Stalls): string[] {
  const percentiles = [99, 99.99, 100].map((percent) => (ping.percentileUs(percent) / 1000).toFixed(2));
  return [name, phase, ...percentiles, ...loopTexts(server), clientMs.toFixed(2)];
}

export const LOOP_HEADS = ['own stall', 'with others', 'GC max'];

function loopTexts(server: NodeRuntime | null): string[] {
  if (server === null) return LOOP_HEADS.map(() => '–');
  const { stalls, collections } = server;
  return [stalls.longestOwnMs, stalls.longestMs, collections.longestMs].map((ms) => ms.toFixed(2));
}
