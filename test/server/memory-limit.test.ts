import assert from 'node:assert/strict';
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
});
