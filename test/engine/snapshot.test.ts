import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import { Random } from '../../src/base/random.js';
import { Keyspace } from '../../src/engine/keyspace.js';
import type { Moment } from '../../src/engine/moment.js';
import { Snapshot, type SnapshotVisitor } from '../../src/engine/snapshot.js';
import { find, keyOf, remove, set, stringOf } from './support.js';

/** What a snapshot saw: `database:key` to value and expiry. */
class Seen implements SnapshotVisitor {
  readonly entries = new Map<string, string>();

  constructor(readonly keyspace: Keyspace) {}

  database(): void {}

  entry(databaseId: number, ref: number, atMs: Moment): void {
    const name = `${databaseId}:${keyOf(this.keyspace, ref)}`;
    assert.ok(!this.entries.has(name), `${name} is visited once`);
    this.entries.set(name, `${stringOf(this.keyspace, ref)} ${atMs}`);
  }

  begin(): null {
    return null;
  }
}

/** The same, of all that is there now. */
function contents(keyspace: Keyspace): Map<string, string> {
  const seen = new Seen(keyspace);
  for (const database of keyspace.databases) {
    database.forEach((ref) => {
      seen.entry(database.id, ref, database.expireAt(ref));
    });
  }
  return seen.entries;
}

const sorted = (entries: Map<string, string>): [string, string][] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

function makeKeyspace(): Keyspace {
  return new Keyspace({
    clock: new ManualClock(),
    random: new Random(1),
    hashSeed: [1, 2],
    databaseCount: 3,
  });
}

/** One random change to a keyspace. */
function change(keyspace: Keyspace, random: Random): void {
  const database = keyspace.databases[random.below(3)];
  const key = `key ${random.below(300)}`;
  const ref = find(database, key);
  switch (random.below(ref === 0 ? 2 : 9)) {
    case 0:
    case 1:
      set(database, key, 'x'.repeat(random.below(40)), random.below(2) === 0);
      break;
    case 2:
      remove(database, key);
      break;
    case 3:
      database.setExpire(ref, keyspace.nowMs + 1 + random.below(1000));
      break;
    case 4:
      database.persist(ref);
      break;
    case 5: {
      const to = keyspace.databases[random.below(3)];
      const other = Buffer.from(`key ${random.below(600)}`);
      if (to.find(other, 0, other.length) === 0) database.moveEntry(ref, to, other, 0, other.length);
      break;
    }
    case 6: {
      const other = Buffer.from(`copy ${random.below(600)}`);
      if (database.find(other, 0, other.length) === 0)
        database.copyEntry(ref, database, other, 0, other.length);
      break;
    }
    case 7: {
      const bytes = Buffer.from(key);
      const entry = database.lookupWrite(bytes, 0, bytes.length);
      database.resizeString(entry, random.below(100));
      break;
    }
    default: {
      const chance = random.below(20);
      if (chance === 0) database.flush();
      else if (chance === 1) keyspace.swap(0, 1);
      else keyspace.nowMs += chance;
    }
  }
}

describe('a snapshot of the keyspace', () => {
  for (let seed = 1; seed <= 20; seed++) {
    it(`sees each entry once and as it was at the beginning, whatever changes meanwhile (seed ${seed})`, () => {
      const random = new Random(seed);
      const keyspace = makeKeyspace();
      for (let count = 0; count < 800; count++) change(keyspace, random);
      // Two in a row: the second relies on the epochs that the first left.
      for (let round = 0; round < 2; round++) {
        const before = sorted(contents(keyspace));
        const seen = new Seen(keyspace);
        const snapshot = new Snapshot(keyspace, keyspace.databases, seen);
        while (!snapshot.step()) {
          for (let count = random.below(8); count > 0; count--) change(keyspace, random);
          keyspace.tick(50);
        }
        assert.deepEqual(sorted(seen.entries), before);
        assert.equal(snapshot.visitedCount, snapshot.keyCount);
      }
    });
  }

  it('that was cancelled leaves the next one everything to see', () => {
    const keyspace = makeKeyspace();
    for (let index = 0; index < 100; index++) set(keyspace.databases[0], `key ${index}`, 'v');
    const first = new Snapshot(keyspace, keyspace.databases, new Seen(keyspace));
    first.step();
    first.cancel();
    while (!first.step()) {}
    const seen = new Seen(keyspace);
    const second = new Snapshot(keyspace, keyspace.databases, seen);
    while (!second.step()) {}
    assert.equal(seen.entries.size, 100);
  });

  it('is abandoned when FLUSHALL takes the memory', () => {
    const keyspace = makeKeyspace();
    for (let index = 0; index < 100; index++) set(keyspace.databases[0], `key ${index}`, 'v');
    const snapshot = new Snapshot(keyspace, keyspace.databases, new Seen(keyspace));
    snapshot.step();
    keyspace.flushAll();
    assert.ok(snapshot.isAbandoned && snapshot.step());
    set(keyspace.databases[0], 'new', 'v');
    const seen = new Seen(keyspace);
    const second = new Snapshot(keyspace, keyspace.databases, seen);
    while (!second.step()) {}
    assert.deepEqual([...seen.entries.keys()], ['0:new']);
  });

  it('keeps what FLUSHDB dropped until it has seen it, and gives it back then', () => {
    const keyspace = makeKeyspace();
    const empty = keyspace.usedBytes();
    for (let index = 0; index < 5000; index++) set(keyspace.databases[0], `key ${index}`, 'v');
    const seen = new Seen(keyspace);
    const snapshot = new Snapshot(keyspace, keyspace.databases, seen);
    keyspace.databases[0].flush();
    for (let count = 0; count < 10; count++) keyspace.tick(1000);
    while (!snapshot.step()) {}
    assert.equal(seen.entries.size, 5000);
    while (keyspace.tick(100_000) === 0) {}
    assert.equal(keyspace.usedBytes(), empty);
  });
});
