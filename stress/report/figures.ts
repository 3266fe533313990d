/**
 * Every figure that a report shows, in one place: its name, meaning, unit and where it is found in a trial.
 * Tables, charts, CSV and comparisons all draw on these.
 */
import type { Figure } from './aggregate.js';
import { formatCount, formatKb, formatMb, formatTime, significant } from './format.js';
import type { Trial } from './model.js';

export interface FigureFacts {
  /** In CSV, in comparisons and in the code. */
  readonly name: string;
  /** Head of a column. */
  readonly title: string;
  readonly meaning: string;
  readonly of: Figure;
  format(value: number): string;
  /** Which way is better; null where neither is. */
  readonly better: 'more' | 'less' | null;
}

export const OPERATIONS_PER_SECOND: FigureFacts = {
  name: 'operations_per_second',
  title: 'ops/s',
  meaning: 'operations per second',
  of: (trial) => trial.operationsPerSecond,
  format: formatCount,
  better: 'more',
};

export const P50: FigureFacts = latency('p50_us', 'p50', 'half of all latencies are below', (l) => l.p50Us);
export const P99: FigureFacts = latency('p99_us', 'p99', '99 % of all latencies are below', (l) => l.p99Us);
const P999: FigureFacts = latency('p999_us', 'p99.9', '99.9 % of all latencies are below', (l) => l.p999Us);
const MAX: FigureFacts = latency('max_us', 'max', 'the longest latency', (l) => l.maxUs);

export const CPU_PER_OPERATION: FigureFacts = {
  name: 'cpu_us_per_operation',
  title: 'CPU µs/op',
  meaning: "the server's CPU time per operation, user and system",
  of: perOperation(({ server }) => server.cpuUsPerOperation),
  format: significant,
  better: 'less',
};

export const USER_PER_OPERATION: FigureFacts = {
  ...CPU_PER_OPERATION,
  name: 'user_us_per_operation',
  title: 'user',
  meaning: "of the server's CPU time per operation, what its own code took",
  of: perOperation(({ server }) => server.userUsPerOperation),
};

const SYSTEM_PER_OPERATION: FigureFacts = {
  ...CPU_PER_OPERATION,
  name: 'system_us_per_operation',
  title: 'system',
  meaning: "of the server's CPU time per operation, what the kernel took for it",
  of: perOperation(({ server }) => server.systemUsPerOperation),
};

export const PEAK_RSS: FigureFacts = {
  name: 'peak_rss_bytes',
  title: 'peak RSS',
  meaning: 'the most memory the server had resident',
  of: (trial) => trial.server.peakRssBytes,
  format: formatMb,
  better: 'less',
};

export const RSS_PER_CONNECTION: FigureFacts = {
  name: 'rss_bytes_per_connection',
  title: 'RSS/conn',
  meaning:
    'growth of resident memory per open connection, before any request; the sockets are the kernel’s and not in it',
  of: (trial) => trial.server.rssBytesPerConnection,
  format: formatKb,
  better: 'less',
};

const CONNECT: FigureFacts = {
  name: 'connect_us',
  title: 'connect',
  meaning: 'from the first connect to the last established connection',
  of: (trial) => (trial.connectMs === null ? null : trial.connectMs * 1000),
  format: formatTime,
  better: 'less',
};

const SERVER_CPU: FigureFacts = {
  name: 'server_cpu_percent',
  title: 'server CPU',
  meaning: "the server's CPU time, of one core",
  of: (trial) => trial.server.cpuPercent,
  format: formatPercent,
  better: null,
};

const LOAD_CPU: FigureFacts = {
  name: 'load_cpu_percent',
  title: 'load CPU',
  meaning: "the load generator's own CPU time, of one core; an open loop waits busily and always has it all",
  of: (trial) => trial.generator.cpuPercent,
  format: formatPercent,
  better: null,
};

const SYSTEM_CALLS: FigureFacts = {
  name: 'system_calls_per_operation',
  title: 'syscalls/op',
  meaning: 'system calls per operation, counted by perf right after the measured time of the first round',
  of: (trial) => trial.server.systemCallsPerOperation,
  format: significant,
  better: 'less',
};

const SWITCHES: FigureFacts = {
  name: 'context_switches_per_operation',
  title: 'switches/op',
  meaning: 'context switches of the server per operation, of its own will or not',
  of: perOperation(
    ({ server }) => server.voluntarySwitchesPerOperation + server.involuntarySwitchesPerOperation,
  ),
  format: significant,
  better: 'less',
};

const GC_TOTAL: FigureFacts = {
  name: 'gc_ms_per_second',
  title: 'GC ms/s',
  meaning: 'time spent in garbage collection per second; only servers on Node have it',
  of: ({ nodeRuntime, windowMs }) =>
    nodeRuntime === null || windowMs === 0 ? null : nodeRuntime.collections.totalMs / (windowMs / 1000),
  format: significant,
  better: 'less',
};

const GC_LONGEST: FigureFacts = {
  name: 'gc_longest_us',
  title: 'GC max',
  meaning: 'the longest pause for garbage collection; only servers on Node have it',
  of: ({ nodeRuntime }) => nodeRuntime && nodeRuntime.collections.longestMs * 1000,
  format: formatTime,
  better: 'less',
};

const STALL: FigureFacts = {
  name: 'stall_us',
  title: 'loop stall',
  meaning:
    "the longest time that the server's own computing kept its event loop from coming round, beyond the 10 ms " +
    'between two looks; only servers on Node have it',
  of: ({ nodeRuntime }) => nodeRuntime && nodeRuntime.stalls.longestOwnMs * 1000,
  format: formatTime,
  better: 'less',
};

/** In the order of the tables. */
export const FIGURES: readonly FigureFacts[] = [
  CONNECT,
  OPERATIONS_PER_SECOND,
  P50,
  P99,
  P999,
  MAX,
  CPU_PER_OPERATION,
  USER_PER_OPERATION,
  SYSTEM_PER_OPERATION,
  SYSTEM_CALLS,
  SWITCHES,
  SERVER_CPU,
  LOAD_CPU,
  PEAK_RSS,
  RSS_PER_CONNECTION,
  GC_TOTAL,
  GC_LONGEST,
  STALL,
];

/** Those that fit into a terminal's width. */
export const MAIN_FIGURES: readonly FigureFacts[] = [
  CONNECT,
  OPERATIONS_PER_SECOND,
  P50,
  P99,
  P999,
  MAX,
  CPU_PER_OPERATION,
  USER_PER_OPERATION,
  SYSTEM_PER_OPERATION,
  SERVER_CPU,
  LOAD_CPU,
  PEAK_RSS,
  RSS_PER_CONNECTION,
];

function latency(
  name: string,
  title: string,
  meaning: string,
  pick: (latency: { p50Us: number; p99Us: number; p999Us: number; maxUs: number }) => number,
): FigureFacts {
  // Where no request both fell due and was answered there is nothing to time, which is not the same as no time.
  const of: Figure = (trial) => (trial.histogram.buckets.length === 0 ? null : pick(trial.latency));
  return { name, title, meaning, of, format: formatTime, better: 'less' };
}

/** Nothing is a share of no operations. */
function perOperation(figure: (trial: Trial) => number): Figure {
  return (trial) => (trial.operations === 0 ? null : figure(trial));
}

function formatPercent(value: number): string {
  return `${Math.round(value)} %`;
}
