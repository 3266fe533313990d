import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('GET', ({ call, wire }) => {
  it('returns the bytes that were set', async () => {
    await call('SET', 'key', 'any \0\r\n\xff bytes');
    assert.equal(await call('GET', 'key'), 'any \0\r\n\xff bytes');
  });

  it('answers null for a missing key', () => wire('GET nothing', { resp2: '$-1\r\n', resp3: '_\r\n' }));
});
