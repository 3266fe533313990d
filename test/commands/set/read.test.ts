/** SCARD, SISMEMBER, SMISMEMBER, SMEMBERS and SSCAN. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

describeCommand('SCARD SISMEMBER SMISMEMBER', ({ call, wire, refused }) => {
  for (const [name, members] of [
    ['integers', ['1', '2', '-3000000000']],
    ['short texts', ['a', 'b', '12']],
    ['long texts', ['a', 'x'.repeat(100), '12']],
  ] as const) {
    it(`know a set of ${name}`, async () => {
      await call('SADD', 's', ...members);
      await wire('SCARD s', ':3\r\n');
      for (const member of members) await wire(['SISMEMBER', 's', member], ':1\r\n');
      for (const member of ['4', '', '01', 'x'.repeat(99)]) await wire(['SISMEMBER', 's', member], ':0\r\n');
      assert.deepEqual(
        await call('SMISMEMBER', 's', members[1], 'other', members[0], members[1]),
        [1, 0, 1, 1],
      );
    });
  }

  it('take a key that is not there for an empty set', async () => {
    await wire('SCARD nothing', ':0\r\n');
    await wire('SISMEMBER nothing a', ':0\r\n');
    await wire('SMISMEMBER nothing a b', '*2\r\n:0\r\n:0\r\n');
  });

  it('refuse a key of another type', async () => {
    await call('ZADD', 'z', 1, 'a');
    await refused(WRONG_TYPE, 'SCARD', 'z');
    await refused(WRONG_TYPE, 'SISMEMBER', 'z', 'a');
    await refused(WRONG_TYPE, 'SMISMEMBER', 'z', 'a');
  });
});

describeCommand('SMEMBERS', ({ call, wire, refused }) => {
  it('answers a set in RESP3, integers in their order', async () => {
    await call('SADD', 's', 3, 1, 200000, -7);
    await wire('SMEMBERS s', {
      resp2: '*4\r\n$2\r\n-7\r\n$1\r\n1\r\n$1\r\n3\r\n$6\r\n200000\r\n',
      resp3: '~4\r\n$2\r\n-7\r\n$1\r\n1\r\n$1\r\n3\r\n$6\r\n200000\r\n',
    });
    await wire('SMEMBERS nothing', { resp2: '*0\r\n', resp3: '~0\r\n' });
  });

  it('shows every member of a large set once', async () => {
    const members = Array.from({ length: 1000 }, (_, index) => `member${index}`);
    await call('SADD', 's', ...members);
    assert.deepEqual(((await call('SMEMBERS', 's')) as string[]).sort(), members.sort());
  });

  it('refuses a key of another type', async () => {
    await call('SET', 'string', 'x');
    await refused(WRONG_TYPE, 'SMEMBERS', 'string');
  });
});

describeCommand('SSCAN', ({ call, wire, refused }) => {
  it('shows a small set whole', async () => {
    await call('SADD', 's', 1, 2, 10);
    await wire('SSCAN s 0 COUNT 1', '*2\r\n$1\r\n0\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$2\r\n10\r\n');
    await wire('SSCAN s 0 MATCH 1*', '*2\r\n$1\r\n0\r\n*2\r\n$1\r\n1\r\n$2\r\n10\r\n');
    await wire('SSCAN nothing 0', '*2\r\n$1\r\n0\r\n*0\r\n');
  });

  it('shows what is there from beginning to end, whatever else comes and goes', async () => {
    const kept = Array.from({ length: 600 }, (_, index) => `kept${index}`);
    await call('SADD', 's', ...kept);
    const seen = new Set<string>();
    let cursor = '0';
    let round = 0;
    do {
      const [next, shown] = (await call('SSCAN', 's', cursor, 'COUNT', 9)) as [string, string[]];
      for (const member of shown) seen.add(member);
      cursor = next;
      await call('SADD', 's', ...[0, 1, 2].map((each) => `new${round}-${each}`));
      if (round > 20) await call('SREM', 's', `new${round - 20}-0`, `new${round - 20}-1`);
      round++;
    } while (cursor !== '0');
    assert.deepEqual(
      kept.filter((member) => !seen.has(member)),
      [],
    );
  });

  it('refuses cursors and words that make no sense', async () => {
    await call('SADD', 's', 'a');
    await refused('ERR invalid cursor', 'SSCAN', 's', 'x');
    await refused('ERR syntax error', 'SSCAN', 's', 0, 'COUNT', -1);
    await refused('ERR syntax error', 'SSCAN', 's', 0, 'x', 1);
  });
});
