/** Ids of entries as clients write them: `ms`, `ms-sequence`, `-`, `+`, and `(` before an excluded end. */
import type { StreamId } from '../../engine/types/stream/stream-id.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';

const INVALID_ID = new ReplyError('ERR Invalid stream ID specified as stream command argument');
const INVALID_START = new ReplyError('ERR invalid start ID for the interval');
const INVALID_END = new ReplyError('ERR invalid end ID for the interval');

const ID_BYTES_MAX = 127;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
const TWO_32 = 0x1_0000_0000;
const SEQUENCE_MAX = 'max';

/** High and low word of the number read last. */
let hi = 0;
let lo = 0;

/** What string2ull takes: no negative number of 64 bits, but whatever else strtoull reads. */
function readUint64(text: string): void {
  if (text.length > 0 && text.length <= 15 && /^\d+$/.test(text)) {
    const value = Number(text);
    hi = Math.floor(value / TWO_32);
    lo = value >>> 0;
    return;
  }
  const match = /^[\t-\r ]*([+-]?)(\d+)$/.exec(text);
  if (match === null || /^-[1-9]/.test(text)) throw INVALID_ID;
  const magnitude = BigInt(match[2]);
  if (magnitude > UINT64_MAX) throw INVALID_ID;
  const value = match[1] === '-' ? BigInt.asUintN(64, -magnitude) : magnitude;
  hi = Number(value >> 32n);
  lo = Number(value & 0xffff_ffffn);
}

/** `ms` or `ms-sequence`. @param missing what stands for a missing sequence: 0 or the greatest */
function readId(text: string, id: StreamId, missing: '0' | typeof SEQUENCE_MAX): StreamId {
  if (text.length > ID_BYTES_MAX) throw INVALID_ID;
  const dash = text.indexOf('-');
  readUint64(dash < 0 ? text : text.slice(0, dash));
  const msHi = hi;
  const msLo = lo;
  if (dash >= 0) readUint64(text.slice(dash + 1));
  else if (missing === '0') hi = lo = 0;
  else hi = lo = TWO_32 - 1;
  return id.set(msHi, msLo, hi, lo);
}

/** A concrete id; a missing sequence is 0. */
export function parseId(argv: Argv, index: number, id: StreamId): StreamId {
  return readId(argv.shown(index), id, '0');
}

/** As `parseId`, and `-` and `+`, the first and the last id of all. */
export function parseIdOrEnd(argv: Argv, index: number, id: StreamId): StreamId {
  if (argv.is(index, '-')) return id.setZero();
  return argv.is(index, '+') ? id.setMax() : parseId(argv, index, id);
}

/** Reads a concrete id where something else may stand. @returns false then */
export function readsAsId(argv: Argv, index: number, id: StreamId): boolean {
  try {
    parseId(argv, index, id);
    return true;
  } catch (error) {
    if (error === INVALID_ID) return false;
    throw error;
  }
}

/** As `parseId`, and `ms-*`. @returns false when the sequence is left to the stream */
export function parseAddedId(argv: Argv, index: number, id: StreamId): boolean {
  const text = argv.shown(index);
  const isOpen = text.endsWith('-*') && text.indexOf('-') === text.length - 2;
  readId(isOpen ? text.slice(0, -2) : text, id, '0');
  return !isOpen;
}

function readBound(argv: Argv, index: number, id: StreamId, missing: '0' | typeof SEQUENCE_MAX): boolean {
  const text = argv.shown(index);
  if (text.startsWith('(') && text.length > 1) {
    readId(text.slice(1), id, missing);
    return true;
  }
  if (text === '-') id.setZero();
  else if (text === '+') id.setMax();
  else readId(text, id, missing);
  return false;
}

/** Where a range starts: the first id in it. */
export function parseStart(argv: Argv, index: number, id: StreamId): StreamId {
  if (readBound(argv, index, id, '0') && !id.increment()) throw INVALID_START;
  return id;
}

/** Where a range ends: the last id in it. */
export function parseEnd(argv: Argv, index: number, id: StreamId): StreamId {
  if (readBound(argv, index, id, SEQUENCE_MAX) && !id.decrement()) throw INVALID_END;
  return id;
}
