import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('FLUSHDB FLUSHALL', ({ call, wire, refused }) => {
  beforeEach(async () => {
    await call('SET', 'a', 'in database 0', 'EX', 100);
    await call('COPY', 'a', 'a', 'DB', 1);
  });

  it('remove the keys of one database, or of all', async () => {
    await wire('FLUSHDB', '+OK\r\n');
    await wire('DBSIZE', ':0\r\n');
    await call('SELECT', 1);
    await wire('DBSIZE', ':1\r\n');
    await wire('FLUSHALL', '+OK\r\n');
    await wire('DBSIZE', ':0\r\n');
  });

  it('leave databases that work', async () => {
    await call('FLUSHALL', 'ASYNC');
    await call('FLUSHDB', 'sync');
    await call('SET', 'a', 'again');
    assert.equal(await call('GET', 'a'), 'again');
    await wire('TTL a', ':-1\r\n');
  });

  it('count the keys that went aside, as asked for or as configured', async () => {
    const counted = async (): Promise<string | undefined> =>
      /lazyfreed_objects:(\d+)/.exec(String(await call('INFO', 'memory')))?.[1];
    await call('CONFIG', 'RESETSTAT');
    await call('FLUSHALL', 'ASYNC');
    assert.equal(await counted(), '2');
    await call('MSET', 'a', 1, 'b', 2);
    await call('FLUSHALL');
    await call('SET', 'a', 1);
    await call('CONFIG', 'SET', 'lazyfree-lazy-user-flush', 'yes');
    await call('FLUSHDB', 'SYNC');
    assert.equal(await counted(), '2');
    await call('SET', 'a', 1);
    await call('FLUSHDB');
    assert.equal(await counted(), '3');
    await call('CONFIG', 'SET', 'lazyfree-lazy-user-flush', 'no');
  });

  it('refuse other modes', async () => {
    await refused('ERR syntax error', 'FLUSHDB', 'LATER');
    await refused('ERR syntax error', 'FLUSHALL', 'SYNC', 'ASYNC');
    await wire('DBSIZE', ':1\r\n');
  });
});

describeCommand('SWAPDB', ({ call, wire, refused, advance }) => {
  it('swaps the contents of two databases, expiry included', async () => {
    await call('SET', 'a', '0', 'PX', 100);
    await call('SELECT', 1);
    await call('SET', 'b', '1');
    await wire('SWAPDB 0 1', '+OK\r\n');
    assert.deepEqual(await call('MGET', 'a', 'b'), ['0', null]);
    advance(101);
    assert.equal(await call('GET', 'a'), null);
    await call('SELECT', 0);
    assert.equal(await call('GET', 'b'), '1');
  });

  it('swaps a database with itself', () => wire('SWAPDB 3 3', '+OK\r\n'));

  it('refuses databases that are none', async () => {
    await refused('ERR invalid first DB index', 'SWAPDB', 'x', 'y');
    await refused('ERR invalid second DB index', 'SWAPDB', 0, '99999999999');
    await refused('ERR DB index is out of range', 'SWAPDB', 0, 16);
    await refused('ERR DB index is out of range', 'SWAPDB', -1, 0);
  });
});
