import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Rows } from '../../../src/commands/generic/sort-rows.js';
import { textKeys } from '../../../src/commands/generic/sort-text-keys.js';

function rowsOf(texts: readonly string[]): Rows {
  const rows = new Rows();
  for (const text of texts) {
    const bytes = Buffer.from(text, 'latin1');
    rows.add(bytes, 0, bytes.length);
  }
  return rows;
}

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
      const keys = textKeys(rows);
      const order = Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || rows.compare(a, b));
      const sorted = [...texts].sort((a, b) =>
        Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1')),
      );
      assert.deepEqual(
        order.map((row) => texts[row]),
        sorted,
      );
    });
  }
});
