/** A report made of given figures, for tests of what is made of reports. */
import { Histogram } from '../../../stress/load/histogram.js';
import { REPORT_FORMAT, type Report, type Trial } from '../../../stress/report/model.js';
import type { Settings } from '../../../stress/settings.js';
import { factsOf } from '../../../stress/workloads/scenario.js';
import { findScenario } from '../../../stress/workloads/scenarios.js';

export const SETTINGS: Settings = {
  scenarios: ['ramp'],
  sizes: [1024, 2048, 8192],
  clients: null,
  rounds: 3,
  durationMs: 5000,
  warmupMs: 1000,
  seed: 1,
  ratePerSecond: null,
  pipeline: 1,
  readPercent: 50,
  valueBytes: 64,
  keysPerClient: 4,
  generators: 1,
};

/** What matters of a trial; the rest follows or is plausible. */
export interface TrialFigures {
  readonly scenario: string;
  readonly rung: string;
  readonly contender: string;
  readonly round: number;
  readonly cpuUs: number;
  readonly p99Us: number;
  readonly failures?: readonly string[];
  readonly unsent?: number;
}

export function sampleTrial(figures: TrialFigures): Trial {
  const { cpuUs, p99Us, failures = [], unsent = 0, ...place } = figures;
  const histogram = new Histogram();
  for (let index = 1; index <= 1000; index++) histogram.record((p99Us * index) / 990);
  const latency = {
    p50Us: p99Us / 2,
    p90Us: p99Us * 0.9,
    p99Us,
    p999Us: p99Us * 1.01,
    maxUs: p99Us * 1.02,
    meanUs: p99Us / 2,
  };
  return {
    ...place,
    failures,
    isWhole: true,
    clients: { planned: 1024, connected: 1024, finished: 1024 - failures.length, lost: failures.length },
    startMs: 90,
    connectMs: 120,
    connecting: latency,
    windowMs: 5000,
    operations: 500_000,
    operationsPerSecond: 1e6 / cpuUs,
    unsent,
    latency,
    histogram: histogram.toData(),
    server: {
      userUsPerOperation: cpuUs / 4,
      systemUsPerOperation: (cpuUs * 3) / 4,
      cpuUsPerOperation: cpuUs,
      cpuPercent: 99,
      othersPercent: 1,
      voluntarySwitchesPerOperation: 0.01,
      involuntarySwitchesPerOperation: 0.001,
      systemCallsPerOperation: place.round === 1 ? 2.1 : null,
      startedRssBytes: 60e6,
      connectedRssBytes: 62e6,
      peakRssBytes: 80e6,
      rssBytesPerConnection: 2000,
    },
    nodeRuntime:
      place.contender === 'redis'
        ? null
        : {
            collections: { count: 9, totalMs: 12, longestMs: 2 },
            stalls: { longestMs: 4, longestOwnMs: 3, longestOwnPerSecondMs: [3, 1] },
          },
    generator: { cpuUsPerOperation: 6, cpuPercent: 80, latenessP99Us: 0, isBottleneck: false },
    errors: failures.length === 0 ? {} : { 'wrong value': failures.length },
    examples: failures.length === 0 ? [] : ['wrong value: GET of <client 7>'],
    tolerated: {},
  };
}

export function sampleReport(trials: readonly Trial[], settings = SETTINGS): Report {
  const names = [...new Set(trials.map((trial) => trial.scenario))];
  const scenarios = names.map((name) => factsOf(findScenario(name), settings));
  const contenders = [...new Set(trials.map((trial) => trial.contender))].map((name) => {
    return { name, command: `${name}-server --port {port}`, version: `${name} 1.0` };
  });
  return {
    format: REPORT_FORMAT,
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:14:05.000Z',
    command: 'npm run stress -- 1k 8k',
    isComplete: true,
    settings,
    machine: {
      cpu: 'A processor',
      cores: 2,
      memoryBytes: 8e9,
      kernel: '6.1',
      distribution: 'Debian',
      architecture: 'x64',
      node: 'v20.19.0',
      openFilesMax: 20_000,
    },
    pinning: { serverCores: [0], loadCores: [1] },
    contenders,
    scenarios,
    trials,
    problems: [],
    preflightCaveats: [],
  };
}

/** Three contenders, all rungs of the ramp, three rounds. */
export function rampReport(): Report {
  const costs: Record<string, number> = { v1: 9, v2: 6, redis: 7 };
  return sampleReport(
    ['1k', '2k', '8k'].flatMap((rung, place) =>
      Object.entries(costs).flatMap(([contender, cost]) =>
        [1, 2, 3].map((round) => {
          const cpuUs = cost * (1 + place / 10) + round / 50;
          return sampleTrial({ scenario: 'ramp', rung, contender, round, cpuUs, p99Us: cpuUs * 1000 });
        }),
      ),
    ),
  );
}
