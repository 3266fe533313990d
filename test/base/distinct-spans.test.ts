import assert from 'node:assert/strict';
import { DistinctSpans } from '../../src/base/distinct-spans.js';
import { itRandomly } from '../support/dice.js';

describe('DistinctSpans', () => {
  itRandomly('knows which spans came before', (dice) => {
    for (const count of [1, 2, 3, 100, 5000]) {
      const spans = new DistinctSpans(count);
      const seen = new Set<string>();
      for (let index = 0; index < count; index++) {
        const text = dice.oneIn(20) ? '' : `${'x'.repeat(dice.between(0, 90))}${dice.between(0, count)}`;
        const bytes = Buffer.from(`<${text}>`);
        assert.equal(spans.add(bytes, 1, bytes.length - 1), !seen.has(text), text);
        seen.add(text);
        assert.equal(spans.count, seen.size);
      }
    }
  });

  it('keeps nothing of what it is shown', () => {
    const spans = new DistinctSpans(3);
    const bytes = Buffer.from('a');
    assert.ok(spans.add(bytes, 0, 1));
    bytes[0] = 0x62;
    assert.ok(spans.add(bytes, 0, 1));
    bytes[0] = 0x61;
    assert.ok(!spans.add(bytes, 0, 1));
  });
});
