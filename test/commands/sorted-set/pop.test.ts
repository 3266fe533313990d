/** ZPOPMIN, ZPOPMAX, ZMPOP, and their waiting forms where nobody has to wait. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NULL_ARRAY = { resp2: '*-1\r\n', resp3: '_\r\n' };

describeCommand('ZPOPMIN ZPOPMAX', ({ call, wire, refused }) => {
  it('take the member at their end, and with the last one the key', async () => {
    await call('ZADD', 'z', 1, 'a', 2, 'b');
    await wire('ZPOPMIN z', { resp2: '*2\r\n$1\r\na\r\n$1\r\n1\r\n', resp3: '*2\r\n$1\r\na\r\n,1\r\n' });
    await wire('ZPOPMAX z', { resp2: '*2\r\n$1\r\nb\r\n$1\r\n2\r\n', resp3: '*2\r\n$1\r\nb\r\n,2\r\n' });
    await wire('EXISTS z', ':0\r\n');
    await wire('ZPOPMIN z', '*0\r\n');
  });

  it('take several, as pairs in RESP3', async () => {
    await call('ZADD', 'z', 1, 'a', 2, 'b', 3, 'c');
    await wire('ZPOPMAX z 2', {
      resp2: '*4\r\n$1\r\nc\r\n$1\r\n3\r\n$1\r\nb\r\n$1\r\n2\r\n',
      resp3: '*2\r\n*2\r\n$1\r\nc\r\n,3\r\n*2\r\n$1\r\nb\r\n,2\r\n',
    });
    await wire('ZPOPMIN z 0', '*0\r\n');
    assert.equal(((await call('ZPOPMIN', 'z', 9)) as unknown[]).flat().length, 2);
    await wire('EXISTS z', ':0\r\n');
  });

  it('refuse counts below zero', async () => {
    await refused('ERR value is out of range, must be positive', 'ZPOPMIN', 'z', -1);
    await refused('ERR value is out of range, must be positive', 'ZPOPMAX', 'z', 'x');
    await call('SET', 's', 'x');
    await refused('WRONGTYPE Operation against a key holding the wrong kind of value', 'ZPOPMIN', 's');
  });
});

describeCommand('ZMPOP BZPOPMIN BZMPOP', ({ call, wire, refused }) => {
  it('take from the first sorted set that has something', async () => {
    await call('ZADD', 'z', 1, 'a', 2, 'b', 3, 'c');
    await wire('ZMPOP 2 nothing z MIN', {
      resp2: '*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n',
      resp3: '*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\na\r\n,1\r\n',
    });
    await wire('BZPOPMIN nothing z 0', {
      resp2: '*3\r\n$1\r\nz\r\n$1\r\nb\r\n$1\r\n2\r\n',
      resp3: '*3\r\n$1\r\nz\r\n$1\r\nb\r\n,2\r\n',
    });
    await wire('BZMPOP 0 2 nothing z MAX COUNT 5', {
      resp2: '*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nc\r\n$1\r\n3\r\n',
      resp3: '*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nc\r\n,3\r\n',
    });
    await wire('ZMPOP 1 z MIN', NULL_ARRAY);
  });

  it('refuse what makes no sense', async () => {
    await refused('ERR numkeys should be greater than 0', 'ZMPOP', 0, 'z', 'MIN');
    await refused('ERR syntax error', 'ZMPOP', 1, 'z', 'LEFT');
    await refused('ERR count should be greater than 0', 'ZMPOP', 1, 'z', 'MIN', 'COUNT', 0);
    await refused('ERR timeout is negative', 'BZPOPMIN', 'z', -1);
    await refused('ERR timeout is not a float or out of range', 'BZMPOP', 'x', 1, 'z', 'MIN');
    await refused('ERR count should be greater than 0', 'BZMPOP', 'x', 1, 'z', 'MIN', 'COUNT', 0);
  });
});
