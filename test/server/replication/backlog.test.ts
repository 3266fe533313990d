import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Backlog } from '../../../src/server/replication/backlog.js';

describe('the backlog', () => {
  for (let seed = 1; seed <= 20; seed++) {
    it(`keeps the last bytes, whatever comes in what pieces (seed ${seed})`, () => {
      const random = new Random(seed);
      const capacity = 1 + random.below(100);
      const first = random.below(1000);
      const backlog = new Backlog(capacity, first);
      let all = Buffer.alloc(0);
      for (let piece = 0; piece < 60; piece++) {
        const bytes = Buffer.alloc(random.below(piece % 7 === 0 ? 300 : 20));
        for (let index = 0; index < bytes.length; index++) bytes[index] = random.below(256);
        const padded = Buffer.concat([Buffer.from('??'), bytes, Buffer.from('?')]);
        backlog.append(padded, 2, padded.length - 1);
        all = Buffer.concat([all, bytes]);
        const kept = Math.min(all.length, capacity);
        assert.equal(backlog.endOffset, first + all.length);
        assert.equal(backlog.length, kept);
        const from = backlog.startOffset + random.below(kept + 1);
        assert.ok(backlog.has(from));
        assert.ok(backlog.since(from).equals(all.subarray(from - first)));
        assert.ok(!backlog.has(backlog.startOffset - 1) && !backlog.has(backlog.endOffset + 1));
      }
    });
  }

  it('keeps what fits when its size changes', () => {
    const backlog = new Backlog(10, 5);
    backlog.append(Buffer.from('abcdefghijklm'), 0, 13);
    backlog.resize(4);
    assert.deepEqual([backlog.startOffset, backlog.endOffset], [14, 18]);
    assert.equal(backlog.since(14).toString(), 'jklm');
    backlog.resize(100);
    backlog.append(Buffer.from('xyz'), 0, 3);
    assert.equal(backlog.since(15).toString(), 'klmxyz');
  });
});
