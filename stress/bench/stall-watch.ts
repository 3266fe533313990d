/**
 * How long commands wait while something goes on in a server. Two witnesses: a client that sends a PING each millisecond, and
 * the probe in the server's own loop, where it runs on Node, which tells how much of a stall the server itself
 * computed. Other processes make a PING wait too; so this process' own longest stall is shown beside.
 *
 * A machine's pauses count as computing where nothing tells them apart. So the same thing is done in some rounds: the
 * server's own stalls come at the same place each time, the machine's don't (`worstRepeated`).
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.js';
import { Histogram } from '../load/histogram.js';
import { median } from '../median.js';
import type { NodeRuntime } from '../report/model.js';
import { AdminClient } from '../run/admin-client.js';
import { HOST, type ServerProcess } from '../run/server-process.js';

/** Of the probe, too. */
export const RESOLUTION_MS = 1;
const PING_INTERVAL_MS = 1;

const clock = systemClock;

export interface Stalls {
  readonly ping: Histogram;
  /** The longest in each second. */
  readonly pingPerSecondMs: readonly number[];
  /** Null without a probe. */
  readonly server: NodeRuntime | null;
  /** This process' own longest stall. */
  readonly clientMs: number;
}

/** Pings while `act` runs. */
export async function watch(server: ServerProcess, act: () => Promise<void>): Promise<Stalls> {
  const admin = await AdminClient.open(HOST, server.port);
  const own = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const ping = new Histogram();
  const pingPerSecondMs: number[] = [];
  const isOver = new AbortController();
  server.resetProbe();
  own.enable();
  const pinging = pingUntil(admin, ping, pingPerSecondMs, isOver.signal);
  try {
    await act();
  } finally {
    isOver.abort();
    await pinging;
    own.disable();
    admin.close();
  }
  const sample = await server.sampleProbe();
  const clientMs = Math.max(0, own.max / 1e6 - RESOLUTION_MS);
  return { ping, pingPerSecondMs, server: sample, clientMs };
}

async function pingUntil(
  admin: AdminClient,
  histogram: Histogram,
  perSecondMs: number[],
  isOver: AbortSignal,
): Promise<void> {
  const startUs = clock.monotonicUs();
  while (!isOver.aborted) {
    const sentUs = clock.monotonicUs();
    await admin.call('PING');
    const us = clock.monotonicUs() - sentUs;
    histogram.record(us);
    const second = Math.floor((sentUs - startUs) / 1e6);
    while (perSecondMs.length <= second) perSecondMs.push(0);
    perSecondMs[second] = Math.max(perSecondMs[second], us / 1000);
    await sleep(PING_INTERVAL_MS);
  }
}

/** What the server is to answer for: its own computing where a probe saw it, else the worst that a client met; of all rounds. */
export function worstOf(rounds: readonly Stalls[]): number {
  return Math.max(
    ...rounds.map(({ ping, server }) => (server === null ? ping.maxUs / 1000 : server.stalls.longestOwnMs)),
  );
}

/** As `worstOf`, without what came in the lesser part of the rounds only. */
export function worstAgainOf(rounds: readonly Stalls[]): number {
  return worstRepeated(
    rounds.map(({ pingPerSecondMs, server }) => server?.stalls.longestOwnPerSecondMs ?? pingPerSecondMs),
  );
}

/**
 * The worst second, each second being the median of its rounds.
 * @param rounds the longest stall of each second; a round that was over sooner had none in the seconds after it
 */
export function worstRepeated(rounds: readonly (readonly number[])[]): number {
  const seconds = Math.max(...rounds.map((round) => round.length));
  const medians = Array.from({ length: seconds }, (_, second) =>
    median(rounds.map((round) => round[second] ?? 0)),
  );
  return Math.max(0, ...medians);
}

/** Of `rowOf`: the columns `again` are what came in most rounds, at the same second; the others the worst of all rounds. */
export const HEAD = [
  'server',
  'while',
  'ping p99 ms',
  'p99.99',
  'max',
  'again',
  'own stall',
  'again',
  'with others',
  'GC max',
  'client’s stall',
];

/** @param rounds one at least */
export function rowOf(name: string, phase: string, rounds: readonly Stalls[]): string[] {
  const ping = new Histogram();
  for (const round of rounds) ping.add(round.ping.toData());
  const percentiles = [99, 99.99, 100].map((percent) => ping.percentileUs(percent) / 1000);
  const pingAgain = worstRepeated(rounds.map((round) => round.pingPerSecondMs));
  const client = Math.max(...rounds.map((round) => round.clientMs));
  return [name, phase, ...[...percentiles, pingAgain, ...loopFigures(rounds), client].map(show)];
}

/** Of a program without clients. @param rounds the longest pause of each second */
export function machineRow(phase: string, rounds: readonly (readonly number[])[]): string[] {
  const none = Number.NaN;
  const own = [Math.max(...rounds.flat()), worstRepeated(rounds)];
  return ['the machine', phase, ...[none, none, none, none, ...own, none, none, none].map(show)];
}

function loopFigures(rounds: readonly Stalls[]): number[] {
  const samples = rounds.flatMap(({ server }) => (server === null ? [] : [server]));
  if (samples.length === 0) return Array.from({ length: 4 }, () => Number.NaN);
  return [
    worstOf(rounds),
    worstAgainOf(rounds),
    Math.max(...samples.map(({ stalls }) => stalls.longestMs)),
    Math.max(...samples.map(({ collections }) => collections.longestMs)),
  ];
}

function show(ms: number): string {
  return Number.isNaN(ms) ? '–' : ms.toFixed(2);
}
