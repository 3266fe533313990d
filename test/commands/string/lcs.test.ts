import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('LCS', (kit) => {
  const { call, wire, node, refused, resp } = kit;
  beforeEach(() => call('MSET', 'a', 'ohmytext', 'b', 'mynewtext'));

  it('finds the longest common subsequence', async () => {
    assert.equal(await call('LCS', 'a', 'b'), 'mytext');
    assert.equal(await call('LCS', 'a', 'nothing'), '');
    assert.equal(await call('LCS', 'a', 'a'), 'ohmytext');
  });

  it('tells its length', async () => {
    await wire('LCS a b LEN', ':6\r\n');
    await wire('LCS a nothing LEN', ':0\r\n');
  });

  it('tells where its stretches are, the last first', async () => {
    assert.deepEqual(await call('LCS', 'a', 'b', 'IDX'), [
      'matches',
      [
        [
          [4, 7],
          [5, 8],
        ],
        [
          [2, 3],
          [0, 1],
        ],
      ],
      'len',
      6,
    ]);
    assert.equal((await node('LCS', 'a', 'b', 'IDX')).type, resp === 2 ? '*' : '%');
  });

  it('leaves short stretches out and adds lengths when asked to', async () => {
    assert.deepEqual(await call('LCS', 'a', 'b', 'IDX', 'MINMATCHLEN', 4, 'WITHMATCHLEN'), [
      'matches',
      [[[4, 7], [5, 8], 4]],
      'len',
      6,
    ]);
  });

  it('takes a negative minimum for none', async () => {
    assert.deepEqual(
      await call('LCS', 'a', 'b', 'IDX', 'MINMATCHLEN', -5),
      await call('LCS', 'a', 'b', 'IDX'),
    );
  });

  it('refuses options it does not know or that exclude each other', async () => {
    await refused('ERR syntax error', 'LCS', 'a', 'b', 'MINMATCHLEN');
    await refused('ERR syntax error', 'LCS', 'a', 'b', 'WHATEVER');
    await refused(
      'ERR If you want both the length and indexes, please just use IDX.',
      'LCS',
      'a',
      'b',
      'IDX',
      'LEN',
    );
  });

  it('refuses strings whose table would be larger than a string may be', async () => {
    await call('SET', 'c', 'x'.repeat(99));
    kit.memory.server.limits.bulkBytesMax = 40_000;
    await wire('LCS c c LEN', ':99\r\n');
    await call('APPEND', 'c', 'x');
    await refused(
      'ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len',
      'LCS',
      'c',
      'c',
      'LEN',
    );
  });
});
