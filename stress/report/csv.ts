/** One line per trial, every figure in its unit: for spreadsheets and other people's charts. */
import { FIGURES } from './figures.js';
import type { Report } from './model.js';
import { errorsOf } from './tables.js';

export function csvReport(report: Report): string {
  const head = [
    ...['scenario', 'load', 'contender', 'round', 'passed', 'clients', 'finished', 'lost', 'errors'],
    ...FIGURES.map((figure) => figure.name),
  ];
  const lines = report.trials.map((trial) => [
    trial.scenario,
    trial.rung,
    trial.contender,
    trial.round,
    trial.failures.length === 0 ? 'yes' : 'no',
    trial.clients.planned,
    trial.clients.finished,
    trial.clients.lost,
    errorsOf(trial),
    ...FIGURES.map((figure) => figure.of(trial) ?? ''),
  ]);
  return `${[head, ...lines].map((line) => line.map(quote).join(',')).join('\n')}\n`;
}

/** RFC 4180. */
function quote(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
