import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

// With lfu-log-factor 0 each use counts: OBJECT FREQ begins at 5 and tells how often a command used its keys.
describeCommand('OBJECT', ({ call, since }) => {
  beforeEach(async () => {
    await call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu', 'lfu-log-factor', 0, 'lfu-decay-time', 0);
    // Small integers are one object for all keys, in Redis, and its uses are theirs.
    await call('SET', 'string', '10000');
    await call('SADD', 'set', 'a', 'b', 'c');
    await call('SADD', 'other', 'd');
    await call('HSET', 'hash', 'field', '1');
  });

  const usesOf = async (key: string): Promise<number> => Number(await call('OBJECT', 'FREQ', key)) - 5;

  const ONE_USE: readonly (readonly [key: string, ...command: (string | number)[]])[] = [
    ['string', 'GET', 'string'],
    ['string', 'SET', 'string', '50000'],
    ['string', 'SET', 'string', '50000', 'XX'],
    ['string', 'SET', 'string', '50000', 'NX'],
    ['string', 'SETNX', 'string', '50000'],
    ['string', 'INCR', 'string'],
    ['string', 'INCRBYFLOAT', 'string', '1.5'],
    ['string', 'APPEND', 'string', '50000'],
    ['string', 'EXPIRE', 'string', 100],
    ['hash', 'HSET', 'hash', 'field', '2'],
    ['hash', 'HINCRBY', 'hash', 'field', 1],
    ['hash', 'HINCRBYFLOAT', 'hash', 'field', '1.5'],
    ['set', 'SMOVE', 'set', 'other', 'a'],
    ['other', 'SMOVE', 'set', 'other', 'b'],
  ];

  for (const [key, ...command] of ONE_USE) {
    it(`FREQ counts ${command.join(' ')} as one use of ${key}`, async () => {
      await call(...command);
      assert.equal(await usesOf(key), 1);
    });
  }

  it('FREQ counts SET with GET as a read and a write', async () => {
    await call('SET', 'string', '50000', 'XX', 'GET');
    assert.equal(await usesOf('string'), 2);
  });

  it('FREQ counts two uses where a command that may wait finds what it waits for: it looks, and then takes', async () => {
    const waiting: readonly (readonly [key: string, uses: number, ...command: (string | number)[]])[] = [
      ['list', 2, 'BLMOVE', 'list', 'other list', 'LEFT', 'RIGHT', 1],
      ['other list', 1, 'BLMOVE', 'list', 'other list', 'LEFT', 'RIGHT', 1],
      ['list', 2, 'BRPOPLPUSH', 'list', 'other list', 1],
      ['list', 1, 'LMOVE', 'list', 'other list', 'LEFT', 'RIGHT'],
      ['list', 1, 'BLPOP', 'list', 1],
      ['list', 1, 'BLMPOP', 1, 1, 'list', 'LEFT'],
      ['zset', 2, 'BZPOPMIN', 'zset', 1],
      ['zset', 2, 'BZPOPMAX', 'zset', 1],
      ['zset', 2, 'BZMPOP', 1, 1, 'zset', 'MIN'],
      ['zset', 1, 'ZMPOP', 1, 'zset', 'MIN'],
      ['stream', 2, 'XREADGROUP', 'GROUP', 'group', 'consumer', 'STREAMS', 'stream', '>'],
    ];
    for (const [key, uses, ...command] of waiting) {
      await call('DEL', 'list', 'other list', 'zset', 'stream');
      await call('RPUSH', 'list', 1, 2, 3);
      await call('RPUSH', 'other list', 1);
      await call('ZADD', 'zset', 1, 'a', 2, 'b', 3, 'c');
      await call('XADD', 'stream', '1-1', 'f', 'v');
      await call('XGROUP', 'CREATE', 'stream', 'group', 0);
      const before = await usesOf(key);
      await call(...command);
      assert.equal((await usesOf(key)) - before, uses, command.join(' '));
    }
  });

  it('FREQ counts nothing for what asks about a key', async () => {
    for (const question of ['TYPE', 'EXISTS', 'TTL', 'PEXPIRETIME']) await call(question, 'string');
    await call('OBJECT', 'ENCODING', 'string');
    await call('MEMORY', 'USAGE', 'string');
    assert.equal(await usesOf('string'), 0);
  });

  it('FREQ begins anew under another name and in another database', async () => {
    since('7.2', 'takes them along');
    await call('GET', 'string');
    await call('RENAME', 'string', 'renamed');
    assert.equal(await usesOf('renamed'), 0);
    await call('GET', 'renamed');
    await call('MOVE', 'renamed', 1);
    await call('SELECT', 1);
    assert.equal(await usesOf('renamed'), 0);
    await call('SELECT', 0);
  });

  it("FREQ counts nothing of a client that doesn't touch, when it writes neither", async () => {
    since('7.2', 'has no CLIENT NO-TOUCH');
    await call('CLIENT', 'NO-TOUCH', 'ON');
    await call('SET', 'string', '7');
    await call('SET', 'string', 'a value that needs a block of another size, and then some');
    await call('APPEND', 'string', '7');
    await call('SUNIONSTORE', 'set', 'set', 'other');
    await call('CLIENT', 'NO-TOUCH', 'OFF');
    assert.equal(await usesOf('string'), 0);
    assert.equal(await usesOf('set'), 0);
  });
});
