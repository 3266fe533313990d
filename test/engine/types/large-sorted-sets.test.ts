import assert from 'node:assert/strict';
import { Model, SortedSet } from './sorted-set.js';
import { bytesOf, testKeyspace } from './support.js';

describe('SortedSets with many members', () => {
  for (const [name, scoreOf] of [
    ['ascending', (index: number) => index],
    ['descending', (index: number) => -index],
    ['scattered', (index: number) => (index * 7919) % 30_011],
    ['all equal', () => 1],
    ['of few values', (index: number) => index % 5],
  ] as const) {
    it(`hold thirty thousand members, scores ${name}`, () => {
      const set = new SortedSet(0);
      const before = set.keyspace.usedBytes();
      const model = new Model();
      const check = (): void => {
        const ordered = model.ordered();
        assert.deepEqual(set.range(), ordered);
        for (let rank = 0; rank < ordered.length; rank += 97) {
          assert.equal(set.rank(ordered[rank][0]), rank);
          assert.deepEqual(set.range(rank, 1), [ordered[rank]]);
        }
      };
      for (let index = 0; index < 30_000; index++) {
        set.add(`m${index}`, scoreOf(index));
        model.set(`m${index}`, scoreOf(index));
      }
      check();
      for (let index = 0; index < 30_000; index += 3) {
        set.add(`m${index}`, scoreOf(index) + 0.5);
        model.set(`m${index}`, scoreOf(index) + 0.5);
      }
      check();
      for (let index = 0; index < 30_000; index++) {
        if (index % 10 === 0) continue;
        assert.ok(set.remove(`m${index}`));
        model.delete(`m${index}`);
      }
      check();
      for (const [member] of model.ordered().slice(500, 2500)) model.delete(member);
      set.sortedSets.removeRange(set.entry, 500, 2000);
      check();
      for (const lowest of model.ordered().slice(0, 300)) {
        assert.deepEqual(set.range(0, 1), [lowest]);
        set.sortedSets.removeRange(set.entry, 0, 1);
      }
      set.sortedSets.removeRange(set.entry, 0, set.length);
      assert.deepEqual(set.range(0, 0), []);
      assert.ok(set.keyspace.usedBytes() - before < 1000, 'an emptied sorted set is small again');
      set.add('again', 1);
      assert.deepEqual(set.range(), [['again', 1]]);
    });
  }

  it('serve as a priority queue', () => {
    const set = new SortedSet();
    let next = 0;
    for (; next < 5000; next++) set.add(`job ${next}`, next);
    for (let round = 0; round < 20_000; round++, next++) {
      assert.equal(set.range(0, 1)[0][1], next - 5000);
      set.sortedSets.removeRange(set.entry, 0, 1);
      set.add(`job ${next}`, next);
    }
    assert.equal(set.length, 5000);
    assert.ok(set.sortedSets.memoryBytes(set.entry) < 5000 * 80);
  });

  it('are freed in steps', () => {
    const set = new SortedSet(0);
    for (let index = 0; index < 20_000; index++) set.add(`m${index}`, (index * 31) % 977);
    set.database.unlink(bytesOf('zset'), 0, 4);
    let steps = 0;
    while (set.keyspace.reclaimer.step()) steps++;
    assert.ok(steps > 20);
    assert.equal(set.keyspace.usedBytes(), testKeyspace().usedBytes());
  });
});
