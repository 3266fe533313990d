import assert from 'node:assert/strict';
import { describeCommand } from '../support/describe-command.js';

const BEYOND = 'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807';
const TOO_MANY = 'ERR value is out of range';

describeCommand('SRANDMEMBER HRANDFIELD ZRANDMEMBER', ({ call, refused }) => {
  beforeEach(async () => {
    await call('SADD', 'set', 'a', 'b');
    await call('HSET', 'hash', 'a', '1', 'b', '2');
    await call('ZADD', 'zset', 1, 'a', 2, 'b');
  });

  const requests = [
    ['SRANDMEMBER', 'set'],
    ['HRANDFIELD', 'hash'],
    ['ZRANDMEMBER', 'zset'],
  ];

  it('take a count that has a counterpart below zero', async () => {
    for (const request of requests) {
      await refused(BEYOND, ...request, '-9223372036854775808');
      assert.equal(((await call(...request, '9223372036854775807')) as unknown[]).length, 2);
    }
  });

  it('take a count of pairs that can be doubled', async () => {
    for (const count of ['-4611686018427387904', '-9223372036854775807', '4611686018427387904']) {
      await refused(TOO_MANY, 'HRANDFIELD', 'hash', count, 'WITHVALUES');
      await refused(TOO_MANY, 'ZRANDMEMBER', 'zset', count, 'WITHSCORES');
    }
  });

  it('repeat elements as often as asked', async () => {
    for (const request of requests) {
      assert.equal(((await call(...request, -1000)) as unknown[]).length, 1000);
    }
  });
});

describeCommand(
  'SRANDMEMBER HRANDFIELD ZRANDMEMBER',
  (kit) => {
    const { call, refused } = kit;
    it('refuse to repeat elements until memory ends', async () => {
      await call('SADD', 'set', 'a', 'b'.repeat(100_000));
      await call('HSET', 'hash', 'a', 'b'.repeat(100_000));
      await call('ZADD', 'zset', 1, 'a');
      await refused(TOO_MANY, 'SRANDMEMBER', 'set', -1_000_000);
      await refused(TOO_MANY, 'HRANDFIELD', 'hash', -1_000_000, 'WITHVALUES');
      for (const count of ['-50000000', '-9223372036854775807']) {
        await refused(TOO_MANY, 'SRANDMEMBER', 'set', count);
        await refused(TOO_MANY, 'HRANDFIELD', 'hash', count);
        await refused(TOO_MANY, 'ZRANDMEMBER', 'zset', count);
      }
      assert.ok(kit.memory.server.reply.bytes.length < 1 << 20, 'the reply buffer is small again');
    });
  },
  { ourOwn: 'Redis goes on until its memory ends' },
);
