import assert from 'node:assert/strict';
import { type Clock, ManualClock } from '../../src/base/clock.js';
import { Random } from '../../src/base/random.js';
import { ENCODING_HASHTABLE, TYPE_SET } from '../../src/engine/entry.js';
import { Keyspace } from '../../src/engine/keyspace.js';
import { create, find, get, keysOf, Pebbles, remove, set } from './support.js';

/** Each look at it takes 10 µs. */
class SteppingClock implements Clock {
  looks = 0;

  wallMs(): number {
    return 1_700_000_000_000;
  }

  monotonicUs(): number {
    return this.looks++ * 10;
  }
}

describe('Keyspace', () => {
  let keyspace: Keyspace;

  beforeEach(() => {
    keyspace = new Keyspace({ clock: new ManualClock(), random: new Random(1), hashSeed: [1, 2] });
  });

  it('has sixteen databases unless told otherwise', () => {
    assert.equal(keyspace.databases.length, 16);
    assert.equal(new Keyspace({ databaseCount: 3 }).databases.length, 3);
  });

  it('lives beside others without sharing anything', () => {
    const other = new Keyspace({ hashSeed: [1, 2] });
    set(keyspace.databases[0], 'key', 'one');
    set(other.databases[0], 'key', 'two');
    assert.equal(get(keyspace, keyspace.databases[0], 'key'), 'one');
    assert.equal(get(other, other.databases[0], 'key'), 'two');
  });

  it('leaks nothing over many keys of all lengths, set, overwritten and removed', () => {
    const [database] = keyspace.databases;
    const before = keyspace.usedBytes();
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 5000; index++) {
        set(database, `key:${index}`, 'x'.repeat((index * 7 + round * 31) % 300));
      }
    }
    for (let index = 0; index < 5000; index++) {
      assert.equal(get(keyspace, database, `key:${index}`), 'x'.repeat((index * 7 + 62) % 300));
    }
    for (let index = 0; index < 5000; index++) assert.ok(remove(database, `key:${index}`));
    assert.equal(keyspace.usedBytes(), before);
  });

  it('swaps two databases with their keys and times', () => {
    const [a, b] = keyspace.databases;
    a.setExpire(set(a, 'key', 'from a'), keyspace.nowMs + 50);
    set(b, 'other', 'from b');
    keyspace.swap(0, 1);
    assert.deepEqual(keysOf(keyspace, a), ['other']);
    assert.deepEqual(keysOf(keyspace, b), ['key']);
    assert.equal(b.expireAt(find(b, 'key')), keyspace.nowMs + 50);
    assert.equal(a.id, 0);
    keyspace.swap(1, 1);
    assert.deepEqual(keysOf(keyspace, b), ['key']);
  });

  describe('tick', () => {
    it('expires every key whose time has come, in all databases, and says when to come again', () => {
      for (let index = 0; index < 1000; index++) {
        const database = keyspace.databases[index % 16];
        database.setExpire(set(database, `key:${index}`, 'value'), keyspace.nowMs + index);
      }
      keyspace.nowMs += 500;
      assert.equal(keyspace.tick(1000), 1);
      assert.equal(keyspace.stats.expired, 500);
      for (const database of keyspace.databases) database.flush();
      const [database] = keyspace.databases;
      database.setExpire(set(database, 'last', 'value'), keyspace.nowMs + 300);
      assert.equal(keyspace.tick(1000), 301);
      database.persist(find(database, 'last'));
      assert.equal(keyspace.tick(1000), Number.POSITIVE_INFINITY);
    });

    it('leaves expired keys alone while active expiry is off', () => {
      const [database] = keyspace.databases;
      database.setExpire(set(database, 'key', 'value'), keyspace.nowMs + 1);
      keyspace.nowMs += 10;
      keyspace.activeExpiry = false;
      assert.equal(keyspace.tick(1000), Number.POSITIVE_INFINITY);
      assert.equal(database.size, 1);
      keyspace.activeExpiry = true;
      keyspace.tick(1000);
      assert.equal(database.size, 0);
    });

    it('keeps to its budget while it expires and frees, and gets through in the end', () => {
      const clock = new SteppingClock();
      keyspace = new Keyspace({ clock, random: new Random(1) });
      const used = keyspace.usedBytes();
      const [first, second] = keyspace.databases;
      for (let index = 0; index < 20_000; index++) {
        first.setExpire(set(first, `key:${index}`, 'value'), keyspace.nowMs + 1);
        set(second, `key:${index}`, 'value');
      }
      second.flush();
      keyspace.nowMs += 10;
      let ticks = 0;
      for (let next = 0; next === 0; ticks++) {
        const looks = clock.looks;
        next = keyspace.tick(100);
        assert.ok(clock.looks - looks <= 13, 'a tick ends about when its budget does');
      }
      assert.ok(ticks > 50, `${ticks} ticks`);
      assert.equal(first.size, 0);
      first.flush();
      assert.equal(keyspace.usedBytes(), used);
    });

    it('frees a large collection in short steps, and its elements count as used until then', () => {
      const [database] = keyspace.databases;
      const used = keyspace.usedBytes();
      for (const method of ['unlink', 'expire', 'flush', 'remove'] as const) {
        const pebbles = new Pebbles(keyspace, 10_000);
        const ref = create(
          database,
          'large',
          TYPE_SET,
          ENCODING_HASHTABLE,
          keyspace.collections.add(pebbles),
        );
        if (method === 'unlink') database.unlinkEntry(ref);
        else if (method === 'remove') database.removeEntry(ref);
        else if (method === 'flush') database.flush();
        else database.expireEntry(ref);
        assert.equal(database.size, 0);
        assert.equal(10_000 - pebbles.count, { unlink: 64, expire: 64, flush: 0, remove: 2048 }[method]);
        assert.ok(keyspace.usedBytes() > used);
        keyspace.tick(1000);
        assert.equal(pebbles.count, 0);
        assert.ok(pebbles.longestStep <= 2048);
        assert.equal(keyspace.usedBytes(), used);
      }
    });
  });

  it('frees a flushed database of many large collections in steps that are no longer for it', () => {
    const clock = new SteppingClock();
    keyspace = new Keyspace({ clock, random: new Random(1) });
    const used = keyspace.usedBytes();
    const all: Pebbles[] = [];
    for (let index = 0; index < 3000; index++) {
      const pebbles = new Pebbles(keyspace, 300);
      all.push(pebbles);
      create(
        keyspace.databases[0],
        `key:${index}`,
        TYPE_SET,
        ENCODING_HASHTABLE,
        keyspace.collections.add(pebbles),
      );
    }
    keyspace.databases[0].flush();
    assert.ok(all.every((pebbles) => pebbles.count === 300));
    while (keyspace.tick(100) === 0);
    assert.ok(all.every((pebbles) => pebbles.count === 0 && pebbles.longestStep <= 128));
    assert.equal(keyspace.usedBytes(), used);
  });

  describe('flushAll', () => {
    it('drops everything at once and starts afresh', () => {
      const used = keyspace.usedBytes();
      for (const database of keyspace.databases) {
        for (let index = 0; index < 500; index++) {
          database.setExpire(set(database, `key:${index}`, 'value'), keyspace.nowMs + 1000);
        }
        const handle = keyspace.collections.add(new Pebbles(keyspace, 500));
        create(database, 'large', TYPE_SET, ENCODING_HASHTABLE, handle);
      }
      keyspace.databases[1].unlinkEntry(find(keyspace.databases[1], 'large'));
      keyspace.databases[0].flush();
      keyspace.flushAll();
      assert.equal(keyspace.usedBytes(), used);
      for (const database of keyspace.databases) {
        assert.equal(database.size, 0);
        assert.equal(database.expiring, 0);
      }
      assert.equal(keyspace.tick(1000), Number.POSITIVE_INFINITY);
      set(keyspace.databases[0], 'key', 'value');
      assert.equal(get(keyspace, keyspace.databases[0], 'key'), 'value');
    });
  });
});
