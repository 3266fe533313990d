/** Columns drawn with characters, highest value on top, each with its label written downwards below it. */

export interface Column {
  readonly value: number;
  readonly label: string;
}

const ROWS = 4;
/** What the top of a column looks like, by how much of its row it fills. */
const TOPS = ['_', 'o', '#'];
const STEM = '|';
const STEPS = ROWS * TOPS.length;
/** More stand in a picture of their own, below. */
const COLUMNS_MAX = 80;

/** A column's character in a row. @param height in steps @param row 0 at the bottom */
function character(height: number, row: number): string {
  const rest = height - row * TOPS.length;
  if (rest < 0) return ' ';
  return TOPS[rest] ?? STEM;
}

export function sparkline(columns: readonly Column[]): string {
  const values = columns.map(({ value }) => value);
  const least = Math.min(...values);
  const span = Math.max(1, Math.max(...values) - least);
  const heightOf = (value: number): number =>
    Math.min(STEPS - 1, Math.floor((STEPS * (value - least)) / span));
  const pictures: string[] = [];
  for (let start = 0; start < columns.length; start += COLUMNS_MAX) {
    pictures.push(picture(columns.slice(start, start + COLUMNS_MAX), heightOf));
  }
  return pictures.join('\n');
}

function picture(columns: readonly Column[], heightOf: (value: number) => number): string {
  const heights = columns.map(({ value }) => heightOf(value));
  const labelRows = Math.max(...columns.map(({ label }) => label.length));
  let text = '';
  for (let row = ROWS - 1; row >= 0; row--) {
    for (const height of heights) text += character(height, row);
    text += '\n';
  }
  text += `${' '.repeat(columns.length)}\n`;
  for (let row = 0; row < labelRows; row++) {
    for (const { label } of columns) text += label[row] ?? ' ';
    text += '\n';
  }
  return text;
}
