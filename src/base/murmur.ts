/**
 * MurmurHash64A over bytes: the hash that HyperLogLogs are made of. Its result decides what a sketch's bytes are, so
 * it is fixed for ever, unseeded and no defence against anybody: the keyspace hashes otherwise (hash.ts).
 *
 * Source: Austin Appleby's MurmurHash2, in the public domain; 64-bit numbers are pairs of 32-bit words here.
 */

/** The multiplier, 0xc6a4a7935bd1e995. */
const M_HIGH = 0xc6a4a793;
const M_LOW = 0x5bd1e995;
const M_LOW_LOW = M_LOW & 0xffff;
const M_LOW_HIGH = M_LOW >>> 16;

/** Hashes; the result of the last call is in its fields. */
export class Murmur64 {
  /** Words of the result, signed or not: use their bits. */
  low = 0;
  high = 0;

  hash(bytes: Buffer, start: number, end: number, seed: number): void {
    const length = end - start;
    this.low = length | 0;
    this.high = Math.floor(length / 0x1_0000_0000) | 0;
    this.#multiply();
    let low = this.low ^ seed;
    let high = this.high;
    let at = start;
    for (const wholeEnd = end - (length % 8); at < wholeEnd; at += 8) {
      this.low = wordAt(bytes, at);
      this.high = wordAt(bytes, at + 4);
      this.#mix();
      this.low ^= low;
      this.high ^= high;
      this.#multiply();
      low = this.low;
      high = this.high;
    }
    this.low = low;
    this.high = high;
    if (at < end) this.#tail(bytes, at, end);
    this.#shiftIn();
    this.#multiply();
    this.#shiftIn();
  }

  /** The last one to seven bytes, the first of them lowest. */
  #tail(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const offset = at - start;
      if (offset < 4) this.low ^= bytes[at] << (offset * 8);
      else this.high ^= bytes[at] << ((offset - 4) * 8);
    }
    this.#multiply();
  }

  #mix(): void {
    this.#multiply();
    this.#shiftIn();
    this.#multiply();
  }

  /** value ^= value >>> 47 */
  #shiftIn(): void {
    this.low ^= this.high >>> 15;
  }

  /** value *= M, modulo 2^64 */
  #multiply(): void {
    const { low, high } = this;
    const lowLow = low & 0xffff;
    const lowHigh = low >>> 16;
    // 16 by 16 bits each, so that sums stay exact.
    const bottom = lowLow * M_LOW_LOW;
    const middle = lowHigh * M_LOW_LOW + (bottom >>> 16);
    const other = lowLow * M_LOW_HIGH + (middle & 0xffff);
    const carried = lowHigh * M_LOW_HIGH + (middle >>> 16) + (other >>> 16);
    this.low = Math.imul(low, M_LOW);
    this.high = (carried + Math.imul(low, M_HIGH) + Math.imul(high, M_LOW)) | 0;
  }
}

function wordAt(bytes: Buffer, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
