/** Deadlines on a clock that moves when told to; their timer is real, and short. */
import assert from 'node:assert/strict';
import { ManualClock } from '../../../src/base/clock.js';
import { type Deadline, Deadlines } from '../../../v2/reactor/deadlines.js';
import { until } from '../support/until.js';

class Item implements Deadline {
  dueMs = 0;
  dueBefore: Deadline | null = null;
  dueAfter: Deadline | null = null;
  constructor(readonly name: string) {}
}

describe('deadlines', () => {
  let clock: ManualClock;
  let passed: string[];
  let deadlines: Deadlines<Item>;

  beforeEach(() => {
    clock = new ManualClock();
    passed = [];
    deadlines = new Deadlines(clock, 1, (item) => passed.push(item.name));
  });
  afterEach(() => deadlines.close());

  it('pass in the order in which they were set, those alone that are due', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => new Item(name));
    deadlines.set(a);
    deadlines.set(b);
    clock.advance(0.6);
    deadlines.set(c);
    clock.advance(0.6);
    await until(() => passed.length > 0);
    assert.deepEqual(passed, ['a', 'b']);
    clock.advance(1);
    await until(() => passed.length > 2);
    assert.deepEqual(passed, ['a', 'b', 'c']);
    await until(() => deadlines.isIdle);
  });

  it('that are lifted or set anew do not pass at their old time', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => new Item(name));
    for (const item of [a, b, c, d]) deadlines.set(item);
    deadlines.lift(b);
    deadlines.lift(b);
    clock.advance(0.5);
    deadlines.set(a);
    deadlines.set(c);
    clock.advance(0.6);
    await until(() => passed.length > 0);
    assert.deepEqual(passed, ['d']);
    clock.advance(1);
    await until(() => passed.length > 2);
    assert.deepEqual(passed, ['d', 'a', 'c']);
  });

  it('may be set by whoever hears that one passed', async () => {
    let again = 0;
    const repeating = new Deadlines<Item>(clock, 1, (item) => {
      if (again++ < 2) repeating.set(item);
    });
    repeating.set(new Item('a'));
    await until(() => {
      clock.advance(1);
      return again === 3;
    });
    await until(() => repeating.isIdle);
  });
});
