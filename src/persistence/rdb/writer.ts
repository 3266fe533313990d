/** Writes the pieces of RDB into one growing buffer, which is the caller's to copy or to send. */
import { parseInteger } from '../../base/bytes.js';
import { crc64 } from './crc64.js';
import {
  ENCODED_INT8,
  ENCODED_INT16,
  ENCODED_INT32,
  LENGTH_32_BITS,
  LENGTH_ENCODED,
  VERSION_WRITTEN,
} from './format.js';

const INITIAL_BYTES = 256;
/** `-2147483648`: longer texts aren't tried as integers. */
const INTEGER_TEXT_BYTES_MAX = 11;
const ENCODED = LENGTH_ENCODED << 6;

export class RdbWriter {
  bytes = Buffer.from(new ArrayBuffer(INITIAL_BYTES));
  length = 0;

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
    } else {
      this.byte(LENGTH_32_BITS);
      this.#reserve(4);
      this.length = this.bytes.writeUInt32BE(value, this.length);
    }
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
    this.count(end - start);
    this.#reserve(end - start);
    this.length += bytes.copy(this.bytes, this.length, start, end);
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
