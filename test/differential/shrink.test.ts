import assert from 'node:assert/strict';
import { shrink } from './shrink.js';

describe('shrink', () => {
  const numbers = Array.from({ length: 500 }, (_, index) => index);

  it('finds the few items that matter', async () => {
    const found = await shrink(numbers, async (items) => items.includes(17) && items.includes(402));
    assert.deepEqual(found, [17, 402]);
  });

  it('finds a single one', async () => {
    assert.deepEqual(await shrink(numbers, async (items) => items.includes(499)), [499]);
  });

  it('keeps what needs everything', async () => {
    const few = numbers.slice(0, 6);
    assert.deepEqual(await shrink(few, async (items) => items.length === few.length), few);
  });
});
