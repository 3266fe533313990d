/**
 * One trial: a fresh server, fresh generators, one load, and the verdict. It fails on any error, wrong value,
 * lost client, or count that doesn't add up; what failed is in the result, not thrown.
 */

import { countClients } from '../load/groups.js';
import { Histogram, type HistogramData } from '../load/histogram.js';
import type { GeneratorResult, Job, Progress } from '../load/messages.js';
import type { Latency, Rung, Trial } from '../report/model.js';
import { AdminClient } from './admin-client.js';
import type { Contender } from './contenders.js';
import { GeneratorProcess } from './generator-process.js';
import { mergeResults } from './merge.js';
import type { Pinning } from './pinning.js';
import { type Memory, readMemory } from './process-usage.js';
import { HOST, type ProbeSample, ServerProcess } from './server-process.js';

/** Above this share of its core a process has nothing left to give. */
const BUSY_PERCENT = 95;
/** An open loop that sends its requests later than this has lost its schedule. */
const LATENESS_MAX_US = 1_000;
/** Room for the controller's own connection and for clients that come before others have left. */
const SPARE_CLIENTS = 64;

/** 100 looks a second cost the server's loop next to nothing. */
const PROBE_RESOLUTION_MS = 10;

export interface TrialSpec {
  readonly scenario: string;
  readonly rung: Rung;
  readonly contender: Contender;
  readonly round: number;
  readonly pinning: Pinning;
  readonly generators: number;
  readonly seed: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly finishDeadlineMs: number;
}

export interface TrialOutcome {
  readonly trial: Trial;
  readonly version: string;
}

/** @throws Error when the server doesn't start or the generator breaks: nothing was measured */
export async function runTrial(
  spec: TrialSpec,
  stopped: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<TrialOutcome> {
  const clients = countClients(spec.rung.workload);
  const cores = spec.pinning.serverCores;
  const server = await ServerProcess.start(spec.contender, {
    cores,
    maxClients: clients + SPARE_CLIENTS,
    probeResolutionMs: PROBE_RESOLUTION_MS,
  });
  const generators = Array.from({ length: Math.min(spec.generators, clients) }, () => {
    return new GeneratorProcess(spec.pinning.loadCores);
  });
  const finishNow = (): void => {
    for (const generator of generators) generator.finishNow();
  };
  stopped.addEventListener('abort', finishNow);
  try {
    generators[0].onProgress = onProgress;
    return await conduct(spec, server, generators, stopped);
  } finally {
    stopped.removeEventListener('abort', finishNow);
    await Promise.all(generators.map((generator) => generator.stop()));
    await server.stop();
  }
}

async function conduct(
  spec: TrialSpec,
  server: ServerProcess,
  generators: readonly GeneratorProcess[],
  stopped: AbortSignal,
): Promise<TrialOutcome> {
  const admin = await AdminClient.open(HOST, server.port);
  try {
    const version = await readVersion(admin);
    await all(generators, (generator) => generator.receive('ready'));
    const pids = server.pids();
    const started = readMemory(pids);
    const job = jobOf(spec, server.port, pids);
    await all(generators, (generator, index) => {
      generator.startJob({ ...job, share: { index, count: generators.length } });
      return generator.receive('connected');
    });
    const connected = readMemory(pids);
    let probe: Promise<ProbeSample | null> = Promise.resolve(null);
    generators[0].onWindow = (isOpen) => {
      if (isOpen) server.resetProbe();
      else probe = server.sampleProbe();
    };
    const results = all(generators, (generator) => generator.result());
    for (const generator of generators) {
      if (stopped.aborted) generator.finishNow();
      else generator.go();
    }
    const load = mergeResults(await results);
    const memory = { started, connected, ended: readMemory(pids) };
    const failures = server.hasEnded
      ? [`the server ended: ${server.logTail()}`]
      : [...verdict(load), ...(await checkKeyCount(admin, load))];
    return { trial: trialOf(spec, server.startMs, load, memory, await probe, failures), version };
  } finally {
    admin.close();
  }
}

function jobOf(spec: TrialSpec, port: number, serverPids: readonly number[]): Omit<Job, 'share'> {
  return {
    host: HOST,
    port,
    workload: spec.rung.workload,
    // Another round draws other keys, and the same round the same for every contender.
    seed: spec.seed + spec.round,
    warmupMs: spec.warmupMs,
    durationMs: spec.durationMs,
    serverPids,
    serverCores: spec.pinning.serverCores,
    finishDeadlineMs: spec.finishDeadlineMs,
  };
}

function verdict(load: GeneratorResult): string[] {
  const failures = Object.entries(load.errors).map(([kind, count]) => `${kind} (${count})`);
  const { planned, finished, lost } = load.clients;
  if (lost > 0) failures.push(`${lost} of ${planned} clients were lost`);
  if (finished + lost !== planned)
    failures.push(`${planned} clients, but ${finished} finished and ${lost} lost`);
  if (lost === 0 && load.replies !== load.requests) {
    failures.push(`${load.requests} requests, but ${load.replies} replies`);
  }
  if (load.isWhole && load.operations === 0) failures.push('no operation was completed');
  return failures;
}

/** The server's own count of keys has to be ours: no write was dropped, none done twice under another name. */
async function checkKeyCount(admin: AdminClient, load: GeneratorResult): Promise<string[]> {
  if (load.clients.lost > 0) return [];
  try {
    const keys = Number(await admin.call('DBSIZE'));
    return keys === load.keysWritten
      ? []
      : [`${load.keysWritten} keys were written, the server counts ${keys}`];
  } catch (error) {
    return [`DBSIZE: ${(error as Error).message}`];
  }
}

/** INFO's own words: the product's field first, `redis_version` is what clients of all of them look for. */
async function readVersion(admin: AdminClient): Promise<string> {
  const info = await admin.info('server');
  for (const product of ['januskv', 'valkey', 'redis']) {
    const version = info.get(`${product}_version`);
    if (version !== undefined) return `${product} ${version}`;
  }
  return 'unknown';
}

function trialOf(
  spec: TrialSpec,
  startMs: number,
  load: GeneratorResult,
  memory: { started: Memory; connected: Memory; ended: Memory },
  probe: ProbeSample | null,
  failures: readonly string[],
): Trial {
  const { userUs, systemUs, voluntarySwitches, involuntarySwitches } = load.serverUsage;
  const operations = Math.max(1, load.operations);
  const windowUs = Math.max(1, load.windowMs * 1000);
  const serverPercent = (100 * (userUs + systemUs)) / windowUs;
  const generatorPercent = (100 * load.generatorCpuUs) / windowUs;
  const latenessP99Us = Histogram.from(load.lateness).percentileUs(99);
  const isOpenLoop = load.lateness.buckets.length > 0;
  return {
    scenario: spec.scenario,
    rung: spec.rung.name,
    contender: spec.contender.name,
    round: spec.round,
    failures,
    isWhole: load.isWhole,
    clients: load.clients,
    startMs,
    connectMs: load.connectMs,
    connecting: latencyOf(load.connecting),
    windowMs: load.windowMs,
    operations: load.operations,
    operationsPerSecond: (load.operations / windowUs) * 1e6,
    unsent: load.unsent,
    latency: latencyOf(load.latency),
    histogram: load.latency,
    server: {
      userUsPerOperation: userUs / operations,
      systemUsPerOperation: systemUs / operations,
      cpuUsPerOperation: (userUs + systemUs) / operations,
      cpuPercent: serverPercent,
      othersPercent: Math.max(0, (100 * load.serverCoresBusyUs) / windowUs - serverPercent),
      voluntarySwitchesPerOperation: voluntarySwitches / operations,
      involuntarySwitchesPerOperation: involuntarySwitches / operations,
      startedRssBytes: memory.started.rssBytes,
      connectedRssBytes: memory.connected.rssBytes,
      peakRssBytes: memory.ended.peakBytes,
      rssBytesPerConnection:
        (memory.connected.rssBytes - memory.started.rssBytes) / Math.max(1, load.clients.connected),
    },
    nodeRuntime: probe && { ...probe.collections, longestStallMs: probe.longestStallMs },
    generator: {
      cpuUsPerOperation: load.generatorCpuUs / operations,
      cpuPercent: generatorPercent,
      latenessP99Us,
      isBottleneck: isOpenLoop
        ? latenessP99Us > LATENESS_MAX_US
        : generatorPercent >= BUSY_PERCENT && serverPercent < BUSY_PERCENT,
    },
    errors: load.errors,
    examples: load.examples,
  };
}

export function latencyOf(data: HistogramData): Latency {
  const histogram = Histogram.from(data);
  return {
    p50Us: histogram.percentileUs(50),
    p90Us: histogram.percentileUs(90),
    p99Us: histogram.percentileUs(99),
    p999Us: histogram.percentileUs(99.9),
    maxUs: histogram.maxUs,
    meanUs: histogram.meanUs,
  };
}

function all<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<R[]> {
  return Promise.all(items.map(act));
}
