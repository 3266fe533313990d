import assert from 'node:assert/strict';
import { Snapshot } from '../../src/engine/snapshot.js';
import { MemoryServer } from '../support/memory-server.js';

describe('maxmemory', () => {
  const value = 'x'.repeat(1000);

  function limited(policy: 'noeviction' | 'allkeys-lru' | 'volatile-ttl') {
    const memory = new MemoryServer();
    memory.server.keyspace.eviction.policy = policy;
    memory.server.memoryLimit.bytesMax = memory.server.keyspace.usedBytes() + 100_000;
    return { memory, client: memory.connect() };
  }

  it('refuses what needs memory under noeviction, and serves the rest', async () => {
    const { client } = limited('noeviction');
    let stored = 0;
    let refusal = '';
    while (refusal === '') {
      const reply = (await client.raw('SET', `key:${stored}`, value)).toString();
      if (reply === '+OK\r\n') stored++;
      else refusal = reply;
    }
    assert.equal(refusal, "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
    assert.ok(stored > 50 && stored < 110, `${stored} keys fit`);
    assert.equal(await client.call('GET', 'key:0'), value);
    await client.call('MULTI');
    await client.refused("OOM command not allowed when used memory > 'maxmemory'.", 'SET', 'a', value);
    await client.refused('EXECABORT Transaction discarded because of previous errors.', 'EXEC');
    await client.call('DEL', 'key:0', 'key:1', 'key:2');
    await client.wire(['SET', 'key:0', value], '+OK\r\n');
  });

  it('makes room under allkeys-lru, and counts who had to go', async () => {
    const { memory, client } = limited('allkeys-lru');
    for (let index = 0; index < 1000; index++) await client.call('SET', `key:${index}`, value);
    const size = Number(await client.call('DBSIZE'));
    assert.ok(size > 50 && size < 110, `${size} keys are left`);
    assert.equal(memory.server.keyspace.stats.evicted, 1000 - size);
  });

  it('under volatile-ttl takes the keys that expire soonest, and no others', async () => {
    const { client } = limited('volatile-ttl');
    await client.call('SET', 'stays', value);
    for (let index = 0; index < 200; index++)
      await client.call('SET', `key:${index}`, value, 'EX', 1000 + index);
    assert.equal(await client.call('EXISTS', 'stays'), 1);
    assert.equal(await client.call('EXISTS', 'key:0'), 0);
    assert.equal(await client.call('EXISTS', 'key:199'), 1);
  });

  it('goes on making room between commands when the limit was lowered or time ran out', async () => {
    const { memory, client } = limited('allkeys-lru');
    const { keyspace, memoryLimit } = memory.server;
    for (let index = 0; index < 60; index++) await client.call('SET', `key:${index}`, value);
    memoryLimit.budgetUs = 0;
    const bytesMax = keyspace.usedBytes() - 50_000;
    assert.equal(await client.call('CONFIG', 'SET', 'maxmemory', bytesMax), 'OK');
    assert.equal(keyspace.stats.evicted, 0);
    for (let ticks = 0; keyspace.usedBytes() > bytesMax; ticks++) {
      assert.ok(ticks < 10, 'a tick makes some room');
      memory.tick();
    }
    assert.ok(
      keyspace.stats.evicted >= 40 && keyspace.stats.evicted < 60,
      `${keyspace.stats.evicted} evicted`,
    );
  });

  it('lets nothing go while clients are paused', async () => {
    const { memory, client } = limited('allkeys-lru');
    const { keyspace, memoryLimit } = memory.server;
    for (let index = 0; index < 60; index++) await client.call('SET', `key:${index}`, value);
    await client.call('CLIENT', 'PAUSE', 1000, 'WRITE');
    memoryLimit.bytesMax = keyspace.usedBytes() - 20_000;
    memory.tick();
    await client.call('GET', 'key:1');
    assert.equal(keyspace.stats.evicted, 0);
    await client.call('CLIENT', 'UNPAUSE');
    memory.tick();
    assert.ok(keyspace.stats.evicted > 0);
  });

  it('leaves it to the master, as long as replica-ignore-maxmemory says so', async () => {
    const { memory, client } = limited('allkeys-lru');
    const { keyspace, memoryLimit } = memory.server;
    for (let index = 0; index < 60; index++) await client.call('SET', `key:${index}`, value);
    await client.call('REPLICAOF', '127.0.0.1', 1);
    memoryLimit.bytesMax = keyspace.usedBytes() - 20_000;
    memory.tick();
    assert.equal(keyspace.stats.evicted, 0);
    await client.call('CONFIG', 'SET', 'replica-ignore-maxmemory', 'no');
    memory.tick();
    assert.ok(keyspace.stats.evicted > 0);
  });

  it('counts what clients keep', async () => {
    const { memory, client } = limited('allkeys-lru');
    const { keyspace } = memory.server;
    for (let index = 0; index < 60; index++) await client.call('SET', `key:${index}`, value);
    const other = memory.connect();
    await other.call('MULTI');
    await other.call('SET', 'large', 'x'.repeat(80_000));
    assert.equal(keyspace.stats.evicted, 0);
    memory.tick();
    assert.ok(keyspace.stats.evicted > 20, `${keyspace.stats.evicted} evicted`);
  });

  it('tells for how long more was used than may be', async () => {
    const { memory, client } = limited('noeviction');
    const { keyspace, memoryLimit } = memory.server;
    const exceeded = async (): Promise<(string | undefined)[]> => {
      const text = String(await client.call('INFO', 'stats'));
      return ['total', 'current'].map(
        (name) => new RegExp(`^${name}_eviction_exceeded_time:(.*)\r$`, 'm').exec(text)?.[1],
      );
    };
    await client.call('SET', 'key', value.repeat(10));
    assert.deepEqual(await exceeded(), ['0', '0']);
    memoryLimit.bytesMax = keyspace.usedBytes() - 500;
    memory.tick();
    memory.advance(70);
    assert.deepEqual(await exceeded(), ['70', '70']);
    memory.advance(30);
    await client.call('DEL', 'key');
    memory.tick();
    memory.advance(500);
    assert.deepEqual(await exceeded(), ['100', '0']);
    await client.call('CONFIG', 'RESETSTAT');
    assert.deepEqual(await exceeded(), ['0', '0']);
  });

  it('evicts no more for what a snapshot under way still keeps', async () => {
    const { memory, client } = limited('allkeys-lru');
    const { keyspace, memoryLimit } = memory.server;
    memoryLimit.bytesMax = 0;
    for (let key = 0; key < 50; key++) {
      const fields = Array.from({ length: 600 }, (_, index) => [`field:${index}`, value.slice(0, 50)]);
      await client.call('HSET', `hash:${key}`, ...fields.flat());
    }
    const whole = keyspace.usedBytes();
    // Nobody takes a step of it: the first that go are kept.
    const snapshot = new Snapshot(keyspace, keyspace.databases, {
      database() {},
      entry() {},
      begin: () => ({ proceed: () => true }),
    });
    memoryLimit.bytesMax = whole - 20_000;
    for (let turn = 0; turn < 20; turn++) await client.call('PING');
    assert.ok(
      keyspace.stats.evicted >= 1 && keyspace.stats.evicted <= 2,
      `${keyspace.stats.evicted} evicted`,
    );
    while (!snapshot.step());
    while (keyspace.tick(1000) === 0);
    assert.equal(snapshot.keptBytes, 0);
    assert.ok(keyspace.usedBytes() <= whole - 20_000);
    assert.ok(keyspace.stats.evicted <= 2);
  });
});
