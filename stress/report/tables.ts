/** The report's tables as text: aligned for the terminal, and as Markdown. */
import type { Cell } from './aggregate.js';
import { COLUMNS } from './columns.js';

/** Load and contender. */
const NAME_COLUMNS = 2;

/** One row per load and contender. */
export function tableOf(cells: readonly Cell[]): string[][] {
  const head = ['load', 'contender', ...COLUMNS.map((column) => column.title)];
  const rows = cells.map((cell) => [
    cell.rung.title,
    cell.contender,
    ...COLUMNS.map((column) => column.text(cell)),
  ]);
  return [head, ...rows];
}

/** @param nameColumns how many columns, from the left, hold names: those are aligned to the left */
export function toText(table: readonly (readonly string[])[], nameColumns = NAME_COLUMNS): string {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table
    .map((row) =>
      row
        .map((text, column) =>
          column < nameColumns ? text.padEnd(widths[column]) : text.padStart(widths[column]),
        )
        .join('  '),
    )
    .join('\n');
}

export function toMarkdown(table: readonly (readonly string[])[]): string {
  const [head, ...rows] = table;
  const rule = head.map((_, column) => (column < NAME_COLUMNS ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
