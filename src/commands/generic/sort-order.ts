/** In which order SORT answers: by number or by bytes, of the elements or of what BY finds for them. */
import { type CompareTies, KeyedRows } from '../../base/keyed-rows.js';
import { NONE } from '../../engine/arena.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Context } from '../context.js';
import type { SortPattern } from './sort-pattern.js';
import type { SortRequest } from './sort-request.js';
import { Rows, scoreOf } from './sort-rows.js';
import { textKeys } from './sort-text-keys.js';

const NOT_NUMBERS = new ReplyError("ERR One or more scores can't be converted into double");

/** The rows' numbers in the order that the request asks for. */
export function sortedOrder(context: Context, rows: Rows, request: SortRequest): Uint32Array {
  if (request.isUnsorted) return Uint32Array.from({ length: rows.count }, (_, row) => row);
  const { by, isDescending } = request;
  return request.isAlphabetic
    ? byText(context, rows, by, isDescending)
    : byNumber(context, rows, by, isDescending);
}

/** Equal numbers are in the order of their elements. What BY doesn't find counts as 0. */
function byNumber(context: Context, rows: Rows, by: SortPattern | null, isDescending: boolean): Uint32Array {
  const scores = new Float64Array(rows.count);
  let areNumbers = true;
  for (let row = 0; row < rows.count; row++) {
    if (by === null) {
      scores[row] = scoreOf(rows.bytes, rows.start(row), rows.end(row));
    } else {
      const found = by.find(context, rows.bytes, rows.start(row), rows.end(row));
      scores[row] = found === null ? 0 : scoreOf(found.bytes, found.start, found.end);
    }
    // All keys are looked up, for hits and misses, and access times, are counted for each.
    if (Number.isNaN(scores[row])) areNumbers = false;
  }
  if (!areNumbers) throw NOT_NUMBERS;
  return inDirection(scores, isDescending, (a, b) => rows.compare(a, b));
}

/** What BY doesn't find comes first; equal texts stay in the order in which they came. */
function byText(context: Context, rows: Rows, by: SortPattern | null, isDescending: boolean): Uint32Array {
  if (by === null) return inDirection(textKeys(rows), isDescending, (a, b) => rows.compare(a, b));
  const texts = new Rows();
  const isFound = new Uint8Array(rows.count);
  for (let row = 0; row < rows.count; row++) {
    const found = by.find(context, rows.bytes, rows.start(row), rows.end(row));
    isFound[row] = found === null ? 0 : 1;
    if (found === null) texts.add(rows.bytes, NONE, NONE);
    else texts.add(found.bytes, found.start, found.end);
  }
  const keys = textKeys(texts);
  for (let row = 0; row < rows.count; row++) if (isFound[row] === 0) keys[row] = -1;
  return inDirection(keys, isDescending, (a, b) => texts.compare(a, b));
}

function inDirection(keys: Float64Array, isDescending: boolean, compareTies: CompareTies): Uint32Array {
  const order = new KeyedRows(keys.length);
  for (let row = 0; row < keys.length; row++) order.add(isDescending ? -keys[row] : keys[row], row);
  order.sort(isDescending ? (a, b) => compareTies(b, a) : compareTies);
  return order.rows;
}
