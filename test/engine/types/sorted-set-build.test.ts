import assert from 'node:assert/strict';
import { NONE } from '../../../src/engine/arena.js';
import { ValueView } from '../../../src/engine/packed/value-view.js';
import { itRandomly } from '../../support/dice.js';
import { Model, pairs, SortedSet } from './sorted-set.js';
import { bytesOf } from './support.js';

const view = new ValueView();

function memberOf(name: string): ValueView {
  view.setSpan(bytesOf(name), 0, name.length);
  return view;
}

describe('SortedSetBuild', () => {
  const set = new SortedSet();
  const { sortedSets, types } = set;
  const { build } = sortedSets;

  function built(model: Model, memberCountMin: number): number {
    build.begin(memberCountMin);
    for (const [name, score] of model) build.addNew(score, memberOf(name));
    return build.end();
  }

  // 68 fill a leaf, 4,284 an inner node: those, and one more.
  for (const count of [0, 1, 68, 69, 4284, 4285, 20_000]) {
    itRandomly(`orders ${count} members, however they come`, (dice) => {
      const orders: [string, (index: number) => number][] = [
        ['ascending', (index) => index],
        ['descending', (index) => -index],
        ['in two rows', (index) => (index < count / 3 ? index : count - index / 2)],
        ['equal', () => -0],
        ['at random', () => dice.between(-count, count) / 4],
        ['with infinities', () => dice.pick([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY])],
      ];
      for (const [name, scoreOf] of orders) {
        const model = new Model();
        for (let index = 0; index < count; index++) model.set(`member:${index}`, scoreOf(index));
        const entry = built(model, dice.between(0, count));
        const ordered = model.ordered();
        assert.equal(sortedSets.length(entry), count, name);
        assert.deepEqual(pairs(sortedSets.range(entry, 0, count, false)), ordered, name);
        assert.deepEqual(
          pairs(sortedSets.range(entry, Math.max(0, count - 1), count, true)),
          [...ordered].reverse(),
          name,
        );
        for (let rank = 0; rank < count; rank += 101) {
          const [member, score] = ordered[rank];
          assert.equal(sortedSets.rank(entry, bytesOf(member), 0, member.length), rank, name);
          assert.ok(sortedSets.countBelow(entry, score, false) <= rank, name);
        }
        types.temporaries.discard(entry);
      }
    });
  }

  for (const count of [0, 3, 4097]) {
    for (const isLookedFor of [true, false]) {
      it(`shows ${count} members${isLookedFor ? ' that were looked for' : ''} in order, and leaves nothing`, () => {
        while (set.keyspace.reclaimer.step());
        const before = set.keyspace.usedBytes();
        build.begin(isLookedFor ? count : 0);
        const model = new Model();
        for (let index = 0; index < count; index++) {
          const name = `m${index}`;
          if (isLookedFor) {
            assert.equal(build.find(memberOf(name)), NONE);
            build.add(index % 10, memberOf(name));
          } else {
            build.addNew(index % 10, memberOf(name));
          }
          model.set(name, index % 10);
        }
        assert.equal(build.count, count);
        assert.deepEqual(pairs(build.sorted()), model.ordered());
        build.cancel();
        while (set.keyspace.reclaimer.step());
        assert.equal(set.keyspace.usedBytes(), before);
      });
    }
  }

  itRandomly('takes other scores before the end, and members and scores after it', (dice) => {
    const model = new Model();
    build.begin(0);
    for (let round = 0; round < 10_000; round++) {
      const name = `m${dice.between(0, 4000)}`;
      const score = dice.between(-50, 50);
      const element = build.find(memberOf(name));
      assert.equal(element === NONE, !model.has(name));
      if (element === NONE) build.add(score, memberOf(name));
      else {
        assert.equal(build.score(element), model.get(name));
        build.setScore(element, score);
      }
      model.set(name, score);
    }
    const entry = build.end();
    assert.deepEqual(pairs(sortedSets.range(entry, 0, model.size, false)), model.ordered());
    for (let round = 0; round < 10_000; round++) {
      const name = `m${dice.between(0, 6000)}`;
      if (dice.oneIn(2)) {
        const score = dice.between(-50, 50);
        sortedSets.add(entry, score, 0, bytesOf(name), 0, name.length);
        model.set(name, score);
      } else {
        assert.equal(sortedSets.remove(entry, bytesOf(name), 0, name.length), model.delete(name));
      }
    }
    assert.deepEqual(pairs(sortedSets.range(entry, 0, model.size, false)), model.ordered());
    types.temporaries.discard(entry);
  });
});
