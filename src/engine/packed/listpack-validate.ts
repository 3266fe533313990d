/**
 * Deciding whether bytes from outside (RESTORE, an RDB file) are a listpack, before anything that
 * trusts one touches them. No input makes this read beyond [at, at + length).
 */
import {
  backLengthBytes,
  firstEntry,
  headerCount,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackBytes,
  nextEntry,
  payloadBytes,
  previousEntry,
  STRING_32_BITS,
} from './listpack.js';
import { readEntry } from './listpack-value.js';
import { ValueView } from './value-view.js';

/** What `validateListpack` answers for anything that is not exactly one listpack. */
export const NOT_A_LISTPACK = -1;

/**
 * Walks every entry: encodings, lengths, back lengths, the count, and the end mark at the very end.
 * @param length bytes that claim to be the listpack; they must lie within `bytes`
 * @returns the number of entries, or NOT_A_LISTPACK
 */
export function validateListpack(bytes: Buffer, at: number, length: number): number {
  if (length < LISTPACK_EMPTY_BYTES || listpackBytes(bytes, at) !== length) return NOT_A_LISTPACK;
  const end = at + length - 1;
  if (bytes[end] !== LISTPACK_END) return NOT_A_LISTPACK;
  let count = 0;
  let entry = at + LISTPACK_HEADER_BYTES;
  while (entry < end) {
    const next = checkedNext(bytes, at, entry, end);
    if (next === NOT_A_LISTPACK) return NOT_A_LISTPACK;
    entry = next;
    count++;
  }
  const claimed = headerCount(bytes, at);
  if (claimed !== LISTPACK_COUNT_UNKNOWN && claimed !== count) return NOT_A_LISTPACK;
  return count;
}

/**
 * Whether two of the entries `stride` apart are the same: fields of a hash and members of a sorted set
 * (stride 2), members of a set (1). The listpack must be sound. Allocates; for bytes from outside only.
 */
export function hasDuplicates(bytes: Buffer, at: number, stride: number): boolean {
  const seen = new Set<string>();
  const view = new ValueView();
  let entry = firstEntry(at);
  while (bytes[entry] !== LISTPACK_END) {
    readEntry(bytes, entry, view);
    const text = view.toString();
    if (seen.has(text)) return true;
    seen.add(text);
    for (let left = stride; left > 0; left--) {
      if (bytes[entry] === LISTPACK_END) return false;
      entry = nextEntry(bytes, entry);
    }
  }
  return false;
}

/** The offset after a sound entry, at most `end`; reads nothing from `end` on. */
function checkedNext(bytes: Buffer, at: number, entry: number, end: number): number {
  const head = bytes[entry];
  if (head > 0xf4) return NOT_A_LISTPACK;
  const lengthBytes = head === STRING_32_BITS ? 5 : head >= 0xe0 && head < STRING_32_BITS ? 2 : 1;
  if (entry + lengthBytes > end) return NOT_A_LISTPACK;
  const payload = payloadBytes(bytes, entry);
  const next = entry + payload + backLengthBytes(payload);
  if (next > end) return NOT_A_LISTPACK;
  // The back length decides where a walk from the end lands: it has to be this entry. Its own bytes
  // bound the read: a longer chain of continuation bits would run past them.
  const first = entry + payload;
  if (bytes[first] & 0x80) return NOT_A_LISTPACK;
  for (let index = first + 1; index < next; index++) if (!(bytes[index] & 0x80)) return NOT_A_LISTPACK;
  return previousEntry(bytes, at, next) === entry ? next : NOT_A_LISTPACK;
}
