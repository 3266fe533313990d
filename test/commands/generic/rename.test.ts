import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('RENAME RENAMENX', ({ call, wire, refused, advance }) => {
  it('give a value another key', async () => {
    await call('SET', 'a', 'value');
    await wire('RENAME a b', '+OK\r\n');
    assert.deepEqual(await call('MGET', 'a', 'b'), [null, 'value']);
    await wire('RENAMENX b c', ':1\r\n');
    assert.deepEqual(await call('MGET', 'b', 'c'), [null, 'value']);
  });

  it('carry lists and expiry along', async () => {
    await call('RPUSH', 'a', '1', '2', '3');
    await call('PEXPIRE', 'a', 100);
    await call('RENAME', 'a', 'a-much-longer-name-than-before');
    assert.deepEqual(await call('LRANGE', 'a-much-longer-name-than-before', 0, -1), ['1', '2', '3']);
    advance(101);
    await wire('DBSIZE', ':1\r\n');
    await wire('EXISTS a-much-longer-name-than-before', ':0\r\n');
  });

  it('overwrite, or refuse to', async () => {
    await call('MSET', 'a', '1', 'b', '2');
    await call('EXPIRE', 'b', 100);
    await wire('RENAMENX a b', ':0\r\n');
    assert.deepEqual(await call('MGET', 'a', 'b'), ['1', '2']);
    await wire('RENAME a b', '+OK\r\n');
    assert.deepEqual(await call('MGET', 'a', 'b'), [null, '1']);
    await wire('TTL b', ':-1\r\n');
  });

  it('rename a key to itself', async () => {
    await call('SET', 'a', 'value');
    await wire('RENAME a a', '+OK\r\n');
    await wire('RENAMENX a a', ':0\r\n');
    assert.equal(await call('GET', 'a'), 'value');
  });

  it('refuse a key that is not there, even to itself', async () => {
    await refused('ERR no such key', 'RENAME', 'nothing', 'b');
    await refused('ERR no such key', 'RENAME', 'nothing', 'nothing');
    await refused('ERR no such key', 'RENAMENX', 'nothing', 'nothing');
  });
});
