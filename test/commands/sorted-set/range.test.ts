/** ZRANGE and ZRANGESTORE: ranges by rank, score and name, in either direction. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NO_INTEGER = 'ERR value is not an integer or out of range';
const NO_SCORE_RANGE = 'ERR min or max is not a float';
const NO_NAME_RANGE = 'ERR min or max not valid string range item';

/** Members allowed in the packed form: all of a test's, or hardly any. */
const PACKED_COUNTS = [128, 2];

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

describeCommand('ZRANGE', ({ call, wire, refused }) => {
  for (const packed of PACKED_COUNTS) {
    describe(`of up to ${packed} packed members`, () => {
      beforeEach(async () => {
        await call('CONFIG', 'SET', 'zset-max-listpack-entries', packed);
        await call('ZADD', 'z', '-inf', 'a', 1, 'b', 1, 'c', 2.5, 'd', 'inf', 'e');
        await call('ZADD', 'names', 0, 'a', 0, 'b', 0, 'c', 0, 'd', 0, 'e');
      });
      const range = (...words: (string | number)[]) => call('ZRANGE', ...words);

      it('gives ranks from either end, clamped', async () => {
        assert.deepEqual(await range('z', 1, 2), ['b', 'c']);
        assert.deepEqual(await range('z', -2, -1), ['d', 'e']);
        assert.deepEqual(await range('z', -99, 0), ['a']);
        assert.deepEqual(await range('z', 3, 99), ['d', 'e']);
        assert.deepEqual(await range('z', 3, 2), []);
        assert.deepEqual(await range('z', 5, 9), []);
        assert.deepEqual(await range('z', -1, 0), []);
      });

      it('counts ranks from the highest score with REV', async () => {
        assert.deepEqual(await range('z', 0, 1, 'REV'), ['e', 'd']);
        assert.deepEqual(await range('z', -1, -1, 'rev'), ['a']);
      });

      it('gives scores, with their ends or without, and in reverse from the higher one', async () => {
        assert.deepEqual(await range('z', 1, 2.5, 'BYSCORE'), ['b', 'c', 'd']);
        assert.deepEqual(await range('z', '(1', '+inf', 'BYSCORE'), ['d', 'e']);
        assert.deepEqual(await range('z', '(-inf', '(inf', 'BYSCORE'), ['b', 'c', 'd']);
        assert.deepEqual(await range('z', 2.5, 1, 'BYSCORE'), []);
        assert.deepEqual(await range('z', 2.5, '(-inf', 'BYSCORE', 'REV'), ['d', 'c', 'b']);
        assert.deepEqual(await range('z', 1, 2.5, 'REV', 'BYSCORE'), []);
      });

      it('gives names, with their ends or without, and in reverse from the later one', async () => {
        assert.deepEqual(await range('names', '[b', '(d', 'BYLEX'), ['b', 'c']);
        assert.deepEqual(await range('names', '-', '+', 'BYLEX'), ['a', 'b', 'c', 'd', 'e']);
        assert.deepEqual(await range('names', '+', '-', 'BYLEX'), []);
        assert.deepEqual(await range('names', '(d', '[b', 'BYLEX', 'REV'), ['c', 'b']);
        assert.deepEqual(await range('names', '+', '(c', 'REV', 'BYLEX'), ['e', 'd']);
      });

      it('passes over an offset of what is found and stops at a count, below zero at none', async () => {
        assert.deepEqual(await range('z', '-inf', 'inf', 'BYSCORE', 'LIMIT', 1, 2), ['b', 'c']);
        assert.deepEqual(await range('z', '-inf', 'inf', 'BYSCORE', 'LIMIT', 3, -1), ['d', 'e']);
        assert.deepEqual(await range('z', '-inf', 'inf', 'BYSCORE', 'LIMIT', 0, 0), []);
        assert.deepEqual(await range('z', '-inf', 'inf', 'BYSCORE', 'LIMIT', 9, 1), []);
        assert.deepEqual(await range('z', '-inf', 'inf', 'BYSCORE', 'LIMIT', -1, 2), []);
        assert.deepEqual(await range('z', 'inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 1, 2), ['d', 'c']);
        assert.deepEqual(await range('names', '-', '+', 'BYLEX', 'LIMIT', 2, 2), ['c', 'd']);
        assert.deepEqual(await range('names', '+', '-', 'BYLEX', 'REV', 'LIMIT', 2, 99), ['c', 'b', 'a']);
      });

      it('gives scores beside members, as pairs of their own in RESP3', async () => {
        await wire('ZRANGE z 3 -1 WITHSCORES', {
          resp2: '*4\r\n$1\r\nd\r\n$3\r\n2.5\r\n$1\r\ne\r\n$3\r\ninf\r\n',
          resp3: '*2\r\n*2\r\n$1\r\nd\r\n,2.5\r\n*2\r\n$1\r\ne\r\n,inf\r\n',
        });
        await wire('ZRANGE z (2.5 (-inf BYSCORE REV LIMIT 1 1 WITHSCORES', {
          resp2: '*2\r\n$1\r\nb\r\n$1\r\n1\r\n',
          resp3: '*1\r\n*2\r\n$1\r\nb\r\n,1\r\n',
        });
      });
    });
  }

  it('gives nothing of a missing key, and refuses one of another type', async () => {
    await wire('ZRANGE nothing 0 -1 WITHSCORES', '*0\r\n');
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'ZRANGE', 's', 0, -1);
  });

  it('refuses words it does not know, and ends that are none, before it looks at the key', async () => {
    await call('SET', 's', 'x');
    await refused('ERR syntax error', 'ZRANGE', 's', 0, 1, 'BY');
    await refused('ERR syntax error', 'ZRANGE', 's', 0, 1, 'BYSCORE', 'LIMIT', 1);
    await refused(NO_INTEGER, 'ZRANGE', 's', 0, 'x');
    await refused(NO_INTEGER, 'ZRANGE', 's', 0, 1, 'BYSCORE', 'LIMIT', 'x', 1);
    await refused(NO_SCORE_RANGE, 'ZRANGE', 's', 'a', 1, 'BYSCORE');
    await refused(NO_NAME_RANGE, 'ZRANGE', 's', 'a', '+', 'BYLEX');
    await refused(
      'ERR syntax error, WITHSCORES not supported in combination with BYLEX',
      ...['ZRANGE', 's', '-', '+', 'BYLEX', 'WITHSCORES'],
    );
  });
});

describeCommand('ZRANGEBYSCORE ZREVRANGEBYSCORE', ({ call, wire, refused }) => {
  beforeEach(() => call('ZADD', 'z', 1, 'a', 2, 'b', 3, 'c', 4, 'd'));

  it('give what lies between two scores, from the first one named on', async () => {
    assert.deepEqual(await call('ZRANGEBYSCORE', 'z', '(1', 3), ['b', 'c']);
    assert.deepEqual(await call('ZREVRANGEBYSCORE', 'z', 3, '(1'), ['c', 'b']);
    assert.deepEqual(await call('ZREVRANGEBYSCORE', 'z', 1, 3), []);
  });

  it('know LIMIT and WITHSCORES in any order, and a later one counts', async () => {
    const pair = { resp2: '*2\r\n$1\r\nb\r\n$1\r\n2\r\n', resp3: '*1\r\n*2\r\n$1\r\nb\r\n,2\r\n' };
    await wire('ZRANGEBYSCORE z -inf +inf WITHSCORES LIMIT 1 1', pair);
    await wire('ZRANGEBYSCORE z -inf +inf LIMIT 0 9 LIMIT 1 1 WITHSCORES', pair);
    await wire('ZREVRANGEBYSCORE z +inf -inf LIMIT 2 1 WITHSCORES', pair);
  });

  it('refuse the words of ZRANGE', async () => {
    for (const word of ['REV', 'BYSCORE', 'BYLEX']) {
      await refused('ERR syntax error', 'ZRANGEBYSCORE', 'z', 1, 2, word);
      await refused('ERR syntax error', 'ZREVRANGEBYSCORE', 'z', 1, 2, word);
    }
    await refused(NO_SCORE_RANGE, 'ZRANGEBYSCORE', 'z', 1, 'x');
    await refused(NO_SCORE_RANGE, 'ZREVRANGEBYSCORE', 'nothing', 'x', 1);
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'ZRANGEBYSCORE', 's', 1, 2);
    await refused(WRONG_TYPE, 'ZREVRANGEBYSCORE', 's', 2, 1);
  });
});

describeCommand('ZRANGEBYLEX ZREVRANGEBYLEX', ({ call, refused }) => {
  beforeEach(() => call('ZADD', 'z', 0, 'a', 0, 'b', 0, 'c', 0, 'd'));

  it('give what lies between two names, from the first one named on', async () => {
    assert.deepEqual(await call('ZRANGEBYLEX', 'z', '(a', '[c'), ['b', 'c']);
    assert.deepEqual(await call('ZREVRANGEBYLEX', 'z', '[c', '(a'), ['c', 'b']);
    assert.deepEqual(await call('ZREVRANGEBYLEX', 'z', '[a', '[c'), []);
    assert.deepEqual(await call('ZRANGEBYLEX', 'z', '-', '+', 'LIMIT', 1, 2), ['b', 'c']);
    assert.deepEqual(await call('ZREVRANGEBYLEX', 'z', '+', '-', 'LIMIT', 1, 2), ['c', 'b']);
  });

  it('refuse scores, and names without a sign of what they are', async () => {
    const message = 'ERR syntax error, WITHSCORES not supported in combination with BYLEX';
    await refused(message, 'ZRANGEBYLEX', 'z', '-', '+', 'WITHSCORES');
    await refused(message, 'ZREVRANGEBYLEX', 'z', '+', '-', 'WITHSCORES');
    await refused(NO_NAME_RANGE, 'ZRANGEBYLEX', 'z', 'a', '+');
    await refused(NO_NAME_RANGE, 'ZREVRANGEBYLEX', 'nothing', '+', 'a');
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'ZRANGEBYLEX', 's', '-', '+');
    await refused(WRONG_TYPE, 'ZREVRANGEBYLEX', 's', '+', '-');
  });
});

describeCommand('ZREVRANGE', ({ call, wire, refused }) => {
  it('gives ranks from the highest score on', async () => {
    await call('ZADD', 'z', 1, 'a', 2, 'b', 3, 'c');
    assert.deepEqual(await call('ZREVRANGE', 'z', 0, 1), ['c', 'b']);
    assert.deepEqual(await call('ZREVRANGE', 'z', -1, 99), ['a']);
    await wire('ZREVRANGE z 2 2 WITHSCORES', {
      resp2: '*2\r\n$1\r\na\r\n$1\r\n1\r\n',
      resp3: '*1\r\n*2\r\n$1\r\na\r\n,1\r\n',
    });
    await wire('ZREVRANGE nothing 0 -1', '*0\r\n');
  });

  it('refuses the words of ZRANGE', async () => {
    await refused('ERR syntax error', 'ZREVRANGE', 'z', 0, 1, 'REV');
    await refused('ERR syntax error', 'ZREVRANGE', 'z', 0, 1, 'BYSCORE');
    await refused(NO_INTEGER, 'ZREVRANGE', 'z', 0, 'x');
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'ZREVRANGE', 's', 0, 1);
  });
});

describeCommand('ZRANGESTORE', ({ call, wire, refused }) => {
  const stored = async () => ((await call('ZRANGE', 'to', 0, -1, 'WITHSCORES')) as unknown[]).flat();

  it('stores a range by rank, score or name with its scores, and tells how many', async () => {
    await call('ZADD', 'z', 1, 'a', 1, 'b', 1, 'c', 2, 'd');
    await wire('ZRANGESTORE to z 1 2', ':2\r\n');
    assert.deepEqual(await stored(), ['b', '1', 'c', '1']);
    await wire('ZRANGESTORE to z 0 0 REV', ':1\r\n');
    assert.deepEqual(await stored(), ['d', '2']);
    await wire('ZRANGESTORE to z 2 (1 BYSCORE REV', ':1\r\n');
    assert.deepEqual(await stored(), ['d', '2']);
    await wire('ZRANGESTORE to z -inf +inf BYSCORE LIMIT 1 2', ':2\r\n');
    assert.deepEqual(await stored(), ['b', '1', 'c', '1']);
    await call('ZREM', 'z', 'd');
    await wire('ZRANGESTORE to z [b + BYLEX', ':2\r\n');
    assert.deepEqual(await stored(), ['b', '1', 'c', '1']);
  });

  it('takes the place of whatever the key held, be it the source itself', async () => {
    await call('SET', 'to', 'x');
    await call('ZADD', 'z', 1, 'a', 2, 'b');
    await wire('ZRANGESTORE to z 0 -1', ':2\r\n');
    await wire('ZRANGESTORE to to 1 1', ':1\r\n');
    assert.deepEqual(await stored(), ['b', '2']);
  });

  it('removes the key when nothing is found', async () => {
    await call('ZADD', 'to', 1, 'x');
    await call('ZADD', 'z', 1, 'a');
    await wire('ZRANGESTORE to z 5 9', ':0\r\n');
    await wire('EXISTS to', ':0\r\n');
    await call('SET', 'to', 'x');
    await wire('ZRANGESTORE to nothing 0 -1', ':0\r\n');
    await wire('EXISTS to', ':0\r\n');
  });

  it('refuses scores in its reply, and a source of another type, and leaves the key', async () => {
    await call('SET', 's', 'x');
    await refused('ERR syntax error', 'ZRANGESTORE', 'to', 's', 0, -1, 'WITHSCORES');
    await refused(NO_SCORE_RANGE, 'ZRANGESTORE', 'to', 's', 'a', 1, 'BYSCORE');
    await refused(WRONG_TYPE, 'ZRANGESTORE', 's', 's', 0, -1);
    await wire('GET s', '$1\r\nx\r\n');
  });

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
