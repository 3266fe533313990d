import assert from 'node:assert/strict';
import { crc64, RunningCrc64 } from '../../../src/persistence/rdb/crc64.js';
import { itRandomly } from '../../support/dice.js';

describe('crc64', () => {
  it('has the check value of its polynomial', () => {
    const { high, low } = crc64(Buffer.from('<123456789>'), 1, 10);
    assert.equal(high.toString(16) + low.toString(16), 'e9c6d914c4b8d9ca');
  });

  itRandomly('is the same in one piece and in many', (dice) => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, () => dice.between(0, 255)));
    const start = dice.between(0, 20);
    const running = new RunningCrc64();
    for (let at = start; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + dice.between(0, 30));
      running.update(bytes, at, end);
      at = end;
    }
    const { high, low } = crc64(bytes, start, bytes.length);
    assert.deepEqual([running.high, running.low], [high, low]);
  });
});
