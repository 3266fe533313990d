/** The report's tables: built once, as text aligned for the terminal or as Markdown. */
import { type Cell, spreadOf } from './aggregate.js';
import type { FigureFacts } from './figures.js';
import { formatCount } from './format.js';
import type { Trial } from './model.js';

/** Load and contender. */
const NAME_COLUMNS = 2;

export const FINISHED_MEANING =
  'clients that connected, had every reply checked and left, of those planned; each counts once';
export const ERRORS_MEANING = 'errors, wrong values and lost clients, of all rounds';

/** One row per load and contender, each figure the median of the rounds; the first row is the head. */
export function tableOf(cells: readonly Cell[], figures: readonly FigureFacts[]): string[][] {
  const shown = figures.filter((figure) => cells.some((cell) => spreadOf(cell, figure.of) !== null));
  const head = ['load', 'contender', 'finished', ...shown.map((figure) => figure.title), 'errors'];
  const rows = cells.map((cell) => [
    cell.rung.title,
    cell.contender,
    finishedText(cell),
    ...shown.map((figure) => medianText(cell, figure)),
    formatCount(cell.trials.reduce((sum, trial) => sum + errorsOf(trial), 0)),
  ]);
  return [head, ...rows];
}

/** @param nameColumns how many columns, from the left, hold names: those are aligned to the left */
export function toText(table: readonly (readonly string[])[], nameColumns = NAME_COLUMNS): string {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const pad = (text: string, column: number): string =>
    column < nameColumns ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return table.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

export function toMarkdown(table: readonly (readonly string[])[], nameColumns = NAME_COLUMNS): string {
  const [head, ...rows] = table;
  const rule = head.map((_, column) => (column < nameColumns ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function errorsOf(trial: Trial): number {
  return Object.values(trial.errors).reduce((total, count) => total + count, 0);
}

function finishedText(cell: Cell): string {
  const { length } = cell.trials;
  const finished = cell.trials.reduce((sum, trial) => sum + trial.clients.finished, 0);
  const planned = cell.trials.reduce((sum, trial) => sum + trial.clients.planned, 0);
  return finished === planned ? formatCount(finished / length) : `${finished} of ${planned}`;
}

function medianText(cell: Cell, figure: FigureFacts): string {
  const spread = spreadOf(cell, figure.of);
  return spread === null ? '–' : figure.format(spread.median);
}
