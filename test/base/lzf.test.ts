import assert from 'node:assert/strict';
import { packed, packLzf, unpackLzf } from '../../src/base/lzf.js';
import { Random } from '../../src/base/random.js';

function roundTrip(bytes: Buffer): number {
  const padded = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')]);
  const packedBytes = packLzf(padded, 6, 6 + bytes.length);
  if (packedBytes === 0) return 0;
  assert.ok(packedBytes <= bytes.length - 4, 'it saves four bytes at least');
  const copy = Buffer.from(packed.subarray(0, packedBytes));
  assert.ok(unpackLzf(copy, 0, copy.length, bytes.length)?.equals(bytes), 'it comes back as it was');
  return packedBytes;
}

describe('LZF', () => {
  for (let seed = 1; seed <= 60; seed++) {
    it(`brings back what it packed, of any length and alphabet (seed ${seed})`, () => {
      const random = new Random(seed);
      const letters = 1 + random.below(seed % 3 === 0 ? 256 : 4);
      const bytes = Buffer.alloc(random.below(seed % 5 === 0 ? 40_000 : 400));
      for (let index = 0; index < bytes.length; index++) bytes[index] = random.below(letters);
      roundTrip(bytes);
    });
  }

  it('packs repetitions: the longest, the farthest and those that overlap themselves', () => {
    assert.ok(roundTrip(Buffer.alloc(5000, 'a')) < 100);
    assert.ok(roundTrip(Buffer.from('abc'.repeat(100))) < 20);
    const random = new Random(1);
    const noise = Buffer.alloc(8192);
    for (let index = 0; index < noise.length; index++) noise[index] = random.below(256);
    const twice = Buffer.concat([noise.subarray(0, 8100), noise.subarray(0, 1000)]);
    assert.ok(roundTrip(twice) < twice.length - 700);
  });

  it('leaves alone what it would not make smaller', () => {
    assert.equal(packLzf(Buffer.from('abc'), 0, 3), 0);
    assert.equal(packLzf(Buffer.from('abcdefghijklmnopqrstuvwxyz'), 0, 26), 0);
  });
});
