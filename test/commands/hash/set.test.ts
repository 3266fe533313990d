/** HSET, HMSET, HSETNX and HDEL: fields come and go, and with the last one the key. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('HSET', ({ call, wire, refused }) => {
  it('counts the fields that are new, not those that change', async () => {
    await wire('HSET h a 1 b 2', ':2\r\n');
    await wire('HSET h a 3 c 4', ':1\r\n');
    await wire('HSET h a 3', ':0\r\n');
    assert.deepEqual(await call('HMGET', 'h', 'a', 'b', 'c'), ['3', '2', '4']);
  });

  it('keeps the last of two values for one field', async () => {
    await wire('HSET h a 1 a 2', ':1\r\n');
    await wire('HGET h a', '$1\r\n2\r\n');
  });

  it('takes any bytes, and none, as field and as value', async () => {
    const bytes = 'a\0\r\n\xff';
    await call('HSET', 'h', bytes, bytes, '', '');
    assert.equal(await call('HGET', 'h', bytes), bytes);
    assert.equal(await call('HGET', 'h', ''), '');
    assert.equal(await call('HLEN', 'h'), 2);
  });

  it('keeps a time to live', async () => {
    await call('HSET', 'h', 'a', 1);
    await call('EXPIRE', 'h', 100);
    await call('HSET', 'h', 'a', 2, 'b', 3);
    assert.equal(await call('TTL', 'h'), 100);
  });

  it('refuses a field without a value before anything is stored', async () => {
    await refused("ERR wrong number of arguments for 'hset' command", 'HSET', 'h', 'a', 1, 'b');
    await refused("ERR wrong number of arguments for 'hset' command", 'HSET', 'h', 'a');
    await wire('EXISTS h', ':0\r\n');
  });

  it('refuses a key of another type', async () => {
    await call('SET', 's', 'x');
    const WRONG = 'WRONGTYPE Operation against a key holding the wrong kind of value';
    await refused(WRONG, 'HSET', 's', 'a', 1);
    await refused(WRONG, 'HSETNX', 's', 'a', 1);
    await refused(WRONG, 'HDEL', 's', 'a');
  });
});

describeCommand('HSET OBJECT', ({ call }) => {
  const encoding = () => call('OBJECT', 'ENCODING', 'h');

  it('leave the packed form with the field that exceeds the number allowed', async () => {
    await call('CONFIG', 'SET', 'hash-max-listpack-entries', 4);
    for (let field = 0; field < 4; field++) await call('HSET', 'h', `f${field}`, field);
    assert.equal(await encoding(), 'listpack');
    await call('HSET', 'h', 'f0', 'changed');
    assert.equal(await encoding(), 'listpack');
    await call('HSET', 'h', 'f4', 4);
    assert.equal(await encoding(), 'hashtable');
    await call('HDEL', 'h', 'f0', 'f1', 'f2');
    assert.equal(await encoding(), 'hashtable');
    assert.deepEqual(await call('HMGET', 'h', 'f3', 'f4', 'f0'), ['3', '4', null]);
    await call('CONFIG', 'SET', 'hash-max-listpack-entries', 128);
  });

  it('leave it with a field or a value of more than 64 bytes', async () => {
    await call('HSET', 'h', 'a', 'x'.repeat(64), 'y'.repeat(64), 'b');
    assert.equal(await encoding(), 'listpack');
    await call('HSET', 'h', 'a', 'x'.repeat(65));
    assert.equal(await encoding(), 'hashtable');
    await call('DEL', 'h');
    await call('HSET', 'h', 'y'.repeat(65), 'b');
    assert.equal(await encoding(), 'hashtable');
  });
});

describeCommand('HMSET', ({ call, wire, refused }) => {
  it('answers OK, whether fields are new or not', async () => {
    await wire('HMSET h a 1 b 2', '+OK\r\n');
    await wire('HMSET h a 3', '+OK\r\n');
    assert.deepEqual(await call('HGETALL', 'h'), ['a', '3', 'b', '2']);
  });

  it('refuses a field without a value, in its own name', () =>
    refused("ERR wrong number of arguments for 'hmset' command", 'HMSET', 'h', 'a', 1, 'b'));
});

describeCommand('HSETNX', ({ call, wire, refused }) => {
  it('stores a field only where there is none', async () => {
    await wire('HSETNX h a 1', ':1\r\n');
    await wire('HSETNX h a 2', ':0\r\n');
    await wire('HSETNX h b 3', ':1\r\n');
    assert.deepEqual(await call('HGETALL', 'h'), ['a', '1', 'b', '3']);
  });

  it('takes one field', () =>
    refused("ERR wrong number of arguments for 'hsetnx' command", 'HSETNX', 'h', 'a', 1, 'b', 2));
});

describeCommand('HDEL', ({ call, wire }) => {
  it('counts the fields that were there, each once', async () => {
    await call('HSET', 'h', 'a', 1, 'b', 2, 'c', 3);
    await wire('HDEL h a nothing a b', ':2\r\n');
    assert.deepEqual(await call('HGETALL', 'h'), ['c', '3']);
  });

  it('removes the key with its last field', async () => {
    await call('HSET', 'h', 'a', 1, 'b', 2);
    await wire('HDEL h b a more', ':2\r\n');
    await wire('EXISTS h', ':0\r\n');
    await wire('HDEL h a', ':0\r\n');
  });

  it('finds every field of a large hash', async () => {
    const fields = Array.from({ length: 500 }, (_, index) => `field${index}`);
    await call('HSET', 'h', ...fields.flatMap((field) => [field, 'x'.repeat(80)]));
    for (const [index, field] of fields.entries()) {
      assert.equal(await call('HDEL', 'h', field), 1, field);
      assert.equal(await call('HLEN', 'h'), fields.length - index - 1);
    }
    await wire('EXISTS h', ':0\r\n');
  });
});
