/** Reads the pieces of RDB from bytes that nobody vouches for. @throws BadFormat where they make no sense */
import {
  ENCODED_INT8,
  ENCODED_INT16,
  ENCODED_INT32,
  ENCODED_LZF,
  LENGTH_6_BITS,
  LENGTH_14_BITS,
  LENGTH_32_BITS,
  LENGTH_64_BITS,
  LENGTH_ENCODED,
} from './format.js';
import { unpackLzf } from './lzf.js';

/** The bytes are not what they should be. Caught where a value is read as a whole. */
export class BadFormat extends Error {}

/** LZF packs no more than this many bytes into one: what claims more is not unpacked. */
const LZF_RATIO_MAX = 264;

export class RdbReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  byte(): number {
    return this.#bytes[this.#take(1)];
  }

  /** A count of elements or bytes. */
  count(): number {
    return this.#count(this.byte());
  }

  /** A count of elements each of which takes a byte at least: no more than can follow. */
  elementCount(): number {
    const count = this.count();
    if (count > this.#end - this.#at) throw new BadFormat('more elements than bytes');
    return count;
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  /** A string's bytes: a view of what is read, or unpacked. */
  string(): Buffer {
    const first = this.byte();
    if (first >>> 6 !== LENGTH_ENCODED) {
      const length = this.#count(first);
      const start = this.#take(length);
      return this.#bytes.subarray(start, start + length);
    }
    switch (first & 0x3f) {
      case ENCODED_INT8:
        return Buffer.from(String(this.#bytes.readInt8(this.#take(1))));
      case ENCODED_INT16:
        return Buffer.from(String(this.#bytes.readInt16LE(this.#take(2))));
      case ENCODED_INT32:
        return Buffer.from(String(this.#bytes.readInt32LE(this.#take(4))));
      case ENCODED_LZF:
        return this.#packed();
      default:
        throw new BadFormat('unknown encoding of a string');
    }
  }

  #packed(): Buffer {
    const packedBytes = this.count();
    const unpackedBytes = this.count();
    const start = this.#take(packedBytes);
    if (unpackedBytes > packedBytes * LZF_RATIO_MAX) throw new BadFormat('unpacked too large');
    const unpacked = unpackLzf(this.#bytes, start, start + packedBytes, unpackedBytes);
    if (unpacked === null) throw new BadFormat('not LZF');
    return unpacked;
  }

  #count(first: number): number {
    const kind = first >>> 6;
    if (kind === LENGTH_6_BITS) return first & 0x3f;
    if (kind === LENGTH_14_BITS) return ((first & 0x3f) << 8) | this.byte();
    if (first === LENGTH_32_BITS) return this.#bytes.readUInt32BE(this.#take(4));
    if (first === LENGTH_64_BITS) return Number(this.#bytes.readBigUInt64BE(this.#take(8)));
    throw new BadFormat('not a length');
  }

  /** @returns where the bytes begin */
  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) throw new BadFormat('cut off');
    this.#at = at + length;
    return at;
  }
}
