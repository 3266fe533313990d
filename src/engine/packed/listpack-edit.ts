/**
 * Changing a listpack in place. The caller has seen to it that the bytes after the listpack are its
 * own, as many as the change adds: `value.entryBytes` for an insertion, `growthOfReplacing` for a
 * replacement. Entries behind the change move; offsets before it stay.
 */
import {
  entryBytes,
  firstEntry,
  headerCount,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  lastEntry,
  listpackBytes,
  NO_ENTRY,
  nextEntry,
  previousEntry,
  writeHeader,
} from './listpack.js';
import { findEntry, type ListpackValue } from './listpack-value.js';

/** Up to this many bytes a loop beats the call into C++ (as in base/bytes.ts). */
const LOOP_BYTES_MAX = 48;

/** memmove within one buffer. */
export function moveBytes(bytes: Buffer, to: number, start: number, end: number): void {
  const length = end - start;
  if (length > LOOP_BYTES_MAX) {
    bytes.copyWithin(to, start, end);
  } else if (to < start) {
    for (let offset = 0; offset < length; offset++) bytes[to + offset] = bytes[start + offset];
  } else {
    for (let offset = length - 1; offset >= 0; offset--) bytes[to + offset] = bytes[start + offset];
  }
}

/** Inserts `value` before `entry`, which may be the end mark. */
export function insertEntry(bytes: Buffer, at: number, entry: number, value: ListpackValue): void {
  const total = listpackBytes(bytes, at);
  const added = value.entryBytes;
  if (entry === at + total - 1) bytes[entry + added] = LISTPACK_END;
  else moveBytes(bytes, entry + added, entry, at + total);
  value.write(bytes, entry);
  writeHeader(bytes, at, total + added, countAfter(bytes, at, 1));
}

/** Inserts `value` after the last entry. */
export function appendEntry(bytes: Buffer, at: number, value: ListpackValue): void {
  insertEntry(bytes, at, at + listpackBytes(bytes, at) - 1, value);
}

/** Bytes that the listpack grows by when `value` takes the place of `entry`; may be negative. */
export function growthOfReplacing(bytes: Buffer, entry: number, value: ListpackValue): number {
  return value.entryBytes - entryBytes(bytes, entry);
}

/** Puts `value` in the place of `entry`. */
export function replaceEntry(bytes: Buffer, at: number, entry: number, value: ListpackValue): void {
  const replaced = entryBytes(bytes, entry);
  if (replaced !== value.entryBytes) {
    const total = listpackBytes(bytes, at);
    moveBytes(bytes, entry + value.entryBytes, entry + replaced, at + total);
    writeHeader(bytes, at, total + value.entryBytes - replaced, headerCount(bytes, at));
  }
  value.write(bytes, entry);
}

/** Deletes `count` entries from `entry` on; as many must be there. `entry` is then the one behind them. */
export function deleteEntries(bytes: Buffer, at: number, entry: number, count: number): void {
  let end = entry;
  for (let left = count; left > 0; left--) end = nextEntry(bytes, end);
  deleteSpan(bytes, at, entry, end, count);
}

/** Deletes the `count` entries that stand from `entry` to `end`, both offsets of entries or the end mark. */
export function deleteSpan(bytes: Buffer, at: number, entry: number, end: number, count: number): void {
  const total = listpackBytes(bytes, at);
  moveBytes(bytes, entry, end, at + total);
  writeHeader(bytes, at, total - (end - entry), countAfter(bytes, at, -count));
}

/**
 * Deletes entries equal to `value`, at most `most` of them.
 * @returns how many
 */
export function deleteEqual(
  bytes: Buffer,
  at: number,
  value: ListpackValue,
  most: number,
  fromTail: boolean,
): number {
  let deleted = 0;
  if (fromTail) {
    let entry = lastEntry(bytes, at);
    while (entry !== NO_ENTRY && deleted < most) {
      const previous = previousEntry(bytes, at, entry);
      if (value.equals(bytes, entry)) {
        deleteEntries(bytes, at, entry, 1);
        deleted++;
      }
      entry = previous;
    }
    return deleted;
  }
  let entry = findEntry(bytes, firstEntry(at), value, 0);
  while (entry !== NO_ENTRY && deleted < most) {
    deleteEntries(bytes, at, entry, 1);
    deleted++;
    entry = findEntry(bytes, entry, value, 0);
  }
  return deleted;
}

/** Appends the entries of another listpack, which must not overlap. */
export function appendListpack(bytes: Buffer, at: number, other: Buffer, otherAt: number): void {
  const total = listpackBytes(bytes, at);
  const otherTotal = listpackBytes(other, otherAt);
  other.copy(bytes, at + total - 1, otherAt + LISTPACK_EMPTY_BYTES - 1, otherAt + otherTotal);
  const otherCount = headerCount(other, otherAt);
  const count =
    otherCount === LISTPACK_COUNT_UNKNOWN ? LISTPACK_COUNT_UNKNOWN : countAfter(bytes, at, otherCount);
  writeHeader(bytes, at, total + otherTotal - LISTPACK_EMPTY_BYTES, count);
}

/** What the header has to say about the count after it changed by `change`. */
function countAfter(bytes: Buffer, at: number, change: number): number {
  const count = headerCount(bytes, at);
  if (count === LISTPACK_COUNT_UNKNOWN) return LISTPACK_COUNT_UNKNOWN;
  return Math.min(count + change, LISTPACK_COUNT_UNKNOWN);
}
