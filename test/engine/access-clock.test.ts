import assert from 'node:assert/strict';
import { Random } from '../../src/base/random.js';
import { AccessClock } from '../../src/engine/access-clock.js';

const START_MS = 1_700_000_000_000;
const MINUTE_MS = 60_000;

describe('AccessClock', () => {
  let clock: AccessClock;

  beforeEach(() => {
    clock = new AccessClock(new Random(5));
    clock.setTime(START_MS);
  });

  it('tells idle time in whole seconds, also across the wrap of its 24 bits', () => {
    const wrapMs = 2 ** 24 * 1000;
    for (const atMs of [START_MS, Math.ceil(START_MS / wrapMs) * wrapMs - 5000]) {
      clock.setTime(atMs);
      const bits = clock.initial();
      assert.ok(bits >= 0 && bits < 2 ** 24);
      clock.setTime(atMs + 9999);
      assert.equal(clock.idleMs(bits), 9000 + (atMs % 1000 === 0 ? 0 : 1000));
      assert.equal(clock.idleMs(clock.touched(bits)), 0);
    }
  });

  it('restores an idle time and a frequency that were saved', () => {
    assert.equal(clock.idleMs(clock.idleSince(77_000)), 77_000);
    clock.lfu = true;
    assert.equal(clock.frequency(clock.withFrequency(123)), 123);
  });

  it('counts uses ever more slowly, up to 255', () => {
    clock.lfu = true;
    const uses = (count: number, logFactor: number): number => {
      clock.logFactor = logFactor;
      let bits = clock.initial();
      for (let use = 0; use < count; use++) bits = clock.touched(bits);
      return clock.frequency(bits);
    };
    assert.equal(uses(0, 10), 5);
    // The table in redis.io's "Key eviction": about 10, 18, 142 and 255 after 100, 1 K, 100 K and 1 M hits at factor 10.
    assert.ok(Math.abs(uses(100, 10) - 10) <= 4);
    assert.ok(Math.abs(uses(1000, 10) - 18) <= 5);
    assert.ok(Math.abs(uses(100_000, 10) - 142) <= 12);
    assert.equal(uses(1_000_000, 10), 255);
    assert.equal(uses(1000, 0), 255);
    assert.ok(uses(1000, 100) <= 12);
  });

  it('lets a counter decay by one for each period without use, also across the wrap of the minutes', () => {
    clock.lfu = true;
    const wrapMs = 2 ** 16 * MINUTE_MS;
    for (const atMs of [START_MS, Math.ceil(START_MS / wrapMs) * wrapMs - MINUTE_MS]) {
      clock.setTime(atMs);
      const bits = clock.withFrequency(50);
      clock.setTime(atMs + 10 * MINUTE_MS);
      clock.decayMinutes = 1;
      assert.equal(clock.frequency(bits), 40);
      clock.decayMinutes = 4;
      assert.equal(clock.frequency(bits), 48);
      clock.decayMinutes = 0;
      assert.equal(clock.frequency(bits), 50);
      clock.setTime(atMs + 200 * MINUTE_MS);
      clock.decayMinutes = 1;
      assert.equal(clock.frequency(bits), 0);
    }
  });
});
