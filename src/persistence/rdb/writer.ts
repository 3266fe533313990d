/** Writes the pieces of RDB into one growing buffer, which is the caller's to copy or to send. */
import { copyBytes, parseInteger } from '../../base/bytes.js';
import { packed, packLzf } from '../../base/lzf.js';
import type { Moment } from '../../engine/moment.js';
import { crc64 } from './crc64.js';
import {
  ENCODED_INT8,
  ENCODED_INT16,
  ENCODED_INT32,
  ENCODED_LZF,
  LENGTH_32_BITS,
  LENGTH_64_BITS,
  LENGTH_ENCODED,
  VERSION_WRITTEN,
} from './format.js';

const INITIAL_BYTES = 256;
/** `-2147483648`: longer texts aren't tried as integers. */
const INTEGER_TEXT_BYTES_MAX = 11;
const ENCODED = LENGTH_ENCODED << 6;
/** Shorter strings aren't compressed: there is nothing to gain. */
const COMPRESSED_BYTES_MIN = 21;
const UINT32_MAX = 0xffff_ffff;

export class RdbWriter {
  bytes = Buffer.from(new ArrayBuffer(INITIAL_BYTES));
  length = 0;

  /** @param compresses whether strings are packed as LZF where that saves something: `rdbcompression` */
  constructor(readonly compresses = false) {}

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A count of elements or bytes. */
  count(value: number): void {
    if (value < 1 << 6) {
      this.byte(value);
    } else if (value < 1 << 14) {
      this.byte(0x40 | (value >>> 8));
      this.byte(value & 0xff);
    } else if (value <= UINT32_MAX) {
      this.byte(LENGTH_32_BITS);
      this.#reserve(4);
      this.length = this.bytes.writeUInt32BE(value, this.length);
    } else {
      this.byte(LENGTH_64_BITS);
      this.#reserve(8);
      this.length = this.bytes.writeBigUInt64BE(BigInt(value), this.length);
    }
  }

  /** 64 bits, low byte first. @param value within ±2^53 */
  int64(value: number): void {
    this.#reserve(8);
    this.length = this.bytes.writeInt32LE(value | 0, this.length);
    this.length = this.bytes.writeInt32LE(Math.floor(value / 0x1_0000_0000), this.length);
  }

  moment(atMs: Moment): void {
    if (typeof atMs === 'number') {
      this.int64(atMs);
      return;
    }
    this.#reserve(8);
    this.length = this.bytes.writeBigInt64LE(atMs, this.length);
  }

  /** Bytes as they are. */
  raw(bytes: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    copyBytes(bytes, start, end, this.bytes, this.length);
    this.length += end - start;
  }

  /** Text of one byte a character, as a string. */
  text(value: string): void {
    const bytes = Buffer.from(value, 'latin1');
    this.string(bytes, 0, bytes.length);
  }

  double(value: number): void {
    this.#reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  /** A string, as an integer where its text is that of one of at most 32 bits. */
  string(bytes: Buffer, start: number, end: number): void {
    if (end - start <= INTEGER_TEXT_BYTES_MAX) {
      const value = parseInteger(bytes, start, end);
      if (value === (value | 0)) {
        this.#integer(value);
        return;
      }
    }
    if (this.compresses && end - start >= COMPRESSED_BYTES_MIN) {
      const packedBytes = packLzf(bytes, start, end);
      if (packedBytes > 0) {
        this.compressed(packed, 0, packedBytes, end - start);
        return;
      }
    }
    this.count(end - start);
    this.raw(bytes, start, end);
  }

  /** A string of `unpackedBytes` that is LZF already. */
  compressed(bytes: Buffer, start: number, end: number, unpackedBytes: number): void {
    this.byte(ENCODED | ENCODED_LZF);
    this.count(end - start);
    this.count(unpackedBytes);
    this.raw(bytes, start, end);
  }

  /** Version and checksum: what makes a value a dump. */
  footer(): void {
    this.#reserve(10);
    this.length = this.bytes.writeUInt16LE(VERSION_WRITTEN, this.length);
    const { high, low } = crc64(this.bytes, 0, this.length);
    this.length = this.bytes.writeUInt32LE(low, this.length);
    this.length = this.bytes.writeUInt32LE(high, this.length);
  }

  #integer(value: number): void {
    this.#reserve(5);
    if (value === (value << 24) >> 24) {
      this.byte(ENCODED | ENCODED_INT8);
      this.length = this.bytes.writeInt8(value, this.length);
    } else if (value === (value << 16) >> 16) {
      this.byte(ENCODED | ENCODED_INT16);
      this.length = this.bytes.writeInt16LE(value, this.length);
    } else {
      this.byte(ENCODED | ENCODED_INT32);
      this.length = this.bytes.writeInt32LE(value, this.length);
    }
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const grown = Buffer.from(new ArrayBuffer(Math.max(this.bytes.length * 2, this.length + bytes)));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
