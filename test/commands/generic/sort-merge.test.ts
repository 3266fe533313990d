/** Rows come in the order of their keys, and of their texts where those are equal. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { orderByKeys, textKeys } from '../../../src/commands/generic/sort-merge.js';
import { Rows } from '../../../src/commands/generic/sort-rows.js';

function rowsOf(texts: readonly string[]): Rows {
  const rows = new Rows();
  for (const text of texts) {
    const bytes = Buffer.from(text, 'latin1');
    rows.add(bytes, 0, bytes.length);
  }
  return rows;
}

describe('orderByKeys', () => {
  for (const count of [0, 1, 2, 7, 8, 9, 16, 17, 100, 1000]) {
    it(`sorts ${count} rows, ties by what compares them`, () => {
      const random = new Random(count + 1);
      const keys = Float64Array.from({ length: count }, () => (random.below(count) - count / 2) / 4);
      const expected = Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || b - a);
      const order = orderByKeys(Float64Array.from(keys), (a, b) => b - a);
      assert.deepEqual([...order], expected, `seed ${count + 1}`);
    });
  }

  it('leaves rows in their order that are equal in all', () => {
    const order = orderByKeys(new Float64Array(50), () => 0);
    assert.deepEqual(
      [...order],
      Array.from({ length: 50 }, (_, row) => row),
    );
  });
});

describe('textKeys', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`never contradict the order of the texts (seed ${seed})`, () => {
      const random = new Random(seed);
      const letter = (): string => String.fromCharCode([0, 1, 0x61, 0x62, 0x80, 0xff][random.below(6)]);
      const prefix = 'a common beginning'.slice(0, random.below(19));
      const texts = Array.from(
        { length: 300 },
        () => prefix + Array.from({ length: random.below(10) }, letter).join(''),
      );
      const rows = rowsOf(texts);
      const order = orderByKeys(textKeys(rows), (a, b) => rows.compare(a, b));
      const sorted = [...texts].sort((a, b) =>
        Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1')),
      );
      assert.deepEqual(
        [...order].map((row) => texts[row]),
        sorted,
      );
    });
  }
});
