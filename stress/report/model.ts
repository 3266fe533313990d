/**
 * The report as data: what the JSON file holds and every other form is made from. It names every setting,
 * so a run can be repeated from it, and keeps every trial with its histogram, so nothing is averaged away.
 */
import type { Workload } from '../load/groups.js';
import type { HistogramData } from '../load/histogram.js';
import type { Contender } from '../run/contenders.js';
import type { MachineFacts } from '../run/machine.js';
import type { Pinning } from '../run/pinning.js';
import type { Settings } from '../settings.js';

export const REPORT_FORMAT = 'januskv-stress/1';

export interface Report {
  readonly format: typeof REPORT_FORMAT;
  readonly startedAt: string;
  readonly endedAt: string;
  /** The command line that makes the same run. */
  readonly command: string;
  /** False when it was stopped before the last trial. */
  readonly isComplete: boolean;
  readonly settings: Settings;
  readonly machine: MachineFacts;
  readonly pinning: Pinning;
  readonly contenders: readonly ContenderFacts[];
  readonly scenarios: readonly ScenarioFacts[];
  readonly trials: readonly Trial[];
  /** Trials that gave no figures at all, and why: the server did not start, or the generator broke. */
  readonly problems: readonly string[];
  /** What the preflight found that makes the figures mean less. */
  readonly preflightCaveats: readonly string[];
}

export interface ContenderFacts extends Contender {
  /** What it says of itself in INFO: `redis 7.0.15`. */
  readonly version: string;
}

export interface ScenarioFacts {
  readonly name: string;
  readonly title: string;
  /** What it asks, in one sentence. */
  readonly question: string;
  readonly operation: Operation;
  /** Its last load is its first one made harder, so that what changes between the two is an answer. */
  readonly isProgression: boolean;
  readonly rungs: readonly Rung[];
}

/** What is counted, timed and divided by. */
export interface Operation {
  readonly one: string;
  readonly many: string;
  /** Completes `One request is …`; null where the word says it all. */
  readonly meaning: string | null;
}

export const REQUEST: Operation = { one: 'request', many: 'requests', meaning: null };

/** One load; every contender meets it in every round. */
export interface Rung {
  readonly name: string;
  /** Reads well after `With`: `1,024 clients`. */
  readonly title: string;
  readonly workload: Workload;
}

export interface Latency {
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
  readonly meanUs: number;
}

/** What the probe in a Node program saw: see run/probe.mjs. */
export interface NodeRuntime {
  readonly collections: { readonly count: number; readonly totalMs: number; readonly longestMs: number };
  /** How long the loop did not come round, and how much of that was its own computing. */
  readonly stalls: {
    readonly longestMs: number;
    readonly longestOwnMs: number;
    /** Of each second since the probe was reset. */
    readonly longestOwnPerSecondMs: readonly number[];
  };
}

/** Of the operations; fewer are what happens to fall due at the window's last moment. */
const UNSENT_SHARE_MAX = 0.01;

/** Open loop: load fell due faster than waiting clients could take it, so it was not carried. */
export function hasFallenBehind({ unsent, operations }: Trial): boolean {
  return unsent > operations * UNSENT_SHARE_MAX;
}

/** One contender under one load in one round. */
export interface Trial {
  readonly scenario: string;
  readonly rung: string;
  readonly contender: string;
  readonly round: number;
  /** Why it doesn't count as passed; empty when it passed. */
  readonly failures: readonly string[];
  /** False when it ended before its time. */
  readonly isWhole: boolean;
  readonly clients: {
    readonly planned: number;
    readonly connected: number;
    readonly finished: number;
    readonly lost: number;
  };
  /** Start of the server to its first PONG. */
  readonly startMs: number;
  /** First connect to last established connection, null where none comes before the load; and each connection's own. */
  readonly connectMs: number | null;
  readonly connecting: Latency;
  readonly windowMs: number;
  readonly operations: number;
  readonly operationsPerSecond: number;
  /** Open loop: due in the window and never sent. */
  readonly unsent: number;
  readonly latency: Latency;
  readonly histogram: HistogramData;
  readonly server: {
    readonly userUsPerOperation: number;
    readonly systemUsPerOperation: number;
    readonly cpuUsPerOperation: number;
    /** Of one core. */
    readonly cpuPercent: number;
    /** What other processes and the hypervisor took of the server's core meanwhile. */
    readonly othersPercent: number;
    readonly voluntarySwitchesPerOperation: number;
    readonly involuntarySwitchesPerOperation: number;
    /** Null where they could not be counted, and after the first round. */
    readonly systemCallsPerOperation: number | null;
    readonly startedRssBytes: number;
    readonly connectedRssBytes: number;
    readonly peakRssBytes: number;
    /** Growth per open connection before the load; null where none is open then. */
    readonly rssBytesPerConnection: number | null;
  };
  /** Within the window; null for a server that isn't a Node program. */
  readonly nodeRuntime: NodeRuntime | null;
  readonly generator: {
    readonly cpuUsPerOperation: number;
    /** Of one core each. */
    readonly cpuPercent: number;
    readonly latenessP99Us: number;
    /** It, not the server, set the throughput. */
    readonly isBottleneck: boolean;
  };
  readonly errors: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
  /** What a server may do and a reader should know, such as disconnecting a client that never reads. */
  readonly tolerated: Readonly<Record<string, number>>;
}
