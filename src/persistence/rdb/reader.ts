/** Reads the pieces of RDB from bytes that nobody vouches for. @throws BadFormat where they make no sense */
import { countDigits } from '../../base/bytes.js';
import { parseDouble } from '../../base/double.js';
import { unpackLzf } from '../../base/lzf.js';
import { type Moment, momentOf } from '../../engine/moment.js';
import type { ValueView } from '../../engine/packed/value-view.js';
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

/** The bytes are not what they should be. Caught where a value, or a file, is read as a whole. */
export class BadFormat extends Error {}

/**
 * A collection without elements, which no key may hold; the bytes are read to their end. Some versions of Redis wrote such,
 * and files that have them are loaded without.
 */
export class EmptyValue extends BadFormat {
  constructor() {
    super('empty');
  }
}

/** They may be, but there are too few of them. */
export class CutOff extends BadFormat {
  /** @param missingBytes at least so many */
  constructor(readonly missingBytes: number) {
    super('cut off');
  }
}

/** LZF packs no more than this many bytes into one: what claims more is not unpacked. */
const LZF_RATIO_MAX = 264;

/** Lengths of a score's text that stand for what has none. */
const TEXT_NAN = 253;
const TEXT_INFINITY = 254;
const TEXT_MINUS_INFINITY = 255;

export class RdbReader {
  /** The offset of what is read next. */
  at: number;
  readonly bytes: Buffer;
  readonly #end: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  byte(): number {
    return this.bytes[this.#take(1)];
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** A count of elements or bytes. */
  count(): number {
    return this.#count(this.byte());
  }

  /** A number of 64 bits in the form of a count. */
  bigCount(): bigint {
    const first = this.byte();
    return first === LENGTH_64_BITS ? this.bytes.readBigUInt64BE(this.#take(8)) : BigInt(this.#count(first));
  }

  /**
   * A count of elements each of which takes a byte at least.
   * @throws CutOff when not as many bytes follow, before anybody makes room for them
   */
  elementCount(): number {
    const count = this.count();
    if (count > this.#end - this.at) throw new CutOff(count - (this.#end - this.at));
    return count;
  }

  double(): number {
    return this.bytes.readDoubleLE(this.#take(8));
  }

  /** A score as text, as RDB had it up to version 7. */
  textDouble(): number {
    const length = this.byte();
    if (length === TEXT_NAN) return Number.NaN;
    if (length === TEXT_INFINITY) return Number.POSITIVE_INFINITY;
    if (length === TEXT_MINUS_INFINITY) return Number.NEGATIVE_INFINITY;
    const start = this.#take(length);
    return parseDouble(this.bytes.toString('latin1', start, start + length));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.#take(4));
  }

  /** 64 bits, as far as a double is exact. */
  int64(): number {
    return Number(this.bytes.readBigInt64LE(this.#take(8)));
  }

  /** When a key expires: what lies before the epoch counts as that. */
  moment(): Moment {
    const at = this.#take(8);
    const high = this.bytes.readInt32LE(at + 4);
    if (high < 0) return 0;
    if (high >= 1 << 21) return momentOf(this.bytes.readBigInt64LE(at));
    return high * 0x1_0000_0000 + this.bytes.readUInt32LE(at);
  }

  /** A string's bytes: a view of what is read, or unpacked. */
  string(): Buffer {
    const first = this.byte();
    if (first >>> 6 !== LENGTH_ENCODED) {
      const length = this.#count(first);
      const start = this.#take(length);
      return this.bytes.subarray(start, start + length);
    }
    if (first === PACKED) return this.#packed();
    return Buffer.from(String(this.#integer(first)));
  }

  /** The same, without an object for each: the view holds until the next string. */
  stringInto(view: ValueView): void {
    const first = this.byte();
    if (first >>> 6 !== LENGTH_ENCODED) {
      const length = this.#count(first);
      const start = this.#take(length);
      view.setSpan(this.bytes, start, start + length);
    } else if (first === PACKED) {
      const unpacked = this.#packed();
      view.setSpan(unpacked, 0, unpacked.length);
    } else {
      view.setInteger(this.#integer(first));
    }
  }

  /** Passes a string, which is not unpacked. @returns its length */
  skipString(): number {
    const first = this.byte();
    if (first >>> 6 !== LENGTH_ENCODED) {
      const length = this.#count(first);
      this.#take(length);
      return length;
    }
    if (first !== PACKED) {
      const value = this.#integer(first);
      return value < 0 ? countDigits(-value) + 1 : countDigits(value);
    }
    const packedBytes = this.count();
    const unpackedBytes = this.count();
    this.#take(packedBytes);
    return unpackedBytes;
  }

  #integer(first: number): number {
    switch (first & 0x3f) {
      case ENCODED_INT8:
        return this.bytes.readInt8(this.#take(1));
      case ENCODED_INT16:
        return this.bytes.readInt16LE(this.#take(2));
      case ENCODED_INT32:
        return this.bytes.readInt32LE(this.#take(4));
      default:
        throw new BadFormat('unknown encoding of a string');
    }
  }

  #packed(): Buffer {
    const packedBytes = this.count();
    const unpackedBytes = this.count();
    const start = this.#take(packedBytes);
    if (unpackedBytes > packedBytes * LZF_RATIO_MAX) throw new BadFormat('unpacked too large');
    const unpacked = unpackLzf(this.bytes, start, start + packedBytes, unpackedBytes);
    if (unpacked === null) throw new BadFormat('not LZF');
    return unpacked;
  }

  #count(first: number): number {
    const kind = first >>> 6;
    if (kind === LENGTH_6_BITS) return first & 0x3f;
    if (kind === LENGTH_14_BITS) return ((first & 0x3f) << 8) | this.byte();
    if (first === LENGTH_32_BITS) return this.bytes.readUInt32BE(this.#take(4));
    if (first === LENGTH_64_BITS) return Number(this.bytes.readBigUInt64BE(this.#take(8)));
    throw new BadFormat('not a length');
  }

  /** @returns where the bytes begin */
  #take(length: number): number {
    const at = this.at;
    if (length > this.#end - at) throw new CutOff(length - (this.#end - at));
    this.at = at + length;
    return at;
  }
}

const PACKED = (LENGTH_ENCODED << 6) | ENCODED_LZF;
