import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const YEAR_2100_MS = 4_102_444_800_000;

describeCommand('TTL PTTL EXPIRETIME PEXPIRETIME', ({ call, wire, refused, advance }) => {
  const ASKING = ['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME'];

  it('tell keys that are missing from those that stay', async () => {
    await call('SET', 'key', 'value');
    for (const command of ASKING) {
      await wire(`${command} missing`, ':-2\r\n');
      await wire(`${command} key`, ':-1\r\n');
    }
  });

  it('take one key', async () => {
    for (const command of ASKING) {
      const error = `ERR wrong number of arguments for '${command.toLowerCase()}' command`;
      await refused(error, command);
      await refused(error, command, 'a', 'b');
    }
  });

  it('tell the moment as it was set', async () => {
    await call('SET', 'key', 'value', 'PXAT', YEAR_2100_MS + 600);
    await wire('PEXPIRETIME key', `:${YEAR_2100_MS + 600}\r\n`);
    await wire('EXPIRETIME key', `:${YEAR_2100_MS / 1000 + 1}\r\n`);
    await call('PERSIST', 'key');
    await wire('PEXPIRETIME key', ':-1\r\n');
  });

  it('tell moments beyond 2^53 to the millisecond', async () => {
    await call('SET', 'key', 'value', 'PXAT', '9007199254740993');
    await wire('PEXPIRETIME key', ':9007199254740993\r\n');
    await wire('EXPIRETIME key', ':9007199254741\r\n');
    await wire('GETEX key PXAT 9223372036854775499', '$5\r\nvalue\r\n');
    await wire('PEXPIRETIME key', ':9223372036854775499\r\n');
    await wire('EXPIRETIME key', ':9223372036854775\r\n');
    await wire('PEXPIREAT key 9223372036854775500', ':1\r\n');
    await wire('EXPIRETIME key', ':9223372036854776\r\n');
    await wire('EXPIREAT key 9223372036854775', ':1\r\n');
    await wire('PEXPIRETIME key', ':9223372036854775000\r\n');
    await wire('PEXPIREAT key 9007199254740499', ':1\r\n');
    await wire('EXPIRETIME key', ':9007199254740\r\n');
    await wire('EXPIREAT key 9223372036854775', ':1\r\n');
    await wire('SET key longer KEEPTTL', '+OK\r\n');
    await wire('RENAME key other', '+OK\r\n');
    await wire('COPY other copied', ':1\r\n');
    for (const name of ['other', 'copied']) await wire(`PEXPIRETIME ${name}`, ':9223372036854775000\r\n');
    await wire('PEXPIRE other 9007199254740993', ':1\r\n');
    await wire('PTTL other', ':9007199254740993\r\n');
    await wire('TTL other', ':9007199254741\r\n');
  });

  it('hold for collections as for strings', async () => {
    await call('RPUSH', 'list', 'a');
    await call('EXPIREAT', 'list', YEAR_2100_MS / 1000);
    await wire('EXPIRETIME list', `:${YEAR_2100_MS / 1000}\r\n`);
  });

  it('tell what is left, in seconds rounded to the nearest', async () => {
    await call('SET', 'key', 'value', 'PX', 10_000);
    advance(600);
    assert.equal(await call('PTTL', 'key'), 9400);
    assert.equal(await call('TTL', 'key'), 9);
    advance(100);
    assert.equal(await call('TTL', 'key'), 9);
    advance(1000);
    assert.equal(await call('TTL', 'key'), 8);
    advance(8301);
    assert.equal(await call('TTL', 'key'), -2);
  });
});

describeCommand('PERSIST', ({ call, wire, advance }) => {
  it('lets a key live for ever again', async () => {
    await call('SET', 'key', 'value', 'EX', 10);
    await wire('PERSIST key', ':1\r\n');
    await wire('PERSIST key', ':0\r\n');
    await wire('PERSIST nothing', ':0\r\n');
    await wire('TTL key', ':-1\r\n');
    advance(10_001);
    assert.equal(await call('GET', 'key'), 'value');
  });
});
