/**
 * Keys made to collide: whoever knows a process' seed can put thousands into one bucket; whoever doesn't, as nobody
 * outside does, can't do better than chance.
 */
import assert from 'node:assert/strict';
import { hashBytes } from '../../src/base/hash.js';
import { Random } from '../../src/base/random.js';
import { KeyspaceCommons } from '../../src/engine/commons.js';

const KEYS = 2000;
/** Of a dict with so many keys: eight to a bucket. */
const BUCKETS = 256;
const KNOWN_SEED = [0x1234_5678, 0x0abc_def0] as const;

function bucketOf(key: Buffer, [seed0, seed1]: readonly [number, number]): number {
  return hashBytes(key, 0, key.length, seed0, seed1) & (BUCKETS - 1);
}

/** Keys that all go to bucket 0 under a seed. */
function collidingKeys(seed: readonly [number, number]): Buffer[] {
  const keys: Buffer[] = [];
  for (let number = 0; keys.length < KEYS; number++) {
    const key = Buffer.from(`key:${number}`);
    if (bucketOf(key, seed) === 0) keys.push(key);
  }
  return keys;
}

function fullest(keys: readonly Buffer[], seed: readonly [number, number]): number {
  const counts = new Int32Array(BUCKETS);
  for (const key of keys) counts[bucketOf(key, seed)]++;
  return Math.max(...counts);
}

describe('keys made to collide', () => {
  const keys = collidingKeys(KNOWN_SEED);

  it('fill one bucket where the seed is known', () => {
    assert.equal(fullest(keys, KNOWN_SEED), KEYS);
  });

  it('spread like ordinary ones under every other seed', () => {
    const random = new Random(1);
    for (let round = 0; round < 200; round++) {
      const count = fullest(keys, [random.uint32() | 0, random.uint32() | 0]);
      // Eight on average; more than 30 in one of 256 comes once in 10^6 rounds.
      assert.ok(count <= 30, `${count} in one bucket, round ${round}`);
    }
  });

  it('spread under seeds that differ in one bit', () => {
    for (let bit = 0; bit < 64; bit++) {
      const seed: [number, number] = [...KNOWN_SEED];
      seed[bit >> 5] ^= 1 << (bit & 31);
      assert.ok(fullest(keys, seed) <= 30, `bit ${bit}`);
    }
  });

  it('meet another seed in every server', () => {
    const seeds = Array.from({ length: 20 }, () => new KeyspaceCommons({}).hashSeed.join());
    assert.equal(new Set(seeds).size, seeds.length);
  });
});
