/** LMOVE and RPOPLPUSH, and their waiting forms where nobody has to wait. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };

describeCommand('LMOVE RPOPLPUSH BLMOVE BRPOPLPUSH', ({ call, wire, refused }) => {
  it('take from one end and add at another', async () => {
    await call('RPUSH', 'from', 'a', 'b', 'c', 'd', 'e');
    await call('RPUSH', 'to', 'x');
    await wire('LMOVE from to LEFT LEFT', '$1\r\na\r\n');
    await wire('LMOVE from to right right', '$1\r\ne\r\n');
    await wire('RPOPLPUSH from to', '$1\r\nd\r\n');
    await wire('BLMOVE from to LEFT RIGHT 0', '$1\r\nb\r\n');
    await wire('BRPOPLPUSH from to 0.1', '$1\r\nc\r\n');
    assert.deepEqual(await call('LRANGE', 'to', 0, -1), ['c', 'd', 'a', 'x', 'e', 'b']);
    await wire('EXISTS from', ':0\r\n');
  });

  it('turn a list around itself', async () => {
    await call('RPUSH', 'l', 'a', 'b', 'c');
    await wire('LMOVE l l LEFT RIGHT', '$1\r\na\r\n');
    await wire('RPOPLPUSH l l', '$1\r\na\r\n');
    await wire('LMOVE l l LEFT LEFT', '$1\r\na\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['a', 'b', 'c']);
    await call('LTRIM', 'l', 0, 0);
    await wire('RPOPLPUSH l l', '$1\r\na\r\n');
    await wire('LLEN l', ':1\r\n');
  });

  it('answer null where there is nothing to take', async () => {
    await wire('LMOVE nothing to LEFT LEFT', NULL);
    await wire('RPOPLPUSH nothing to', NULL);
    await wire('EXISTS to', ':0\r\n');
  });

  it('take nothing where it could not be added', async () => {
    await call('RPUSH', 'l', 'a');
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'LMOVE', 'l', 's', 'LEFT', 'LEFT');
    await refused(WRONG_TYPE, 'RPOPLPUSH', 's', 'l');
    await refused(WRONG_TYPE, 'BLMOVE', 'l', 's', 'LEFT', 'LEFT', 0);
    await wire('RPOPLPUSH nothing s', NULL);
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['a']);
  });

  it('refuse other words, and waits that make no sense', async () => {
    await refused('ERR syntax error', 'LMOVE', 'l', 'l', 'UP', 'LEFT');
    await refused('ERR syntax error', 'BLMOVE', 'l', 'l', 'LEFT', 'UP', 0);
    await refused('ERR timeout is negative', 'BLMOVE', 'l', 'l', 'LEFT', 'LEFT', -1);
    await refused('ERR timeout is not a float or out of range', 'BRPOPLPUSH', 'l', 'l', 'x');
  });
});

describeCommand('BLPOP BRPOP BLMPOP', ({ call, wire, refused }) => {
  it('take at once from the first list that has something', async () => {
    await call('RPUSH', 'l', 'a', 'b', 'c', 'd', 'e');
    await wire('BLPOP nothing l 0', '*2\r\n$1\r\nl\r\n$1\r\na\r\n');
    await wire('BRPOP nothing l 0', '*2\r\n$1\r\nl\r\n$1\r\ne\r\n');
    await wire('BLMPOP 0 2 nothing l RIGHT COUNT 2', '*2\r\n$1\r\nl\r\n*2\r\n$1\r\nd\r\n$1\r\nc\r\n');
    await wire('BLMPOP 0 1 l LEFT', '*2\r\n$1\r\nl\r\n*1\r\n$1\r\nb\r\n');
    await wire('EXISTS l', ':0\r\n');
  });

  it('do not wait inside of a transaction', async () => {
    await call('MULTI');
    await call('BLPOP', 'nothing', 0);
    await call('BLMOVE', 'nothing', 'l', 'LEFT', 'LEFT', 0);
    await call('BLMPOP', 0, 1, 'nothing', 'LEFT');
    await wire('EXEC', { resp2: '*3\r\n*-1\r\n$-1\r\n*-1\r\n', resp3: '*3\r\n_\r\n_\r\n_\r\n' });
  });

  it('refuse waits that make no sense, and other types that come first', async () => {
    await refused('ERR timeout is not a float or out of range', 'BLPOP', 'l', 'x');
    await refused('ERR timeout is negative', 'BRPOP', 'l', -0.1);
    await refused('ERR timeout is negative', 'BLMPOP', -1, 1, 'l', 'LEFT');
    await refused('ERR numkeys should be greater than 0', 'BLMPOP', -1, 0, 'l', 'LEFT');
    await refused('ERR syntax error', 'BLMPOP', 'x', 2, 'l', 'LEFT');
    await call('SET', 's', 'x');
    await call('RPUSH', 'l', 'a');
    await refused(WRONG_TYPE, 'BLPOP', 's', 'l', 0);
    await wire('BLPOP l s 0', '*2\r\n$1\r\nl\r\n$1\r\na\r\n');
  });
});
