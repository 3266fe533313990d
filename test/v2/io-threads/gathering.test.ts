/** When an I/O thread lets requests gather for a moment instead of sleeping until the next. */
import assert from 'node:assert/strict';
import { CREDIT_MAX, Gathering, SLEEPS_MAX, SLEEPS_MIN } from '../../../v2/io-threads/gathering.js';
import { ReactorCounters } from '../../../v2/reactor/counters.js';

describe('gathering', () => {
  let counters: ReactorCounters;
  let gathering: Gathering;
  /** Events that each moment brings. */
  let brought: number;

  beforeEach(() => {
    counters = new ReactorCounters();
    counters.accepted = 100;
    brought = 0;
    gathering = new Gathering(counters, () => {
      counters.events += brought;
    });
  });

  /** @returns sleeps before the next moment */
  function sleepsUntilMoment(): number {
    for (let sleeps = 0; sleeps <= SLEEPS_MAX; sleeps++) if (gathering.wait()) return sleeps;
    return Number.POSITIVE_INFINITY;
  }

  it('is tried now and then, ever more seldom while it brings nothing, and never not at all', () => {
    const expected: number[] = [];
    for (let sleeps = SLEEPS_MIN; sleeps <= SLEEPS_MAX; sleeps *= 2) expected.push(sleeps);
    expected.push(SLEEPS_MAX);
    assert.deepEqual(
      expected.map(() => sleepsUntilMoment()),
      expected,
    );
  });

  it('comes before every sleep while it brings several events', () => {
    brought = 10;
    sleepsUntilMoment();
    for (let count = 0; count < 100; count++) assert.equal(sleepsUntilMoment(), 1);
  });

  it('outlives some moments that bring nothing, not many, and is tried soon again', () => {
    brought = 10;
    sleepsUntilMoment();
    for (let count = 0; count < CREDIT_MAX; count++) sleepsUntilMoment();
    brought = 0;
    for (let count = 0; count < CREDIT_MAX; count++) assert.equal(sleepsUntilMoment(), 1);
    assert.equal(sleepsUntilMoment(), SLEEPS_MIN);
  });

  it('does not keep most of the clients waiting', () => {
    counters.closed = 70;
    brought = 10;
    sleepsUntilMoment();
    assert.equal(sleepsUntilMoment(), 2 * SLEEPS_MIN, '10 of 30');
    brought = 7;
    sleepsUntilMoment();
    assert.equal(sleepsUntilMoment(), 1, '7 of 30');
  });
});
