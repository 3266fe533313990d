/**
 * One trial: a fresh server, fresh generators, one load, and the verdict. It fails on any error, wrong value,
 * lost client, or count that doesn't add up; what failed is in the result, not thrown.
 */

import { countClients } from '../load/groups.js';
import type { Job, Progress } from '../load/messages.js';
import type { Trial } from '../report/model.js';
import { AdminClient } from './admin-client.js';
import { GeneratorProcess } from './generator-process.js';
import { mergeResults } from './merge.js';
import { readMemory } from './process-usage.js';
import { HOST, ServerProcess } from './server-process.js';
import { countSystemCalls } from './system-calls.js';
import { type Observations, trialOf } from './trial-figures.js';
import type { TrialSpec } from './trial-spec.js';
import { judgeKeyCount, judgeLoad } from './verdict.js';

/** Room for the controller's own connection and for clients that come before others have left. */
const SPARE_CLIENTS = 64;
/** 100 looks a second cost the server's loop next to nothing. */
const PROBE_RESOLUTION_MS = 10;

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
  const pids = server.pids();
  const generators = Array.from({ length: Math.min(spec.generators, clients) }, () => {
    return new GeneratorProcess(spec.pinning.loadCores, pids);
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
    const watch = new ServerWatch(spec, server, pids, generators);
    generators[0].onWindow = (isOpen) => (isOpen ? server.resetProbe() : watch.take());
    const results = all(generators, (generator) => generator.result());
    for (const generator of generators) {
      if (stopped.aborted) generator.finishNow();
      else generator.go();
    }
    const load = mergeResults(await results);
    const memory = { started, connected, ended: readMemory(pids) };
    const failures = server.hasEnded
      ? [`the server ended: ${server.logTail()}`]
      : [...judgeLoad(load), ...(await judgeKeyCount(admin, load))];
    const { startMs } = server;
    const observed = { startMs, load, memory, failures, ...(await watch.taken) };
    return { trial: trialOf(spec, observed), version };
  } finally {
    admin.close();
  }
}

/** What is looked at when the window closes, so that looking doesn't disturb what is measured. */
class ServerWatch {
  taken: Promise<Pick<Observations, 'probe' | 'systemCallsPerSecond'>> = Promise.resolve({
    probe: null,
    systemCallsPerSecond: null,
  });

  constructor(
    private readonly spec: TrialSpec,
    private readonly server: ServerProcess,
    private readonly pids: readonly number[],
    private readonly generators: readonly GeneratorProcess[],
  ) {}

  take(): void {
    this.taken = this.#take();
  }

  async #take(): Promise<Pick<Observations, 'probe' | 'systemCallsPerSecond'>> {
    const probe = await this.server.sampleProbe();
    const systemCallsPerSecond = this.spec.countsSystemCalls ? await countSystemCalls(this.pids) : null;
    for (const generator of this.generators) generator.counted();
    return { probe, systemCallsPerSecond };
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
    goesOnAfterwards: spec.countsSystemCalls,
  };
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

function all<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<R[]> {
  return Promise.all(items.map(act));
}
