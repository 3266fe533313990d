import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('ZRANGE', ({ call, refused }) => {
  beforeEach(() => call('ZADD', 'z', 1, 'a', 2, 'b', 3, 'c'));

  it('refuses a limit where ranks are given, but for the one that limits nothing', async () => {
    await refused(
      'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
      ...['ZRANGE', 'z', 0, -1, 'LIMIT', 1, 1],
    );
    assert.deepEqual(await call('ZRANGE', 'z', 0, -1, 'LIMIT', 5, -1), ['a', 'b', 'c']);
    assert.deepEqual(await call('ZRANGE', 'z', 0, -1, 'REV', 'LIMIT', -3, -1), ['c', 'b', 'a']);
  });
});
