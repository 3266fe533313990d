import assert from 'node:assert/strict';
import { Rate, Rates } from '../../../src/server/introspection/rates.js';

describe('The rate of a counter', () => {
  it('is the mean of the last sixteen looks', () => {
    let counter = 0;
    const rate = new Rate(() => counter);
    const rates = new Rates([rate], 0);
    for (let look = 1; look <= 16; look++) {
      counter += look <= 8 ? 10 : 30;
      rates.tick(look * 100_000);
    }
    assert.ok(Math.abs(rate.mean - 200) < 1e-9);
    for (let look = 17; look <= 32; look++) rates.tick(look * 100_000);
    assert.equal(rate.mean, 0);
  });

  it('goes by the time that really passed', () => {
    let counter = 0;
    const rate = new Rate(() => counter);
    const rates = new Rates([rate], 0);
    counter = 100;
    rates.tick(50_000);
    rates.tick(1_000_000);
    assert.equal(rate.mean, 100 / 16);
  });

  it('may go by another counter', () => {
    let [busy, turns] = [0, 0];
    const rate = new Rate(
      () => busy,
      () => turns,
    );
    const rates = new Rates([rate], 0);
    for (let look = 1; look <= 16; look++) {
      busy += 50;
      turns += 5;
      rates.tick(look * 100_000);
    }
    assert.equal(rate.mean, 10);
  });
});
