import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import { Random } from '../../src/base/random.js';
import type { Database } from '../../src/engine/database.js';
import { ENCODING_RAW, valueLength, valueStart } from '../../src/engine/entry.js';
import { Keyspace } from '../../src/engine/keyspace.js';

function set(database: Database, key: string, value: string, keepTtl = false): number {
  const k = Buffer.from(key);
  const v = Buffer.from(value);
  return database.setString(k, 0, k.length, v, 0, v.length, ENCODING_RAW, keepTtl);
}

describe('Keyspace', () => {
  let clock: ManualClock;
  let keyspace: Keyspace;
  let database: Database;

  function get(key: string, from = database): string | null {
    const bytes = Buffer.from(key);
    const ref = from.find(bytes, 0, bytes.length);
    if (ref === 0) return null;
    const start = valueStart(keyspace.arena, ref);
    return keyspace.arena.bytesOf(ref).toString('latin1', start, start + valueLength(keyspace.arena, ref));
  }

  beforeEach(() => {
    clock = new ManualClock();
    keyspace = new Keyspace({ clock, random: new Random(1) });
    database = keyspace.databases[0];
  });

  it('finds what was set, and nothing else', () => {
    set(database, 'greeting', 'hello');
    assert.equal(get('greeting'), 'hello');
    assert.equal(get('greetin'), null);
    assert.equal(get('greeting', keyspace.databases[1]), null);
  });

  it('holds many keys of all lengths, overwrites and removes them, and leaks nothing', () => {
    const before = keyspace.usedBytes();
    const count = 20_000;
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < count; index++) {
        set(database, `key:${index}`, 'x'.repeat((index * 7 + round * 31) % 300));
      }
    }
    assert.equal(database.size, count);
    for (let index = 0; index < count; index++) {
      assert.equal(get(`key:${index}`), 'x'.repeat((index * 7 + 62) % 300));
    }
    for (let index = 0; index < count; index++) {
      const key = Buffer.from(`key:${index}`);
      assert.ok(database.remove(key, 0, key.length));
    }
    assert.equal(database.size, 0);
    assert.equal(keyspace.usedBytes(), before);
  });
});
