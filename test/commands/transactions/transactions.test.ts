import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('MULTI EXEC DISCARD', ({ call, wire, refused }) => {
  it('runs what was queued, in order, at EXEC', async () => {
    await wire('MULTI', '+OK\r\n');
    await wire('SET key 1', '+QUEUED\r\n');
    await wire('INCR key', '+QUEUED\r\n');
    await wire('EXEC', '*2\r\n+OK\r\n:2\r\n');
    assert.equal(await call('GET', 'key'), '2');
  });

  it('goes on after a command that fails', async () => {
    await call('SET', 'key', 'text');
    await call('MULTI');
    await call('INCR', 'key');
    await call('SET', 'other', 'x');
    await wire('EXEC', '*2\r\n-ERR value is not an integer or out of range\r\n+OK\r\n');
  });

  it('runs nothing when a command could not be queued', async () => {
    await call('MULTI');
    await call('SET', 'key', 'x');
    await refused("ERR unknown command 'NONSENSE', with args beginning with: ", 'NONSENSE');
    await refused("ERR wrong number of arguments for 'get' command", 'GET');
    await refused('EXECABORT Transaction discarded because of previous errors.', 'EXEC');
    assert.equal(await call('GET', 'key'), null);
  });

  it('forgets what was queued at DISCARD', async () => {
    await call('MULTI');
    await call('SET', 'key', 'x');
    await wire('DISCARD', '+OK\r\n');
    assert.equal(await call('GET', 'key'), null);
    await refused('ERR EXEC without MULTI', 'EXEC');
    await refused('ERR DISCARD without MULTI', 'DISCARD');
  });

  it('ends at an EXEC that is refused itself', async () => {
    await call('MULTI');
    await refused(
      "EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command",
      'EXEC',
      'word',
    );
    await wire('PING', '+PONG\r\n');
  });

  it('refuses to nest, and goes on queueing', async () => {
    await call('MULTI');
    await refused('ERR MULTI calls can not be nested', 'MULTI');
    await refused('ERR WATCH inside MULTI is not allowed', 'WATCH', 'key');
    await call('PING');
    await wire('EXEC', '*1\r\n+PONG\r\n');
  });

  it('answers an empty array when nothing was queued', async () => {
    await call('MULTI');
    await wire('EXEC', '*0\r\n');
  });

  it('lets a command that would wait answer at once', async () => {
    await call('MULTI');
    await call('BLPOP', 'nothing', 0);
    await wire('EXEC', { resp2: '*1\r\n*-1\r\n', resp3: '*1\r\n_\r\n' });
  });
});

describeCommand('WATCH UNWATCH', ({ call, wire, connect, advance }) => {
  const BROKEN = { resp2: '*-1\r\n', resp3: '_\r\n' };

  it('runs nothing when a watched key was changed by another client', async () => {
    const other = await connect();
    await call('WATCH', 'key', 'more');
    await other.call('SET', 'more', 'x');
    await call('MULTI');
    await call('SET', 'key', 'mine');
    await wire('EXEC', BROKEN);
    assert.equal(await call('GET', 'key'), null);
  });

  it('runs when only other keys, or the same key of another database, changed', async () => {
    const other = await connect();
    await call('WATCH', 'key');
    await other.call('SET', 'elsewhere', 'x');
    await other.call('SELECT', 3);
    await other.call('SET', 'key', 'x');
    await call('MULTI');
    await wire('EXEC', '*0\r\n');
  });

  it('watches for one EXEC only', async () => {
    await call('WATCH', 'key');
    await call('MULTI');
    await call('EXEC');
    await call('SET', 'key', 'x');
    await call('MULTI');
    await wire('EXEC', '*0\r\n');
  });

  it('is undone by UNWATCH, also when the key changed already', async () => {
    await call('WATCH', 'key');
    await call('SET', 'key', 'x');
    await call('UNWATCH');
    await call('MULTI');
    await wire('EXEC', '*0\r\n');
  });

  it('takes a key whose time came for one that changed', async () => {
    await call('SET', 'key', 'x', 'PX', 100);
    await call('WATCH', 'key');
    advance(200);
    await call('MULTI');
    await wire('EXEC', BROKEN);
  });

  it('takes emptying the database for a change of the keys that were there', async () => {
    await call('SET', 'there', 'x');
    await call('WATCH', 'there');
    await call('FLUSHALL');
    await call('MULTI');
    await wire('EXEC', BROKEN);
    await call('WATCH', 'absent');
    await call('FLUSHALL');
    await call('MULTI');
    await wire('EXEC', '*0\r\n');
  });

  it('takes SWAPDB for a change when the key is in either database', async () => {
    await call('WATCH', 'key');
    await call('SELECT', 1);
    await call('SET', 'key', 'x');
    await call('SELECT', 0);
    await call('SWAPDB', 0, 1);
    await call('MULTI');
    await wire('EXEC', BROKEN);
  });

  it('takes a key that was dead when it was watched for changed once it is there again', async () => {
    await call('SET', 'key', 'x', 'PX', 100);
    advance(200);
    await call('WATCH', 'key');
    await call('FLUSHALL');
    await call('MULTI');
    await wire('EXEC', '*0\r\n');
    await call('SET', 'key', 'x', 'PX', 100);
    advance(200);
    await call('WATCH', 'key');
    await call('FLUSHALL');
    await call('SET', 'key', 'x');
    await call('MULTI');
    await wire('EXEC', BROKEN);
  });

  it('does not take a dead key that SWAPDB brings for a change', async () => {
    await call('SELECT', 1);
    await call('SET', 'key', 'x', 'PX', 100);
    await call('SELECT', 0);
    advance(200);
    await call('WATCH', 'key');
    await call('SWAPDB', 0, 1);
    await call('MULTI');
    await wire('EXEC', '*0\r\n');
  });

  it('watches many keys without looking through those that it has', async () => {
    const keys = Array.from({ length: 10_000 }, (_, index) => `key:${index}`);
    await call('WATCH', ...keys);
    await call('WATCH', ...keys);
    await call('FLUSHALL');
    await call('SET', 'key:9999', 'x');
    await call('MULTI');
    await wire('EXEC', BROKEN);
  });
});
