/**
 * What every client's keys hold: bytes that follow from (client, key, version) and the seed alone. The
 * generator stores no value and still knows each byte that a GET has to answer.
 *
 *     key     s:CCCCCCC:KKKKKK                       16 bytes
 *     value   stamp CCCCCCCKKKKKKVVVVVVVV │ filler   21 bytes, then bytes of a seeded pool
 *
 * A value shorter than the stamp is the stamp's end: the version, then the key, are what tells values apart.
 */
import { copyBytes, equalBytes, writeInteger } from '../../src/base/bytes.js';
import { Random } from '../../src/base/random.js';
import { writeDigits } from './digits.js';

export const KEY_BYTES = 16;
const CLIENT_DIGITS = 7;
const KEY_DIGITS = 6;
const VERSION_DIGITS = 8;
const STAMP_BYTES = CLIENT_DIGITS + KEY_DIGITS + VERSION_DIGITS;

/** Filler starts anywhere in the first part of the pool. */
const FILLER_STARTS = 1 << 16;

/** A share of the values has this size; weights are relative. */
export interface ValueSize {
  readonly bytes: number;
  readonly weight: number;
}

const SET_HEAD = Buffer.from('*3\r\n$3\r\nSET\r\n$16\r\ns:');
const GET_HEAD = Buffer.from('*2\r\n$3\r\nGET\r\n$16\r\ns:');
const OK_REPLY = Buffer.from('+OK\r\n');

/** What a check found instead of a length. */
export const INCOMPLETE = 0;
export const WRONG = -1;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const DOLLAR = 0x24;
const COLON = 0x3a;

export class KeyValues {
  /** Room for the largest request. */
  readonly requestBytesMax: number;
  readonly #pool: Buffer;
  readonly #sizes: readonly ValueSize[];
  readonly #weightSum: number;
  readonly #stamp = Buffer.alloc(64);
  readonly #header = Buffer.alloc(64);

  constructor(sizes: readonly ValueSize[], seed: number) {
    this.#sizes = sizes;
    this.#weightSum = sizes.reduce((sum, size) => sum + size.weight, 0);
    const largest = Math.max(...sizes.map((size) => size.bytes));
    this.requestBytesMax = largest + 128;
    this.#pool = randomLetters(FILLER_STARTS + largest, seed);
  }

  valueBytes(client: number, key: number, version: number): number {
    if (this.#sizes.length === 1) return this.#sizes[0].bytes;
    let ticket = mix(client, key, version) % this.#weightSum;
    for (const size of this.#sizes) {
      ticket -= size.weight;
      if (ticket < 0) return size.bytes;
    }
    return this.#sizes[0].bytes;
  }

  /** @returns the offset after the request, as `writeGet` */
  writeSet(client: number, key: number, version: number, to: Buffer, at: number): number {
    const bytes = this.valueBytes(client, key, version);
    copyBytes(SET_HEAD, 0, SET_HEAD.length, to, at);
    let target = writeLine(to, this.#writeKey(client, key, to, at + SET_HEAD.length));
    target = writeLine(to, writeLength(bytes, to, target));
    const stampBytes = this.#makeStamp(client, key, version, bytes);
    copyBytes(this.#stamp, STAMP_BYTES - stampBytes, STAMP_BYTES, to, target);
    const filler = fillerStart(client, key, version);
    copyBytes(this.#pool, filler, filler + bytes - stampBytes, to, target + stampBytes);
    return writeLine(to, target + bytes);
  }

  writeGet(client: number, key: number, to: Buffer, at: number): number {
    copyBytes(GET_HEAD, 0, GET_HEAD.length, to, at);
    return writeLine(to, this.#writeKey(client, key, to, at + GET_HEAD.length));
  }

  /** @returns the reply's length, INCOMPLETE while all that is there is right, or WRONG */
  checkSet(bytes: Buffer, start: number, end: number): number {
    return matchPrefix(OK_REPLY, 0, OK_REPLY.length, bytes, start, end) ? complete(5, end - start) : WRONG;
  }

  /** The reply to a GET of the key at this version, as `checkSet`. */
  checkGet(client: number, key: number, version: number, bytes: Buffer, start: number, end: number): number {
    const valueBytes = this.valueBytes(client, key, version);
    const headerEnd = writeLine(this.#header, writeLength(valueBytes, this.#header, 0));
    if (!matchPrefix(this.#header, 0, headerEnd, bytes, start, end)) return WRONG;
    const stampBytes = this.#makeStamp(client, key, version, valueBytes);
    let at = start + headerEnd;
    if (!matchPrefix(this.#stamp, STAMP_BYTES - stampBytes, STAMP_BYTES, bytes, at, end)) return WRONG;
    at += stampBytes;
    const filler = fillerStart(client, key, version);
    if (!matchPrefix(this.#pool, filler, filler + valueBytes - stampBytes, bytes, at, end)) return WRONG;
    at += valueBytes - stampBytes;
    if (at < end && bytes[at] !== CARRIAGE_RETURN) return WRONG;
    if (at + 1 < end && bytes[at + 1] !== LINE_FEED) return WRONG;
    return complete(at + 2 - start, end - start);
  }

  /** Of the reply to that GET, with its frame: what has to arrive before another look is of use. */
  getReplyBytes(client: number, key: number, version: number): number {
    const valueBytes = this.valueBytes(client, key, version);
    return writeLength(valueBytes, this.#header, 0) + valueBytes + 4;
  }

  #writeKey(client: number, key: number, to: Buffer, at: number): number {
    const target = writeDigits(client, CLIENT_DIGITS, to, at);
    to[target] = COLON;
    return writeDigits(key, KEY_DIGITS, to, target + 1);
  }

  /** @returns how many bytes of the stamp's end the value has */
  #makeStamp(client: number, key: number, version: number, valueBytes: number): number {
    let at = writeDigits(client, CLIENT_DIGITS, this.#stamp, 0);
    at = writeDigits(key, KEY_DIGITS, this.#stamp, at);
    writeDigits(version, VERSION_DIGITS, this.#stamp, at);
    return Math.min(STAMP_BYTES, valueBytes);
  }
}

function complete(replyBytes: number, heldBytes: number): number {
  return heldBytes >= replyBytes ? replyBytes : INCOMPLETE;
}

/** Whether [start, end) begins with the wanted bytes, or is the beginning of them. */
function matchPrefix(
  wanted: Buffer,
  wantedStart: number,
  wantedEnd: number,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  const length = Math.min(wantedEnd - wantedStart, end - start);
  if (length <= 0) return true;
  return equalBytes(wanted, wantedStart, wantedStart + length, bytes, start, start + length);
}

/** `$length`, without the line's end. */
function writeLength(length: number, to: Buffer, at: number): number {
  to[at] = DOLLAR;
  return writeInteger(length, to, at + 1);
}

function writeLine(to: Buffer, at: number): number {
  to[at] = CARRIAGE_RETURN;
  to[at + 1] = LINE_FEED;
  return at + 2;
}

function fillerStart(client: number, key: number, version: number): number {
  return mix(client, key, version) & (FILLER_STARTS - 1);
}

/** Spreads three small numbers over 31 bits. Source: the finalizer of MurmurHash3, Austin Appleby. */
function mix(client: number, key: number, version: number): number {
  let hash = Math.imul(client, 0x9e3779b1) ^ Math.imul(key, 0x85ebca77) ^ Math.imul(version, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 1;
}

/** Printable, so that a report can show what was wrong. */
function randomLetters(count: number, seed: number): Buffer {
  const random = new Random(seed);
  const letters = Buffer.alloc(count);
  for (let index = 0; index < count; index++) letters[index] = 0x61 + random.below(26);
  return letters;
}
