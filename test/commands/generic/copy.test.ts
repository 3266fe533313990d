import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('COPY', ({ call, refused, wire }) => {
  it('copies values of every type, and when they expire', async () => {
    await call('SET', 'string', 'value', 'PXAT', '4102444800000');
    await call('RPUSH', 'list', 'a', 'b');
    await call('HSET', 'hash', 'field', 'value');
    await call('SADD', 'set', '1', '2');
    await call('ZADD', 'zset', '1.5', 'a');
    await call('XADD', 'stream', '1-1', 'field', 'value');
    for (const key of ['string', 'list', 'hash', 'set', 'zset', 'stream']) {
      assert.equal(await call('COPY', key, `${key}:2`), 1);
      const [first, second] = (await call('DEBUG', 'DIGEST-VALUE', key, `${key}:2`)) as string[];
      assert.equal(first, second, key);
      for (const about of [['TYPE'], ['OBJECT', 'ENCODING'], ['PEXPIRETIME']]) {
        assert.deepEqual(await call(...about, `${key}:2`), await call(...about, key));
      }
    }
    await call('RPUSH', 'list:2', 'c');
    assert.equal(await call('LLEN', 'list'), 2, 'they are apart');
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

  it('leaves a key alone that is there, but for REPLACE', async () => {
    await call('MSET', 'from', 'new', 'to', 'old');
    await wire('COPY from to', ':0\r\n');
    assert.equal(await call('GET', 'to'), 'old');
    await wire('COPY from to REPLACE', ':1\r\n');
    assert.equal(await call('GET', 'to'), 'new');
    await wire('COPY missing to REPLACE', ':0\r\n');
    assert.equal(await call('GET', 'to'), 'new');
  });

  it('copies to another database, under the same name, too', async () => {
    await call('SET', 'key', 'value');
    await wire('COPY key key DB 3', ':1\r\n');
    await wire('COPY key key DB 3', ':0\r\n');
    await wire('COPY key key replace db 3', ':1\r\n');
    await call('SELECT', 3);
    assert.equal(await call('GET', 'key'), 'value');
    await call('SELECT', 0);
  });

  it('refuses itself as the target, databases that are none, and words it does not know', async () => {
    await call('SET', 'key', 'value');
    await refused('ERR source and destination objects are the same', 'COPY', 'key', 'key');
    await refused('ERR source and destination objects are the same', 'COPY', 'key', 'key', 'DB', 0);
    await refused('ERR source and destination objects are the same', 'COPY', 'missing', 'missing');
    await refused('ERR DB index is out of range', 'COPY', 'key', 'to', 'DB', 99);
    await refused('ERR DB index is out of range', 'COPY', 'key', 'to', 'DB', -1);
    await refused('ERR value is not an integer or out of range', 'COPY', 'key', 'to', 'DB', 'x');
    await refused('ERR syntax error', 'COPY', 'key', 'to', 'DB');
    await refused('ERR syntax error', 'COPY', 'key', 'to', 'OVERWRITE');
    await refused("ERR wrong number of arguments for 'copy' command", 'COPY', 'key');
  });
});

describeCommand('MOVE', ({ call, refused, wire }) => {
  it('moves a key where none of its name is', async () => {
    await call('SET', 'key', 'value', 'PXAT', '4102444800000');
    await wire('MOVE key 2', ':1\r\n');
    await wire('MOVE key 2', ':0\r\n');
    await call('SET', 'key', 'another');
    await wire('MOVE key 2', ':0\r\n');
    assert.equal(await call('GET', 'key'), 'another');
    await call('SELECT', 2);
    assert.equal(await call('GET', 'key'), 'value');
    assert.equal(await call('PEXPIRETIME', 'key'), 4102444800000);
    await call('SELECT', 0);
  });

  it('refuses its own database, and databases that are none', async () => {
    await refused('ERR source and destination objects are the same', 'MOVE', 'key', 0);
    await refused('ERR DB index is out of range', 'MOVE', 'key', 99);
    await refused('ERR value is not an integer or out of range', 'MOVE', 'key', 'x');
    const outOfRange = 'ERR value is out of range, value must between -2147483648 and 2147483647';
    await refused(outOfRange, 'MOVE', 'key', '99999999999');
  });
});
