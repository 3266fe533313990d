import assert from 'node:assert/strict';
import { ReplyError } from '../../../src/protocol/reply-error.js';
import { ErrorStatistics } from '../../../src/server/introspection/error-statistics.js';

describe('Statistics of errors', () => {
  it('count by the first word', () => {
    const errors = new ErrorStatistics();
    for (const message of ['ERR a', 'ERR b', 'WRONGTYPE c']) errors.count(new ReplyError(message));
    assert.deepEqual(
      [...errors.entries()],
      [
        ['ERR', 2],
        ['WRONGTYPE', 1],
      ],
    );
    assert.equal(errors.total, 3);
  });

  it('count as ERR what has no first word, or a long one', () => {
    const errors = new ErrorStatistics();
    for (const message of ['MY_e', `${'X'.repeat(31)} a`]) errors.count(new ReplyError(message));
    errors.count(new ReplyError(`${'X'.repeat(30)} a`));
    assert.deepEqual(
      [...errors.entries()],
      [
        ['ERR', 2],
        ['X'.repeat(30), 1],
      ],
    );
  });

  it('tell no more than 128 kinds apart', () => {
    const errors = new ErrorStatistics();
    for (let kind = 0; kind < 200; kind++) errors.count(new ReplyError(`KIND${kind} x`));
    errors.count(new ReplyError('KIND0 again'));
    assert.deepEqual([[...errors.entries()].length, errors.total], [128, 201]);
    assert.deepEqual([...errors.entries()][0], ['KIND0', 2]);
  });
});
