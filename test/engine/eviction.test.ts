import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import { Random } from '../../src/base/random.js';
import type { Database } from '../../src/engine/database.js';
import { ENCODING_RAW, keyLength, keyStart } from '../../src/engine/entry.js';
import { EVICTION_POLICY_NAMES, type EvictionPolicyName } from '../../src/engine/eviction.js';
import { Keyspace } from '../../src/engine/keyspace.js';

const UNLIMITED_US = Number.POSITIVE_INFINITY;

describe('Eviction', () => {
  let clock: ManualClock;
  let keyspace: Keyspace;
  let database: Database;
  let evicted: string[];

  function set(key: string, from = database): number {
    const bytes = Buffer.from(key);
    return from.setString(bytes, 0, bytes.length, Buffer.alloc(80), 0, 80, ENCODING_RAW, false);
  }

  function use(key: string, from = database): void {
    const bytes = Buffer.from(key);
    assert.notEqual(from.lookup(bytes, 0, bytes.length), 0);
  }

  function advance(ms: number): void {
    clock.advance(ms);
    keyspace.nowMs = clock.wallMs();
  }

  function evict(policy: EvictionPolicyName, keys: number): string {
    keyspace.eviction.policy = policy;
    return keyspace.eviction.evictUntil(keys * 104, UNLIMITED_US);
  }

  beforeEach(() => {
    clock = new ManualClock();
    keyspace = new Keyspace({ clock, random: new Random(7), hashSeed: [1, 2] });
    database = keyspace.databases[0];
    evicted = [];
    keyspace.listener = {
      created: () => {},
      expired: () => {},
      evicted: (id, ref) => {
        const { arena } = keyspace;
        const start = keyStart(arena, ref);
        const key = arena.bytesOf(ref).toString('latin1', start, start + keyLength(arena, ref));
        evicted.push(`${id}:${key}`);
      },
    };
  });

  it('knows the eight policies', () => {
    assert.equal(EVICTION_POLICY_NAMES.length, 8);
  });

  it('evicts nothing under noeviction, and nothing that lives for ever under a volatile policy', () => {
    for (let index = 0; index < 100; index++) set(`key:${index}`);
    for (const policy of [
      'noeviction',
      'volatile-lru',
      'volatile-lfu',
      'volatile-random',
      'volatile-ttl',
    ] as const) {
      assert.equal(evict(policy, 1), 'stuck');
    }
    assert.equal(database.size, 100);
  });

  it('frees at least what was asked for, and not much more', () => {
    for (const policy of ['allkeys-lru', 'allkeys-lfu', 'allkeys-random'] as const) {
      for (let index = 0; index < 1000; index++) set(`key:${index}`);
      const used = keyspace.usedBytes();
      keyspace.eviction.policy = policy;
      assert.equal(keyspace.eviction.evictUntil(50_000, UNLIMITED_US), 'done');
      assert.ok(used - keyspace.usedBytes() >= 50_000);
      assert.ok(used - keyspace.usedBytes() < 50_500);
      assert.equal(keyspace.eviction.evictUntil(1 << 20, UNLIMITED_US), 'stuck');
      assert.equal(database.size, 0);
    }
    assert.equal(keyspace.stats.evicted, 3000);
  });

  it('lets mostly the least recently used go under LRU', () => {
    for (let index = 0; index < 1000; index++) {
      if (index % 100 === 0) advance(1000);
      set(`old:${index}`);
    }
    advance(60_000);
    for (let index = 0; index < 1000; index++) set(`young:${index}`);
    for (let index = 0; index < 100; index++) use(`old:${index}`);
    evict('allkeys-lru', 500);
    const wrong = evicted.filter((key) => key.startsWith('0:young') || /^0:old:\d\d?$/.test(key));
    assert.ok(wrong.length < 10, `${wrong.length} of ${evicted.length} were used lately`);
  });

  it('lets mostly the least often used go under LFU, and forgets old fame', () => {
    keyspace.eviction.policy = 'allkeys-lfu';
    for (let index = 0; index < 200; index++) set(`famous:${index}`);
    for (let round = 0; round < 300; round++) {
      for (let index = 0; index < 200; index++) use(`famous:${index}`);
    }
    for (let index = 0; index < 200; index++) set(`obscure:${index}`);
    keyspace.eviction.evictUntil(150 * 104, UNLIMITED_US);
    assert.equal(evicted.filter((key) => key.startsWith('0:famous')).length, 0);
    evicted = [];
    advance(3 * 3_600_000);
    for (let index = 0; index < 200; index++) set(`new:${index}`);
    keyspace.eviction.evictUntil(100 * 104, UNLIMITED_US);
    assert.equal(evicted.filter((key) => key.startsWith('0:new')).length, 0);
  });

  it('lets exactly the next to expire go under TTL, from whichever database', () => {
    for (let index = 0; index < 300; index++) {
      const from = keyspace.databases[index % 3];
      from.setExpire(set(`key:${index}`, from), keyspace.nowMs + 1000 + ((index * 7) % 300));
    }
    evict('volatile-ttl', 100);
    assert.ok(evicted.length >= 99);
    const order = evicted.map((key) => (Number(key.split(':')[2]) * 7) % 300);
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    assert.equal(order[0], 0);
  });

  it('takes random victims from all databases in turn, and only keys that expire when volatile', () => {
    for (let index = 0; index < 400; index++) {
      const from = keyspace.databases[index % 4];
      const ref = set(`key:${index}`, from);
      if (index % 8 < 4) from.setExpire(ref, keyspace.nowMs + 100_000);
    }
    evict('volatile-random', 100);
    for (const key of evicted) assert.ok(Number(key.split(':')[2]) % 8 < 4, key);
    for (const from of keyspace.databases.slice(0, 4)) assert.ok(from.size < 90);
    assert.equal(evict('volatile-random', 1000), 'stuck');
    for (const from of keyspace.databases.slice(0, 4)) assert.equal(from.size, 50);
  });

  it('stops when its budget is used up', () => {
    let now = 0;
    const slow = new Keyspace({
      clock: { wallMs: () => 1_700_000_000_000, monotonicUs: () => now++ * 100 },
      random: new Random(1),
    });
    for (let index = 0; index < 1000; index++) set(`key:${index}`, slow.databases[0]);
    slow.eviction.policy = 'allkeys-random';
    assert.equal(slow.eviction.evictUntil(1 << 20, 250), 'running');
    assert.ok(slow.databases[0].size > 900);
  });

  it('passes over candidates that are gone, came back without expiry, or were flushed', () => {
    for (let index = 0; index < 100; index++) {
      database.setExpire(set(`key:${index}`), keyspace.nowMs + 100_000);
    }
    evict('volatile-lru', 1);
    for (let index = 0; index < 100; index++) {
      const key = Buffer.from(`key:${index}`);
      const ref = database.find(key, 0, key.length);
      if (ref === 0) continue;
      if (index % 2 === 0) database.removeEntry(ref);
      else database.persist(ref);
    }
    assert.equal(evict('volatile-lru', 1), 'stuck');
    assert.ok(database.size >= 49);
    keyspace.flushAll();
    assert.equal(evict('allkeys-lru', 1), 'stuck');
  });
});
