import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Murmur64 } from '../../src/base/murmur.js';

const M = 0xc6a4a7935bd1e995n;
const MASK = 0xffff_ffff_ffff_ffffn;

/** The algorithm as its author wrote it, with 64-bit numbers. */
function reference(bytes: Buffer, seed: bigint): bigint {
  let hash = seed ^ ((BigInt(bytes.length) * M) & MASK);
  const wholeEnd = bytes.length - (bytes.length % 8);
  for (let at = 0; at < wholeEnd; at += 8) {
    let block = (bytes.readBigUInt64LE(at) * M) & MASK;
    block ^= block >> 47n;
    hash = ((hash ^ ((block * M) & MASK)) * M) & MASK;
  }
  if (wholeEnd < bytes.length) {
    const tail = Buffer.alloc(8);
    bytes.copy(tail, 0, wholeEnd);
    hash = ((hash ^ tail.readBigUInt64LE()) * M) & MASK;
  }
  hash = ((hash ^ (hash >> 47n)) * M) & MASK;
  return hash ^ (hash >> 47n);
}

describe('MurmurHash64A in 32-bit words', () => {
  it('gives what 64-bit arithmetic gives', () => {
    const murmur = new Murmur64();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(0xffffffff), (array, seed) => {
        const bytes = Buffer.from(array);
        murmur.hash(bytes, 0, bytes.length, seed);
        const hash = (BigInt(murmur.high >>> 0) << 32n) | BigInt(murmur.low >>> 0);
        assert.equal(hash, reference(bytes, BigInt(seed)));
      }),
    );
  });

  it('hashes a part of a buffer', () => {
    const [part, whole] = [new Murmur64(), new Murmur64()];
    part.hash(Buffer.from('<element>'), 1, 8, 7);
    whole.hash(Buffer.from('element'), 0, 7, 7);
    assert.deepEqual([part.low, part.high], [whole.low, whole.high]);
  });
});
