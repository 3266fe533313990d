import assert from 'node:assert/strict';
import { KeyedRows } from '../../src/base/keyed-rows.js';
import { itRandomly } from '../support/dice.js';

function sorted(keys: readonly number[], compareTies: (a: number, b: number) => number): number[] {
  const order = new KeyedRows();
  keys.forEach((key, row) => {
    order.add(key, row);
  });
  order.sort(compareTies);
  assert.equal(order.count, keys.length);
  assert.deepEqual(
    [...order.keys.subarray(0, keys.length)],
    [...order.rows.subarray(0, keys.length)].map((row) => keys[row]),
    'each row keeps its key',
  );
  return [...order.rows.subarray(0, keys.length)];
}

describe('KeyedRows', () => {
  for (const count of [0, 1, 2, 7, 8, 9, 16, 17, 100, 1000]) {
    itRandomly(`sorts ${count} rows, ties by what compares them`, (dice) => {
      const keys = Array.from({ length: count }, () => dice.between(-count, count) / 4);
      const expected = Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || b - a);
      assert.deepEqual(
        sorted(keys, (a, b) => b - a),
        expected,
      );
    });
  }

  itRandomly('sorts what comes in ordered runs', (dice) => {
    const keys: number[] = [];
    for (let run = dice.between(1, 20); run > 0; run--) {
      const length = dice.between(1, 60);
      for (let index = 0; index < length; index++) keys.push(index * dice.pick([1, -1]));
    }
    const expected = Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b);
    assert.deepEqual(
      sorted(keys, () => 0),
      expected,
    );
  });

  it('leaves rows in their order that are equal in all', () => {
    const rows = sorted(new Array(50).fill(0), () => 0);
    assert.deepEqual(
      rows,
      Array.from({ length: 50 }, (_, row) => row),
    );
  });

  it('knows infinities, and both zeros as one', () => {
    const keys = [Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, -0];
    assert.deepEqual(
      sorted(keys, (a, b) => b - a),
      [2, 3, 1, 0],
    );
  });

  it('begins anew when it is cleared, also after very many rows', () => {
    const order = new KeyedRows(4);
    for (let row = 0; row < 70_000; row++) order.add(-row, row);
    order.sort(() => 0);
    assert.equal(order.rows[0], 69_999);
    order.clear();
    order.add(2, 10);
    order.add(1, 20);
    order.sort(() => 0);
    assert.deepEqual([...order.rows.subarray(0, order.count)], [20, 10]);
  });
});
