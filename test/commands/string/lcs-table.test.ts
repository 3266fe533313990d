/** The table of LCS in bits, beside the table of numbers that it stands for. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LcsTable } from '../../../src/commands/string/lcs-table.js';

/** The length of the longest common subsequence of each two prefixes. */
function lengthsOf(a: Buffer, b: Buffer): number[][] {
  const lengths = [new Array<number>(b.length + 1).fill(0)];
  for (let i = 1; i <= a.length; i++) {
    lengths[i] = [0];
    for (let j = 1; j <= b.length; j++) {
      lengths[i][j] =
        a[i - 1] === b[j - 1] ? lengths[i - 1][j - 1] + 1 : Math.max(lengths[i - 1][j], lengths[i][j - 1]);
    }
  }
  return lengths;
}

describe('LcsTable', () => {
  const text = (bytesMax: number, letters: number) =>
    fc
      .array(fc.nat({ max: letters }), { maxLength: bytesMax, size: 'max' })
      .map((values) => Buffer.from(values.map((value) => value * 51)));

  it('says for all prefixes which has to become shorter', () => {
    const texts = fc.oneof(text(20, 1), text(70, 5), text(200, 3));
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const lengths = lengthsOf(a, b);
        const table = new LcsTable(a, b, true);
        assert.equal(table.length, lengths[a.length][b.length]);
        assert.equal(new LcsTable(a, b, false).length, table.length);
        for (let i = 1; i <= a.length; i++) {
          for (let j = 1; j <= b.length; j++) {
            if (a[i - 1] === b[j - 1]) continue;
            assert.equal(table.isBackInA(i, j), lengths[i - 1][j] > lengths[i][j - 1], `${i} ${j}`);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});
