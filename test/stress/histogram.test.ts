import assert from 'node:assert/strict';
import { Random } from '../../src/base/random.js';
import { Histogram } from '../../stress/load/histogram.js';

describe('the latency histogram', () => {
  it('is exact below 256 µs', () => {
    const histogram = new Histogram();
    for (let us = 1; us <= 200; us++) histogram.record(us);
    assert.equal(histogram.percentileUs(50), 100);
    assert.equal(histogram.percentileUs(99), 198);
    assert.equal(histogram.percentileUs(100), 200);
  });

  it('is off by less than 0.8 % above, and never below the truth', () => {
    const seed = 7;
    const random = new Random(seed);
    const values = Array.from({ length: 5000 }, () => Math.floor(300 + 2 ** (random.float() * 30)));
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    values.sort((a, b) => a - b);
    for (const percent of [1, 25, 50, 90, 99, 99.9]) {
      const exact = values[Math.ceil((values.length * percent) / 100) - 1];
      const found = histogram.percentileUs(percent);
      assert.ok(
        found >= exact && found <= exact * 1.008,
        `p${percent}: ${found}, exactly ${exact}, seed ${seed}`,
      );
    }
  });

  it('keeps the longest duration exactly', () => {
    const histogram = new Histogram();
    histogram.record(1_234_567.8);
    assert.equal(histogram.maxUs, 1_234_567);
    assert.equal(histogram.percentileUs(99), 1_234_567);
  });

  it('adds up over processes without loss', () => {
    const parts = [new Histogram(), new Histogram()];
    const whole = new Histogram();
    for (let us = 0; us < 10_000; us += 7) {
      parts[us % 2].record(us * us);
      whole.record(us * us);
    }
    const sum = Histogram.from(parts[0].toData());
    sum.add(parts[1].toData());
    assert.deepEqual(sum.toData(), whole.toData());
    assert.equal(sum.count, whole.count);
  });

  it('draws a curve that never falls and ends at the longest duration', () => {
    const histogram = new Histogram();
    for (let us = 1; us <= 1000; us++) histogram.record(us);
    const curve = histogram.curve();
    for (let index = 1; index < curve.length; index++) assert.ok(curve[index].us >= curve[index - 1].us);
    assert.deepEqual(curve.at(-1), { percent: 100, us: 1000 });
  });

  it('is empty without a duration', () => {
    const histogram = new Histogram();
    assert.deepEqual(histogram.curve(), []);
    assert.equal(histogram.percentileUs(99), 0);
    assert.equal(histogram.meanUs, 0);
  });
});
