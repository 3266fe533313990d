/** ZRANDMEMBER: members by chance. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NO_INTEGER = 'ERR value is not an integer or out of range';
const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };

const MEMBERS = Array.from({ length: 9 }, (_, index) => `m${index}`);

/** Members allowed in the packed form: all of a test's, or hardly any. */
const PACKED_COUNTS = [128, 2];

describeCommand('ZRANDMEMBER', ({ call, wire, refused, resp }) => {
  const sample = async (...words: (string | number)[]) =>
    (await call('ZRANDMEMBER', 'z', ...words)) as string[];

  for (const packed of PACKED_COUNTS) {
    describe(`of up to ${packed} packed members`, () => {
      beforeEach(async () => {
        await call('CONFIG', 'SET', 'zset-max-listpack-entries', packed);
        await call('ZADD', 'z', ...MEMBERS.flatMap((member, index) => [index / 2, member]));
      });

      it('gives one member without a count', async () => {
        assert.ok(MEMBERS.includes(String(await call('ZRANDMEMBER', 'z'))));
      });

      it('gives different members for a count, and all of them at most', async () => {
        for (const count of [1, 2, 5, 8]) {
          const members = await sample(count);
          assert.equal(members.length, count);
          assert.equal(new Set(members).size, count);
          assert.ok(members.every((member) => MEMBERS.includes(member)));
        }
        for (const count of [9, 100]) assert.deepEqual((await sample(count)).toSorted(), MEMBERS);
      });

      it('gives as many as are asked for by a count below zero, some of them twice', async () => {
        const members = await sample(-40);
        assert.equal(members.length, 40);
        assert.ok(members.every((member) => MEMBERS.includes(member)));
        assert.ok(new Set(members).size > 1);
      });

      it('gives scores beside the members, as pairs of their own in RESP3', async () => {
        for (const count of [3, 9, -3]) {
          const reply = await call('ZRANDMEMBER', 'z', count, 'WITHSCORES');
          const flat = (reply as unknown[]).flat();
          assert.equal((reply as unknown[]).length, Math.abs(count) * (resp === 3 ? 1 : 2));
          for (let index = 0; index < flat.length; index += 2) {
            assert.equal(flat[index + 1], String(MEMBERS.indexOf(String(flat[index])) / 2));
          }
        }
      });

      it('comes to every member in time', async () => {
        const seen = new Set<string>();
        for (let round = 0; round < 1000 && seen.size < MEMBERS.length; round++) {
          for (const member of await sample(2)) seen.add(member);
        }
        assert.equal(seen.size, MEMBERS.length);
      });

      it('gives nothing for a count of zero', async () => {
        await wire('ZRANDMEMBER z 0', '*0\r\n');
        await wire('ZRANDMEMBER z 0 WITHSCORES', '*0\r\n');
      });
    });
  }

  it('tells a missing key by null, or by nothing where there is a count', async () => {
    await wire('ZRANDMEMBER nothing', NULL);
    await wire('ZRANDMEMBER nothing 3', '*0\r\n');
    await wire('ZRANDMEMBER nothing -3 WITHSCORES', '*0\r\n');
  });

  it('writes a pair in the form of the protocol', async () => {
    await call('ZADD', 'one', 1.5, 'm');
    await wire('ZRANDMEMBER one', '$1\r\nm\r\n');
    await wire('ZRANDMEMBER one 1 withscores', {
      resp2: '*2\r\n$1\r\nm\r\n$3\r\n1.5\r\n',
      resp3: '*1\r\n*2\r\n$1\r\nm\r\n,1.5\r\n',
    });
  });

  it('refuses counts that are none, other words, and counts too far below zero', async () => {
    await refused(NO_INTEGER, 'ZRANDMEMBER', 'nothing', 'x');
    await refused(NO_INTEGER, 'ZRANDMEMBER', 'nothing', 1.5);
    await refused('ERR syntax error', 'ZRANDMEMBER', 'nothing', 1, 'SCORES');
    await refused('ERR syntax error', 'ZRANDMEMBER', 'nothing', 1, 'WITHSCORES', 'WITHSCORES');
    await refused(
      'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
      ...['ZRANDMEMBER', 'nothing', '-9223372036854775808'],
    );
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'ZRANDMEMBER', 's');
    await refused(WRONG_TYPE, 'ZRANDMEMBER', 's', 1);
  });
});
