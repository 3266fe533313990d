/**
 * Rows that are brought into the order of their keys: a natural merge sort over flat arrays. A row is any 32-bit
 * number; its key is a double and no NaN. Two to three times as fast as the built-in sort with a function that
 * compares, which is called here for nothing but ties.
 *
 * What comes in order, or in the opposite order, costs a comparison a row, and what comes in two such runs one pass. Reused: `clear` begins
 * anew.
 */

/** Below 0 when row `a` comes before row `b`, which has the same key; 0 when they stay as they came. */
export type CompareTies = (a: number, b: number) => number;

const FIRST_LENGTH = 256;
/** Arrays longer than this are not kept for the next time. */
const KEPT_LENGTH_MAX = 65_536;
/** Runs shorter than this are made so long by insertion, which is the faster way up to there. */
const RUN_LENGTH_MIN = 8;

export class KeyedRows {
  /** The first `count` of each. */
  keys: Float64Array;
  rows: Uint32Array;
  count = 0;

  /** What is merged to. */
  #mergedKeys: Float64Array = new Float64Array(0);
  #mergedRows: Uint32Array = new Uint32Array(0);

  /** @param room for so many before the arrays grow */
  constructor(room = FIRST_LENGTH) {
    this.keys = new Float64Array(room);
    this.rows = new Uint32Array(room);
  }

  clear(): void {
    this.count = 0;
    if (this.rows.length > KEPT_LENGTH_MAX) this.#resize(FIRST_LENGTH);
  }

  add(key: number, row: number): void {
    if (this.count === this.rows.length) this.#resize(Math.max(FIRST_LENGTH, this.count * 2));
    this.keys[this.count] = key;
    this.rows[this.count++] = row;
  }

  sort(compareTies: CompareTies): void {
    const starts = this.#findRuns(compareTies);
    if (starts.length > 2 && this.#mergedRows.length !== this.rows.length) {
      this.#mergedKeys = new Float64Array(this.keys.length);
      this.#mergedRows = new Uint32Array(this.rows.length);
    }
    while (starts.length > 2) this.#mergePairs(starts, compareTies);
  }

  /** @returns where ordered runs begin, and the end */
  #findRuns(compareTies: CompareTies): number[] {
    const { keys, rows, count } = this;
    const starts: number[] = [];
    for (let start = 0; start < count; ) {
      starts.push(start);
      let end = start + 1;
      if (end < count && isBefore(keys, rows, end, start, compareTies)) {
        end++;
        while (end < count && isBefore(keys, rows, end, end - 1, compareTies)) end++;
        reverse(keys, rows, start, end);
      } else {
        while (end < count && !isBefore(keys, rows, end, end - 1, compareTies)) end++;
      }
      const endMin = Math.min(start + RUN_LENGTH_MIN, count);
      for (; end < endMin; end++) insert(keys, rows, start, end, compareTies);
      start = end;
    }
    starts.push(count);
    return starts;
  }

  /** Merges each two runs that lie side by side, and leaves in `starts` where the longer ones begin. */
  #mergePairs(starts: number[], compareTies: CompareTies): void {
    const { keys, rows } = this;
    const last = starts.length - 1;
    let kept = 0;
    for (let run = 0; run < last; run += 2) {
      const end = starts[Math.min(run + 2, last)];
      merge(keys, rows, starts[run], starts[run + 1], end, this.#mergedKeys, this.#mergedRows, compareTies);
      starts[kept++] = starts[run];
    }
    starts[kept] = starts[last];
    starts.length = kept + 1;
    this.keys = this.#mergedKeys;
    this.rows = this.#mergedRows;
    this.#mergedKeys = keys;
    this.#mergedRows = rows;
  }

  /** Keeps the first `count`. */
  #resize(length: number): void {
    const { keys, rows, count } = this;
    this.keys = new Float64Array(length);
    this.rows = new Uint32Array(length);
    this.keys.set(keys.subarray(0, count));
    this.rows.set(rows.subarray(0, count));
    this.#mergedKeys = new Float64Array(0);
    this.#mergedRows = new Uint32Array(0);
  }
}

function isBefore(
  keys: Float64Array,
  rows: Uint32Array,
  index: number,
  other: number,
  compareTies: CompareTies,
): boolean {
  const key = keys[index];
  const otherKey = keys[other];
  return key === otherKey ? compareTies(rows[index], rows[other]) < 0 : key < otherKey;
}

function reverse(keys: Float64Array, rows: Uint32Array, start: number, end: number): void {
  for (let left = start, right = end - 1; left < right; left++, right--) {
    const key = keys[left];
    const row = rows[left];
    keys[left] = keys[right];
    rows[left] = rows[right];
    keys[right] = key;
    rows[right] = row;
  }
}

/** Moves what stands at `index` to its place in the run [start, index). */
function insert(
  keys: Float64Array,
  rows: Uint32Array,
  start: number,
  index: number,
  compareTies: CompareTies,
): void {
  const key = keys[index];
  const row = rows[index];
  let at = index;
  for (; at > start; at--) {
    const before = keys[at - 1];
    if (key === before ? compareTies(row, rows[at - 1]) >= 0 : key > before) break;
    keys[at] = before;
    rows[at] = rows[at - 1];
  }
  keys[at] = key;
  rows[at] = row;
}

/** Merges the runs [start, middle) and [middle, end) into the same places of `toKeys` and `toRows`. The second may be empty. */
function merge(
  keys: Float64Array,
  rows: Uint32Array,
  start: number,
  middle: number,
  end: number,
  toKeys: Float64Array,
  toRows: Uint32Array,
  compareTies: CompareTies,
): void {
  let left = start;
  let right = middle;
  let at = start;
  if (right < end) {
    let leftKey = keys[left];
    let rightKey = keys[right];
    for (;;) {
      if (rightKey < leftKey || (rightKey === leftKey && compareTies(rows[right], rows[left]) < 0)) {
        toKeys[at] = rightKey;
        toRows[at++] = rows[right++];
        if (right === end) break;
        rightKey = keys[right];
      } else {
        toKeys[at] = leftKey;
        toRows[at++] = rows[left++];
        if (left === middle) break;
        leftKey = keys[left];
      }
    }
  }
  for (; left < middle; left++) {
    toKeys[at] = keys[left];
    toRows[at++] = rows[left];
  }
  for (; right < end; right++) {
    toKeys[at] = keys[right];
    toRows[at++] = rows[right];
  }
}
