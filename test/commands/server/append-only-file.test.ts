import assert from 'node:assert/strict';
import { commandsOf, infoOf, MANIFEST, startAof } from '../../server/persistence/aof-server.js';
import { NO_SPACE } from '../../server/persistence/memory-disk.js';

describe('BGREWRITEAOF', () => {
  for (const preamble of [true, false]) {
    it(`makes a base of the data as they are, ${preamble ? 'as RDB' : 'as commands'}`, async () => {
      const settings = { 'aof-use-rdb-preamble': preamble };
      const { disk, client, memory } = startAof(settings);
      for (let index = 0; index < 300; index++) await client.call('INCR', 'counter');
      await client.call('RPUSH', 'list', ...Array.from({ length: 200 }, (_, index) => `item ${index}`));
      await client.call('SADD', 'set', 'a', 'b', '3');
      await client.call('HSET', 'hash', 'f', 'v', 'g', 'w');
      await client.call('ZADD', 'zset', '1.5', 'a', '-inf', 'b');
      await client.call('XADD', 'stream', '1-1', 'f', 'v');
      await client.call('XADD', 'stream', '1-2', 'f', 'w');
      await client.call('XGROUP', 'CREATE', 'stream', 'g', '0');
      await client.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '1', 'STREAMS', 'stream', '>');
      await client.call('XGROUP', 'CREATE', 'empty', 'g', '$', 'MKSTREAM');
      await client.call('SELECT', '3');
      await client.call('SET', 'expires', '1', 'PXAT', '1800000000000');
      await client.call('SELECT', '0');
      const digest = await client.call('DEBUG', 'DIGEST');
      assert.equal(await client.call('BGREWRITEAOF'), 'Background append only file rewriting started');
      await client.call('INCR', 'counter');
      memory.tick();
      assert.equal(await infoOf(client, 'aof_last_bgrewrite_status'), 'ok');
      assert.equal(commandsOf(disk, '2.incr.aof'), '[SELECT 0][INCR counter]');
      const base = `appendonly.aof.2.base.${preamble ? 'rdb' : 'aof'}`;
      assert.deepEqual(disk.namesBeside(MANIFEST), [
        `/appendonlydir/${base}`,
        '/appendonlydir/appendonly.aof.2.incr.aof',
        MANIFEST,
      ]);
      const again = startAof(settings, disk);
      assert.equal(again.startError, null);
      assert.equal(await again.client.call('GET', 'counter'), '301');
      await again.client.call('DECR', 'counter');
      assert.equal(await again.client.call('DEBUG', 'DIGEST'), digest);
      assert.deepEqual(
        await again.client.call('XINFO', 'GROUPS', 'stream'),
        await client.call('XINFO', 'GROUPS', 'stream'),
      );
    });
  }

  for (const preamble of [true, false]) {
    it(`keeps functions, ${preamble ? 'in RDB' : 'as commands'}, and before that their effects alone`, async () => {
      const settings = { 'aof-use-rdb-preamble': preamble };
      const { disk, client } = startAof(settings);
      const library =
        "#!lua name=lib\nredis.register_function('f', function() redis.call('INCR', 'a') return redis.call('INCR', 'b') end)";
      await client.call('FUNCTION', 'LOAD', library);
      assert.equal(await client.call('FCALL', 'f', '0'), 1);
      assert.match(
        commandsOf(disk, '1.incr.aof'),
        /FUNCTION LOAD #!lua[^\]]*end\)\]\[MULTI\]\[INCR a\]\[INCR b\]\[EXEC\]$/,
      );
      const again = startAof(settings, disk);
      assert.equal(await again.client.call('FCALL', 'f', '0'), 2);
      await again.client.call('BGREWRITEAOF');
      again.memory.tick();
      const rewritten = startAof(settings, disk);
      assert.equal(await rewritten.client.call('FCALL', 'f', '0'), 3);
    });
  }

  it('loses nothing when it fails, and nothing of what was written meanwhile', async () => {
    const { disk, client, memory } = startAof();
    await client.call('SET', 'a', '1');
    disk.isSlow = true;
    await client.call('BGREWRITEAOF');
    await client.call('SET', 'b', '1');
    memory.tick();
    disk.failure = NO_SPACE;
    disk.proceed();
    disk.failure = null;
    disk.isSlow = false;
    assert.equal(await infoOf(client, 'aof_last_bgrewrite_status'), 'err');
    await client.call('SET', 'c', '1');
    assert.equal(await startAof({}, disk).client.call('DBSIZE'), 3);
    await client.call('BGREWRITEAOF');
    memory.tick();
    assert.equal(await startAof({}, disk).client.call('DBSIZE'), 3);
    assert.equal(disk.namesBeside(MANIFEST).length, 3);
  });

  it('survives FLUSHALL in the middle', async () => {
    const { disk, client, memory } = startAof();
    for (let index = 0; index < 100; index++) await client.call('SET', `key:${index}`, '1');
    await client.call('BGREWRITEAOF');
    await client.call('FLUSHALL');
    await client.call('SET', 'a', '1');
    memory.tick();
    assert.equal(await startAof({}, disk).client.call('DBSIZE'), 1);
    assert.equal(disk.namesBeside(MANIFEST).length, 3);
  });

  it('is refused while one is under way, and put off in a transaction', async () => {
    const { client, memory } = startAof();
    await client.call('SET', 'a', '1');
    await client.call('BGREWRITEAOF');
    await client.refused('ERR Background append only file rewriting already in progress', 'BGREWRITEAOF');
    memory.tick();
    await client.call('MULTI');
    await client.call('INCR', 'a');
    await client.call('BGREWRITEAOF');
    await client.call('INCR', 'a');
    assert.deepEqual(await client.call('EXEC'), [2, 'Background append only file rewriting scheduled', 3]);
    memory.tick();
    assert.equal(await infoOf(client, 'aof_rewrites'), '2');
  });

  it('happens by itself when the file has grown', async () => {
    const { client, memory } = startAof({
      'auto-aof-rewrite-percentage': 100,
      'auto-aof-rewrite-min-size': 2000,
    });
    for (let index = 0; index < 200; index++) await client.call('SET', 'a', String(index));
    memory.tick();
    assert.equal(await infoOf(client, 'aof_rewrites'), '1');
    assert.ok(Number(await infoOf(client, 'aof_current_size')) < 2000);
    memory.tick();
    assert.equal(await infoOf(client, 'aof_rewrites'), '1');
  });
});
