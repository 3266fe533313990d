/** The columns that every table of the report has: terminal, Markdown, HTML. One place names and formats them. */
import { type Cell, type Figure, spreadOf } from './aggregate.js';
import { formatCount, formatKb, formatMb, formatMs, significant } from './format.js';
import type { Trial } from './model.js';

export interface Column {
  readonly title: string;
  /** For a tooltip or a footnote. */
  readonly meaning: string;
  text(cell: Cell): string;
}

export const COLUMNS: readonly Column[] = [
  {
    title: 'finished',
    meaning:
      'clients that connected, had every reply checked and left, of those planned; each counts once per round',
    text: (cell) => {
      const finished = sum(cell, (trial) => trial.clients.finished);
      const planned = sum(cell, (trial) => trial.clients.planned);
      const rounds = cell.trials.length;
      return finished === planned ? formatCount(finished / rounds) : `${finished} of ${planned}`;
    },
  },
  median(
    'connect',
    'from the first connect to the last established connection',
    (t) => t.connectMs * 1000,
    formatMs,
  ),
  median('ops/s', 'operations per second', (t) => t.operationsPerSecond, formatCount),
  median('p50', 'half of all latencies are below', (t) => t.latency.p50Us, formatMs),
  median('p99', '99 % of all latencies are below', (t) => t.latency.p99Us, formatMs),
  median('p99.9', '99.9 % of all latencies are below', (t) => t.latency.p999Us, formatMs),
  median('max', 'the longest latency', (t) => t.latency.maxUs, formatMs),
  {
    title: 'CPU µs/op',
    meaning: "the server's CPU time per operation (user + system)",
    text: (cell) => {
      const total = spreadOf(cell, (trial) => trial.server.cpuUsPerOperation).median;
      const user = spreadOf(cell, (trial) => trial.server.userUsPerOperation).median;
      const system = spreadOf(cell, (trial) => trial.server.systemUsPerOperation).median;
      return `${significant(total)} (${significant(user)}+${significant(system)})`;
    },
  },
  median(
    'server CPU',
    'of one core',
    (t) => t.server.cpuPercent,
    (value) => `${Math.round(value)} %`,
  ),
  median(
    'load CPU',
    "the generator's own, of one core",
    (t) => t.generator.cpuPercent,
    (v) => `${Math.round(v)} %`,
  ),
  median('peak RSS', 'the most memory the server had resident', (t) => t.server.peakRssBytes, formatMb),
  median('RSS/conn', 'growth per open connection', (t) => t.server.rssBytesPerConnection, formatKb),
  {
    title: 'errors',
    meaning: 'errors, wrong values and lost clients, all rounds',
    text: (cell) => formatCount(sum(cell, errorsOf)),
  },
];

export function errorsOf(trial: Trial): number {
  return Object.values(trial.errors).reduce((total, count) => total + count, 0);
}

function median(title: string, meaning: string, figure: Figure, format: (value: number) => string): Column {
  return { title, meaning, text: (cell) => format(spreadOf(cell, figure).median) };
}

function sum(cell: Cell, figure: Figure): number {
  return cell.trials.reduce((total, trial) => total + figure(trial), 0);
}
