/**
 * A node of a stream: a listpack in Redis' format of stream nodes. One entry after another, ids as differences
 * from the master id, which is the first entry's; field names left out where they are the master's.
 *
 *     master:  live count, deleted count, field count n, field 1 … field n, 0
 *     entry:   flags, ms − master ms, sequence − master sequence,
 *              (same fields)  value 1 … value n, n + 3
 *              (own fields)   count m, field 1, value 1 … field m, value m, 2m + 4
 *
 * The last number of an entry tells how many listpack entries to go back for its flags. Source: the comment
 * on the layout in Redis' documentation of streams' internals. Knows no block and no directory.
 */
import {
  INTEGER_64_BITS,
  LISTPACK_HEADER_BYTES,
  nextEntry,
  previousEntry,
  readUint32,
} from '../../packed/listpack.js';
import { entryAsDouble } from '../../packed/listpack-value.js';
import type { StreamId } from './stream-id.js';

export const FLAG_DELETED = 1;
export const FLAG_SAME_FIELDS = 2;

const TWO_32 = 0x1_0000_0000;

/** Where the master's number of live entries stands. */
export const liveCountAt = (at: number): number => at + LISTPACK_HEADER_BYTES;

export const liveCount = (bytes: Buffer, at: number): number => entryAsDouble(bytes, liveCountAt(at));

export const deletedCountAt = (bytes: Buffer, at: number): number => nextEntry(bytes, liveCountAt(at));

export const masterFieldCountAt = (bytes: Buffer, at: number): number =>
  nextEntry(bytes, deletedCountAt(bytes, at));

/** Where the first entry's flags stand, or the end mark. */
export function firstStreamEntry(bytes: Buffer, at: number): number {
  const countAt = masterFieldCountAt(bytes, at);
  let entry = nextEntry(bytes, countAt);
  for (let left = entryAsDouble(bytes, countAt) + 1; left > 0; left--) entry = nextEntry(bytes, entry);
  return entry;
}

/** Where the flags of the entry before stand; −1 when there is none. @param entry flags of an entry, or the end mark */
export function previousStreamEntry(bytes: Buffer, at: number, entry: number): number {
  let index = previousEntry(bytes, at, entry);
  const back = entryAsDouble(bytes, index);
  // The master's last number is 0, an entry's never is.
  if (back === 0) return -1;
  for (let left = back; left > 0; left--) index = previousEntry(bytes, at, index);
  return index;
}

/** Reads the id of the entry whose flags are at `entry`. @returns where its fields or their count stand */
export function readStreamId(bytes: Buffer, entry: number, master: StreamId, id: StreamId): number {
  const ms = entry + 2;
  const seq = addDifference(bytes, ms, master, id, true);
  return addDifference(bytes, seq, master, id, false);
}

/** @returns the listpack entry behind the difference */
function addDifference(bytes: Buffer, at: number, master: StreamId, id: StreamId, isTime: boolean): number {
  let hi: number;
  let lo: number;
  if (bytes[at] === INTEGER_64_BITS) {
    lo = readUint32(bytes, at + 1);
    hi = readUint32(bytes, at + 5);
  } else {
    const value = entryAsDouble(bytes, at);
    lo = value >>> 0;
    hi = Math.floor(value / TWO_32) >>> 0;
  }
  if (isTime) {
    const low = master.msLo + lo;
    id.setTimeWords(master.msHi + hi + (low >= TWO_32 ? 1 : 0), low);
  } else {
    const low = master.seqLo + lo;
    id.setSequenceWords(master.seqHi + hi + (low >= TWO_32 ? 1 : 0), low);
  }
  return nextEntry(bytes, at);
}

/** Where the next entry's flags stand, or the end mark. @param rest what `readStreamId` returned */
export function skipStreamEntry(bytes: Buffer, flags: number, rest: number, masterFields: number): number {
  let at = rest;
  let left = masterFields + 1;
  if ((flags & FLAG_SAME_FIELDS) === 0) {
    left = entryAsDouble(bytes, at) * 2 + 1;
    at = nextEntry(bytes, at);
  }
  for (; left > 0; left--) at = nextEntry(bytes, at);
  return at;
}
