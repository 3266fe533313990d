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

describeCommand('ZRANGESTORE', ({ call }) => {
  it('keeps no sign of a zero in a copy that is packed as long as its length allows', async () => {
    await call('CONFIG', 'SET', 'zset-max-listpack-entries', 4);
    for (const member of ['b', 'c', 'd', 'e', 'f']) await call('ZADD', 'z', 1, member);
    await call('ZADD', 'z', '-0', 'a');
    assert.equal(await call('ZSCORE', 'z', 'a'), '-0');
    await call('ZRANGESTORE', 'grown', 'z', '-inf', '+inf', 'BYSCORE');
    assert.equal(await call('ZSCORE', 'grown', 'a'), '0');
    assert.equal(await call('OBJECT', 'ENCODING', 'grown'), 'skiplist');
    await call('ZRANGESTORE', 'small', 'z', 0, 2);
    assert.equal(await call('ZSCORE', 'small', 'a'), '0');
    assert.equal(await call('OBJECT', 'ENCODING', 'small'), 'listpack');
    await call('CONFIG', 'SET', 'zset-max-listpack-entries', 128);
  });
});
