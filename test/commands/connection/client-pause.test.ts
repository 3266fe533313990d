import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('CLIENT PAUSE', (kit) => {
  const { call, refused, connect, advance, tick } = kit;

  it('refuses what is no time, and modes that are none', async () => {
    await refused('ERR timeout is not an integer or out of range', 'CLIENT', 'PAUSE', 'x');
    await refused('ERR timeout is negative', 'CLIENT', 'PAUSE', -1);
    await refused('ERR CLIENT PAUSE mode must be WRITE or ALL', 'CLIENT', 'PAUSE', 'x', 'READ');
    await refused(
      "ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.",
      ...['CLIENT', 'PAUSE', '1', 'ALL', 'x'],
    );
    assert.equal(await call('CLIENT', 'UNPAUSE'), 'OK');
  });

  it('holds every command back until its time is over', async () => {
    const other = await connect();
    await call('CLIENT', 'PAUSE', 100);
    const held = [other.call('PING'), kit.client.call('ECHO', 'x')];
    advance(99);
    tick();
    assert.equal(kit.memory.server.sessions.get(2)?.queryBytes, 14);
    advance(1);
    tick();
    assert.deepEqual(await Promise.all(held), ['PONG', 'x']);
  });

  it('lets commands that only read go on in mode WRITE, until CLIENT UNPAUSE', async () => {
    const other = await connect();
    await call('SET', 'key', 'before');
    await call('CLIENT', 'PAUSE', 100_000, 'write');
    const held = other.call('SET', 'key', 'after');
    assert.equal(await call('GET', 'key'), 'before');
    assert.match(String(await call('CLIENT', 'LIST')), / flags=b /);
    assert.equal(await call('CLIENT', 'UNPAUSE'), 'OK');
    assert.equal(await held, 'OK');
  });

  it('holds EXEC back when something queued writes', async () => {
    const [reader, writer] = [await connect(), await connect()];
    for (const client of [reader, writer]) await client.call('MULTI');
    await reader.call('GET', 'key');
    await writer.call('SET', 'key', 'value');
    await call('CLIENT', 'PAUSE', 100_000, 'WRITE');
    assert.deepEqual(await reader.call('EXEC'), [null]);
    const held = writer.call('EXEC');
    assert.equal(await call('GET', 'key'), null);
    await call('CLIENT', 'UNPAUSE');
    assert.deepEqual(await held, ['OK']);
  });

  it('lets no key expire meanwhile', async () => {
    await call('SET', 'key', 'value', 'PX', 10);
    await call('CLIENT', 'PAUSE', 100, 'WRITE');
    advance(50);
    tick();
    assert.equal(kit.memory.server.keyspace.databases[0].size, 1);
    assert.equal(await call('GET', 'key'), null);
    advance(51);
    tick();
    assert.equal(kit.memory.server.keyspace.databases[0].size, 0);
  });

  it('is not shortened by another, nor loosened', async () => {
    const other = await connect();
    await call('MULTI');
    await call('CLIENT', 'PAUSE', 200, 'ALL');
    await call('CLIENT', 'PAUSE', 20, 'WRITE');
    await call('EXEC');
    const held = other.call('GET', 'key');
    advance(100);
    tick();
    assert.equal(kit.memory.server.sessions.get(2)?.stops !== 0, true);
    advance(100);
    tick();
    assert.equal(await held, null);
  });

  it('of writes lets scripts go on that say that they do not write', async () => {
    const other = await connect();
    const body = "return redis.call('GET', 'key')";
    const sha = String(await call('SCRIPT', 'LOAD', `#!lua flags=no-writes\n${body}`));
    await call(
      ...['FUNCTION', 'LOAD'],
      `#!lua name=reads\nredis.register_function{function_name='f', callback=function() return 1 end, flags={'no-writes'}}`,
    );
    await call('CLIENT', 'PAUSE', 100_000, 'WRITE');
    assert.equal(await call('EVAL', `#!lua flags=no-writes\n${body}`, 0), null);
    assert.equal(await call('EVALSHA', sha, 0), null);
    assert.equal(await call('FCALL', 'f', 0), 1);
    const held = other.call('EVAL', 'return 5', 0);
    assert.equal(other.unread, 0);
    await call('CLIENT', 'UNPAUSE');
    tick();
    assert.equal(await held, 5);
    await call('FUNCTION', 'FLUSH');
    other.close();
  });
});
