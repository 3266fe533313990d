/**
 * The packed forms of Redis before 7.0, which files of that time have: taken apart into their elements. What they say of
 * themselves has to be right, as in Redis.
 *
 *     ziplist   | bytes 4 | last entry 4 | count 2 | entry … | 255 |
 *               entry: | length of the one before 1 or 5 | encoding | contents |
 *     zipmap    | pairs 1, 254: unknown | field length | field | value length | unused 1 | value | unused … | … | 255 |
 *               length: one byte, or 254 and four bytes
 *
 * Source: the public descriptions of both formats. @throws BadFormat
 */

import { initializeListpack, LISTPACK_EMPTY_BYTES } from '../../engine/packed/listpack.js';
import { appendEntry } from '../../engine/packed/listpack-edit.js';
import { ListpackValue } from '../../engine/packed/listpack-value.js';
import { BadFormat } from './reader.js';

const END = 0xff;
const LONG_LENGTH = 0xfe;
const ZIPLIST_HEADER_BYTES = 10;
const ZIPLIST_COUNT_UNKNOWN = 0xffff;
const ZIPMAP_COUNT_UNKNOWN = 254;
/** 1111 0001 … 1111 1101 are the integers 0 … 12. */
const IMMEDIATE_FIRST = 0xf1;
const IMMEDIATE_LAST = 0xfd;

/** Reads forward and never beyond the end. */
class PackedReader {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  take(length: number): number {
    if (length > this.bytes.length - this.at) throw new BadFormat('a packed value is cut off');
    const { at } = this;
    this.at = at + length;
    return at;
  }

  byte(): number {
    return this.bytes[this.take(1)];
  }

  span(length: number): Buffer {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** A byte, or four after 254. */
  length(first: number): number {
    return first === LONG_LENGTH ? this.bytes.readUInt32LE(this.take(4)) : first;
  }
}

export function elementsOfZiplist(bytes: Buffer): Buffer[] {
  const reader = new PackedReader(bytes);
  reader.take(ZIPLIST_HEADER_BYTES);
  const elements: Buffer[] = [];
  let last = ZIPLIST_HEADER_BYTES;
  let lastBytes = 0;
  for (;;) {
    const { at } = reader;
    const first = reader.byte();
    if (first === END) break;
    require(reader.length(first) === lastBytes, 'a ziplist that leads elsewhere from its end');
    elements.push(ziplistElement(reader));
    last = at;
    lastBytes = reader.at - at;
  }
  const count = bytes.readUInt16LE(8);
  require(reader.at === bytes.length &&
    bytes.readUInt32LE(0) === bytes.length, 'a ziplist has another length');
  require(bytes.readUInt32LE(4) === last, 'a ziplist ends elsewhere');
  require(count === elements.length ||
    count === ZIPLIST_COUNT_UNKNOWN, 'a ziplist has another number of entries');
  return elements;
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new BadFormat(otherwise);
}

function ziplistElement(reader: PackedReader): Buffer {
  const encoding = reader.byte();
  switch (encoding >>> 6) {
    case 0:
      return reader.span(encoding & 0x3f);
    case 1:
      return reader.span(((encoding & 0x3f) << 8) | reader.byte());
    case 2:
      return reader.span(reader.bytes.readUInt32BE(reader.take(4)));
    default:
      return Buffer.from(ziplistInteger(reader, encoding));
  }
}

function ziplistInteger(reader: PackedReader, encoding: number): string {
  const { bytes } = reader;
  switch (encoding) {
    case 0xc0:
      return String(bytes.readInt16LE(reader.take(2)));
    case 0xd0:
      return String(bytes.readInt32LE(reader.take(4)));
    case 0xe0:
      return String(bytes.readBigInt64LE(reader.take(8)));
    case 0xf0:
      return String(bytes.readIntLE(reader.take(3), 3));
    case 0xfe:
      return String(bytes.readInt8(reader.take(1)));
    default:
      if (encoding < IMMEDIATE_FIRST || encoding > IMMEDIATE_LAST)
        throw new BadFormat('no entry of a ziplist');
      return String(encoding - IMMEDIATE_FIRST);
  }
}

/** Field, value, field, value … */
export function elementsOfZipmap(bytes: Buffer): Buffer[] {
  const reader = new PackedReader(bytes);
  const count = reader.byte();
  const elements: Buffer[] = [];
  for (;;) {
    const first = reader.byte();
    if (first === END) break;
    elements.push(reader.span(reader.length(first)));
    const valueBytes = reader.length(reader.byte());
    const unusedBytes = reader.byte();
    elements.push(reader.span(valueBytes));
    reader.take(unusedBytes);
  }
  require(reader.at === bytes.length, 'a zipmap has another length');
  require(elements.length > 0, 'a zipmap is never empty');
  require(count >= ZIPMAP_COUNT_UNKNOWN ||
    count * 2 === elements.length, 'a zipmap has another number of pairs');
  return elements;
}

/** The same elements in the form of 7.0. */
export function listpackOf(elements: readonly Buffer[]): Buffer {
  const value = new ListpackValue();
  let total = LISTPACK_EMPTY_BYTES;
  for (const element of elements) total += value.setSpan(element, 0, element.length).entryBytes;
  const bytes = Buffer.alloc(total);
  initializeListpack(bytes, 0);
  for (const element of elements) appendEntry(bytes, 0, value.setSpan(element, 0, element.length));
  return bytes;
}
