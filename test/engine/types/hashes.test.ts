import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ENCODING_NAMES, encodingOf } from '../../../src/engine/entry.js';
import type { Keyspace } from '../../../src/engine/keyspace.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import type { HashCursor } from '../../../src/engine/types/hash/hash-cursor.js';
import { Hashes } from '../../../src/engine/types/hash/hashes.js';
import { bytesOf, removeKey, testKeyspace, textOf } from './support.js';

/** A hash under test: strings in, strings out. */
class Hash {
  readonly limits = new EncodingLimits();
  readonly hashes: Hashes;
  readonly entry: number;

  constructor(
    entriesMax = 512,
    readonly keyspace: Keyspace = testKeyspace(),
  ) {
    this.hashes = new Hashes(keyspace, this.limits);
    this.limits.hashMaxListpackEntries = entriesMax;
    this.entry = this.hashes.create(this.keyspace.databases[0], bytesOf('hash'), 0, 4);
  }

  get length(): number {
    return this.hashes.length(this.entry);
  }

  get encoding(): string {
    return ENCODING_NAMES[encodingOf(this.keyspace.arena, this.entry)];
  }

  set(field: string, value: string): boolean {
    return this.hashes.set(this.entry, bytesOf(field), 0, field.length, bytesOf(value), 0, value.length);
  }

  get(field: string): string | null {
    return textOf(this.hashes.get(this.entry, bytesOf(field), 0, field.length));
  }

  has(field: string): boolean {
    return this.hashes.has(this.entry, bytesOf(field), 0, field.length);
  }

  delete(field: string): boolean {
    return this.hashes.delete(this.entry, bytesOf(field), 0, field.length);
  }

  all(): Map<string, string> {
    return pairs(this.hashes.all(this.entry));
  }
}

/** Every pair once: a field seen twice is a failure. */
function pairs(cursor: HashCursor): Map<string, string> {
  const seen = new Map<string, string>();
  while (cursor.next()) {
    const field = cursor.field.toString();
    assert.ok(!seen.has(field), `${field} comes twice`);
    seen.set(field, cursor.value.toString());
  }
  return seen;
}

const field = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '1', '-1', '70000', ''),
  fc.string({ maxLength: 10 }),
  fc.integer({ min: 0, max: 300 }).map(String),
);
const value = fc.oneof(fc.string({ maxLength: 30 }), fc.maxSafeInteger().map(String));
const step = fc.record({ kind: fc.constantFrom('set', 'set', 'set', 'delete'), field, value });

function sorted(map: Map<string, string>): [string, string][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('Hashes', () => {
  for (const entriesMax of [512, 4, 0]) {
    it(`map fields to values with hash-max-listpack-entries ${entriesMax}`, () => {
      const keyspace = testKeyspace();
      const before = keyspace.usedBytes();
      fc.assert(
        fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
          // A run that failed may have left its key.
          removeKey(keyspace, keyspace.databases[0], 'hash');
          const hash = new Hash(entriesMax, keyspace);
          const model = new Map<string, string>();
          let most = 0;
          for (const { kind, field, value } of steps) {
            assert.equal(hash.get(field), model.get(field) ?? null);
            assert.equal(hash.has(field), model.has(field));
            if (kind === 'delete') {
              assert.equal(hash.delete(field), model.delete(field));
            } else {
              assert.equal(hash.set(field, value), !model.has(field));
              model.set(field, value);
            }
            most = Math.max(most, model.size);
            assert.equal(hash.length, model.size);
          }
          assert.equal(hash.encoding, most > entriesMax ? 'hashtable' : 'listpack');
          assert.deepEqual(sorted(hash.all()), sorted(model));
          removeKey(hash.keyspace, hash.keyspace.databases[0], 'hash');
          assert.equal(keyspace.usedBytes(), before, 'nothing leaks');
        }),
      );
    });
  }

  it('become hash tables for a long field or value, and stay so', () => {
    for (const [field, value] of [
      ['f'.repeat(65), 'v'],
      ['f', 'v'.repeat(65)],
    ]) {
      const hash = new Hash();
      hash.set('f', 'v'.repeat(64));
      assert.equal(hash.encoding, 'listpack');
      hash.set(field, value);
      assert.equal(hash.encoding, 'hashtable');
      hash.delete(field);
      assert.equal(hash.encoding, 'hashtable');
    }
  });

  it('become hash tables at once when a command announces too much', () => {
    for (const [fields, longest] of [
      [513, 1],
      [1, 65],
    ]) {
      const hash = new Hash();
      hash.hashes.expect(hash.entry, 512, 64, 10_000);
      assert.equal(hash.encoding, 'listpack');
      hash.hashes.expect(hash.entry, fields, longest, 100);
      assert.equal(hash.encoding, 'hashtable');
    }
  });

  it('are scanned without missing a field while they grow and shrink', () => {
    const hash = new Hash(0);
    for (let index = 0; index < 500; index++) hash.set(`stays ${index}`, `${index}`);
    const seen = new Set<string>();
    let position = 0;
    let round = 0;
    do {
      const cursor = hash.hashes.scan(hash.entry, position, 10);
      while (cursor.next()) seen.add(cursor.field.toString());
      position = cursor.position;
      for (let index = 0; index < 50; index++) {
        if (round < 20) hash.set(`comes ${round} ${index}`, 'x');
        else hash.delete(`comes ${round - 20} ${index}`);
      }
      round++;
    } while (position !== 0);
    for (let index = 0; index < 500; index++) assert.ok(seen.has(`stays ${index}`));
  });

  it('are scanned in one step while they are small', () => {
    const hash = new Hash();
    for (let index = 0; index < 100; index++) hash.set(`${index}`, 'x');
    const cursor = hash.hashes.scan(hash.entry, 0, 10);
    assert.equal(pairs(cursor).size, 100);
    assert.equal(cursor.position, 0);
  });

  for (const [name, entriesMax] of [
    ['small', 512],
    ['large', 0],
  ] as const) {
    it(`give up fields by chance, all equally likely (${name})`, () => {
      const hash = new Hash(entriesMax);
      const fieldCount = 20;
      for (let index = 0; index < fieldCount; index++) hash.set(`f${index}`, `v${index}`);
      const single = new Map<string, number>();
      const sampled = new Map<string, number>();
      const rounds = 4000;
      for (let round = 0; round < rounds; round++) {
        const field = hash.hashes.random(hash.entry).field.toString();
        single.set(field, (single.get(field) ?? 0) + 1);
        const sample = pairs(hash.hashes.sample(hash.entry, 5 + (round % 2) * 5));
        assert.equal(sample.size, 5 + (round % 2) * 5);
        for (const [field, value] of sample) {
          assert.equal(field.slice(1), value.slice(1));
          sampled.set(field, (sampled.get(field) ?? 0) + 1);
        }
      }
      assert.equal(single.size, fieldCount);
      // Five standard deviations, with the seed of the test's keyspace.
      const within = (counts: Map<string, number>, expected: number) => {
        for (const count of counts.values()) assert.ok(Math.abs(count - expected) < 5 * Math.sqrt(expected));
      };
      within(single, rounds / fieldCount);
      within(sampled, (rounds * 7.5) / fieldCount);
      assert.equal(pairs(hash.hashes.sample(hash.entry, 100)).size, fieldCount, 'at most all');
      assert.equal(pairs(hash.hashes.sample(hash.entry, 0)).size, 0);
    });
  }

  it('keep their other fields while a value grows and shrinks', () => {
    for (const entriesMax of [512, 0]) {
      const hash = new Hash(entriesMax);
      hash.limits.hashMaxListpackValueBytes = 100_000;
      hash.set('before', '1');
      hash.set('changing', '');
      hash.set('behind', '2');
      for (let length = 1; length < 100_000; length = length * 3 + 1) {
        assert.equal(hash.set('changing', 'x'.repeat(length)), false);
        assert.equal(hash.get('changing')?.length, length);
      }
      for (let length = 99_999; length > 1; length = length >> 2) {
        assert.equal(hash.set('changing', 'y'.repeat(length)), false);
        assert.equal(hash.get('changing'), 'y'.repeat(length));
      }
      assert.equal(hash.get('before'), '1');
      assert.equal(hash.get('behind'), '2');
      assert.ok(hash.hashes.memoryBytes(hash.entry) < 2000);
    }
  });

  it('are copied whole', () => {
    for (const entriesMax of [512, 0]) {
      const hash = new Hash(entriesMax);
      for (let index = 0; index < 300; index++) hash.set(`f${index}`, `${index}`);
      const database = hash.keyspace.databases[0];
      const copy = database.copyEntry(hash.entry, database, bytesOf('copy'), 0, 4);
      const before = sorted(hash.all());
      removeKey(hash.keyspace, database, 'hash');
      assert.deepEqual(sorted(pairs(hash.hashes.all(copy))), before);
      removeKey(hash.keyspace, database, 'copy');
      assert.equal(hash.keyspace.usedBytes(), testKeyspace().usedBytes());
    }
  });

  it('are created from the listpack of a dump, and as a hash table when that is too long', () => {
    const hash = new Hash();
    for (let index = 0; index < 20; index++) hash.set(`f${index}`, `${index}`);
    const { bytes, at, length } = hash.hashes.listpack(hash.entry);
    const database = hash.keyspace.databases[0];
    const blob = Buffer.from(bytes.subarray(at, at + length));
    for (const [key, entriesMax, encoding] of [
      ['small', 20, 'listpack'],
      ['large', 19, 'hashtable'],
    ] as const) {
      hash.limits.hashMaxListpackEntries = entriesMax;
      const made = hash.hashes.createFromListpack(database, bytesOf(key), 0, 5, blob, 0, blob.length);
      assert.equal(ENCODING_NAMES[encodingOf(hash.keyspace.arena, made)], encoding);
      assert.deepEqual(sorted(pairs(hash.hashes.all(made))), sorted(hash.all()));
    }
  });
});
