import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };

describeCommand('OBJECT', (kit) => {
  const { call, wire, refused, advance } = kit;
  const encodingOf = (value: string): Promise<unknown> =>
    call('SET', 'key', value).then(() => call('OBJECT', 'ENCODING', 'key'));

  it('names the encoding of a string that was set', async () => {
    for (const value of ['0', '-1', '9223372036854775807', '-9223372036854775808']) {
      assert.equal(await encodingOf(value), 'int', value);
    }
    for (const value of ['', 'text', '01', '+1', '-0', '1.5', '9223372036854775808', 'x'.repeat(44)]) {
      assert.equal(await encodingOf(value), 'embstr', value);
    }
    assert.equal(await encodingOf('x'.repeat(45)), 'raw');
  });

  it('names the encoding of a string that was changed', async () => {
    const after = async (...command: (string | number)[]): Promise<unknown> => {
      await call('SET', 'key', '10');
      await call(...command);
      return call('OBJECT', 'ENCODING', 'key');
    };
    assert.equal(await after('INCR', 'key'), 'int');
    assert.equal(await after('INCRBY', 'key', '9223372036854775797'), 'int');
    assert.equal(await after('APPEND', 'key', '1'), 'raw');
    assert.equal(await after('APPEND', 'key', ''), 'raw');
    assert.equal(await after('SETRANGE', 'key', 0, '1'), 'raw');
    assert.equal(await after('INCRBYFLOAT', 'key', '1'), 'embstr');
    await call('APPEND', 'new', '10');
    assert.equal(await call('OBJECT', 'ENCODING', 'new'), 'int');
    await call('SETRANGE', 'range', 0, '10');
    assert.equal(await call('OBJECT', 'ENCODING', 'range'), 'raw');
    await call('INCR', 'range');
    assert.equal(await call('OBJECT', 'ENCODING', 'range'), 'int');
  });

  it('counts references as Redis does', async () => {
    for (const value of ['0', '9999']) {
      await call('SET', 'key', value);
      await wire('OBJECT REFCOUNT key', ':2147483647\r\n');
    }
    for (const value of ['10000', '-1', 'text']) {
      await call('SET', 'key', value);
      await wire('OBJECT REFCOUNT key', ':1\r\n');
    }
  });

  it('counts one reference while eviction goes by the use of each value', async () => {
    await call('CONFIG', 'SET', 'maxmemory', '100mb');
    for (const [policy, count] of [
      ['allkeys-lru', 1],
      ['volatile-lfu', 1],
      ['allkeys-random', 2147483647],
      ['noeviction', 2147483647],
    ]) {
      await call('CONFIG', 'SET', 'maxmemory-policy', policy);
      await call('SET', 'key', 5);
      assert.equal(await call('OBJECT', 'REFCOUNT', 'key'), count, String(policy));
    }
    await call('CONFIG', 'SET', 'maxmemory', 0);
    await call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    await call('SET', 'key', 5);
    assert.equal(await call('OBJECT', 'REFCOUNT', 'key'), 2147483647);
    await call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });

  it('answers null for a missing key', async () => {
    for (const question of ['ENCODING', 'FREQ', 'IDLETIME', 'REFCOUNT']) {
      await wire(`OBJECT ${question} nothing`, NULL);
    }
  });

  it('tells how long a key has been idle', async () => {
    await call('SET', 'key', 'value');
    await wire('OBJECT IDLETIME key', ':0\r\n');
    advance(60_000);
    await wire('OBJECT IDLETIME key', ':60\r\n');
    await call('GET', 'key');
    await wire('OBJECT IDLETIME key', ':0\r\n');
  });

  it('tells how frequently a key is used, under an LFU policy', async () => {
    const { accessClock } = kit.memory.server.keyspace;
    accessClock.lfu = true;
    await call('SET', 'key', 'value');
    await wire('OBJECT FREQ key', ':5\r\n');
    for (let round = 0; round < 50; round++) await call('GET', 'key');
    assert.ok(((await call('OBJECT', 'FREQ', 'key')) as number) > 5);
  });

  const switching =
    'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.';

  it('refuses to tell what the policy does not keep', async () => {
    await call('SET', 'key', 'value');
    await refused(
      `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${switching}`,
      'OBJECT',
      'FREQ',
      'key',
    );
    kit.memory.server.keyspace.accessClock.lfu = true;
    await refused(
      `ERR An LFU maxmemory policy is selected, idle time not tracked. ${switching}`,
      'OBJECT',
      'IDLETIME',
      'key',
    );
  });

  it('explains itself', async () => {
    const lines = (await call('OBJECT', 'HELP')) as string[];
    assert.equal(lines[0], 'OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:');
    assert.equal(lines.length, 15);
  });

  it('refuses questions that it does not know', async () => {
    await refused("ERR unknown subcommand 'what'. Try OBJECT HELP.", 'OBJECT', 'what', 'key');
    await refused("ERR wrong number of arguments for 'object|encoding' command", 'OBJECT', 'ENCODING');
    await refused("ERR wrong number of arguments for 'object' command", 'OBJECT');
  });
});
