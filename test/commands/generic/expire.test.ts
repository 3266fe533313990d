import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const INT64_MAX = '9223372036854775807';

describeCommand('EXPIRE PEXPIRE', ({ call, wire, refused, advance }) => {
  it('let a key live for so long', async () => {
    await call('MSET', 'a', '1', 'b', '2');
    await wire('EXPIRE a 10', ':1\r\n');
    await wire('PEXPIRE b 1500', ':1\r\n');
    await wire('TTL a', ':10\r\n');
    advance(1500);
    assert.equal(await call('GET', 'b'), '2');
    advance(1);
    assert.equal(await call('GET', 'b'), null);
    await wire('PTTL a', ':8499\r\n');
  });

  it('answer 0 for a missing key', () => wire('EXPIRE nothing 10', ':0\r\n'));

  it('remove a key that should have gone already', async () => {
    for (const time of [0, -1, '-9223372036854775']) {
      await call('SET', 'key', 'value');
      await wire(`EXPIRE key ${time}`, ':1\r\n');
      await wire('EXISTS key', ':0\r\n');
    }
  });

  it('heed NX and XX', async () => {
    await call('SET', 'key', 'value');
    await wire('EXPIRE key 10 XX', ':0\r\n');
    await wire('EXPIRE key 10 NX', ':1\r\n');
    await wire('EXPIRE key 20 NX', ':0\r\n');
    await wire('EXPIRE key 30 XX', ':1\r\n');
    await wire('TTL key', ':30\r\n');
  });

  it('tell moments beyond 2^53 apart', async () => {
    await call('SET', 'key', 'value', 'PXAT', '9007199254740993');
    await wire('PEXPIREAT key 9007199254740992 GT', ':0\r\n');
    await wire('PEXPIREAT key 9007199254740993 GT', ':0\r\n');
    await wire('PEXPIREAT key 9007199254740994 GT', ':1\r\n');
    await wire('PEXPIREAT key 9007199254740995 LT', ':0\r\n');
    await wire('PEXPIREAT key 9007199254740993 LT', ':1\r\n');
    await wire('PEXPIRETIME key', ':9007199254740993\r\n');
  });

  it('take a key without expiry for one that expires last', async () => {
    await call('SET', 'key', 'value');
    await wire('EXPIRE key 10 GT', ':0\r\n');
    await wire('TTL key', ':-1\r\n');
    await wire('EXPIRE key 10 LT', ':1\r\n');
    await wire('EXPIRE key 20 LT', ':0\r\n');
    await wire('EXPIRE key 20 GT', ':1\r\n');
    await wire('EXPIRE key 15 gt', ':0\r\n');
    await wire('EXPIRE key 15 lt', ':1\r\n');
    await wire('EXPIRE key 15 XX LT', ':0\r\n');
    await wire('TTL key', ':15\r\n');
  });

  it('do not remove a key when the condition does not hold', async () => {
    await call('SET', 'key', 'value', 'EX', 100);
    await wire('EXPIRE key -1 GT', ':0\r\n');
    await wire('EXPIRE key -1 NX', ':0\r\n');
    await wire('EXISTS key', ':1\r\n');
    await wire('EXPIRE key -1 LT', ':1\r\n');
    await wire('EXISTS key', ':0\r\n');
  });

  it('refuse conditions that exclude each other', async () => {
    const others = 'ERR NX and XX, GT or LT options at the same time are not compatible';
    await refused(others, 'EXPIRE', 'key', 10, 'NX', 'XX');
    await refused(others, 'EXPIRE', 'key', 10, 'LT', 'NX', 'GT');
    await refused(
      'ERR GT and LT options at the same time are not compatible',
      'EXPIRE',
      'key',
      10,
      'LT',
      'GT',
    );
    await refused('ERR Unsupported option what\xff', 'EXPIRE', 'key', 10, 'NX', 'what\xff\0ever');
  });

  it('look at the conditions, then at the time, then at the key', async () => {
    await refused('ERR Unsupported option x', 'EXPIRE', 'nothing', 'soon', 'x');
    await refused('ERR value is not an integer or out of range', 'EXPIRE', 'nothing', 'soon');
    await refused("ERR invalid expire time in 'expire' command", 'EXPIRE', 'nothing', '9223372036854776');
  });

  it('refuse times that overflow', async () => {
    await call('SET', 'key', 'value');
    await refused("ERR invalid expire time in 'expire' command", 'EXPIRE', 'key', '-9223372036854776');
    await refused("ERR invalid expire time in 'pexpire' command", 'PEXPIRE', 'key', INT64_MAX);
    await wire('TTL key', ':-1\r\n');
  });
});

describeCommand('EXPIREAT PEXPIREAT EXPIRETIME PEXPIRETIME', ({ call, wire, refused }) => {
  it('set and tell the moment', async () => {
    await call('MSET', 'a', '1', 'b', '2');
    await wire('EXPIREAT a 33177117420', ':1\r\n');
    await wire('PEXPIREAT b 33177117420500', ':1\r\n');
    await wire('EXPIRETIME a', ':33177117420\r\n');
    await wire('PEXPIRETIME a', ':33177117420000\r\n');
    await wire('PEXPIRETIME b', ':33177117420500\r\n');
    await wire('EXPIRETIME b', ':33177117421\r\n');
  });

  it('remove a key whose moment has passed', async () => {
    await call('SET', 'key', 'value');
    await wire('EXPIREAT key 1', ':1\r\n');
    await wire('EXISTS key', ':0\r\n');
    await call('SET', 'key', 'value');
    await wire('PEXPIREAT key -1', ':1\r\n');
    await wire('EXISTS key', ':0\r\n');
  });

  it('take the latest moment there is', async () => {
    await call('SET', 'key', 'value');
    await wire(`PEXPIREAT key ${INT64_MAX}`, ':1\r\n');
    await wire('PEXPIRETIME key', `:${INT64_MAX}\r\n`);
  });

  it('name themselves in the refusal of a moment', async () => {
    await refused("ERR invalid expire time in 'expireat' command", 'EXPIREAT', 'key', INT64_MAX);
    await refused('ERR value is not an integer or out of range', 'PEXPIREAT', 'key', `${INT64_MAX}0`);
  });
});
