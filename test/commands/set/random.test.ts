/** SPOP and SRANDMEMBER: members by chance, taken or shown. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const POSITIVE = 'ERR value is out of range, must be positive';
const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };

const SETS: readonly (readonly [name: string, members: readonly string[]])[] = [
  ['integers', Array.from({ length: 50 }, (_, index) => `${index * 3}`)],
  ['short texts', Array.from({ length: 50 }, (_, index) => `m${index}`)],
  ['many members', Array.from({ length: 1000 }, (_, index) => `m${index}`)],
];

describeCommand('SPOP', ({ call, wire, refused }) => {
  it('takes one member, and with the last one the key', async () => {
    await call('SADD', 's', 'a');
    await wire('SPOP s', '$1\r\na\r\n');
    await wire('EXISTS s', ':0\r\n');
    await wire('SPOP s', NULL);
  });

  it('answers a set as soon as there is a count', async () => {
    await call('SADD', 's', 'a');
    await wire('SPOP s 0', { resp2: '*0\r\n', resp3: '~0\r\n' });
    await wire('SPOP s 5', { resp2: '*1\r\n$1\r\na\r\n', resp3: '~1\r\n$1\r\na\r\n' });
    await wire('SPOP s 5', { resp2: '*0\r\n', resp3: '~0\r\n' });
  });

  for (const [name, members] of SETS) {
    it(`takes different members of a set of ${name}, until none is left`, async () => {
      await call('SADD', 's', ...members);
      const taken: string[] = [];
      for (const count of [1, 5, members.length - 10, 100]) {
        const some = (await call('SPOP', 's', count)) as string[];
        taken.push(...some);
        assert.equal(await call('SCARD', 's'), members.length - taken.length);
        if (taken.length < members.length) assert.deepEqual(await call('SMISMEMBER', 's', some[0]), [0]);
      }
      assert.deepEqual(taken.sort(), [...members].sort());
      await wire('EXISTS s', ':0\r\n');
    });
  }

  it('refuses counts below zero, and other words', async () => {
    await call('SADD', 's', 'a');
    await refused(POSITIVE, 'SPOP', 's', -1);
    await refused(POSITIVE, 'SPOP', 's', 'x');
    await refused('ERR syntax error', 'SPOP', 's', 1, 2);
    await call('SET', 'string', 'x');
    await refused('WRONGTYPE Operation against a key holding the wrong kind of value', 'SPOP', 'string');
  });
});

describeCommand('SRANDMEMBER', ({ call, wire, refused }) => {
  it('answers one member, or an array as soon as there is a count', async () => {
    await call('SADD', 's', 'a');
    await wire('SRANDMEMBER s', '$1\r\na\r\n');
    await wire('SRANDMEMBER s 3', '*1\r\n$1\r\na\r\n');
    await wire('SRANDMEMBER s -2', '*2\r\n$1\r\na\r\n$1\r\na\r\n');
    await wire('SRANDMEMBER s 0', '*0\r\n');
    await wire('SRANDMEMBER nothing', NULL);
    await wire('SRANDMEMBER nothing 2', '*0\r\n');
  });

  for (const [name, members] of SETS) {
    it(`shows different members of a set of ${name}, and leaves them there`, async () => {
      await call('SADD', 's', ...members);
      for (const count of [1, 10, members.length - 1, members.length, 5000]) {
        const shown = (await call('SRANDMEMBER', 's', count)) as string[];
        assert.equal(new Set(shown).size, Math.min(count, members.length));
        assert.ok(shown.every((member) => members.includes(member)));
      }
      assert.equal(((await call('SRANDMEMBER', 's', -2000)) as string[]).length, 2000);
      assert.equal(await call('SCARD', 's'), members.length);
    });
  }

  it('refuses other words', async () => {
    await refused('ERR value is not an integer or out of range', 'SRANDMEMBER', 's', 'x');
    await refused('ERR syntax error', 'SRANDMEMBER', 's', 1, 2);
  });
});
