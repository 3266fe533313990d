/**
 * The seeded hash of keys and elements: HalfSipHash-1-3 with a 64-bit seed and a 32-bit result.
 *
 * A client chooses the keys, so the hash must not be predictable: without the seed nobody can collect keys
 * that fall into one bucket. HalfSipHash is SipHash on 32-bit words, which is what JavaScript computes fast.
 * 1-3 (one round a word, three at the end) is what Rust and Redis' descendants take for tables.
 *
 * Source: Jean-Philippe Aumasson and Daniel J. Bernstein, "SipHash: a fast short-input PRF" (2012);
 * HalfSipHash in the authors' reference implementation.
 */

/**
 * @param seed0 low 32 bits of the seed, as an int32
 * @param seed1 high 32 bits of the seed, as an int32
 * @returns an int32
 */
export function hashBytes(bytes: Buffer, start: number, end: number, seed0: number, seed1: number): number {
  let v0 = seed0;
  let v1 = seed1;
  let v2 = 0x6c796765 ^ seed0;
  let v3 = 0x74656462 ^ seed1;
  let index = start;
  for (const last = end - 3; index < last; index += 4) {
    const word = bytes[index] | (bytes[index + 1] << 8) | (bytes[index + 2] << 16) | (bytes[index + 3] << 24);
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  let tail = (end - start) << 24;
  if (index < end) tail |= bytes[index];
  if (index + 1 < end) tail |= bytes[index + 1] << 8;
  if (index + 2 < end) tail |= bytes[index + 2] << 16;
  v3 ^= tail;
  // One round takes in the tail, three finish: the same body four times.
  for (let round = 0; round < 4; round++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    if (round === 0) {
      v0 ^= tail;
      v2 ^= 0xff;
    }
  }
  return v1 ^ v3;
}
