/** Turns what generator, probe and /proc have counted into the figures of one trial. */
import { Histogram, type HistogramData } from '../load/histogram.js';
import type { GeneratorResult } from '../load/messages.js';
import type { Latency, NodeRuntime, Trial } from '../report/model.js';
import type { Memory } from './process-usage.js';
import type { TrialSpec } from './trial-spec.js';

/** Above this share of its core a process has nothing left to give. */
const BUSY_PERCENT = 95;
/** An open loop that sends its requests later than this has lost its schedule. */
const LATENESS_MAX_US = 1_000;

export interface Observations {
  readonly startMs: number;
  readonly load: GeneratorResult;
  readonly memory: { readonly started: Memory; readonly connected: Memory; readonly ended: Memory };
  readonly probe: NodeRuntime | null;
  readonly systemCallsPerSecond: number | null;
  readonly failures: readonly string[];
}

export function trialOf(spec: TrialSpec, observed: Observations): Trial {
  const { load, probe } = observed;
  const isStorm = spec.rung.workload.groups.some((group) => group.kind === 'storm');
  const windowUs = Math.max(1, load.windowMs * 1000);
  return {
    scenario: spec.scenario,
    rung: spec.rung.name,
    contender: spec.contender.name,
    round: spec.round,
    failures: observed.failures,
    isWhole: load.isWhole,
    clients: load.clients,
    startMs: observed.startMs,
    // A storm has nobody connected before it begins.
    connectMs: isStorm ? null : load.connectMs,
    connecting: latencyOf(load.connecting),
    windowMs: load.windowMs,
    operations: load.operations,
    operationsPerSecond: (load.operations / windowUs) * 1e6,
    unsent: load.unsent,
    latency: latencyOf(load.latency),
    histogram: load.latency,
    server: serverFigures(observed, windowUs, isStorm),
    nodeRuntime: probe,
    generator: generatorFigures(load, windowUs),
    errors: load.errors,
    examples: load.examples,
    tolerated: load.tolerated,
  };
}

function serverFigures(observed: Observations, windowUs: number, isStorm: boolean): Trial['server'] {
  const { load, memory, systemCallsPerSecond } = observed;
  const { userUs, systemUs, voluntarySwitches, involuntarySwitches } = load.serverUsage;
  const each = perOperation(load);
  const cpuPercent = (100 * (userUs + systemUs)) / windowUs;
  const rateAfterwards = load.operationsPerSecondAfterwards;
  const connectionBytes = memory.connected.rssBytes - memory.started.rssBytes;
  return {
    userUsPerOperation: userUs * each,
    systemUsPerOperation: systemUs * each,
    cpuUsPerOperation: (userUs + systemUs) * each,
    cpuPercent,
    othersPercent: Math.max(0, (100 * load.serverCoresBusyUs) / windowUs - cpuPercent),
    voluntarySwitchesPerOperation: voluntarySwitches * each,
    involuntarySwitchesPerOperation: involuntarySwitches * each,
    systemCallsPerOperation:
      systemCallsPerSecond === null || rateAfterwards === 0 ? null : systemCallsPerSecond / rateAfterwards,
    startedRssBytes: memory.started.rssBytes,
    connectedRssBytes: memory.connected.rssBytes,
    peakRssBytes: memory.ended.peakBytes,
    rssBytesPerConnection: isStorm ? null : connectionBytes / Math.max(1, load.clients.connected),
  };
}

function generatorFigures(load: GeneratorResult, windowUs: number): Trial['generator'] {
  const cpuPercent = (100 * load.generatorCpuUs) / windowUs;
  const serverPercent = (100 * (load.serverUsage.userUs + load.serverUsage.systemUs)) / windowUs;
  const latenessP99Us = Histogram.from(load.lateness).percentileUs(99);
  const isOpenLoop = load.lateness.buckets.length > 0;
  const isBottleneck = isOpenLoop
    ? latenessP99Us > LATENESS_MAX_US
    : cpuPercent >= BUSY_PERCENT && serverPercent < BUSY_PERCENT;
  const cpuUsPerOperation = load.generatorCpuUs * perOperation(load);
  return { cpuUsPerOperation, cpuPercent, latenessP99Us, isBottleneck };
}

/** The factor that makes a sum a figure per operation; nothing happened without operations. */
function perOperation(load: GeneratorResult): number {
  return load.operations === 0 ? 0 : 1 / load.operations;
}

function latencyOf(data: HistogramData): Latency {
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
