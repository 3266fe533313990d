import assert from 'node:assert/strict';
import {
  bucketOf,
  highestOf,
  LatencyHistogram,
} from '../../../src/server/introspection/latency-histogram.js';
import { itRandomly } from '../../support/dice.js';

describe('A latency histogram', () => {
  itRandomly('puts every duration into the bucket that ends at or after it, within a hundredth', (dice) => {
    for (let round = 0; round < 10_000; round++) {
      const ns = dice.between(1, 10 ** dice.between(1, 9));
      const highest = highestOf(bucketOf(ns));
      assert.ok(highest >= ns && highest < ns * 1.01 + 1, `${ns} ns in a bucket up to ${highest}`);
      assert.equal(bucketOf(highest), bucketOf(ns));
      assert.equal(bucketOf(highest + 1), bucketOf(ns) + (highest < 1_000_000_000 ? 1 : 0));
    }
  });

  it('has bounds at both ends', () => {
    assert.equal(bucketOf(0), bucketOf(1));
    assert.equal(bucketOf(Number.POSITIVE_INFINITY), bucketOf(1_000_000_000));
  });

  it('tells percentiles', () => {
    const histogram = new LatencyHistogram();
    for (let microseconds = 1; microseconds <= 100; microseconds++)
      histogram.add(bucketOf(microseconds * 1000));
    assert.equal(histogram.percentile(50), highestOf(bucketOf(50_000)));
    assert.equal(histogram.percentile(99), highestOf(bucketOf(99_000)));
    assert.equal(histogram.percentile(100), highestOf(bucketOf(100_000)));
    assert.equal(histogram.percentile(0), highestOf(bucketOf(1000)));
    assert.equal(new LatencyHistogram().percentile(50), 0);
  });

  it('counts up to each doubling, and leaves out those that add nothing', () => {
    const histogram = new LatencyHistogram();
    for (const ns of [500, 1000, 12_000, 13_000, 60_000, 120_000]) histogram.add(bucketOf(ns));
    assert.deepEqual(histogram.doublings(), [
      [1, 2],
      [16, 4],
      [66, 5],
      [132, 6],
    ]);
  });
});
