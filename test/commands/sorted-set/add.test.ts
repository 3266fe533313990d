/** ZADD, ZINCRBY, ZREM and ZSCORE: members, their scores, and the conditions on changing them. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NOT_A_FLOAT = 'ERR value is not a valid float';
const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };

describeCommand('ZADD', ({ call, wire, refused }) => {
  const all = () => call('ZRANGE', 'z', 0, -1, 'WITHSCORES');
  /** What a RESP2 client sees: pairs are flat there. */
  const flat = async () => ((await all()) as unknown[]).flat();

  it('counts members that are new, and with CH those that changed', async () => {
    await wire('ZADD z 1 a 2 b', ':2\r\n');
    await wire('ZADD z 3 a 2 b 4 c', ':1\r\n');
    await wire('ZADD z CH 5 a 2 b 6 d', ':2\r\n');
    assert.deepEqual(await flat(), ['b', '2', 'c', '4', 'a', '5', 'd', '6']);
  });

  it('keeps members of one score in the order of their bytes', async () => {
    await call('ZADD', 'z', 0, 'b', 0, 'a', 0, '', 0, 'ab', 0, '\xff');
    assert.deepEqual(await call('ZRANGE', 'z', 0, -1), ['', 'a', 'ab', 'b', '\xff']);
  });

  it('adds only, or updates only', async () => {
    await call('ZADD', 'z', 1, 'a');
    await wire('ZADD z NX 5 a 2 b', ':1\r\n');
    await wire('ZADD z XX CH 6 a 3 c', ':1\r\n');
    assert.deepEqual(await flat(), ['b', '2', 'a', '6']);
    await wire('ZADD nothing XX 1 a', ':0\r\n');
    await wire('EXISTS nothing', ':0\r\n');
  });

  it('raises only, or lowers only, and adds all the same', async () => {
    await call('ZADD', 'z', 5, 'a', 5, 'b');
    await wire('ZADD z GT CH 4 a 6 b 1 c', ':2\r\n');
    await wire('ZADD z LT CH 4 a 7 b', ':1\r\n');
    assert.deepEqual(await flat(), ['c', '1', 'a', '4', 'b', '6']);
  });

  it('increments one member, and answers null where a condition forbids it', async () => {
    await wire('ZADD z INCR 1.5 a', { resp2: '$3\r\n1.5\r\n', resp3: ',1.5\r\n' });
    await wire('ZADD z INCR 1.5 a', { resp2: '$1\r\n3\r\n', resp3: ',3\r\n' });
    await wire('ZADD z NX INCR 1 a', NULL);
    await wire('ZADD z XX INCR 1 b', NULL);
    await wire('ZADD z GT INCR -1 a', NULL);
    await wire('ZADD z LT INCR -1 a', { resp2: '$1\r\n2\r\n', resp3: ',2\r\n' });
  });

  it('knows infinities, and refuses what is no number before anything changes', async () => {
    await wire('ZADD z inf a -INF b +inf c', ':3\r\n');
    assert.deepEqual(await flat(), ['b', '-inf', 'a', 'inf', 'c', 'inf']);
    await refused(NOT_A_FLOAT, 'ZADD', 'z', 1, 'd', 'nan', 'e');
    await refused(NOT_A_FLOAT, 'ZADD', 'z', 1, 'd', 'x', 'e');
    await refused('ERR resulting score is not a number (NaN)', 'ZADD', 'z', 'INCR', '-inf', 'a');
    assert.equal(await call('ZCARD', 'z'), 3);
  });

  it('refuses options that contradict each other, and pairs that are none', async () => {
    await refused(
      'ERR XX and NX options at the same time are not compatible',
      'ZADD',
      'z',
      'XX',
      'NX',
      1,
      'a',
    );
    await refused(
      'ERR GT, LT, and/or NX options at the same time are not compatible',
      ...['ZADD', 'z', 'GT', 'LT', 1, 'a'],
    );
    await refused(
      'ERR GT, LT, and/or NX options at the same time are not compatible',
      ...['ZADD', 'z', 'NX', 'GT', 1, 'a'],
    );
    await refused(
      'ERR INCR option supports a single increment-element pair',
      ...['ZADD', 'z', 'INCR', 1, 'a', 2, 'b'],
    );
    await refused('ERR syntax error', 'ZADD', 'z', 1, 'a', 2);
    await refused('ERR syntax error', 'ZADD', 'z', 'NX', 1);
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'ZADD', 's', 1, 'a');
  });
});

describeCommand('ZADD OBJECT', ({ call }) => {
  const encoding = () => call('OBJECT', 'ENCODING', 'z');

  it('leave the packed form with more than 128 members, or one of more than 64 bytes', async () => {
    const pairs = Array.from({ length: 128 }, (_, index) => [index, `m${index}`]).flat();
    await call('ZADD', 'z', ...pairs);
    assert.equal(await encoding(), 'listpack');
    await call('ZADD', 'z', 7, 'one more');
    assert.equal(await encoding(), 'skiplist');
    await call('DEL', 'z');
    await call('ZADD', 'z', 1, 'x'.repeat(64));
    assert.equal(await encoding(), 'listpack');
    await call('ZADD', 'z', 1, 'x'.repeat(65));
    assert.equal(await encoding(), 'skiplist');
  });
});

describeCommand('ZINCRBY ZSCORE ZMSCORE ZCARD', ({ call, wire, refused }) => {
  it('change a score and tell it', async () => {
    await wire('ZINCRBY z 2.5 a', { resp2: '$3\r\n2.5\r\n', resp3: ',2.5\r\n' });
    await wire('ZINCRBY z -5 a', { resp2: '$4\r\n-2.5\r\n', resp3: ',-2.5\r\n' });
    await wire('ZSCORE z a', { resp2: '$4\r\n-2.5\r\n', resp3: ',-2.5\r\n' });
    await wire('ZSCORE z b', NULL);
    await wire('ZSCORE nothing a', NULL);
    await wire('ZMSCORE z b a', { resp2: '*2\r\n$-1\r\n$4\r\n-2.5\r\n', resp3: '*2\r\n_\r\n,-2.5\r\n' });
    await wire('ZCARD z', ':1\r\n');
    await wire('ZCARD nothing', ':0\r\n');
  });

  it('refuse what makes no number', async () => {
    await refused(NOT_A_FLOAT, 'ZINCRBY', 'z', 'x', 'a');
    await call('ZADD', 'z', 'inf', 'a');
    await refused('ERR resulting score is not a number (NaN)', 'ZINCRBY', 'z', '-inf', 'a');
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'ZINCRBY', 's', 1, 'a');
    await refused(WRONG_TYPE, 'ZSCORE', 's', 'a');
    await refused(WRONG_TYPE, 'ZMSCORE', 's', 'a');
    await refused(WRONG_TYPE, 'ZCARD', 's');
  });
});

describeCommand('ZREM', ({ call, wire, refused }) => {
  it('counts the members that were there, and removes the key with the last', async () => {
    await call('ZADD', 'z', 1, 'a', 2, 'b', 3, 'c');
    await wire('ZREM z a nothing a', ':1\r\n');
    assert.deepEqual(await call('ZRANGE', 'z', 0, -1), ['b', 'c']);
    await wire('ZREM z b c', ':2\r\n');
    await wire('EXISTS z', ':0\r\n');
    await wire('ZREM z a', ':0\r\n');
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'ZREM', 's', 'a');
  });
});
