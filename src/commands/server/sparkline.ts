/** Columns drawn with characters, highest value on top, each with its label written downwards below it. */

export interface Column {
  readonly value: number;
  readonly label: string;
}

const ROWS = 4;
/** What the top of a column looks like, by how much of its row it fills. */
const TOPS = ['_', 'o', '#'];
const STEM = '|';

/** A column's character in a row. @param level of the column, in [0, 1] @param row 0 at the bottom */
function character(level: number, row: number): string {
  const rest = level * ROWS - row;
  if (rest > 1) return STEM;
  if (rest < 0 || (rest === 0 && row > 0)) return ' ';
  return TOPS[Math.min(TOPS.length - 1, Math.floor(rest * TOPS.length))];
}

export function sparkline(columns: readonly Column[]): string {
  const values = columns.map(({ value }) => value);
  const least = Math.min(...values);
  const span = Math.max(1, Math.max(...values) - least);
  const labelRows = Math.max(...columns.map(({ label }) => label.length));
  let picture = '\n';
  for (let row = ROWS - 1; row >= 0; row--) {
    for (const { value } of columns) picture += character((value - least) / span, row);
    picture += '\n';
  }
  picture += '\n';
  for (let row = 0; row < labelRows; row++) {
    for (const { label } of columns) picture += label[row] ?? ' ';
    picture += '\n';
  }
  return picture;
}
