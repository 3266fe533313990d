import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('MSET MGET', ({ call, wire, refused, advance }) => {
  it('set and get several keys', async () => {
    await wire('MSET a 1 b 2 c 3', '+OK\r\n');
    assert.deepEqual(await call('MGET', 'a', 'nothing', 'c', 'a'), ['1', null, '3', '1']);
  });

  it('let the last of equal keys count', async () => {
    await call('MSET', 'a', 'first', 'a', 'second');
    assert.equal(await call('GET', 'a'), 'second');
  });

  it('drop times to live', async () => {
    await call('SET', 'a', '1', 'PX', 100);
    await call('MSET', 'a', '2');
    advance(1000);
    assert.deepEqual(await call('MGET', 'a'), ['2']);
  });

  it('refuse a key without value', async () => {
    await refused("ERR wrong number of arguments for 'mset' command", 'MSET', 'a', '1', 'b');
    assert.deepEqual(await call('MGET', 'a'), [null]);
  });
});

describeCommand('MSETNX', ({ call, wire, refused }) => {
  it('sets all keys when all are missing', async () => {
    await wire('MSETNX a 1 b 2', ':1\r\n');
    assert.deepEqual(await call('MGET', 'a', 'b'), ['1', '2']);
  });

  it('sets none when one is there', async () => {
    await call('SET', 'b', 'old');
    await wire('MSETNX a 1 b 2', ':0\r\n');
    assert.deepEqual(await call('MGET', 'a', 'b'), [null, 'old']);
  });

  it('takes a key twice', async () => {
    await wire('MSETNX a 1 a 2', ':1\r\n');
    assert.equal(await call('GET', 'a'), '2');
  });

  it('refuses a key without value', () =>
    refused("ERR wrong number of arguments for 'msetnx' command", 'MSETNX', 'a', '1', 'b'));
});
