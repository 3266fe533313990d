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

describeCommand('COPY', ({ call, wire, refused }) => {
  it('copies a value with its expiry', async () => {
    await call('SET', 'a', 'value', 'EX', 100);
    await wire('COPY a b', ':1\r\n');
    assert.equal(await call('GET', 'b'), 'value');
    await wire('TTL b', ':100\r\n');
    await call('APPEND', 'b', '!');
    assert.deepEqual(await call('MGET', 'a', 'b'), ['value', 'value!']);
  });

  it('copies lists, small and large', async () => {
    for (const length of [3, 3000]) {
      await call('DEL', 'a', 'b');
      const elements = Array.from({ length }, (_, index) => `element ${index}`);
      await call('RPUSH', 'a', ...elements);
      await wire('COPY a b', ':1\r\n');
      await call('LPOP', 'a');
      assert.deepEqual(await call('LRANGE', 'b', 0, -1), elements);
    }
  });

  it('overwrites only with REPLACE', async () => {
    await call('MSET', 'a', '1', 'b', '2');
    await wire('COPY a b', ':0\r\n');
    await wire('COPY a b replace', ':1\r\n');
    assert.equal(await call('GET', 'b'), '1');
  });

  it('copies to another database', async () => {
    await call('SET', 'a', 'value');
    await wire('COPY a a DB 3', ':1\r\n');
    await wire('COPY a a DB 3', ':0\r\n');
    await call('SELECT', 3);
    assert.equal(await call('GET', 'a'), 'value');
  });

  it('answers 0 for a missing key', () => wire('COPY nothing b', ':0\r\n'));

  it('refuses what makes no sense', async () => {
    await refused('ERR source and destination objects are the same', 'COPY', 'a', 'a');
    await refused('ERR source and destination objects are the same', 'COPY', 'a', 'a', 'DB', 0);
    await refused('ERR DB index is out of range', 'COPY', 'a', 'b', 'DB', 16);
    await refused('ERR DB index is out of range', 'COPY', 'a', 'b', 'DB', -1);
    await refused('ERR value is not an integer or out of range', 'COPY', 'a', 'b', 'DB', 'x');
    await refused('ERR syntax error', 'COPY', 'a', 'b', 'DB');
    await refused('ERR syntax error', 'COPY', 'a', 'b', 'NX');
  });
});

describeCommand('MOVE', ({ call, wire, refused }) => {
  it('moves a key to another database', async () => {
    await call('SET', 'a', 'value', 'EX', 100);
    await wire('MOVE a 1', ':1\r\n');
    await wire('EXISTS a', ':0\r\n');
    await call('SELECT', 1);
    assert.equal(await call('GET', 'a'), 'value');
    await wire('TTL a', ':100\r\n');
  });

  it('leaves a key where it is when the other database has one', async () => {
    await call('SET', 'a', 'here');
    await call('COPY', 'a', 'a', 'DB', 1);
    await wire('MOVE a 1', ':0\r\n');
    await wire('MOVE nothing 1', ':0\r\n');
    assert.equal(await call('GET', 'a'), 'here');
  });

  it('refuses databases that are none, and its own', async () => {
    await refused('ERR source and destination objects are the same', 'MOVE', 'a', 0);
    await refused('ERR DB index is out of range', 'MOVE', 'a', 99);
    await refused(
      'ERR value is out of range, value must between -2147483648 and 2147483647',
      'MOVE',
      'a',
      '99999999999',
    );
    await refused('ERR value is not an integer or out of range', 'MOVE', 'a', 'x');
  });
});
