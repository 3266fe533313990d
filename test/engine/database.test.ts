import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ManualClock } from '../../src/base/clock.js';
import { Random } from '../../src/base/random.js';
import type { Database } from '../../src/engine/database.js';
import {
  ENCODING_HASHTABLE,
  ENCODING_LISTPACK,
  ENCODING_RAW,
  rootOf,
  setClock,
  TYPE_HASH,
  TYPE_SET,
  TYPE_STRING,
} from '../../src/engine/entry.js';
import { Keyspace } from '../../src/engine/keyspace.js';
import { create, find, get, keyOf, keysOf, Pebbles, remove, set, stringOf } from './support.js';

describe('Database', () => {
  let clock: ManualClock;
  let keyspace: Keyspace;
  let database: Database;

  function advance(ms: number): void {
    clock.advance(ms);
    keyspace.nowMs = clock.wallMs();
  }

  beforeEach(() => {
    clock = new ManualClock();
    keyspace = new Keyspace({ clock, random: new Random(1), hashSeed: [3, 4] });
    database = keyspace.databases[0];
  });

  describe('strings', () => {
    it('are found by their key, whatever bytes it has', () => {
      for (const key of ['', 'a', 'key\0with\0zeros', 'ÿ'.repeat(300), 'greeting']) {
        set(database, key, `value of ${key.length}`);
      }
      assert.equal(database.size, 5);
      assert.equal(get(keyspace, database, ''), 'value of 0');
      assert.equal(get(keyspace, database, 'key\0with\0zeros'), 'value of 14');
      assert.equal(get(keyspace, database, 'greetin'), null);
      assert.equal(get(keyspace, keyspace.databases[1], 'greeting'), null);
    });

    it('are rewritten in place when about as long', () => {
      const ref = set(database, 'key', 'x'.repeat(64));
      assert.equal(set(database, 'key', 'y'.repeat(64)), ref);
      assert.equal(set(database, 'key', 'z'.repeat(60)), ref);
      assert.equal(get(keyspace, database, 'key'), 'z'.repeat(60));
      assert.notEqual(set(database, 'key', 'short'), ref);
      assert.equal(get(keyspace, database, 'key'), 'short');
    });

    it('may be as long as a huge block', () => {
      const value = Buffer.alloc(9 << 20, 'h');
      set(database, 'huge', value);
      assert.equal(get(keyspace, database, 'huge'), value.toString('latin1'));
      set(database, 'huge', 'small');
      assert.equal(get(keyspace, database, 'huge'), 'small');
      assert.ok(keyspace.arena.reservedBytes < 40 << 20);
    });

    it('keep their bytes and get zeros when they grow, and keep their head when they shrink', () => {
      let ref = set(database, 'key', 'hello');
      database.setExpire(ref, keyspace.nowMs + 1000);
      for (const length of [8, 100, 5000, 100_000, 6_000_000, 4000, 30]) {
        ref = database.resizeString(ref, length);
        assert.equal(find(database, 'key'), ref);
        assert.equal(stringOf(keyspace, ref), 'hello'.padEnd(length, '\0'));
      }
      ref = database.resizeString(ref, 3);
      assert.equal(stringOf(keyspace, ref), 'hel');
      ref = database.resizeString(ref, 5);
      assert.equal(stringOf(keyspace, ref), 'hel\0\0');
      assert.equal(database.expireAt(ref), keyspace.nowMs + 1000);
      assert.ok(remove(database, 'key'));
      assert.equal(database.expiring, 0);
    });

    it('move a logarithmic number of times when they grow byte by byte', () => {
      let ref = set(database, 'log', '');
      let moves = 0;
      for (let length = 1; length <= 100_000; length++) {
        const resized = database.resizeString(ref, length);
        if (resized !== ref) moves++;
        ref = resized;
      }
      assert.ok(moves < 60, `${moves} moves`);
    });

    it('replace collections, whose memory is freed', () => {
      const used = keyspace.usedBytes();
      create(database, 'packed', TYPE_HASH, ENCODING_LISTPACK, keyspace.arena.allocate(1000));
      const handle = keyspace.collections.add(new Pebbles(keyspace, 100));
      create(database, 'large', TYPE_SET, ENCODING_HASHTABLE, handle);
      const ref = set(database, 'packed', 'string');
      assert.equal(database.typeOf(ref), TYPE_STRING);
      set(database, 'large', 'string');
      remove(database, 'packed');
      remove(database, 'large');
      assert.equal(keyspace.usedBytes(), used);
    });

    it('are replaced by collections, and those by others', () => {
      const used = keyspace.usedBytes();
      const key = Buffer.from('key');
      const overwrite = (type: number, encoding: number, root: number): number =>
        database.setCollection(key, 0, key.length, type, encoding, root);
      set(database, 'key', 'x'.repeat(500));
      database.setExpire(find(database, 'key'), keyspace.nowMs + 1000);
      overwrite(TYPE_HASH, ENCODING_LISTPACK, keyspace.arena.allocate(100));
      const large = keyspace.collections.add(new Pebbles(keyspace, 10));
      const entry = overwrite(TYPE_SET, ENCODING_HASHTABLE, large);
      assert.deepEqual([find(database, 'key'), database.size], [entry, 1]);
      assert.deepEqual([database.typeOf(entry), rootOf(keyspace.arena, entry)], [TYPE_SET, large]);
      assert.equal(database.expireAt(entry), -1);
      remove(database, 'key');
      database.entries.expiry.free();
      assert.equal(keyspace.usedBytes(), used);
    });

    it('are added without another search right after one that found nothing', () => {
      const key = Buffer.from('key');
      assert.equal(database.find(key, 0, 3), 0);
      database.addString(key, 0, 3, Buffer.from('<value>'), 1, 6, ENCODING_RAW);
      assert.equal(get(keyspace, database, 'key'), 'value');
    });
  });

  describe('expiry', () => {
    it('hides and removes a key after its time, not at it', () => {
      const ref = set(database, 'key', 'value');
      database.setExpire(ref, keyspace.nowMs + 100);
      assert.equal(database.expireAt(ref), keyspace.nowMs + 100);
      advance(100);
      assert.equal(find(database, 'key'), ref);
      advance(1);
      assert.equal(find(database, 'key'), 0);
      assert.equal(database.size, 0);
      assert.equal(keyspace.stats.expired, 1);
    });

    it('tells the listener while the entry is still there', () => {
      const told: string[] = [];
      keyspace.listener = {
        created: () => {},
        evicted: () => {},
        expired: (id, ref) => {
          told.push(`${id} ${keyOf(keyspace, ref)}=${stringOf(keyspace, ref)}`);
          // A listener may use the database.
          find(keyspace.databases[id], 'another');
        },
      };
      const other = keyspace.databases[3];
      other.setExpire(set(other, 'key', 'value'), keyspace.nowMs + 5);
      advance(6);
      set(other, 'key', 'new');
      assert.deepEqual(told, ['3 key=value']);
      assert.equal(get(keyspace, other, 'key'), 'new');
    });

    it('ends when a key is set again, unless it is to be kept', () => {
      database.setExpire(set(database, 'key', 'value'), keyspace.nowMs + 100);
      const kept = set(database, 'key', 'a much longer value than before', true);
      assert.equal(database.expireAt(kept), keyspace.nowMs + 100);
      const cleared = set(database, 'key', 'value');
      assert.equal(database.expireAt(cleared), -1);
      assert.equal(database.expiring, 0);
      assert.ok(!database.persist(cleared));
    });

    it('hides keys without removing them while it is paused', () => {
      database.setExpire(set(database, 'key', 'value'), keyspace.nowMs + 5);
      advance(6);
      keyspace.expiryPaused = true;
      assert.equal(find(database, 'key'), 0);
      assert.equal(database.size, 1);
      assert.deepEqual(keysOf(keyspace, database), []);
      keyspace.expiryPaused = false;
      assert.equal(find(database, 'key'), 0);
      assert.equal(database.size, 0);
    });

    it('is seen by scan, forEach and random', () => {
      for (let index = 0; index < 100; index++) {
        const ref = set(database, `key:${index}`, 'value');
        if (index >= 10) database.setExpire(ref, keyspace.nowMs + 5);
      }
      advance(6);
      for (let draw = 0; draw < 50; draw++) assert.match(keyOf(keyspace, database.random()), /^key:\d$/);
      let cursor = 0;
      const seen = new Set<string>();
      do {
        cursor = database.scan(cursor, (ref) => seen.add(keyOf(keyspace, ref)));
      } while (cursor !== 0);
      assert.equal(seen.size, 10);
      assert.equal(database.size, 10);
    });
  });

  describe('lookup', () => {
    it('counts hits and misses, and find does not', () => {
      set(database, 'key', 'value');
      const bytes = Buffer.from('key none');
      database.lookup(bytes, 0, 3);
      database.lookup(bytes, 4, 8);
      database.lookupWrite(bytes, 0, 3);
      database.find(bytes, 4, 8);
      assert.deepEqual({ ...keyspace.stats }, { hits: 1, misses: 1, expired: 0, evicted: 0 });
    });

    it('makes a key used now, unless touching is off', () => {
      const { accessClock, arena } = keyspace;
      const ref = set(database, 'key', 'value');
      advance(30_000);
      const idle = (): number => accessClock.idleMs(arena.word(ref, 0) >>> 8);
      find(database, 'key');
      assert.equal(idle(), 30_000);
      keyspace.noTouch = true;
      database.lookup(Buffer.from('key'), 0, 3);
      assert.equal(idle(), 30_000);
      keyspace.noTouch = false;
      database.lookup(Buffer.from('key'), 0, 3);
      assert.equal(idle(), 0);
      setClock(arena, ref, accessClock.idleSince(12_000));
      assert.equal(idle(), 12_000);
    });
  });

  describe('moving and copying', () => {
    it('carries strings, roots and expiry along', () => {
      const other = keyspace.databases[1];
      const block = keyspace.arena.allocate(500);
      keyspace.arena.setWord(block, 7, 12345);
      const packed = create(database, 'packed', TYPE_HASH, ENCODING_LISTPACK, block);
      database.setExpire(packed, keyspace.nowMs + 77);
      const moved = database.moveEntry(packed, other, Buffer.from('<moved to>'), 1, 6);
      assert.equal(find(database, 'packed'), 0);
      assert.equal(find(other, 'moved'), moved);
      assert.equal(rootOf(keyspace.arena, moved), block);
      assert.equal(other.expireAt(moved), keyspace.nowMs + 77);
      assert.equal(database.expiring, 0);

      const copy = other.copyEntry(moved, database, Buffer.from('copy'), 0, 4);
      const root = rootOf(keyspace.arena, copy);
      assert.notEqual(root, block);
      assert.equal(keyspace.arena.word(root, 7), 12345);
      assert.equal(database.expireAt(copy), keyspace.nowMs + 77);

      set(database, 'a', 'value');
      database.moveEntry(find(database, 'a'), database, Buffer.from('b'), 0, 1);
      assert.equal(get(keyspace, database, 'a'), null);
      assert.equal(get(keyspace, database, 'b'), 'value');
    });

    it('copies large collections and frees each once', () => {
      const used = keyspace.usedBytes();
      const handle = keyspace.collections.add(new Pebbles(keyspace, 1000));
      const ref = create(database, 'large', TYPE_SET, ENCODING_HASHTABLE, handle);
      const copy = database.copyEntry(ref, database, Buffer.from('copy'), 0, 4);
      const root = rootOf(keyspace.arena, copy);
      assert.notEqual(root, handle);
      assert.equal((keyspace.collections.get(root) as Pebbles).count, 1000);
      database.moveEntry(ref, database, Buffer.from('moved'), 0, 5);
      remove(database, 'copy');
      assert.equal((keyspace.collections.get(handle) as Pebbles).count, 1000);
      remove(database, 'moved');
      assert.equal(keyspace.usedBytes(), used);
    });

    it('refuses to overwrite: that key has to go first', () => {
      set(database, 'a', '1');
      set(database, 'b', '2');
      const a = find(database, 'a');
      assert.throws(() => database.moveEntry(a, database, Buffer.from('b'), 0, 1), /does not exist/);
      assert.throws(() => create(database, 'b', TYPE_SET, ENCODING_LISTPACK, 1), /does not exist/);
    });
  });

  it('agrees with a Map under random commands, expiry included, and leaks nothing', () => {
    const step = fc.record({
      kind: fc.constantFrom(
        'set',
        'set',
        'keepttl',
        'remove',
        'expire',
        'persist',
        'resize',
        'rename',
        'wait',
        'tick',
      ),
      key: fc.nat(40),
      other: fc.nat(40),
      size: fc.oneof(fc.nat(30), fc.nat(600), fc.nat(50_000)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        keyspace.flushAll();
        const used = keyspace.usedBytes();
        const model = new Map<string, { value: string; expireAt: number }>();
        for (const { kind, key: number, other, size } of steps) {
          const key = `key:${number}`;
          for (const [each, { expireAt }] of model)
            if (expireAt >= 0 && keyspace.nowMs > expireAt) model.delete(each);
          const known = model.get(key);
          const ref = find(database, key);
          assert.equal(ref !== 0, known !== undefined);
          if (kind === 'set' || kind === 'keepttl') {
            const value = String.fromCharCode(97 + (size % 26)).repeat(size);
            set(database, key, value, kind === 'keepttl');
            model.set(key, { value, expireAt: kind === 'keepttl' ? (known?.expireAt ?? -1) : -1 });
          } else if (kind === 'wait') {
            advance(size);
          } else if (kind === 'tick') {
            keyspace.tick(1000);
          } else if (known === undefined) {
            assert.equal(ref, 0);
          } else if (kind === 'remove') {
            assert.ok(remove(database, key));
            model.delete(key);
          } else if (kind === 'expire') {
            known.expireAt = keyspace.nowMs + size;
            database.setExpire(ref, known.expireAt);
          } else if (kind === 'persist') {
            assert.equal(database.persist(ref), known.expireAt >= 0);
            known.expireAt = -1;
          } else if (kind === 'resize') {
            database.resizeString(ref, size);
            known.value = known.value.slice(0, size).padEnd(size, '\0');
          } else if (kind === 'rename' && other !== number) {
            const to = Buffer.from(`key:${other}`);
            database.remove(to, 0, to.length);
            database.moveEntry(ref, database, to, 0, to.length);
            model.delete(key);
            model.set(`key:${other}`, known);
          }
        }
        for (const [key, { expireAt }] of model)
          if (expireAt >= 0 && keyspace.nowMs > expireAt) model.delete(key);
        assert.deepEqual(keysOf(keyspace, database), [...model.keys()].sort());
        for (const [key, { value, expireAt }] of model) {
          assert.equal(get(keyspace, database, key), value);
          assert.equal(database.expireAt(find(database, key)), expireAt);
          remove(database, key);
        }
        assert.equal(database.size, 0);
        assert.equal(database.expiring, 0);
        database.flush();
        assert.equal(keyspace.usedBytes(), used);
      }),
      { numRuns: 80 },
    );
  });

  it('stores a value whose bytes lie in the arena itself', () => {
    const source = set(database, 'source', 'bytes in the arena, as long as this');
    const { arena } = keyspace;
    const at = arena.offsetOf(source) + 16 + 6;
    const bytes = arena.bytesOf(source);
    database.setString(Buffer.from('target'), 0, 6, bytes, at, at + 35, ENCODING_RAW, false);
    assert.equal(get(keyspace, database, 'target'), 'bytes in the arena, as long as this');
  });
});
