import assert from 'node:assert/strict';
import { Backend } from '../../../v2/proxy/backend.js';
import { Balancer } from '../../../v2/proxy/balancer.js';

function backends(...active: number[]): Backend[] {
  return active.map((count, index) => {
    const backend = new Backend(`127.0.0.1:${index + 1}`);
    backend.active = count;
    return backend;
  });
}

describe('the balancer', () => {
  it('chooses who has the fewest connections', () => {
    const all = backends(3, 1, 2);
    const balancer = new Balancer();
    for (let count = 0; count < 5; count++) assert.equal(balancer.choose(all, []), all[1]);
  });

  it('spreads a burst evenly, when each counts as it is chosen', () => {
    const all = backends(0, 0, 0);
    const balancer = new Balancer();
    for (let count = 0; count < 300; count++) balancer.choose(all, [])!.active++;
    assert.deepEqual(
      all.map(({ active }) => active),
      [100, 100, 100],
    );
  });

  it('takes turns where all have as few', () => {
    const all = backends(0, 0);
    const balancer = new Balancer();
    assert.notEqual(balancer.choose(all, []), balancer.choose(all, []));
  });

  it('tries who is down last, and nobody twice', () => {
    const all = backends(0, 5, 7);
    all[0].isUp = false;
    const balancer = new Balancer();
    const tried: Backend[] = [];
    for (const expected of [all[1], all[2], all[0]]) {
      const chosen = balancer.choose(all, tried);
      assert.equal(chosen, expected);
      tried.push(expected);
    }
    assert.equal(balancer.choose(all, tried), null);
  });
});
